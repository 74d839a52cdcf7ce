"""The record of a predictor's learning, made of events alone."""

from __future__ import annotations

from typing import Any

from outcome_rl import events as ev
from outcome_rl.events import READING


def loading() -> ev.Event:
    return ev.Progress(phase="finding the encoder", done=0, total=1, worked=2.0)


def read(done: int, left: float, worked: float) -> ev.Event:
    return ev.Progress(phase=READING, done=done, total=480, seconds_left=left, worked=worked)


def fold(number: int, folds: int = 10) -> ev.Event:
    figures = {"log_loss": 1.0, "guessing_log_loss": 1.1, "accuracy": 0.5}
    return ev.RewardFold(fold=number, folds=folds, seconds=2.0 * number, worked=40.0 + 2 * number, **figures)


def learned_events(**result: Any) -> list[ev.Event]:
    """600 emails: 2 s to begin, 8 s to load, 480 rows read in 30 s, two tests of 10 s each, judged in 15 s."""
    done = ev.PhaseDone(phase="reward_model", result={"rows_total": 600, "repeats": 2} | result, worked=75.0)
    return [loading(), read(32, 28.0, 12.0), read(480, 0.0, 40.0), fold(5), fold(10), done]
