"""What a visitor reads without unfolding anything: plain words, an example first, no barriers that axe knows of."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from outcome_rl.ui.words.jargon import JARGON, NOT_ENGLISH
from outcome_rl.ui.words.names import EMAILS, EXAMPLE, TEACH, WRITE
from outcome_rl.ui.words.write import BLIND, DRAFT, MANY, ONE

TABS = {EXAMPLE: "#example-result", EMAILS: "#use-sample", TEACH: "#rl-start", WRITE: "#compare-lock"}
"""The tabs, and of each something that is drawn late."""
SLOW = 120_000
READ = """() => {
    // what is folded away is for those who want it; names of files, commands and recipients are data
    const left = 'details, .accordion, [id$=-advanced], .orl-email, [id$=-context], [id$=-recipient], [id$=-command]';
    const words = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement;
        const folded = element.closest(left) && !element.closest('.label-wrap');
        if (folded || element.closest('script, style, summary')) continue;
        if (element.checkVisibility({ visibilityProperty: true })) words.push(walk.currentNode.data);
    }
    return words.join(' ');
}"""


@pytest.fixture
def page(chromium, address):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.locator("#example-verdict .orl-verdict").wait_for(timeout=SLOW)
    yield page
    page.close()


def jargon_in(text: str) -> list[str]:
    """Words of the field in a text; those of two letters are looked for in capitals alone."""
    found = [
        word
        for word in JARGON
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, 0 if len(word) == 2 else re.IGNORECASE)
    ]
    return found + [phrase for phrase in NOT_ENGLISH if phrase in text.lower()]


@pytest.mark.browser
def test_a_new_visitor_sees_a_result_and_may_score_a_draft_at_once(page):
    expect(page.get_by_role("tab", name=EXAMPLE, exact=True)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#example-about")).to_contain_text("made up")
    first = page.locator("#example-after").inner_text()
    page.locator("#example-recipient input").click()
    page.get_by_role("option").nth(1).click()
    expect(page.locator("#example-after")).not_to_have_text(first)
    expect(page.locator("#example-draft-score")).to_be_enabled()
    page.locator("#example-own").click()
    expect(page.get_by_role("tab", name=EMAILS, exact=True)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#use-sample")).to_be_visible()


@pytest.mark.browser
def test_nobody_needs_a_dictionary(page):
    for tab in TABS:
        page.get_by_role("tab", name=tab, exact=True).click()
        page.locator(TABS[tab]).wait_for(timeout=SLOW)
        assert read(page) == [], tab
    for way in (ONE, MANY, BLIND, DRAFT):  # ways to write, inside the last of the tabs
        page.get_by_role("tab", name=way, exact=True).click()
        expect(page.get_by_role("tab", name=way, exact=True)).to_have_attribute("aria-selected", "true")
        assert read(page) == [], way


def read(page) -> list[str]:
    """Words of the field that can be read now; the product's name, and that of a column, are names."""
    return jargon_in(page.evaluate(READ).replace("Outcome RL", "").replace("“context”", ""))


@pytest.mark.slow
@pytest.mark.browser
def test_axe_finds_no_barrier(page):
    from axe_playwright_python.sync_playwright import Axe

    rules = {"runOnly": ["wcag2a", "wcag2aa"]}
    for tab in TABS:
        page.get_by_role("tab", name=tab, exact=True).click()
        page.locator(TABS[tab]).wait_for(timeout=SLOW)
        page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))")
        found = Axe().run(page, options=rules).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == [], tab


@pytest.mark.browser
def test_the_next_step_is_in_sight_with_what_is_missing_for_it(chromium, address):
    for size in ({"width": 1280, "height": 800}, {"width": 390, "height": 844}):
        page = chromium.new_page(viewport=size)
        page.goto(address)
        for tab, bar in ((EMAILS, "#reward-missing"), (TEACH, "#rl-missing")):
            page.get_by_role("tab", name=tab, exact=True).click()
            expect(page.locator(bar)).to_contain_text("First: ", timeout=SLOW)
            page.evaluate("window.scrollTo(0, 0)")
            expect(page.locator(bar)).to_be_in_viewport()
        page.close()


@pytest.mark.browser
def test_a_link_near_the_top_leads_to_the_draft(page):
    page.locator("a[href='#example-draft']").click()
    expect(page.locator("#example-draft")).to_be_in_viewport()
    expect(page.locator("#example-draft-email")).to_be_in_viewport()


@pytest.mark.browser
def test_a_draft_is_there_to_be_scored_by_one_click(page):
    assert "Thursday" in page.locator("#example-draft-email textarea").input_value()
    page.locator("#example-draft-score").click()
    expect(page.locator("#example-draft-result")).to_contain_text("Of 100 emails like this one", timeout=SLOW)
