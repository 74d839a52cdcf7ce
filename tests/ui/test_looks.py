"""How the page looks: text that can be read in light and dark, a phone's width, a quiet console; the pictures."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.helpers.command_line import ROOT
from tests.helpers.looks import FAINT, LEAST_CONTRAST
from tests.helpers.marks import slow
from tests.helpers.pages import errors_of

TABS = ("Example", "1 Your emails", "2 Teach", "3 Write & compare")


LINES = """tab => {
    const range = document.createRange(); range.selectNodeContents(tab);
    return new Set([...range.getClientRects()].map(each => Math.round(each.top))).size
}"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, slow(375), slow(412)])
def test_on_a_phone_every_tab_is_in_sight_and_those_of_the_page_are_of_one_line(chromium, address, width):
    page = chromium.new_page(viewport={"width": width, "height": 844})
    page.goto(address)
    tabs = page.locator("#tabs > .tab-wrapper .tab-container").last.get_by_role("tab")
    expect(tabs).to_have_text(list(TABS))
    for tab in tabs.all():
        expect(tab).to_be_visible()
        assert tab.evaluate(LINES) == 1, tab.inner_text()
    tabs.last.click()
    for name in ("Write an email", "Compare many", "Blind test", "Your own draft"):
        expect(page.get_by_role("tab", name=name)).to_be_visible()
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "scheme"), [slow(1280, "light"), slow(1280, "dark"), slow(390, "light"), (390, "dark")]
)
def test_every_tab_can_be_read_and_fits(chromium, address, width, scheme):
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    errors = errors_of(page)
    page.goto(address)
    page.locator("#example-verdict .orl-verdict").wait_for(timeout=60_000)
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        page.locator(f"[role=tab][aria-selected=true]:has-text('{tab}')").wait_for()
        # what moves is waited for, since half of a transition has half of its colours
        page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))")
        assert page.evaluate(FAINT, LEAST_CONTRAST) == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert errors == []
    page.close()


def test_the_pictures_in_the_readme_are_there_and_small():
    names = re.findall(r"!\[[^\]]+\]\((docs/screenshots/[^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(names) >= 4
    assert {(ROOT / name).read_bytes()[:4] for name in names} == {b"\x89PNG"}
    assert max((ROOT / name).stat().st_size for name in names) <= 300_000
