"""The second tab in a browser, over runs made of events: charts that move in place, emails, the list of runs."""

from __future__ import annotations

import re
import urllib.request
import zipfile

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from playwright.sync_api import expect

from outcome_rl import events as ev
from outcome_rl.runs.workspace import Workspace
from tests.helpers.made_runs import made_run, rl_evaluation, rl_step, told

FINISHED = ev.Finished(result={"evaluation": {"improved": True, "gain": 0.5, "gain_ci95": [0.2, 0.8]}})
STOPPED = ev.Stopped(message="Stopped.", resumable=True)
SOON = 20_000
"""Milliseconds in which the page shows what has been recorded; it looks every second."""
STEPS = """() => {
    const chart = document.querySelector('#rl-chart .orl-chart');
    return chart && chart.data ? Math.max(0, ...chart.data.flatMap(trace => trace.x || [])) : -1;
}"""


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture
def page(chromium, address):
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.get_by_role("tab", name="2 Teach").click()
    yield page
    page.close()
    assert errors == []


def wait_for_step(page, step):
    page.wait_for_function(f"() => ({STEPS})() === {step}", timeout=SOON)


@pytest.mark.slow
@pytest.mark.browser
def test_a_mistake_is_told_beside_its_field_until_it_is_mended(page):
    typed = page.locator("#rl-minutes input, #rl-minutes textarea").first
    typed.fill("soon")
    typed.press("Tab")
    page.locator("#rl-minutes .orl-wrong", has_text="Give a number of at least 1").wait_for(timeout=SOON)
    assert typed.get_attribute("aria-invalid") == "true"
    less = "“How long? (minutes)”: Give a number of at least 1; with less, the time is up before the writer is loaded."
    expect(page.locator("#rl-message")).to_contain_text(less)
    typed.fill("0.1")
    typed.press("Tab")
    expect(page.locator("#rl-message")).to_contain_text(less)
    page.locator("#rl-advanced button").first.click()
    command = page.locator("#rl-command textarea, #rl-command input").first
    expect(command, "no command for what cannot be run").to_have_value("")
    typed.fill("3")
    typed.press("Tab")
    page.locator("#rl-minutes .orl-wrong").wait_for(state="detached", timeout=SOON)
    assert typed.get_attribute("aria-invalid") is None
    expect(command).to_have_value(re.compile("--minutes 3"))


@pytest.mark.slow
@pytest.mark.browser
def test_a_zoom_outlives_new_steps_in_the_same_figure(page, space):
    run = made_run(space, "moving", [rl_evaluation(0, best=True), *(rl_step(step, 0.1 * step) for step in range(1, 6))])
    wait_for_step(page, 5)
    page.locator("#rl-chart .nsewdrag").hover()
    plot = page.locator("#rl-chart .nsewdrag").bounding_box()
    page.evaluate("window.kept = document.querySelector('#rl-chart .main-svg')")
    y = plot["y"] + plot["height"] / 2
    page.mouse.move(plot["x"] + plot["width"] * 0.2, y - 40)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] * 0.5, y + 40, steps=5)
    page.mouse.up()
    zoomed = page.evaluate("document.querySelector('#rl-chart .orl-chart').layout.xaxis.range")
    assert zoomed[1] - zoomed[0] < 3

    told(run, [rl_step(6, 0.6), rl_step(7, 0.7)])
    wait_for_step(page, 7)
    assert page.evaluate("document.querySelector('#rl-chart .orl-chart').layout.xaxis.range") == zoomed
    assert page.evaluate("document.querySelector('#rl-chart .main-svg') === window.kept && window.kept.isConnected")
    buttons = page.locator("#rl-chart .modebar-btn").evaluate_all("found => found.map(each => each.dataset.title)")
    assert buttons == ["Download plot as a PNG", "Zoom", "Pan", "Reset axes"], "none sends anything anywhere"
    assert "up to round 7" in page.locator("#rl-chart .orl-chart").get_attribute("aria-label")


