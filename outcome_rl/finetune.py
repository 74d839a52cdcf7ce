"""Fine-tuning from start to end: the warm start, then reinforcement learning, from a checkpoint if there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .adapters import State
from .checkpoints import WARM_START, Checkpoint, Position
from .config import FinetuneConfig
from .data import EmailData
from .errors import DataError
from .events import Event
from .policy import Policy
from .reinforce import reinforce
from .scores import Scorer
from .training import Training
from .warm_start import warm_start


@dataclass(frozen=True)
class Outcome:
    """How training ended. ``kl`` is the last step's, nats per email, from the warm start; ``stopped``: on request."""

    position: Position
    warm_start: State
    stopped: bool


def finetune(
    config: FinetuneConfig,
    policy: Policy,
    scorer: Scorer,
    contexts: Sequence[str],
    good_emails: EmailData,
    folder: Path,
    seconds: float | None = None,
    resume: Checkpoint | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Warm start on ``good_emails``, then RL on ``contexts``; a generator that returns an :class:`Outcome`.

    ``seconds`` bounds the work from the run's beginning on, a resumed run's earlier work included; without it the
    config's steps or epochs decide. Checkpoints go to ``folder``. A stop gives up the step that is under way.

    Raises:
        DataError: there is no context to write for.
        RunError: the loss is not finite.
    """
    if not contexts:
        raise DataError("there is no context left to train on; the file needs at least two different ones")
    position = resume.position if resume else Position(dtype=str(policy.dtype).removeprefix("torch."))
    training = Training(
        config, policy, position, folder, should_stop, seconds, warm_start=resume.warm_start if resume else {}
    )
    moments = resume.optimizer if resume else {}
    if resume:
        policy.adapter.load(resume.adapter)
    if training.position.phase == WARM_START:
        stopped = yield from warm_start(training, good_emails, moments)
        if stopped:
            return Outcome(training.position, policy.adapter.state(), stopped)
        moments = {}
    stopped = yield from reinforce(training, scorer, contexts, moments)
    return Outcome(training.position, training.warm_start, stopped)
