"""What can be pressed: the one thing that is next, and nothing that does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.words.names import EMAILS, EXAMPLE, TEACH, WRITE
from tests.helpers.made_runs import made_run, rl_step

EXPORT = Path(__file__).parent.parent / "importers" / "fixtures" / "smartlead_statistics" / "export.csv"
SLOW = 120_000
TABS = {EXAMPLE: "#example-recipient", EMAILS: "#use-sample", TEACH: "#rl-minutes", WRITE: "#compare-context"}


@pytest.mark.browser
def test_while_a_file_waits_nothing_else_is_learned_from(chromium, address):
    page = chromium.new_page()
    page.goto(address)
    page.get_by_role("tab", name=EMAILS).click()
    expect(page.locator("#train-reward")).to_be_visible(timeout=SLOW)
    expect(page.locator("#stop-reward"), "there is nothing to stop").to_be_hidden()
    page.locator("#data-upload input[type=file]").set_input_files(str(EXPORT))
    expect(page.locator("#import-use")).to_be_visible(timeout=SLOW)
    expect(page.locator("#train-reward")).to_be_hidden()
    page.locator("#use-sample").click()
    expect(page.locator("#train-reward")).to_be_visible(timeout=SLOW)
    page.close()


@pytest.mark.browser
@pytest.mark.slow
def test_every_tab_opens_while_a_run_is_at_work_and_a_file_waits(chromium, tmp_path, address):
    made_run(Workspace(tmp_path), "one", [rl_step(3)])
    page = chromium.new_page()
    page.goto(address)
    expect(page.locator("#rl-stop:not([disabled])")).to_be_visible(timeout=SLOW)
    expect(page.locator("#rl-estimate"), "it has begun, so that no time of a start is told").to_be_hidden()
    page.get_by_role("tab", name=EMAILS, exact=True).click()
    page.locator("#data-upload input[type=file]").set_input_files(str(EXPORT))
    expect(page.locator("#import-use")).to_be_visible(timeout=SLOW)
    for tab in (TEACH, EXAMPLE, WRITE, EMAILS, TEACH):
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(page.locator(TABS[tab])).to_be_visible(timeout=SLOW)
    page.close()
