"""The third tab in a browser: emails grow side by side, are edited and copied; many contexts; a blind vote; a draft."""

from __future__ import annotations

import csv
import re

import pytest
from gradio_client import Client
from playwright.sync_api import expect

from outcome_rl.evaluation.blind_votes import read_votes
from outcome_rl.runs.workspace import Workspace
from tests.helpers.made_once import copied

SLOW = 120_000
HOSTILE = "Hi <img src=x onerror=document.title='broken'> [Name] {x} ${y}, could we talk on Tuesday? It's free."


@pytest.fixture
def space(tmp_path, made_models):
    """A workspace with a reward model and a tuned model, both tiny."""
    return Workspace(copied(made_models, tmp_path))


@pytest.fixture
def page(chromium, space, address):
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.get_by_role("tab", name="3 Write & compare").click()
    page.locator("#compare-write:not([disabled])").wait_for(timeout=SLOW)
    yield page
    assert errors == []
    assert page.title().endswith("Outcome RL")
    context.close()


def text(page, name):
    return page.locator(f"#{name}").inner_text()


def open_way(page, title):
    page.get_by_role("tab", name=title).click()


@pytest.mark.browser
def test_one_context(page):
    page.evaluate(
        """() => {
            window.seen = [];
            new MutationObserver(() => {
                const growing = document.querySelector('#compare-base-email .orl-growing');
                if (growing) window.seen.push(growing.textContent.length);
            }).observe(document.querySelector('#compare-base'), {childList: true, subtree: true, characterData: true});
        }"""
    )
    page.locator("#sampling-advanced button").first.click()
    page.locator("#compare-middle input").check()
    page.locator("#sampling-max_new_tokens input").fill("480")
    page.locator("#compare-write").click()
    for panel in ("base", "warm-start", "tuned"):
        page.locator(f"#compare-{panel}-scores .orl-shares").wait_for(timeout=SLOW)
        expect(page.locator(f"#compare-{panel}-scores")).to_contain_text("Of 100 emails like this one")
    lengths = page.evaluate("() => window.seen")
    assert lengths == sorted(lengths)
    assert lengths[0] < len(text(page, "compare-base-email")), "it was seen before it was whole"
    expect(page.locator("#compare-message")).to_contain_text("One recipient proves little")

    # edited in place, scored again, copied
    before = text(page, "compare-tuned-scores")
    page.locator("#compare-tuned-edit").click()
    page.locator("#compare-tuned-text textarea").fill(HOSTILE)
    page.locator("#compare-tuned-again").click()
    page.locator("#compare-tuned-email", has_text="could we talk on Tuesday").wait_for(timeout=SLOW)
    assert text(page, "compare-tuned-email").startswith(HOSTILE)
    assert page.locator("#compare-tuned-email mark.orl-placeholder").first.inner_text() == "[Name]"
    expect(page.locator("#compare-tuned-scores")).not_to_have_text(before, use_inner_text=True)
    page.locator("#compare-tuned-copy").click()
    page.locator("#compare-tuned-copy", has_text="Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == HOSTILE
    page.locator("#compare-tuned-copy", has_text=re.compile(r"^\s*Copy\s*$")).wait_for()

    # a mistake is a sentence
    page.locator("#compare-context textarea").fill("  ")
    page.locator("#compare-write").click()
    page.locator("#compare-message", has_text="Say who the email is for").wait_for()
    page.locator("#compare-write:not([disabled])").wait_for()


@pytest.mark.slow
@pytest.mark.browser
def test_many_contexts(page, tmp_path):
    open_way(page, "Compare many")
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text("who,when\nA,B\n")
    good.write_text("context\n" + "".join(f'"{i} {HOSTILE}"\n' for i in range(20)))
    page.locator("#many-upload input[type=file]").set_input_files(str(bad))
    page.locator("#many-chosen", has_text="column 'context' is missing").wait_for(timeout=SLOW)
    page.locator("#many-upload").get_by_label("Clear").click()
    page.locator("#many-chosen", has_text="sample").wait_for()
    page.locator("#many-upload input[type=file]").set_input_files(str(good))
    page.locator("#many-chosen", has_text="20 recipients").wait_for()
    page.locator("#sampling-advanced button").first.click()
    command = page.locator("#many-command textarea, #many-command input").first
    expect(command).to_have_value(re.compile("--contexts good.csv"), timeout=SLOW)  # told by a request of its own
    page.locator("#many-start").click()
    page.locator("#many-stop:not([disabled])").wait_for(timeout=SLOW)
    page.reload()  # the models write on
    open_way(page, "3 Write & compare")
    open_way(page, "Compare many")
    page.locator("#many-result .orl-verdict").first.wait_for(timeout=SLOW)
    page.locator("#many-chart .js-plotly-plot").wait_for()
    expect(page.locator("#many-examples")).to_contain_text(HOSTILE)
    expect(page.locator("#many-table")).to_contain_text(HOSTILE[:30])
    with page.expect_download() as download:
        page.locator("#many-download").click()
    with open(download.value.path(), newline="", encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) == 40


@pytest.mark.slow
@pytest.mark.browser
def test_a_blind_vote(page, space):
    open_way(page, "Blind test")
    page.locator("#blind-votes", has_text="No votes yet").wait_for()
    page.locator("#blind-write:not([disabled])").click()
    page.locator("#blind-vote-a:not([disabled])").wait_for(timeout=SLOW)
    hidden = text(page, "blind-title-a") + text(page, "blind-title-b") + text(page, "blind-message")
    assert "teaching" not in hidden
    page.locator("#blind-vote-b").click()
    page.locator("#blind-votes", has_text=re.compile("won [01] of 1 ")).wait_for()
    expect(page.locator("#blind-title-a")).to_contain_text("teaching")
    expect(page.locator("#blind-vote-a")).to_be_disabled()
    assert len(read_votes(space.votes)) == 1


@pytest.mark.slow
@pytest.mark.browser
def test_a_draft(page):
    open_way(page, "Your own draft")
    page.locator("#draft-email textarea").click()  # waits until the tab stands still, as people do
    page.locator("#draft-email textarea").fill(HOSTILE)
    page.locator("#draft-checks", has_text="placeholders left").wait_for()
    page.locator("#draft-score").click()
    page.locator("#draft-message", has_text="Say who the email is for").wait_for()
    page.locator("#draft-context textarea").fill("Customer: CTO.")
    page.locator("#draft-score").click()
    page.locator("#draft-result", has_text="Which sentences make the difference").wait_for(timeout=SLOW)
    assert "could we talk on Tuesday?" in text(page, "draft-result")


def test_scripts_do_the_same(space, address):
    client = Client(address, verbose=False)
    written = client.predict("Customer: CTO.", 2, 7, api_name="/write_emails")
    assert [each["role"] for each in written] == ["base", "warm_start", "tuned"]
    assert all(0 <= each["p_conversion"] <= 1 and each["hints"] for each in written)
    scored = client.predict("Customer: CTO.", HOSTILE, api_name="/score_email")
    assert scored["email_text"] == HOSTILE
    assert scored["sentences"]
    compared = client.predict(["A", "B", "C"], False, 1, api_name="/compare_contexts")
    assert (compared["n"], len(compared["emails"])) == (3, 6)
    pair = client.predict("Customer: CTO.", api_name="/write_blind_pair")
    told = client.predict(pair["pair"], "a", api_name="/vote")
    assert {told["a"]["role"], told["b"]["role"]} == {"base", "tuned"}
    assert client.predict(api_name="/votes")["decided"] == 1
    stops = {"/stop_writing", "/stop_blind_pair"}
    assert stops <= set(client.view_api(return_format="dict")["named_endpoints"])


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_is_offered_where_there_are_no_models(chromium, address):
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(address)
    page.get_by_role("tab", name="3 Write & compare").click()
    page.locator("#compare-lock", has_text="Let the predictor learn in step 1").wait_for()
    expect(page.locator("#compare-write")).to_be_disabled()
    for title, lock in (("Compare many", "many-lock"), ("Blind test", "blind-lock"), ("Your own draft", "draft-lock")):
        open_way(page, title)
        page.locator(f"#{lock}", has_text=re.compile("step [12]")).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()
