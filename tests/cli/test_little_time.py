"""Minutes that hold no RL step: said before anything is trained, with the minutes that would do."""

from __future__ import annotations

import json

import pytest

from outcome_rl.cli import train
from outcome_rl.events import RewardFold, Stopped
from outcome_rl.rl.time_budget import TOO_SHORT
from outcome_rl.runs.run import Run, replay
from tests.helpers.command_line import TUNING, typed


@pytest.mark.slow
def test_a_run_that_cannot_hold_one_step_says_so_at_once_and_is_not_begun(full_run, models_folder, monkeypatch):
    monkeypatch.setattr(train, "seconds_before", lambda run, clock: 61.0)
    asked = ["run", "mails.csv", "--model", full_run.base, "--encoder", models_folder / "distilbert"]
    settings = [*TUNING, "--minutes", 1, "--run-name", "short", "--reward-repeats", 1, "--json"]
    status, printed, _ = typed(*asked, *settings, "--out", "short", cwd=full_run.folder)
    assert status == 130
    assert json.loads(printed)["message"].startswith(TOO_SHORT)
    events = replay(Run(full_run.outputs / "runs" / "short"))[0]
    assert isinstance(events[-1], Stopped)
    assert not any(isinstance(event, RewardFold) for event in events)
    assert all(event.worked is not None for event in events)


def test_less_than_a_minute_is_refused_in_one_sentence_with_the_way_out(tmp_path):
    status, _, told = typed("finetune", "good.csv", "--minutes", 0.1, cwd=tmp_path)
    assert status == 2
    assert "--minutes: 0.1 is outside the allowed range, 1 to 100,000; less is over before a model is loaded" in told
    assert "give more, or leave it out and --steps or --epochs decide" in told
