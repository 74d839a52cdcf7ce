"""Minutes that hold too few steps: said before anything is trained, and the plan changes with them."""

from __future__ import annotations

import json

import pytest

from outcome_rl.events import Notice, RewardFold
from outcome_rl.runs.workspace import Run, replay
from tests.helpers.command_line import TUNING, result

FEW = "are the fewest that can change much"


@pytest.mark.slow
def test_a_run_that_cannot_hold_five_steps_says_so_before_it_starts(full_run, models_folder):
    asked = ["run", "mails.csv", "--model", full_run.base, "--encoder", models_folder / "distilbert"]
    settings = [*TUNING, "--minutes", 0.03, "--run-name", "short", "--reward-repeats", 1]
    found = result(*asked, *settings, "--out", "short", cwd=full_run.folder)
    run = Run(full_run.outputs / "runs" / "short")
    events = replay(run)[0]
    warned = next(i for i, event in enumerate(events) if isinstance(event, Notice) and FEW in event.message)
    assert warned < next(i for i, event in enumerate(events) if isinstance(event, RewardFold))
    assert any(FEW in notice for notice in found["finetune"]["notices"])
    plan = json.loads((run.folder / "plan.json").read_text())
    assert (plan["contexts_per_step"], plan["warm_share"]) == (2, 0.15)
