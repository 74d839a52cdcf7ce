"""What the warm start and reinforcement learning share: their state, the loop of guarded steps, writing emails."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import torch

from ..config import FinetuneConfig
from ..engine.sampling import SamplingParams
from ..errors import RunError
from ..events import CheckpointSaved, Event, Notice
from ..policy.lora import State
from ..policy.model import Policy
from ..policy.writing import OtherChoice, Request, Written
from ..utils import distributed
from ..utils.cpu import give_back_freed_memory
from ..utils.oom import AdaptiveBatchSize, out_of_memory, out_of_memory_advice
from ..utils.work_clock import WorkClock
from .checkpoints import Checkpoint, load_optimizer_state, optimizer_state, save_checkpoint
from .data_order import seed_of_step
from .time_budget import TimeBudget
from .trainer_state import RL, TrainerState

T = TypeVar("T")

EXCHANGE = 2
"""Tells the random numbers that exchange sentences from those that emails are drawn with."""
MOST_SKIPPED = 3
"""Steps in a row that may fail; the last of them ends the run."""


class StopRequested(Exception):
    """Raised inside a step that was asked to stop; the step is given up and leaves no trace."""


class OutOfTime(Exception):
    """Raised inside work whose time is over; it is given up as well, and no more of its kind is begun."""


class NotFinite(Exception):
    """Raised inside a step whose loss or gradient is not a number or infinite; the step is given up as well."""


class Diverged(RunError):
    """Too many steps in a row were not finite; policy and checkpoint are of the last good one."""


@dataclass
class TrainerContext:
    """A fine-tune in progress; without a ``budget`` planned steps end it. ``folder``: checkpoints.

    ``clock``: the run's; None: one that begins now, with what the state counts. ``warm_start``: the adapter as the warm
    start left it, empty until then; ``best``: the one that is kept. ``reading``: contexts of the RL step under way.
    ``give_up``: whether what is under way has become too late. ``over``: something was given up. ``too_short``: why
    nothing was tuned, if the time was the reason.
    """

    config: FinetuneConfig
    policy: Policy
    state: TrainerState
    folder: Path
    should_stop: Callable[[], bool]
    budget: TimeBudget | None = None
    clock: WorkClock | None = None
    warm_start: State = field(default_factory=dict)
    best: State = field(default_factory=dict)
    reading: int = 0
    give_up: Callable[[], bool] = lambda: False
    over: bool = False
    too_short: str | None = None

    def __post_init__(self) -> None:
        self.config = self.config.resolved(self.policy.writing.name)
        if self.state.contexts_per_step:
            self.config = replace(self.config, contexts_per_step=self.state.contexts_per_step)
        self._clock = self.clock or WorkClock(self.state.seconds)
        self._saved = self.elapsed()
        self._kept: State | None = None  # the warm start that the checkpoint holds
        self.micro_batch = _adaptive_batch_size("emails", self.config.micro_batch_size, self.state.micro_batch_size)
        self.sampled = _adaptive_batch_size("contexts", self.config.contexts_per_step, self.state.contexts_at_once)

    def elapsed(self) -> float:
        """Seconds of work so far."""
        return self._clock.elapsed()

    def seconds_left(self, steps_left: int | None, seconds_per_step: float, limit: float | None) -> float | None:
        """Until the planned steps are done or ``limit`` seconds of work are over, whichever comes first."""
        ends = [] if steps_left is None else [steps_left * seconds_per_step]
        ends += [] if limit is None else [limit - self.elapsed()]
        return max(0.0, min(ends)) if ends else None

    def check_stop(self) -> None:
        """Raises StopRequested where a stop was asked for, OutOfTime where it is too late to go on.

        One of several processes does so with the others only.
        """
        if distributed.count() > 1:
            return
        if self.should_stop():
            raise StopRequested
        if self.give_up():
            raise OutOfTime

    @contextmanager
    def given_up_when(self, late: Callable[[], bool]) -> Iterator[None]:
        """Work that raises OutOfTime once it is ``late``, if it has a time budget."""
        self.give_up = late if self.budget else self.give_up
        try:
            yield
        except OutOfTime:
            self.over = True
            raise
        finally:
            self.give_up = lambda: False

    def save(self, optimizer: torch.optim.Optimizer) -> CheckpointSaved:
        """Write a checkpoint from which training goes on as if it had never stopped."""
        self.state = replace(
            self.state,
            seconds=self.elapsed(),
            micro_batch_size=self.micro_batch.reduced_to,
            contexts_at_once=self.sampled.reduced_to,
        )
        if distributed.is_main():
            adapter, moments = self.policy.adapter.state(), optimizer_state(optimizer)
            state = Checkpoint(self.state, adapter, self.warm_start, moments, self.best)
            save_checkpoint(self.folder, state, same_warm_start=self._kept is self.warm_start)
        self._saved, self._kept = self.elapsed(), self.warm_start
        return CheckpointSaved(step=self.state.step, warm_steps=self.state.warm_steps, folder=str(self.folder))

    def due(self) -> bool:
        """Whether it is time for another checkpoint."""
        return self.elapsed() - self._saved >= 60 * self.config.checkpoint_minutes

    @contextmanager
    def undone_on_failure(self, optimizer: torch.optim.Optimizer) -> Iterator[None]:
        """A step that leaves policy, optimiser and state as they were if it ends in an error.

        Raises:
            StopRequested: before it has begun, where this or any other process was asked to stop.
        """
        if distributed.any_process(self.should_stop()):
            raise StopRequested
        before = self.state, self.policy.adapter.state(), optimizer_state(optimizer)
        try:
            yield
        except Exception as fault:
            optimizer.zero_grad()
            self.state = before[0]
            self.policy.adapter.load(before[1])
            load_optimizer_state(optimizer, before[2])
            if out_of_memory(fault):
                raise RunError(out_of_memory_advice("outside of what can be done in parts")) from fault
            raise

    def skip(self, fault: NotFinite, optimizer: torch.optim.Optimizer) -> Iterator[Event]:
        """Go on to other data with the model as it was before the step that failed.

        Raises:
            Diverged: it was the last of :data:`MOST_SKIPPED` in a row; a checkpoint of the last good model is saved.
        """
        now = self.state
        read = None if now.contexts_read is None else now.contexts_read + self.reading
        failed = now.consecutive_nonfinite + 1
        self.state = replace(now, skipped=now.skipped + 1, consecutive_nonfinite=failed, contexts_read=read)
        name = f"Step {now.step + 1}" if now.phase == RL else f"The warm start's step {now.warm_steps + 1}"
        yield Notice(message=f"{name} is skipped: {fault}. The model stays as it was; other data come next.")
        if self.state.consecutive_nonfinite < MOST_SKIPPED:
            return
        self.state = replace(self.state, consecutive_nonfinite=0)  # who resumes gets as many tries
        yield self.save(optimizer)
        rate = "--learning-rate" if now.phase == RL else "--warm-start-learning-rate"
        raise Diverged(
            f"{name} failed {MOST_SKIPPED} times in a row ({fault}); the model as it was before is kept. Go on with "
            f"--resume and half the {rate}, and check the reward model's payoffs if that does not help"
        )

    def guarded_step(self, optimizer: torch.optim.Optimizer, step: Callable[[], T]) -> Generator[Event, None, T | None]:
        """``step()``, or None where it was skipped; a step that fails or is stopped leaves everything as it was before.

        Raises:
            StopRequested: a stop was asked for.
            Diverged: too many steps in a row were not finite.
        """
        try:
            with self.undone_on_failure(optimizer):
                result = step()
        except NotFinite as fault:
            yield from self.skip(fault, optimizer)
            return None
        yield from self.pending_notices()
        return result

    def pending_notices(self) -> Iterator[Event]:
        """What the steps so far have to say besides their figures."""
        for batch_size in (self.micro_batch, self.sampled):
            while batch_size.notices:
                yield Notice(message=batch_size.notices.pop(0))


E = TypeVar("E", bound=Event)


def run_steps(
    training: TrainerContext,
    optimizer: torch.optim.Optimizer,
    is_over: Callable[[], Generator[Event, None, bool]],
    step: Callable[[], E],
    timed: Callable[[E, float], E],
) -> Generator[Event, None, bool]:
    """The loop of warm start and RL: steps until ``is_over``, each guarded, told and now and then saved.

    ``timed(event, seconds)`` adds to a step's event how long it took. A step that is given up since its time is over
    leaves no trace; ``is_over`` is asked again then. Returns whether a stop was asked for; the last checkpoint is left
    to the caller.
    """
    try:
        while True:
            give_back_freed_memory()  # also before a validation, whose tensors are of other sizes than a step's
            if (yield from is_over()):
                break
            began = training.elapsed()
            try:
                event = yield from training.guarded_step(optimizer, step)
            except OutOfTime:
                continue
            if event is None:
                continue
            yield timed(event, training.elapsed() - began)
            if training.due():
                yield training.save(optimizer)
    except StopRequested:
        return True
    return False


def _adaptive_batch_size(what: str, asked: int, reduced_to: int) -> AdaptiveBatchSize:
    """What fitted into memory before a resume, unless less is asked for now; ``reduced_to`` 0: all of it."""
    return AdaptiveBatchSize(what, min(asked, reduced_to or asked), reduced_to=reduced_to)


def write_emails(
    training: TrainerContext,
    contexts: Sequence[str],
    numbers: range,
    samples: int,
    seed: int,
    untaught: bool = False,
) -> Written:
    """``samples`` emails for some of the contexts, drawn from the policy as it is tuned, on the policy's device.

    ``untaught``: see :class:`outcome_rl.policy.writing.Request`.

    Raises:
        StopRequested: a stop was asked for.
    """
    config, policy = training.config, training.policy

    def keep_going() -> bool:
        training.check_stop()
        return True

    request = Request(
        contexts,
        samples,
        torch.Generator().manual_seed(seed),
        SamplingParams(temperature=config.value_of("temperature")),
        config.max_new_tokens,
        keep_going=keep_going,
        numbers=numbers,
        untaught=untaught,
    )
    written = policy.writing.write(policy, request)
    give_back_freed_memory()  # an update's tensors are of other sizes
    return written


def other_choices(training: TrainerContext, written: Written, contexts: Sequence[str]) -> list[OtherChoice]:
    """What else each email of ``contexts`` (B,) might have said; nothing where emails are weighed as a whole."""
    config = training.config
    if config.algorithm != "ppo" or not config.other_choices:
        return []
    seed = seed_of_step(config.seed, training.state.data_index, EXCHANGE)
    return training.policy.writing.other_choices(contexts, written, config.other_choices, seed)
