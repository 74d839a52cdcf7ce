"""Reinforcement learning. :func:`rl_step` reads like the algorithm; the rest feeds it and reports."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch

from ..events import Event, Notice
from ..policy.lora import State
from ..reward.scorer import Scorer
from ..utils import distributed
from .checkpoints import load_optimizer_state
from .early_stopping import Guard, evaluate, is_due, watch_of
from .step import rl_step
from .time_budget import FEW_STEPS, Budget, first_step
from .trainer_state import (
    NotFinite,
    StopRequested,
    Training,
    adam,
    batch_of_step,
)
from .warm_start import LARGEST_SHARE

NOTHING_LEFT = "No time or step is left of what was given, so tuning is over; more --minutes or --steps add to it."
TOO_SHORT = "The time was over before the first RL step, so nothing was tuned."


def reinforce(
    training: Training, scorer: Scorer, contexts: Sequence[str], state: State, guard: Guard | None = None
) -> Iterator[Event]:
    """RL steps until time, steps, the guard or a stop ends them; returns whether it was a stop."""
    config = training.config
    optimizer = adam(training.policy, config.rl_rate)
    load_optimizer_state(optimizer, state)
    steps, stopped = config.planned_steps(len(contexts)), False
    if training.position.step and not watch_of(training).stopped_because and _is_over(training, steps, guard):
        yield Notice(message=NOTHING_LEFT)
    try:
        while True:
            over = _is_over(training, steps, guard)
            if guard and is_due(training, over):
                yield from evaluate(training, guard, scorer)
                over = _is_over(training, steps, guard)
            if over:
                if training.budget and not training.position.step:
                    yield Notice(message=_too_short(training, training.budget, guard))
                break
            began = time.monotonic()
            event = yield from _whole_step(training, optimizer, scorer, contexts)
            if event is None:
                continue
            took = time.monotonic() - began
            training.position = training.position.at(longest=max(training.position.longest * 0.9, took))
            left = _seconds_left(training, None if steps is None else steps - event.step, took)
            yield replace(event, steps=steps, seconds=took, seconds_left=left)
            if training.due():
                yield training.save(optimizer)
    except StopRequested:
        stopped = True
    yield training.save(optimizer)
    return stopped


def _is_over(training: Training, steps: int | None, guard: Guard | None) -> bool:
    """Whether there is no next step: none is planned, the guard ended them, or the time is up.

    What comes behind the next step, the last evaluation and the comparison, has its time too.
    """
    watch = watch_of(training)
    if watch.stopped_because or (steps is not None and training.position.step >= steps):
        return True
    if training.budget is None:
        return False
    return distributed.agreed(
        not training.budget.allows(training.elapsed(), _expected_step(training, guard), watch.seconds)
    )


def _expected_step(training: Training, guard: Guard | None) -> float:
    """Seconds that the next step may take: the longest of late, before the first one what the evaluation leads to."""
    config = training.config
    if training.position.longest or guard is None:
        return training.position.longest
    return first_step(
        watch_of(training).seconds, len(guard.contexts), config.contexts_per_step * config.samples_per_context
    )


def _seconds_left(training: Training, steps: int | None, step: float) -> float | None:
    """Until it is all over; where no time was set, until the last of ``steps`` that take ``step`` seconds each."""
    budget, evaluation = training.budget, watch_of(training).seconds
    left = training.seconds_left(steps, step, budget.end(evaluation) if budget else None)
    return left + budget.comparison(evaluation) if budget and left is not None else left


def _too_short(training: Training, budget: Budget, guard: Guard | None) -> str:
    """What to say where the time ended before the first step, with a time that would do."""
    step, evaluation = _expected_step(training, guard), watch_of(training).seconds
    if not step:
        return TOO_SHORT
    minutes = budget.minutes_for(FEW_STEPS, training.elapsed(), step, evaluation, LARGEST_SHARE)
    return f"{TOO_SHORT} About {minutes} minutes would hold {FEW_STEPS} steps on this machine."


def _whole_step(
    training: Training, optimizer: torch.optim.Optimizer, scorer: Scorer, contexts: Sequence[str]
) -> Iterator[Event]:
    """The next step on the contexts whose turn it is; a generator that returns its event, or None if it was skipped.

    A step that fails, or that a stop ends, leaves everything as it was before; the stop is raised.
    """
    config, draw = training.config, training.position.draw
    turn = batch_of_step(list(range(len(contexts))), draw, config.contexts_per_step, config.seed)
    try:
        with training.undone_on_failure(optimizer):
            event = rl_step(training, optimizer, scorer, [contexts[i] for i in turn])
    except NotFinite as fault:
        yield from training.skip(fault, optimizer)
        return None
    yield from training.told()
    return event
