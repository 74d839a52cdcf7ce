"""The loop of reinforcement learning; a step of it is :func:`outcome_rl.rl.step.rl_step`."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

import torch

from ..events import Event, Notice, RLStep
from ..policy.lora import State
from ..reward.interface import Scorer
from ..utils import distributed
from ..utils.formatting import format_duration
from .checkpoints import load_optimizer_state
from .data_order import items_before, items_from
from .gradients import adam
from .step import rl_step
from .time_budget import FEWEST_STEPS, TOO_SHORT, TimeBudget, first_step, too_short
from .trainer_context import OutOfTime, TrainerContext, run_steps
from .validation import Validation, is_due, validate

NOTHING_LEFT = "No time or step is left of what was given, so tuning is over; more --minutes or --steps add to it."
NOT_JUDGED = "The time was over before the last RL steps were judged, so what was judged best before them is kept."
RECENT = 5
"""RL steps whose usual time tells that of those to come."""


def reinforce(
    training: TrainerContext,
    scorer: Scorer,
    contexts: Sequence[str],
    state: State,
    validation: Validation | None = None,
) -> Generator[Event, None, bool]:
    """RL steps until time, steps, early stopping or a stop ends them; returns whether it was a stop.

    ``state``: the optimiser's, of a run that goes on.
    """
    optimizer = adam(training.policy, training.config.value_of("learning_rate"))
    load_optimizer_state(optimizer, state)
    loop = _RLSteps(training, optimizer, scorer, contexts, validation, training.config.planned_steps(len(contexts)))
    if training.budget and training.state.early_stopping.contexts:
        training.budget = training.budget.validating(training.state.early_stopping.contexts)
    if training.state.step and not training.state.early_stopping.stopped_because and loop.is_last():
        yield Notice(message=NOTHING_LEFT)
    stopped = yield from run_steps(training, optimizer, loop.is_over, loop.step, loop.timed)
    yield training.save(optimizer)
    return stopped


@dataclass(frozen=True)
class _RLSteps:
    """What :func:`run_steps` asks of reinforcement learning. ``steps``: as many are planned; None: the time decides."""

    training: TrainerContext
    optimizer: torch.optim.Optimizer
    scorer: Scorer
    contexts: Sequence[str]
    validation: Validation | None
    steps: int | None
    recent: list[float] = field(default_factory=list)

    def step(self) -> RLStep:
        """The next step, on the contexts whose turn it is."""
        training, config = self.training, self.training.config
        read, size = training.state.contexts_read, config.contexts_per_step
        if read is None:  # all steps so far were of this size
            read = items_before(training.state.data_index, len(self.contexts), size)
        turn = items_from(list(range(len(self.contexts))), read, size, config.seed)
        training.reading = len(turn)
        began, expected = training.elapsed(), self._expected_step()

        def late() -> bool:
            """Whether too little time is left behind the step, on a machine that has become as slow as it shows."""
            assert training.budget, "asked under a time budget alone"
            now, evaluation = training.elapsed(), training.state.early_stopping.evaluation_seconds
            slower = max(1.0, (now - began) / expected) if expected else 1.0
            return training.budget.too_late(now, slower * evaluation)

        with training.given_up_when(late):
            event = rl_step(training, self.optimizer, self.scorer, [self.contexts[i] for i in turn])
        training.state = replace(training.state, contexts_read=read + len(turn))
        return event

    def timed(self, event: RLStep, seconds: float) -> RLStep:
        """The step's event with its time and what is left; its time is remembered for the budget."""
        state = self.training.state
        slowest = max(state.slowest_step_seconds * 0.9, seconds)
        self.training.state = replace(state, slowest_step_seconds=slowest)
        self.recent[:] = [*self.recent, seconds][-RECENT:]
        left = self._seconds_left(None if self.steps is None else self.steps - event.step, median(self.recent))
        return replace(event, steps=self.steps, seconds=seconds, seconds_left=left)

    def is_over(self) -> Generator[Event, None, bool]:
        """Validates where that is due; whether there is no next step."""
        training, last = self.training, self.is_last()
        if self.validation and is_due(training, last):
            yield from self._validate(self.validation)
            last = self.is_last()
        if not last:
            yield from self._fit_steps()
        asked, stopped = self.steps != 0, training.state.early_stopping.stopped_because
        if last and asked and training.budget and not training.state.step and not stopped:
            training.too_short = self._too_short(training.budget)
        return last

    def _validate(self, validation: Validation) -> Iterator[Event]:
        """Judges the policy, unless the time is over before that is done."""
        training = self.training
        budget = training.budget

        def late() -> bool:
            assert budget, "asked under a time budget alone"
            return budget.too_late(training.elapsed())

        try:
            with training.given_up_when(late):
                yield from validate(training, validation, self.scorer)
        except OutOfTime:
            if training.state.step:
                yield Notice(message=NOT_JUDGED)
        if budget and training.state.early_stopping.contexts:
            training.budget = budget.validating(training.state.early_stopping.contexts)

    def _fit_steps(self) -> Iterator[Event]:
        """Fewer contexts from the next step on, where the first ones took longer than the plan reckoned with."""
        training, done, now = self.training, self.training.state.step, self.training.config.contexts_per_step
        if training.budget is None or not 0 < done < FEWEST_STEPS:
            return
        step, evaluation = training.state.slowest_step_seconds, training.state.early_stopping.evaluation_seconds
        wanted = min(FEWEST_STEPS, self.steps or FEWEST_STEPS) - done
        left = training.budget.left(training.elapsed(), evaluation)
        fitting = now if left >= wanted * step else max(min(2, now), int(now * left / (wanted * step)))
        fitting = distributed.broadcast_from_main(fitting)
        if fitting == now:
            return
        training.config = replace(training.config, contexts_per_step=fitting)
        expected = step * fitting / now
        training.state = replace(training.state, slowest_step_seconds=expected, contexts_per_step=fitting)
        emails = fitting * training.config.samples_per_context
        yield Notice(
            message=f"Steps take longer than was reckoned with ({format_duration(step)}): from here on each is of "
            f"{emails} emails, so that there are more of them."
        )

    def is_last(self) -> bool:
        """Whether there is no next step: none is planned, early stopping ended them, or the time is up.

        What comes behind the next step, the last validation and the comparison, has its time too.
        """
        training, stopping = self.training, self.training.state.early_stopping
        if stopping.stopped_because or (self.steps is not None and training.state.step >= self.steps):
            return True
        if training.over:
            return True
        if training.budget is None:
            return False
        enough = training.budget.allows(training.elapsed(), self._expected_step(), stopping.evaluation_seconds)
        return distributed.any_process(not enough)

    def _expected_step(self) -> float:
        """Seconds that the next step may take: the longest of late, before the first what the validation leads to."""
        training, config = self.training, self.training.config
        if training.state.slowest_step_seconds or self.validation is None:
            return training.state.slowest_step_seconds
        emails = config.contexts_per_step * config.samples_per_context
        stopping = training.state.early_stopping
        return first_step(stopping.evaluation_seconds, stopping.contexts or len(self.validation.contexts), emails)

    def _seconds_left(self, steps: int | None, step: float) -> float | None:
        """Until it is all over; where no time was set, until the last of ``steps`` that take ``step`` seconds each."""
        budget, evaluation = self.training.budget, self.training.state.early_stopping.evaluation_seconds
        left = self.training.seconds_left(steps, step, budget.end(evaluation) if budget else None)
        return left + budget.comparison(evaluation) if budget and left is not None else left

    def _too_short(self, budget: TimeBudget) -> str:
        """What to say where the time ended before the first step, with a time that would do."""
        step, evaluation = self._expected_step(), self.training.state.early_stopping.evaluation_seconds
        if not step and not budget.enough:
            return TOO_SHORT
        minutes = budget.minutes_for(FEWEST_STEPS, self.training.elapsed(), step, evaluation)
        return too_short(minutes)
