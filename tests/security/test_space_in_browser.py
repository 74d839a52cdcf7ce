"""The page as a Space, in a browser: two visitors who see nothing of each other, and every part of the page works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.helpers.space_visitors import emails, served_space

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLOW = 200_000


@pytest.fixture
def visit(tmp_path: Path, chromium) -> Iterator:
    """Opens the page for one more visitor; nothing may fail in a browser."""
    visitors, errors = [], []
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SPACE_ID", "somebody/outcome-rl")
        environment.setenv("GRADIO_TEMP_DIR", str(tmp_path / "cache"))
        with served_space(tmp_path / "space") as (address, _):

            def opened():
                visitors.append(chromium.new_context())
                page = visitors[-1].new_page()
                page.on("response", lambda answer: errors.append(answer.url) if answer.status >= 400 else None)
                page.on("pageerror", lambda error: errors.append(str(error)))
                page.goto(address)
                page.get_by_role("tab", name="1 Your emails").click()
                page.locator("#data-status", has_text="In use").wait_for(timeout=SLOW)
                return page

            yield opened
            for visitor in visitors:
                visitor.close()
    assert errors == []


def test_two_visitors(visit, tmp_path):
    file = tmp_path / "annas-list.csv"
    file.write_text(emails("ANNA", 60))
    anna, ben = visit(), visit()
    anna.locator("#data-upload input[type=file]").set_input_files(str(file))
    anna.locator("#data-status", has_text="annas-list.csv").wait_for(timeout=SLOW)
    anna.locator("#data-check button").first.click()
    anna.locator("#data-look button").first.click()
    expect(anna.locator("#data-lengths .main-svg").first).to_be_visible(timeout=SLOW)
    with anna.expect_download(timeout=SLOW) as download:
        anna.locator("#data-download").click()
    assert "ANNA 0" in Path(download.value.path()).read_text()
    anna.reload()
    anna.locator("#data-status", has_text="annas-list.csv").wait_for(timeout=SLOW)
    ben.reload()
    ben.locator("#data-status", has_text="the sample data").wait_for(timeout=SLOW)
    assert "ANNA" not in ben.content() and "annas" not in ben.content()
    for tab in ("2 Teach", "3 Write & compare"):
        anna.get_by_role("tab", name=tab).click()
    anna.get_by_role("link", name="Download or delete everything").click()
    anna.get_by_role("checkbox").check()
    anna.get_by_role("button", name="Delete everything").click()
    expect(anna.get_by_text("Nothing of yours is kept here now")).to_be_visible(timeout=SLOW)
