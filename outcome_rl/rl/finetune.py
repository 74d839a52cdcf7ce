"""Fine-tuning from start to end: the warm start, then reinforcement learning, from a checkpoint if there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..config import FinetuneConfig
from ..data.dataset import EmailData
from ..errors import DataError, RunError
from ..events import Event
from ..models.device import dtype_name
from ..policy.lora import State
from ..policy.model import Policy
from ..reward.scorer import Scorer
from .checkpoints import WARM_START, Checkpoint, Position
from .early_stopping import Guard, Watch, watch_of
from .time_budget import Budget
from .trainer import reinforce
from .trainer_state import Diverged, Training
from .warm_start import warm_start


@dataclass(frozen=True)
class Outcome:
    """How training ended; the policy holds the best step's adapter, or without a guard the last one's.

    ``stopped``: on request. ``watch``: what the guard has seen; its ``step`` is None where nothing was judged.
    ``failed``: why RL could not go on; to be raised once the model has been kept.
    """

    position: Position
    warm_start: State
    stopped: bool
    watch: Watch = field(default_factory=Watch)
    failed: RunError | None = None

    @property
    def best_step(self) -> int:
        """The RL step that the policy is at; 0: it is the warm start."""
        return self.position.step if self.watch.step is None else self.watch.best_step

    @property
    def kl(self) -> float:
        """KL from the warm start, nats per email: of the best step's evaluation, or of the last step's emails."""
        return self.position.kl if self.watch.step is None else self.watch.best_kl


def finetune(
    config: FinetuneConfig,
    policy: Policy,
    scorer: Scorer,
    contexts: Sequence[str],
    good_emails: EmailData,
    folder: Path,
    budget: Budget | None = None,
    resume: Checkpoint | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    guard: Guard | None = None,
) -> Iterator[Event]:
    """Warm start on ``good_emails``, then RL on ``contexts``; a generator that returns an :class:`Outcome`.

    ``budget`` bounds the work from the run's beginning on, a resumed run's earlier work included; without it the
    config's steps or epochs decide. Checkpoints go to ``folder``. A stop gives up the step that is under way. With a
    ``guard`` the policy ends as the step that was judged best, and the guard may end the work.

    Raises:
        DataError: there is no context to write for.
        RunError: ``policy`` is not of the precision that the run began with, the warm start's loss stays not finite, or
            memory does not suffice.
    """
    if not contexts:
        raise DataError("there is no context left to train on; the file needs at least two different ones")
    position = resume.position if resume else Position(dtype=dtype_name(policy.dtype))
    if position.dtype != dtype_name(policy.dtype):
        raise RunError(f"the run computes in {position.dtype}, and the model was loaded in {policy.dtype}")
    training = Training(config, policy, position, folder, should_stop, budget)
    moments: State = {}
    if resume:
        training.warm_start, training.best, moments = resume.warm_start, resume.best, resume.optimizer
        policy.adapter.load(resume.adapter)
    if training.position.phase == WARM_START:
        stopped = yield from warm_start(training, good_emails, moments)
        if stopped:
            return Outcome(training.position, policy.adapter.state(), stopped)
        moments = {}
    failed = None
    try:
        stopped = yield from reinforce(training, scorer, contexts, moments, guard)
    except Diverged as error:
        stopped, failed = False, error
    if training.best:
        policy.adapter.load(training.best)
    return Outcome(training.position, training.warm_start, stopped, watch_of(training), failed)
