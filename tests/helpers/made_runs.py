"""Runs as a fine-tune leaves them, made of events alone: nothing is trained."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig
from outcome_rl.runs.run import Run, record
from outcome_rl.runs.workspace import Workspace

CONTEXTS = ("Customer: CTO at a clinic.", "Customer: Buyer at a mill.", "Customer: Head of a school.")


def rl_step(step: int, reward: float = 0.0, **others: Any) -> ev.RLStep:
    values = {
        "step": step,
        "steps": None,
        "reward_mean": reward,
        "reward_std": 0.5,
        "kl": 0.1 * step,
        "length_mean": 60.0,
        "ended_share": 1.0,
        "share_no_reply": 0.5,
        "share_reply": 0.3,
        "share_conversion": 0.2,
        "loss": 0.1,
        "grad_norm": 1.0,
        "tokens_per_second": 100.0,
        "completions": 32 * step,
        "seconds": 10.0,
        "seconds_left": None,
        "sample_1_context": CONTEXTS[0],
        "sample_1_email": f"First of step {step}",
        "sample_1_reward": reward,
        "sample_2_context": CONTEXTS[1],
        "sample_2_email": f"Best of step {step}",
        "sample_2_reward": reward,
    }
    return ev.RLStep(**{**values, **others})


def rl_evaluation(step: int, judged: float = 0.0, best: bool = False, **others: Any) -> ev.RLEvaluation:
    values = {
        "step": step,
        "contexts": 16,
        "judge_mean": judged,
        "judge_low": None if judged is None else judged - 0.2,
        "judge_high": None if judged is None else judged + 0.3,
        "independent": True,
        "reward_mean": None if judged is None else judged + 0.1,
        "kl": 0.1 * step,
        "distinct_2": 0.8,
        "length_mean": 61.0,
        "best": best,
        "seconds": 5.0,
    }
    for place, context in enumerate(CONTEXTS, 1):
        values[f"sample_{place}_context"] = context
        values[f"sample_{place}_email"] = f"Email {place} after step {step}"
        values[f"sample_{place}_judge"] = judged
    return ev.RLEvaluation(**{**values, **others})


def told(run: Run, events: Iterable[ev.Event]) -> None:
    """Add events to a run's record; this process is then the one at work on it, until the last event says otherwise."""
    for _ in record(events, run):
        pass


def made_run(
    space: Workspace,
    name: str,
    events: Iterable[ev.Event] = (),
    kind: str = "finetune",
    model: str = FinetuneConfig.model,
    steps: int | None = None,
) -> Run:
    """A run with these events after its first; it is at work unless they end it."""
    run = space.new_run(kind, name)
    config = FinetuneConfig(model=model, steps=steps).to_dict()
    run.write_config({"kind": kind, "data": "mails.csv", "columns": {}, "finetune": config})
    told(run, [ev.Started(kind=kind, command=f"python -m outcome_rl {kind} mails.csv"), *events])
    return run