@pytest.mark.slow
@pytest.mark.browser
def test_a_slider_goes_through_the_emails_and_follows_new_ones_at_its_end(page, space):
    run = made_run(space, "rewritten", [rl_evaluation(0, best=True), rl_step(1), rl_evaluation(1), rl_evaluation(2)])
    emails = page.locator("#rl-emails")
    emails.get_by_text("Email 1 after step 2").wait_for(timeout=SOON)
    slider = page.locator("#rl-at input[type=range]")
    slider.press("Home")
    emails.get_by_text("Email 3 after step 0").wait_for(timeout=SOON)

    told(run, [rl_step(2), rl_evaluation(3)])
    wait_for_step(page, 3)
    assert "Email 3 after step 0" in emails.inner_text(), "the visitor is looking at an earlier one"
    slider.press("End")
    emails.get_by_text("Email 1 after step 3").wait_for(timeout=SOON)
    told(run, [rl_evaluation(4)])
    emails.get_by_text("Email 1 after step 4").wait_for(timeout=SOON)


def choose(page, name, run):
    """Open or compare a run, from the list that drops down."""
    page.locator(f"#{name} input").click()
    page.get_by_role("option", name=run, exact=True).click()


@pytest.mark.browser
def test_runs_are_listed_opened_compared_renamed_packed_and_deleted(page, space):
    evaluations = [rl_evaluation(0, best=True), rl_evaluation(3)]
    old = made_run(space, "old", [*evaluations, rl_step(1, 1.0), rl_step(2), rl_step(3)])
    (old.folder / "comparison.csv").write_text("context,email_text\na,Hello\n", encoding="utf-8")
    told(old, [FINISHED])
    made_run(space, "new", [rl_step(1), rl_step(2), rl_step(3), rl_step(4), STOPPED])
    wait_for_step(page, 4)
    page.locator("#runs button").first.click()
    page.locator("#runs-list", has_text="Yes, as far as can be predicted.").wait_for(timeout=SOON)
    expect(page.locator("#rl-heading")).to_have_text(re.compile(r"^\s*$"))
    expect(page.locator("#rl-download"), "nothing is compared yet").to_be_hidden()

    # an old one, and another beside it
    choose(page, "runs-opened", "old")
    page.locator("#rl-heading", has_text="Run old: Teaching").wait_for(timeout=SOON)
    with page.expect_download() as taken:
        page.locator("#rl-download").click()
    assert taken.value.suggested_filename == "comparison.csv"
    wait_for_step(page, 3)
    page.locator("#rl-emails", has_text="Email 2 after step 3").wait_for(timeout=SOON)
    expect(page.locator("#rl-resume"), "it is done").to_be_disabled()
    choose(page, "runs-other", "new")
    wait_for_step(page, 4)
    names = "document.querySelector('#rl-chart .orl-chart').data.map(trace => trace.name)"
    page.wait_for_function(f"() => {names}.includes('new: score')", timeout=SOON)

    # what cannot be a name is told beside the field
    page.locator("#runs-name textarea, #runs-name input").first.fill("../../out")
    page.locator("#runs-rename").click()
    page.locator("#runs-message", has_text="run name '../../out' is not allowed").wait_for(timeout=SOON)
    page.locator("#runs-name textarea, #runs-name input").first.fill("first")
    page.locator("#runs-rename").click()
    page.locator("#runs-message", has_text="The run is now called first.").wait_for(timeout=SOON)
    page.locator("#runs-list", has_text="first").wait_for(timeout=SOON)
    assert {run.name for run in space.runs()} == {"first", "new"}

    choose(page, "runs-opened", "first")
    page.locator("#runs-about", has_text="The open run is first").wait_for(timeout=SOON)
    page.locator("#runs-pack:not([disabled])").click()
    with page.expect_download() as download:
        page.locator("#runs-download").click(timeout=SOON)
    with zipfile.ZipFile(download.value.path()) as packed:
        assert "first/events.jsonl" in packed.namelist()

    # deleted only after a yes
    page.locator("#runs-delete").click()
    page.locator("#runs-question", has_text="Delete run first").wait_for(timeout=SOON)
    page.locator("#runs-no").click()
    page.locator("#runs-question").wait_for(state="hidden", timeout=SOON)
    page.locator("#runs-delete").click()
    page.locator("#runs-yes").click(timeout=SOON)
    page.locator("#runs-message", has_text="Run first has been deleted.").wait_for(timeout=SOON)
    assert [run.name for run in space.runs()] == ["new"]
    page.locator("#rl-resume:not([disabled])").wait_for(timeout=SOON)
    # the run that is left is not compared with itself
    page.wait_for_function(f"() => !{names}.includes('new: score')", timeout=SOON)


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_can_be_done_with_a_run_at_work_but_stop_it(page, space):
    run = made_run(space, "busy", [rl_step(1)])
    page.locator("#runs button").first.click()
    page.locator("#runs-about", has_text="The open run is still at work").wait_for(timeout=SOON)
    for button in ("runs-rename", "runs-pack", "runs-delete", "rl-start", "rl-resume"):
        expect(page.locator(f"#{button}"), button).to_be_disabled()
    page.locator("#rl-stop:not([disabled])").click()
    page.locator("#rl-progress", has_text="Stopping after this part").wait_for(timeout=SOON)
    assert run.stop_requested()


