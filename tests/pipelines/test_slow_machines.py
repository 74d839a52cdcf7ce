"""Whole fine-tunes on computers that are quick, slow or suddenly four times slower: they keep to the time given."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.pipelines.finetune_inputs import FinetuneJob
from outcome_rl.pipelines.finetune_run import finetune_run
from outcome_rl.pipelines.rewards import Rewards
from outcome_rl.policy.metadata import read_origin, taught_steps
from outcome_rl.policy.model import load_writing_model
from outcome_rl.rl.pace import Pace
from outcome_rl.rl.time_budget import TOO_SHORT
from outcome_rl.runs.workspace import Workspace
from tests.helpers.finetuning import EarlyLetterLover
from tests.helpers.machines import Machine, writes_on

MINUTES = 2.0
CONTEXTS = tuple(f"Customer: role {i} at a firm." for i in range(40))
DATA = EmailData(CONTEXTS, tuple(f"Hello, item {i}?" for i in range(40)), (2, 0) * 20, tuple(range(2, 42)))
PROBED = 0.8
"""Seconds for an email, as the machine was measured."""


def fine_tune(tmp_path, models_folder, monkeypatch, machine, began=0.0, **changes):
    """The events of a fine-tune of :data:`MINUTES`."""
    writes_on(machine, monkeypatch)
    settings = {
        "minutes": MINUTES, "contexts_per_step": 4, "samples_per_context": 2, "max_new_tokens": 4, "write": "free",
        "warm_start_epochs": 0, "held_out_contexts": 12, "guard_contexts": 8, "patience": 99, "kl_budget": 1e4,
        "least_variety": 0.0, "unfinished_penalty": 0.0, "ignore_verdict": True,
    }  # fmt: skip
    config = FinetuneConfig(model="tiny", **{**settings, **changes})
    base = load_writing_model(models_folder / "llama", torch.float32)
    run = Workspace(tmp_path / str(len(list(tmp_path.iterdir())))).new_run("finetune")  # knows no other run's pace
    job = FinetuneJob(
        config, run, DATA, Rewards(EarlyLetterLover(), None, True, "letters"), tmp_path / "tuned", 60 * config.minutes,
        base=base, pace=Pace(0.0, PROBED, 0.0, 0.0, 0.0), clock=replace(machine.clock(), before=began),
    )  # fmt: skip
    return list(finetune_run(job, lambda: False))


def count(events, kind):
    return sum(isinstance(event, kind) for event in events)


SECONDS = 60 * MINUTES


@pytest.mark.parametrize(
    ("machine", "steps"),
    [
        pytest.param(Machine(PROBED), 7, id="as it was measured"),
        pytest.param(Machine(PROBED / 2), 14, id="quicker than measured"),
        pytest.param(Machine(PROBED, lambda now: 4.0), 2, id="four times slower all along"),
        pytest.param(Machine(PROBED, lambda now: 4.0 if now > 10 else 1.0), 2, id="four times slower from soon on"),
        pytest.param(Machine(PROBED, lambda now: 4.0 if now > 85 else 1.0), 7, id="four times slower near the end"),
        pytest.param(Machine(PROBED, lambda now: 4.0 if 40 < now < 65 else 1.0), 5, id="slower for a while"),
    ],
)
def test_a_run_keeps_to_its_minutes(tmp_path, models_folder, monkeypatch, machine, steps):
    machine = replace(machine, time=0.0, emails=0)
    events = fine_tune(tmp_path, models_folder, monkeypatch, machine)
    assert machine.time <= 1.2 * SECONDS
    result = events[-1].result
    assert result["steps"] >= steps
    assert result["seconds"] == pytest.approx(machine.time)
    assert result["evaluation"]["n"] >= 2


def test_where_no_step_was_made_nothing_is_compared(tmp_path, models_folder, monkeypatch):
    machine = Machine(PROBED, lambda now: 25.0)
    events = fine_tune(tmp_path, models_folder, monkeypatch, machine)
    assert count(events, ev.RLStep) == 0
    assert isinstance(events[-1], ev.Stopped)
    assert not events[-1].resumable
    assert events[-1].message.startswith(f"{TOO_SHORT} About ")
    assert "minutes would hold 5 steps on this machine. The model without tuning is saved in " in events[-1].message
    assert not any(isinstance(event, ev.Progress) and "compare" in event.phase for event in events)
    assert machine.time < SECONDS
    assert read_origin(tmp_path / "tuned")["steps"] == 0


def test_a_model_that_was_tuned_before_is_not_lost_to_one_that_was_not(tmp_path, models_folder, monkeypatch):
    with monkeypatch.context() as patched:
        fine_tune(tmp_path, models_folder, patched, Machine(PROBED))
    before = taught_steps(tmp_path / "tuned")
    events = fine_tune(tmp_path, models_folder, monkeypatch, Machine(PROBED, lambda now: 25.0))
    assert events[-1].message.endswith("this machine. The model that was tuned before stays as it was.")
    assert taught_steps(tmp_path / "tuned") == before > 0


def test_a_time_that_is_over_before_anything_is_loaded_is_not_overrun(tmp_path, models_folder, monkeypatch):
    machine = Machine(PROBED)
    events = fine_tune(tmp_path, models_folder, monkeypatch, machine, began=SECONDS + 1)
    assert [type(event) for event in events] == [ev.Stopped]
    assert machine.emails == 0
    assert not (tmp_path / "tuned").exists()
