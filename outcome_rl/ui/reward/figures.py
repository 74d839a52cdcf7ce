"""A reward model's figures in words and tables: what it gets right, against whom, and how far to believe it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...metrics import OF_OUTCOME
from ...reward.baselines import BASELINES
from ...reward.metadata import is_outdated, outcomes_of
from ..common import html
from ..common.page_context import format_number
from ..common.plots import MAIN
from ..words import learn as words

Metrics = dict[str, Any]
"""What ``metrics.json`` beside a reward model holds; one written by an older version lacks keys."""

Column = tuple[str, str, str]
"""A figure's key, title and format."""
COLUMNS: tuple[Column, ...] = (
    ("accuracy", "Accuracy ↑", ".1%"),
    ("macro_f1", "Macro-F1 ↑", ".3f"),
    ("kappa", "Kappa ↑", ".3f"),
    ("log_loss", "Log-loss ↓", ".3f"),
    ("brier", "Brier ↓", ".3f"),
    ("ece", "Calibration error ↓", ".3f"),
    ("auc_conversion", "AUC conversion ↑", ".3f"),
    ("auc_reply", "AUC any reply ↑", ".3f"),
)
EXPLAINED = {
    "Accuracy": "share of emails whose outcome was predicted.",
    "Macro-F1": "precision and recall in one, all outcomes counting alike.",
    "Kappa": "agreement beyond chance; taking a conversion for no reply costs four times as much as for a reply.",
    "Log-loss": "the surprise at what happened, in nats; a model that is sure and wrong pays dearly.",
    "Brier": "squared distance of the probabilities from what happened, 0 to 2.",
    "Calibration error": "how far the stated probability is from how often it came true.",
    "AUC": "chance that of two emails the one that converted (or was answered at all) is ranked higher.",
}
EXPLAINED_FOR_TWO = {
    **EXPLAINED,
    "Kappa": "agreement beyond chance.",
    "AUC": "chance that of two emails with different outcomes the one with the better outcome is ranked higher.",
}
BEATEN = {True: "✓ yes", False: "✗ no", "unclear": "? unclear"}
MEMBER_WORDS = {
    "features": "What can be counted",
    "words": "Single words and pairs",
    "context": "The context alone",
    "embedding": "Meaning (embedding)",
    "encoder": "The tuned encoder",
}


def table(metrics: Metrics | None) -> str:
    """The reward model, every baseline and the judge under each other, and how the figures were come by."""
    if not metrics:
        return html.aside(words.NONE_YET)
    if is_outdated(metrics):
        return ""
    known = outcomes_of(metrics)
    columns = [column for column in COLUMNS if OF_OUTCOME.get(column[0], 0) in known]
    rows = [_row("Reward model", metrics, columns), _interval_row(metrics, columns)]
    for name, figures in (metrics.get("baselines") or {}).items():
        title = BASELINES[name].title if name in BASELINES else str(name)
        rows.append(_row(title[:1].upper() + title[1:], figures, columns, BEATEN.get(figures.get("beaten"), "–")))
    if judge := metrics.get("judge"):
        rows += [_row("Independent judge", judge, columns), _interval_row(judge, columns)]
    header = ["On emails it had not seen", "Beaten?", *(_unbroken(title) for _, title, _ in columns)]
    explained = html.glossary("What the figures mean", EXPLAINED if len(known) > 2 else EXPLAINED_FOR_TWO)
    return f'<div class="orl-figures">{html.table(header, rows)}</div>{_about(metrics)}{explained}'


def _row(title: str, figures: Metrics, columns: Sequence[Column], beaten: str = "") -> list[str]:
    return [title, beaten, *(format_number(figures.get(key), form) for key, _, form in columns)]


def _unbroken(title: str) -> str:
    """A narrow column may break between its title's words, but not elsewhere."""
    return title.replace("-", "\N{NON-BREAKING HYPHEN}").replace(" ↑", "\xa0↑").replace(" ↓", "\xa0↓")


