"""The second tab's form: locked with a run's own settings while it works, and when it will be ready."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest
from playwright.sync_api import expect

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig
from outcome_rl.pipelines.planning import Outlook
from outcome_rl.rl.holding import RECKONED, Holding
from outcome_rl.rl.plan import Plan
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.run_watcher import RunSnapshot, RunWatcher
from outcome_rl.ui.finetune import plan_panel
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
    says(page, "#rl-estimate", "About 8 min")
    expect(page.locator("#rl-estimate b")).not_to_be_empty()
    in_eight_minutes = "new Date(Date.now() + 480000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })"
    expect(page.locator("#rl-estimate b")).to_have_text(page.evaluate(in_eight_minutes))
    page.close()


HELD = Holding(Plan(2, 8, 6), 9, 5, 8, 32, usual=False, enough=612.0)


@pytest.mark.parametrize(
    ("held", "minutes", "most", "offered"),
    [
        (HELD, 8, 100, 12),
        (replace(HELD, steps=1), 8, 100, 12),
        (replace(HELD, usual=True), 8, 100, None),
        (HELD, 12, 100, None),
        (HELD, None, 100, None),
        (replace(HELD, enough=2400.0), 8, 30, None),
    ],
)
def test_minutes_are_offered_where_they_would_do_and_may_be_had(monkeypatch, held, minutes, most, offered):
    monkeypatch.setenv("OUTCOME_RL_MAX_MINUTES", str(most))
    assert plan_panel.minutes_to_offer(FinetuneConfig(minutes=minutes), held) == offered


def outlook_of(config: FinetuneConfig, busy: float = 0.0) -> Outlook:
    held = HELD if config.minutes == 8 else replace(HELD, usual=True)
    return Outlook(held, held.in_words(f"{config.minutes:g} minutes", RECKONED), busy)


@pytest.mark.parametrize(("busy", "told"), [(0.1, False), (0.62, True)])
def test_that_others_are_at_work_is_said_where_they_clearly_are(monkeypatch, busy, told):
    monkeypatch.setattr(plan_panel, "_outlook", lambda page, dataset, config: outlook_of(config, busy))
    found = plan_panel.look_ahead(None, None, FinetuneConfig(minutes=8))
    assert "about 9 rounds of 8 emails; for 5 rounds of the usual 32 emails, give it about 12 minutes." in found.said
    assert ("Other programs take about 60 % of this computer" in found.said) is told
    assert (found.too_little, found.offered) == (False, 12)
    long = replace(outlook_of(FinetuneConfig(minutes=8), busy), held=replace(HELD, enough=7200.0))
    monkeypatch.setattr(plan_panel, "_outlook", lambda page, dataset, config: long)
    offered = plan_panel.look_ahead(None, None, FinetuneConfig(minutes=8)).offered
    assert offered == (None if told else 150), "two hours, for what other programs take, are no way out"


@pytest.mark.browser
def test_the_minutes_that_would_do_are_one_press_away_and_never_filled_in_unasked(
    chromium, address, monkeypatch
) -> None:
    monkeypatch.setattr(plan_panel, "_outlook", lambda page, dataset, config: outlook_of(config))
    page = chromium.new_page()
    page.goto(address)
    page.get_by_role("tab", name="2 Teach").click()
    says(page, "#rl-estimate", "give it about 12 minutes")
    minutes = page.locator("#rl-minutes input, #rl-minutes textarea").first
    expect(minutes).to_have_value("8")
    page.get_by_role("button", name="Use 12 minutes").click()
    expect(minutes).to_have_value("12")
    says(page, "#rl-estimate", "About 12 min on this computer")
    expect(page.locator("#rl-use-minutes")).to_be_hidden()
    page.close()
