"""What training and comparing come to: frozen dataclasses, and the JSON that scripts read.

``to_dict`` gives what a command prints under ``--json`` and what the last event of a run holds, key by key;
``from_dict`` reads it again. Keys that a later version added are kept under ``more``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from .errors import RunError
from .reward.metadata import is_trusted

if TYPE_CHECKING:  # it brings torch along
    from .generation.emails import ScoredEmail

Unclear = Literal["unclear"]
R = TypeVar("R")
ROLES = ("base", "warm_start", "tuned")
"""The models of a comparison; the warm start may be missing."""


@dataclass(frozen=True, kw_only=True)
class RewardReport:
    """How good a reward model is, each email judged by a model that had not seen it.

    ``*_ci95``: [low, high], 95 % bootstrap intervals over groups of rows; log-loss in nats; payoff units for the two
    mean rewards. ``confusion_matrix``: rows what happened, columns what was predicted. ``outcomes``: rows of each; one
    that has none is left out of all figures, and without conversions ``auc_conversion`` is None. ``baselines``: the
    same figures by rival, and whether it is ``beaten``. ``language``: of most of its emails, None where that is not
    sure or an earlier version did not look. ``judge``: those of the independent judge, None where there is none.
    ``beats_guessing``: at how likely each outcome is; ``tells_apart``: of emails for contexts alike those that it
    prefers have earned more. Both, and ``beats_baselines``: True, False or "unclear", which counts as true in an
    ``if``: ask for :attr:`trusted` or ``is True``. ``more_rows_to_trust``, ``more_rows_for_order``: about how many
    rows like these to add until it is :attr:`trusted`, and until ``tells_apart`` is True, if its advantage stays what
    it was; 0: it is, None: nobody can tell (:mod:`outcome_rl.reward.more_rows`). How each figure is defined, and by
    whom: :mod:`outcome_rl.metrics`.
    """

    accuracy: float
    macro_f1: float
    kappa: float
    log_loss: float
    brier: float
    ece: float
    auc_conversion: float | None
    auc_reply: float | None
    confusion_matrix: list[list[int]]
    accuracy_ci95: list[float] | None
    macro_f1_ci95: list[float] | None
    kappa_ci95: list[float] | None
    log_loss_ci95: list[float] | None
    brier_ci95: list[float] | None
    ece_ci95: list[float] | None
    auc_conversion_ci95: list[float] | None
    auc_reply_ci95: list[float] | None
    reliability: list[dict[str, Any]]
    baselines: dict[str, dict[str, Any]]
    beats_guessing: bool | Unclear
    tells_apart: bool | Unclear = "unclear"
    beats_baselines: bool | Unclear
    verdict: str
    judge: dict[str, Any] | None
    rows_judge: int
    rows_total: int
    model: str
    text: str
    method: str
    members: dict[str, dict[str, float]]
    folds: int
    repeats: int
    rows_train: int
    outcomes: list[int]
    mean_reward_of_data: float
    mean_reward_predicted: float
    notices: list[str]
    stopped_early: bool
    seconds: float
    language: str | None = None
    more_rows_to_trust: int | None = None
    more_rows_for_order: int | None = None
    more: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def trusted(self) -> bool:
        """Whether the model is clearly better than guessing, be it at the order of emails alone; tuning against
        another is refused.
        """
        return is_trusted({"beats_guessing": self.beats_guessing, "tells_apart": self.tells_apart})

    def to_dict(self) -> dict[str, Any]:
        """What ``train-reward --json`` prints, and what ``metrics.json`` in the model's folder holds."""
        return _values(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RewardReport:
        """The inverse of :meth:`to_dict`. Raises RunError where a key is missing."""
        return _parse(cls, values)


@dataclass(frozen=True, kw_only=True)
class EmailSummary:
    """What one model's emails have in common. ``predicted``: emails by their likeliest outcome, without outcomes that
    the reward model has never seen; None where nobody said.

    Reward in payoff units, shares in 0..1; ``distinct_2``: share of word pairs that differ. ``share_with_claims``: with
    claims that neither context nor permitted facts give; ``share_with_problems``: with something that a reader would
    stumble over, being cut off among it; None where nobody looked.
    """

    n: int
    reward_mean: float
    words_mean: float
    share_with_question: float
    share_with_cta: float
    predicted: dict[str, int] | None
    distinct_2: float
    share_with_claims: float | None = None
    share_with_problems: float | None = None
    share_cut_off: float | None = None
    more: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class JudgeOpinion:
    """The independent judge's mean reward for each model's emails, and the gains in its eyes, as in Comparison.

    ``improved`` may be "unclear", which counts as true in an ``if``: ask ``improved is True``.
    """

    base: float
    warm_start: float | None = None
    tuned: float
    gain: float
    gain_ci95: list[float]
    win_rate: float
    improved: bool | Unclear
    gain_over_warm_start: float | None = None
    gain_ci95_over_warm_start: list[float] | None = None
    win_rate_over_warm_start: float | None = None
    improved_over_warm_start: bool | Unclear | None = None
    more: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Base and tuned model, perhaps the warm start too, on the same ``n`` contexts.

    ``gain``: mean reward of tuned over base, payoff units, with its paired 95 % interval over contexts;
    ``win_rate``: share of contexts won, ties half. ``improved``: True, False or "unclear", and True only where reward
    model and judge agree; "unclear" counts as true in an ``if``, so ask ``improved is True``.
    ``reward_model_improved`` is the reward model's own opinion where that was not the last word. ``worse``: of the
    shares, those that the tuned model's emails clearly have more of than the base's, because of which it is no
    improvement. The same with ``_over_warm_start`` is what tuning itself has done: where that is no
    improvement, ``improved`` is "unclear", and ``better_than_base`` tells that the emails are so all the same. What
    there is nothing to say of is None, and left out of :meth:`to_dict`.
    """

    base_model: str
    n: int
    samples_per_context: int
    base: EmailSummary
    warm_start: EmailSummary | None = None
    tuned: EmailSummary
    gain: float
    gain_ci95: list[float]
    win_rate: float
    improved: bool | Unclear
    gain_over_warm_start: float | None = None
    gain_ci95_over_warm_start: list[float] | None = None
    win_rate_over_warm_start: float | None = None
    improved_over_warm_start: bool | Unclear | None = None
    reward_model_improved: bool | Unclear | None = None
    reward_model_improved_over_warm_start: bool | Unclear | None = None
    judge: JudgeOpinion | None = None
    reward_model_guesses: bool | None = None
    better_than_base: bool | None = None
    worse: list[str] | None = None
    worse_over_warm_start: list[str] | None = None
    verdict: str | None = None
    emails: tuple[ScoredEmail, ...] = field(default=(), repr=False, compare=False)
    more: dict[str, Any] = field(default_factory=dict, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """What ``evaluate --json`` prints; the emails are not part of it."""
        kept = {name: value for name, value in _values(self, leave_out=("emails",)).items() if value is not None}
        for role in ROLES:
            if role in kept:
                kept[role] = _values(kept[role])
        if "judge" in kept:
            kept["judge"] = {name: value for name, value in _values(kept["judge"]).items() if value is not None}
        return kept

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], emails: Iterable[ScoredEmail] = ()) -> Comparison:
        """The inverse of :meth:`to_dict`. Raises RunError where a key is missing."""
        summaries = {role: _parse(EmailSummary, values[role]) for role in ROLES if role in values}
        judge = {"judge": _parse(JudgeOpinion, values["judge"])} if values.get("judge") else {}
        return _parse(cls, {**values, **summaries, **judge, "emails": tuple(emails)})


@dataclass(frozen=True, kw_only=True)
class FinetuneResult:
    """What a fine-tune came to, measured on contexts that neither trained nor chose anything.

    Without RL (``steps=0``) nothing is measured: ``evaluation`` and the rewards before and after are None.

    Rewards in payoff units: the mean of the base's emails before, of the tuned model's after, in the reward model's
    and in the judge's eyes (None without a judge). In own words most of that rise is the seller's sentences, which the
    warm start has too: what tuning itself did is ``evaluation.gain_over_warm_start``. ``kl``: nats per email from the
    warm start, of the step that was kept (``best_step``; 0: the warm start itself). ``completions``: emails sampled
    while tuning.
    """

    reward_before: float | None
    reward_after: float | None
    judge_before: float | None
    judge_after: float | None
    reward_of_own_emails: float | None
    verdict_ignored: bool
    kl: float
    steps: int
    best_step: int
    stopped_because: str | None
    completions: int
    model_dir: str
    base_model: str
    notices: list[str]
    verdict: str
    evaluation: Comparison | None
    seconds: float
    more: dict[str, Any] = field(default_factory=dict, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """What ``finetune --json`` prints."""
        return {**_values(self), "evaluation": self.evaluation and self.evaluation.to_dict()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FinetuneResult:
        """The inverse of :meth:`to_dict`. Raises RunError where a key is missing."""
        found = values.get("evaluation")
        evaluation = {"evaluation": Comparison.from_dict(found)} if found else {}
        return _parse(cls, {**values, **evaluation})


def _values(result: Any, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """A result's values by name, in order; not a copy, as ``asdict`` would make."""
    kept = [spec.name for spec in fields(result) if spec.name not in ("more", *leave_out)]
    more: dict[str, Any] = result.more
    return {name: getattr(result, name) for name in kept} | more


def _parse(kind: Callable[..., R], values: Mapping[str, Any]) -> R:
    known = {spec.name for spec in fields(kind)} - {"more"}  # type: ignore[arg-type]
    more = {name: value for name, value in values.items() if name not in known}
    try:
        return kind(**{name: value for name, value in values.items() if name in known}, more=more)
    except TypeError as error:
        raise RunError(f"a result of another version cannot be read: {error}") from None
