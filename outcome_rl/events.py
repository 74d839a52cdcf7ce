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


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f" – {seconds:.0f} s left" if seconds < 90 else f" – {seconds / 60:.0f} min left"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events; ``str`` says one in words. ``time`` is UTC, ISO 8601.

    ``worked``: seconds that the run had worked by then, by its own clock, which stands still while the machine sleeps;
    None where nobody counted.
    """

    time: str = field(default_factory=_now)
    worked: float | None = None


@dataclass(frozen=True, kw_only=True)
class Started(Event):
    """The first event of a run; ``command`` is what a person would type to do the same."""

    kind: str
    command: str
    resumed: bool = False

    def __str__(self) -> str:
        return f"{self.kind} goes on" if self.resumed else f"{self.kind} begins"


@dataclass(frozen=True, kw_only=True)
class Notice(Event):
    """Something the user should know, in one sentence (a stand-in model, a fallback, a skipped step)."""

    message: str

    def __str__(self) -> str:
        return f"note: {self.message}"


READING, JUDGING = "reading the emails", "judging the reward model"
"""The phases of learning that others go by: how far it is, and how long it took."""


@dataclass(frozen=True, kw_only=True)
class Progress(Event):
    """How far a phase is. ``seconds_left`` is an estimate for this phase, None before there is one."""

    phase: str
    done: int
    total: int
    seconds_left: float | None = None

    def __str__(self) -> str:
        if self.done == 0:
            return f"{self.phase} …"
        return f"{self.phase}: {self.done} of {self.total}{_left(self.seconds_left)}"


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

    def __str__(self) -> str:
        losses = f"log-loss {self.log_loss:.3f}, guessing {self.guessing_log_loss:.3f}"
        return f"fold {self.fold}/{self.folds}: {losses}{_left(self.seconds_left)}"


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

    def __str__(self) -> str:
        kept = self.validation_loss
        kept_back = f", on rows kept back {kept:.3f}" if kept is not None else ""
        loss = f"loss {self.train_loss:.3f}{kept_back}"
        return f"encoder, epoch {self.epoch}/{self.epochs}: {loss}{_left(self.seconds_left)}"


@dataclass(frozen=True, kw_only=True)
class WarmStartStep(Event):
    """One optimiser step of the warm start; ``loss`` is mean negative log-likelihood per token, nats."""

    step: int
    steps: int
    loss: float
    seconds: float
    seconds_left: float | None = None

    def __str__(self) -> str:
        return f"warm start {self.step}/{self.steps}: loss {self.loss:.3f}{_left(self.seconds_left)}"


@dataclass(frozen=True)
class EmailSample:
    """An email that an event carries as an example. ``reward``: in payoff units, None where it was not finite."""

    context: str
    email: str
    reward: float | None


@dataclass(frozen=True, kw_only=True)
class RLStep(Event):
    """One RL step. Reward in payoff units, KL in nats per email, length in tokens, shares in 0..1.

    ``steps`` is None where a time budget decides; ``seconds_left`` is what is left of whatever does. ``share_*`` are
    None where the reward predicts no outcomes, or never that one. ``reward_outcome`` and so on: the means of the
    reward's parts, None where it is of one piece. ``variety_bonus``: the mean of what an email gets for variety beside
    its reward, which is not in ``reward_mean``; None where that is off, and in older records. ``sample_*`` are two of
    the step's emails, the first one and the one with the highest reward; :attr:`samples` gives them in order.
    """

    step: int
    steps: int | None
    reward_mean: float
    reward_std: float
    kl: float
    length_mean: float
    ended_share: float
    share_no_reply: float | None
    share_reply: float | None
    share_conversion: float | None
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
    reward_outcome: float | None = None
    reward_sense: float | None = None
    reward_fit: float | None = None
    reward_claims: float | None = None
    reward_order: float | None = None
    variety_bonus: float | None = None

    @property
    def samples(self) -> tuple[EmailSample, EmailSample]:
        """The step's first email and its best one, by the reward model."""
        return (
            EmailSample(self.sample_1_context, self.sample_1_email, self.sample_1_reward),
            EmailSample(self.sample_2_context, self.sample_2_email, self.sample_2_reward),
        )

    def __str__(self) -> str:
        of = f"/{self.steps}" if self.steps else ""
        shares = {"conversions": self.share_conversion, "replies": self.share_reply}
        predicted = next((f"{name} {share:.0%}, " for name, share in shares.items() if share is not None), "")
        variety = "" if self.variety_bonus is None else f"variety bonus {self.variety_bonus:+.2f}, "
        return (
            f"step {self.step}{of}: reward {self.reward_mean:+.2f} ± {self.reward_std:.2f}, {variety}KL {self.kl:.1f}, "
            f"{self.length_mean:.0f} tokens, ended {self.ended_share:.0%}, {predicted}"
            f"{self.tokens_per_second:.0f} tokens/s{_left(self.seconds_left)}"
        )


@dataclass(frozen=True, kw_only=True)
class RLEvaluation(Event):
    """The policy after ``step`` RL steps (0: the warm start), judged by its emails for contexts it is not trained on.

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

    def __str__(self) -> str:
        who = "judge" if self.independent else "reward model (no judge)"
        return (
            f"evaluation at step {self.step}: {who} {self.judge_mean:+.2f} "
            f"({self.judge_low:+.2f} to {self.judge_high:+.2f}), reward {self.reward_mean:+.2f}, "
            f"KL {self.kl:.1f}, distinct pairs {self.distinct_2:.0%}" + (", the best so far" if self.best else "")
        )


@dataclass(frozen=True, kw_only=True)
class EmailWritten(Event):
    """An email of a comparison: the ``candidate``-th that ``model`` wrote for the context at ``place``.

    Candidates count from 1, places from 0. Reward in payoff units, predicted probabilities in 0..1; None where the
    reward predicts no outcomes, and in a record where the figure was not finite.
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

    def __str__(self) -> str:
        reward = "" if self.reward is None else f": reward {self.reward:+.2f}"
        return f"{self.model}, context {self.place + 1}, email {self.candidate}{reward}"


@dataclass(frozen=True, kw_only=True)
class CheckpointSaved(Event):
    """Training can be resumed from here: after so many RL steps and steps of the warm start."""

    step: int
    warm_steps: int
    folder: str

    def __str__(self) -> str:
        return f"checkpoint saved (step {self.step})"


@dataclass(frozen=True, kw_only=True)
class PhaseDone(Event):
    """One part of a run is finished; ``result`` has the keys the command line documents for it."""

    phase: str
    result: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.phase.replace('_', ' ')}: {self.result.get('verdict') or 'done'}"


@dataclass(frozen=True, kw_only=True)
class Finished(Event):
    """The last event of a run that did all it was asked to."""

    result: dict[str, Any]

    def __str__(self) -> str:
        return "finished"


@dataclass(frozen=True, kw_only=True)
class Stopped(Event):
    """The last event of a run that was asked to stop; what was done is kept."""

    message: str
    resumable: bool

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, kw_only=True)
class Failed(Event):
    """The last event of a run that could not go on; ``message`` is for the user."""

    message: str

    def __str__(self) -> str:
        return f"failed: {self.message}"


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
