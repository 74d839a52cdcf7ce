"""The second tab's form: locked with a run's own settings while it works, and when it will be ready."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from playwright.sync_api import expect

from outcome_rl import events as ev
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.run_watcher import RunSnapshot, RunWatcher
from outcome_rl.ui.finetune import plan_panel
from outcome_rl.ui.finetune.plan_panel import proposed
from outcome_rl.ui.finetune.tab import asked_of
from tests.helpers.made_runs import made_run, rl_step, told
from tests.helpers.pages import says


def test_a_run_at_work_shows_what_it_was_asked_for_and_nothing_else_can_be_typed(tmp_path: Path) -> None:
    space = Workspace(tmp_path)
    run = made_run(space, "one", [rl_step(1)])
    run.facts_file.write_text("We have 40 customers.\n", encoding="utf-8")
    asked = gr.Textbox(), gr.Dropdown(["auto"]), gr.Textbox()
    at_work = asked_of(RunWatcher(space).snapshot(("finetune",)), asked)
    assert [at_work[box].value for box in asked] == ["", "auto", "We have 40 customers."]
    assert not any(at_work[box].interactive for box in asked)
    told(run, [ev.Finished(result={})])
    for view in (RunWatcher(space).snapshot(("finetune",)), RunSnapshot()):
        assert all(box.interactive for box in asked_of(view, asked).values())


@pytest.mark.browser
def test_the_plan_says_when_it_will_be_ready_by_the_browsers_clock(chromium, address) -> None:
    page = chromium.new_page(timezone_id="Asia/Kolkata", locale="en-GB")
    page.goto(address)
    page.get_by_role("tab", name="2 Teach").click()
    page.locator("#rl-minutes textarea, #rl-minutes input").first.fill("600")
    says(page, "#rl-estimate", "About 10 h")
    expect(page.locator("#rl-estimate b")).not_to_be_empty()
    in_ten_hours = "new Date(Date.now() + 36000000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })"
    expect(page.locator("#rl-estimate b")).to_have_text(page.evaluate(in_ten_hours))
    page.close()


@pytest.mark.parametrize(("needed", "filled_in"), [(None, "8"), (3.0, "8"), (7.9, "8"), (9.2, "10"), (10.01, "11")])
def test_as_many_minutes_as_are_needed_are_filled_in_and_never_fewer(needed: float | None, filled_in: str) -> None:
    assert proposed("8", needed) == filled_in


def test_no_more_minutes_are_filled_in_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTCOME_RL_MAX_MINUTES", "9")
    assert proposed("8", 12.0) == "9"
    monkeypatch.setenv("OUTCOME_RL_MAX_MINUTES", "5")
    assert proposed("8", 12.0) == "8"


@pytest.mark.browser
def test_minutes_follow_what_is_needed_until_somebody_types(chromium, address, monkeypatch) -> None:
    needed = {"minutes": 9.2}
    monkeypatch.setattr(plan_panel, "_minutes_needed", lambda *given: needed["minutes"])
    page = chromium.new_page()
    page.goto(address)
    page.get_by_role("tab", name="2 Teach").click()
    minutes = page.locator("#rl-minutes textarea, #rl-minutes input").first
    expect(minutes).to_have_value("10")
    says(page, "#rl-estimate", "10 minutes are filled in: as busy as this computer is now, 8 would hold too few rounds")
    needed["minutes"] = 5.0
    look_again(page)
    expect(minutes).to_have_value("8")
    minutes.press("End")
    minutes.press("Backspace")
    minutes.press_sequentially("8")  # the same, but typed
    expect(minutes).to_have_value("8")
    says(page, "#rl-estimate", "About 8 min")
    needed["minutes"] = 30.0
    look_again(page)
    says(page, "#rl-estimate", "about 30 minutes would")
    expect(minutes).to_have_value("8")
    expect(page.locator("#rl-estimate")).not_to_contain_text("filled in")
    page.close()


def look_again(page: Any) -> None:
    page.get_by_role("tab", name="1 Your emails").click()
    page.get_by_role("tab", name="2 Teach").click()