def test_scripts_do_the_same(address, space):
    made_run(space, "old", [rl_step(1), FINISHED])
    client = Client(address, verbose=False)
    assert client.predict(api_name="/rename_run", run="old", name="kept") == "kept"
    (row,) = client.predict(api_name="/list_runs")
    assert (row["name"], row["kind"], row["state"]) == ("kept", "finetune", "done")
    packed = client.predict(api_name="/pack_run", run="kept")
    with urllib.request.urlopen(f"{address}/{packed}", timeout=30) as answer:
        assert answer.read(2) == b"PK"
    for name in ("../kept", "gone"):
        with pytest.raises(AppError, match=r"is not allowed|there is no run"):
            client.predict(api_name="/delete_run", run=name)
    made_run(space, "busy", [rl_step(1)])
    with pytest.raises(AppError, match="run 'busy' is at work; stop it first"):
        client.predict(api_name="/delete_run", run="busy")
    with pytest.raises(AppError, match="run 'kept' has not been stopped or interrupted"):
        client.predict(api_name="/resume_run", run="kept")
    made_run(space, "cut", [rl_step(1), ev.Stopped(message="", resumable=True)])
    with pytest.raises(AppError, match="run 'busy' is still at work"):
        client.predict(api_name="/resume_run", run="cut")
    assert client.predict(api_name="/delete_run", run="cut") == "cut"
    assert client.predict(api_name="/delete_run", run="kept") == "kept"
    assert [run.name for run in space.runs()] == ["busy"]


@pytest.mark.slow
@pytest.mark.browser
def test_what_is_known_before_the_start(page, space):
    page.locator("#rl-advanced button").first.click()
    estimate, place = page.locator("#rl-estimate"), page.locator("#rl-model-place")
    estimate.get_by_text("About 8 min on this computer").wait_for(timeout=SOON)
    place.get_by_text("The bundled SmolLM2-135M-Instruct").or_(place.get_by_text("gpt2 is on this machine")).wait_for()
    minutes = page.locator("#rl-minutes input, #rl-minutes textarea").first
    minutes.fill("")
    minutes.press("Tab")
    estimate.get_by_text("is not known before a first run").wait_for(timeout=SOON)
    model = page.locator("#rl-model input")
    model.fill("nobody/has-this")
    model.press("Tab")
    place.get_by_text("nobody/has-this is not on this machine, and").wait_for(timeout=SOON)
    worth = page.locator("#rl-payoff_reply input, #rl-payoff_reply textarea").first
    worth.fill("1.5")
    worth.press("Tab")
    page.wait_for_function("() => /--payoff-reply 1.5/.test(document.querySelector('#rl-command textarea').value)")


@pytest.mark.slow
@pytest.mark.browser
def test_tuning_waits_for_a_reward_model_that_is_being_trained(page, space):
    run = made_run(space, "reward", kind="train-reward")
    page.locator("#rl-lock", has_text="The predictor is learning right now").wait_for(timeout=SOON)
    expect(page.locator("#rl-stop"), "it is stopped in its own tab").to_be_disabled()
    told(run, [ev.Finished(result={"accuracy": 0.5})])
    page.locator("#rl-lock", has_text="Nothing has been learned yet").wait_for(timeout=SOON)
    page.locator("#runs button").first.click()
    choose(page, "runs-opened", "reward")
    page.locator("#rl-heading", has_text="Its figures are in step 1").wait_for(timeout=SOON)
    expect(page.locator("#rl-resume")).to_be_disabled()