def _interval_row(figures: Metrics, columns: Sequence[Column]) -> list[str]:
    # resampled rows always look worse calibrated, so that the calibration error's interval may miss it
    spans = [None if key == "ece" else figures.get(f"{key}_ci95") for key, _, _ in columns]
    forms = [".0%" if form.endswith("%") else ".2f" for _, _, form in columns]
    words = [
        f"{format_number(span[0], form)} – {format_number(span[1], form)}" if span else "–"
        for span, form in zip(spans, forms, strict=True)
    ]
    return ["95 % interval", "", *words]


def _about(metrics: Metrics) -> str:
    rows, repeats = metrics.get("rows_train") or 0, metrics.get("repeats") or 1
    often = f"{repeats} times" if repeats > 1 else "once"
    parts = [
        f"Each of {rows:,} emails was scored {often} by a model trained on other emails ({metrics.get('folds')}-fold "
        f"cross-validation), near-duplicates kept together."
    ]
    if judge := metrics.get("judge"):
        rows_of_judge = format_number(judge.get("rows"), ",")
        parts.append(
            f"The independent judge ({judge.get('kind')}) learned from {rows_of_judge} further emails that the reward "
            "model never sees; it later says whether tuning has gained anything real."
        )
    parts.append(f"Encoder: {metrics.get('model')}, {metrics.get('method')}.")
    if metrics.get("stopped_early"):
        parts.append("Training was stopped early.")
    return html.aside(" ".join(parts))


def confusion_words(metrics: Metrics) -> str:
    """What the counts add up to."""
    rows, repeats = metrics.get("rows_train") or 0, metrics.get("repeats") or 1
    again = f", each of {rows:,} emails {repeats} times" if repeats > 1 else ""
    total = sum(map(sum, metrics.get("confusion_matrix") or []))
    return html.aside(f"{total:,} predictions{again}. On the diagonal they were right.")


def reliability_words(bins: Sequence[Metrics], error: float | None) -> str:
    """The diagram in a sentence: is the model as sure as it should be?"""
    total = sum(each["rows"] for each in bins)
    if not total:
        return ""
    said, right = (sum(each[key] * each["rows"] for each in bins) / total for key in ("confidence", "right"))
    top = max(bins, key=lambda each: each["confidence"])
    if abs(said - right) < 0.03:
        lean = "On the whole it is as sure as it should be"
    else:
        lean = "On the whole it is too sure of itself" if said > right else "On the whole it is surer than it says"
    words = (
        "Dots on the dashed line mean honest probabilities; below it the model promises too much. "
        f"{lean}: it calls its predictions {said:.0%} likely, and {right:.0%} come true. "
        f"Where it is surest ({top['confidence']:.0%}), {top['right']:.0%} of {top['rows']:,} came true."
    )
    gap = f" Mean gap (calibration error): {error:.1%}." if isinstance(error, int | float) else ""
    return html.aside(words + gap)


def members(metrics: Metrics) -> str:
    """How much of the opinion is each member's."""
    weights = {name: float(each.get("weight") or 0) for name, each in (metrics.get("members") or {}).items()}
    total = sum(weights.values())
    if total <= 0:
        return ""
    bars = [(MEMBER_WORDS.get(name, name), MAIN, weight / total) for name, weight in weights.items()]
    bars.sort(key=lambda bar: -bar[2])
    return f"<b>Whose opinion counts how much: the members' weights</b>{html.shares(bars)}"


def own_rewards(metrics: Metrics) -> str:
    """What the user's own emails are worth, which every reward is held against."""
    reference = metrics.get("mean_reward_predicted")
    if reference is None:
        return ""
    facts = [
        ("Your emails earned on average", format_number(metrics.get("mean_reward_of_data"), "+.2f")),
        ("The model gives them", format_number(reference, "+.2f")),
    ]
    words = (
        f"Rewards are shown against the second figure: above {reference:+.2f} means that the model expects more of an "
        "email than of those you sent. Each of those was scored by a model that had not seen its outcome, and "
        "something is taken off where the members disagree."
    )
    return f"<b>Your own emails</b>{html.facts(facts)}{html.aside(words)}"


def difference_from(reward: float | None, reference: Any) -> str:
    """The difference from the mean reward of the user's own emails."""
    if reward is None or not isinstance(reference, int | float):
        return "–"
    return format_number(reward - reference, "+.2f")
