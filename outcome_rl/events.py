"""What long work reports while it goes on: frozen, flat dataclasses that turn into one line of JSON each.

Work is a generator of events. It never prints; whoever runs it decides whether to print, record or draw them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. ``time`` is UTC, ISO 8601."""

    time: str = field(default_factory=_now)


@dataclass(frozen=True, kw_only=True)
class Started(Event):
    """The first event of a run; ``command`` is what a person would type to do the same."""

    kind: str
    command: str
    resumed: bool = False


@dataclass(frozen=True, kw_only=True)
class Notice(Event):
    """Something the user should know, in one sentence (a stand-in model, a fallback, a skipped step)."""

    message: str


@dataclass(frozen=True, kw_only=True)
class Progress(Event):
    """How far a phase is. ``seconds_left`` is an estimate for this phase, None before there is one."""

    phase: str
    done: int
    total: int
    seconds_left: float | None = None


@dataclass(frozen=True, kw_only=True)
class RewardFold(Event):
    """One fold of the reward model's cross-validation; losses are mean cross-entropy in nats on the fold held back.

    ``guessing_log_loss`` is that of the outcomes' shares alone. ``folds`` counts all repeats.
    """

    fold: int
    folds: int
    log_loss: float
    guessing_log_loss: float
    accuracy: float
    seconds: float
    seconds_left: float | None = None


@dataclass(frozen=True, kw_only=True)
class RewardEpoch(Event):
    """One pass over the rows while the encoder is tuned; losses are mean cross-entropy in nats.

    ``epoch`` counts through all folds. ``validation_*`` are of the fold held back, None in the last training, which
    has none.
    """

    epoch: int
    epochs: int
    train_loss: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float
    seconds_left: float | None = None


@dataclass(frozen=True, kw_only=True)
class WarmStartStep(Event):
    """One optimiser step of the warm start; ``loss`` is mean negative log-likelihood per token, nats."""

    step: int
    steps: int
    loss: float
    seconds: float
    seconds_left: float | None = None


@dataclass(frozen=True)
class EmailSample:
    """An email that an event carries as an example. ``reward``: in payoff units, None where it was not finite."""

    context: str
    email: str
    reward: float | None


@dataclass(frozen=True, kw_only=True)
class RLStep(Event):
    """One RL step. Reward in payoff units, KL in nats per email, length in tokens, shares in 0..1.

    ``steps`` is None where a time budget decides; ``seconds_left`` is what is left of whatever does. ``sample_*`` are
    two of the step's emails, the first one and the one with the highest reward; :attr:`samples` gives them in order.
    """

    step: int
    steps: int | None
    reward_mean: float
    reward_std: float
    kl: float
    length_mean: float
    ended_share: float
    share_no_reply: float
    share_reply: float
    share_conversion: float
    loss: float
    grad_norm: float
    tokens_per_second: float
    completions: int
    seconds: float
    seconds_left: float | None
    sample_1_context: str
    sample_1_email: str
    sample_1_reward: float
    sample_2_context: str
    sample_2_email: str
    sample_2_reward: float

    @property
    def samples(self) -> tuple[EmailSample, EmailSample]:
        """The step's first email and its best one, by the reward model."""
        return (
            EmailSample(self.sample_1_context, self.sample_1_email, self.sample_1_reward),
            EmailSample(self.sample_2_context, self.sample_2_email, self.sample_2_reward),
        )


@dataclass(frozen=True, kw_only=True)
class RLEvaluation(Event):
    """The policy after ``step`` RL steps (0: the warm start), judged by its emails for contexts that only guard.

    ``judge_*`` in payoff units: the independent judge's mean and its 95 % interval over contexts; the reward model's
    where ``independent`` is False. KL in nats per email from the warm start, length in tokens, ``distinct_2`` the
    share of word pairs that differ. ``best``: none before was judged better. ``sample_*`` are always for the same
    contexts, None where there are fewer; :attr:`samples` gives them in order.
    """

    step: int
    contexts: int
    judge_mean: float
    judge_low: float
    judge_high: float
    independent: bool
    reward_mean: float
    kl: float
    distinct_2: float
    length_mean: float
    best: bool
    seconds: float
    sample_1_context: str
    sample_1_email: str
    sample_1_judge: float
    sample_2_context: str | None
    sample_2_email: str | None
    sample_2_judge: float | None
    sample_3_context: str | None
    sample_3_email: str | None
    sample_3_judge: float | None

    @property
    def samples(self) -> tuple[EmailSample, ...]:
        """Up to three emails, each with the judge's reward, for the same contexts at every evaluation."""
        fields = (
            (self.sample_1_context, self.sample_1_email, self.sample_1_judge),
            (self.sample_2_context, self.sample_2_email, self.sample_2_judge),
            (self.sample_3_context, self.sample_3_email, self.sample_3_judge),
        )
        return tuple(
            EmailSample(context, email or "", reward) for context, email, reward in fields if context is not None
        )


@dataclass(frozen=True, kw_only=True)
class EmailWritten(Event):
    """An email of a comparison: the ``candidate``-th that ``model`` wrote for the context at ``place``.

    Candidates count from 1, places from 0. Reward in payoff units, predicted probabilities in 0..1; None in a record
    where the figure was not finite.
    """

    place: int
    candidate: int
    model: str
    context: str
    email_text: str
    reward: float | None
    p_no_reply: float | None
    p_reply: float | None
    p_conversion: float | None


@dataclass(frozen=True, kw_only=True)
class CheckpointSaved(Event):
    """Training can be resumed from here: after so many RL steps and steps of the warm start."""

    step: int
    warm_steps: int
    folder: str


@dataclass(frozen=True, kw_only=True)
class PhaseDone(Event):
    """One part of a run is finished; ``result`` has the keys the command line documents for it."""

    phase: str
    result: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Finished(Event):
    """The last event of a run that did all it was asked to."""

    result: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Stopped(Event):
    """The last event of a run that was asked to stop; what was done is kept."""

    message: str
    resumable: bool


@dataclass(frozen=True, kw_only=True)
class Failed(Event):
    """The last event of a run that could not go on; ``message`` is for the user."""

    message: str


FINAL = (Finished, Stopped, Failed)


def event_name(kind: type[Event]) -> str:
    """``RLStep`` -> ``rl_step``; the value of ``event`` in JSON."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind.__name__).lower()


_KINDS = {event_name(kind): kind for kind in Event.__subclasses__()}


def to_json(event: Event) -> dict[str, Any]:
    """A flat, JSON-ready dict with the event's name under ``event``."""
    return {"event": event_name(type(event)), **asdict(event)}


def from_json(line: dict[str, Any]) -> Event | None:
    """The event in a dict made by :func:`to_json`; None for a kind this version does not know."""
    kind = _KINDS.get(line.get("event", ""))
    if kind is None:
        return None
    known = {spec.name for spec in fields(kind)}
    return kind(**{name: value for name, value in line.items() if name in known})


StopCheck = Callable[[], bool]
