"""Fine-tuning from start to end: the warm start, then reinforcement learning, from a checkpoint if there is one."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..config import FinetuneConfig
from ..data.dataset import EmailData
from ..errors import DataError, RunError
from ..events import Event
from ..models.device import dtype_name
from ..policy.lora import State
from ..policy.model import Policy
from ..reward.interface import Scorer
from ..utils.work_clock import WorkClock
from .checkpoints import Checkpoint
from .time_budget import TimeBudget
from .trainer import reinforce
from .trainer_context import Diverged, TrainerContext
from .trainer_state import WARM_START, TrainerState
from .validation import Validation
from .warm_start import warm_start


@dataclass(frozen=True)
class TrainingResult:
    """How training ended; the policy holds the best step's adapter, or without validation the last one's.

    ``stopped``: on request. ``failed``: why RL could not go on; to be raised once the model has been kept.
    ``too_short``: that the time did not suffice for one RL step, and what would.
    """

    state: TrainerState
    warm_start: State
    stopped: bool
    failed: RunError | None = None
    too_short: str | None = None

    @property
    def best_step(self) -> int:
        """The RL step that the policy is at; 0: it is the warm start."""
        return self.state.step if self.state.early_stopping.step is None else self.state.early_stopping.best_step

    @property
    def kl(self) -> float:
        """KL from the warm start, nats per email: of the best step's evaluation, or of the last step's emails."""
        return self.state.kl if self.state.early_stopping.step is None else self.state.early_stopping.best_kl


def tune_policy(
    config: FinetuneConfig,
    policy: Policy,
    scorer: Scorer,
    contexts: Sequence[str],
    good_emails: EmailData,
    folder: Path,
    budget: TimeBudget | None = None,
    resume: Checkpoint | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    validation: Validation | None = None,
    clock: WorkClock | None = None,
) -> Generator[Event, None, TrainingResult]:
    """Warm start on ``good_emails``, then RL on ``contexts``.

    ``budget`` bounds the work by the run's ``clock``, a resumed run's earlier work included; without it the config's
    steps or epochs decide. Checkpoints go to ``folder``. A stop gives up the step that is under way. With a
    ``validation`` the policy ends as the step that was judged best, and early stopping may end the work.

    Raises:
        DataError: there is no context to write for.
        RunError: ``policy`` is not of the precision that the run began with, the warm start's loss stays not finite, or
            memory does not suffice.
    """
    if not contexts:
        raise DataError("there is no context left to train on; the file needs at least two different ones")
    began = budget.began if budget else 0.0
    state = resume.state if resume else TrainerState(dtype=dtype_name(policy.dtype), began=began)
    if state.dtype != dtype_name(policy.dtype):
        raise RunError(f"the run computes in {state.dtype}, and the model was loaded in {policy.dtype}")
    training = TrainerContext(config, policy, state, folder, should_stop, budget, clock)
    moments: State = {}
    if resume:
        training.warm_start, training.best, moments = resume.warm_start, resume.best, resume.optimizer
        policy.adapter.load(resume.adapter)
    if training.state.phase == WARM_START:
        stopped = yield from warm_start(training, good_emails, moments)
        if stopped:
            return TrainingResult(training.state, policy.adapter.state(), stopped)
        moments = {}
    failed = None
    try:
        stopped = yield from reinforce(training, scorer, contexts, moments, validation)
    except Diverged as error:
        stopped, failed = False, error
    if training.best:
        policy.adapter.load(training.best)
    return TrainingResult(training.state, training.warm_start, stopped, failed, training.too_short)
