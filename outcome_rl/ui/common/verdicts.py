"""Which verdict a result gets; what it says is in the room of words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...metrics import FEWEST_CONTEXTS
from ...reward.metadata import is_outdated, is_rough, is_trusted
from ...reward.more_rows import FEW_ANSWERED, advice_on, answered_among
from ..words import verdicts as words
from ..words.verdicts import Verdict
from . import html

Figures = dict[str, Any]


def of_predictor(metrics: Figures | None) -> Verdict | None:
    """Whether a reward model can be relied on, by its ``metrics.json``; None where there is none."""
    if not metrics:
        return None
    if is_outdated(metrics):
        return words.PREDICTOR_OUTDATED
    if not is_trusted(metrics):
        return _guesses(metrics)
    if is_rough(metrics):
        return words.PREDICTOR_ROUGH
    beaten = metrics.get("beats_baselines")
    if beaten is True:
        return _with_order(words.PREDICTOR_GOOD, metrics)
    verdict = words.PREDICTOR_UNCLEAR if beaten == "unclear" else words.PREDICTOR_SIMPLE_RULE
    verdict = replace(verdict, why=verdict.why.format(rules=_rules(metrics, beaten)))
    return _with_order(verdict, metrics) if beaten == "unclear" else verdict


def _with_order(verdict: Verdict, metrics: Figures) -> Verdict:
    """The verdict on one that can be relied on, with what would make it sure which of two emails is the better one."""
    advice, rows = advice_on(metrics, "more_rows_for_order"), metrics.get("more_rows_for_order")
    if advice == "number":
        return replace(verdict, next=words.ORDER_ABOUT.format(rows=rows))
    return replace(verdict, next=words.ORDER_DIFFERENT) if advice == "other rows" else verdict


def _guesses(metrics: Figures) -> Verdict:
    """That it only guesses, and how many more emails of which kind it needs, where that is known."""
    advice = advice_on(metrics)
    if advice == "number":
        rows = metrics["more_rows_to_trust"]
        said = words.ADD_ABOUT.format(rows=rows, answered=answered_among(metrics, rows))
        return replace(words.PREDICTOR_GUESSES, next=said)
    if advice == "other rows":
        return replace(words.PREDICTOR_GUESSES, next=words.ADD_DIFFERENT)
    counts = metrics.get("outcomes")
    if not isinstance(counts, list) or not 0 < (answered := sum(counts[1:])) < FEW_ANSWERED:
        return words.PREDICTOR_GUESSES
    return replace(words.PREDICTOR_GUESSES, next=words.ADD_ANSWERED.format(answered=answered, count=sum(counts)))


def _rules(metrics: Figures, beaten: Any) -> str:
    """The simple rules against which it stands so."""
    rivals = metrics.get("baselines") or {}
    names = [name for name in words.RULES if (rivals.get(name) or {}).get("beaten") == beaten]
    told = [words.RULES[name] for name in names if name != words.NAMED_ALONE or len(names) == 1]
    return " or ".join(told[:1] + [each.removeprefix(words.GOING_BY) for each in told[1:2]]) or words.SOME_RULE


def of_comparison(comparison: Figures, tuned: Figures | None = None) -> Verdict:
    """Whether what was taught writes better emails; ``tuned``: what is known of the teaching itself."""
    tuned = tuned or {}
    if comparison.get("reward_model_guesses") or tuned.get("verdict_ignored"):
        return words.TAUGHT_BY_GUESSES
    improved = comparison.get("improved")
    if improved is False:
        return words.TAUGHT_WORSE
    if worse := comparison.get("worse"):
        return replace(words.TAUGHT_FAULTY, why=words.TAUGHT_FAULTY.why.format(faults=", ".join(map(str, worse))))
    if tuned.get("best_step") == 0:
        return words.NOTHING_KEPT if tuned.get("steps") else words.NOTHING_TAUGHT
    if comparison.get("better_than_base"):
        return words.BETTER_BEFORE_TEACHING
    if improved is True:
        return words.TAUGHT_BETTER
    if isinstance(n := comparison.get("n"), int) and n < FEWEST_CONTEXTS:
        return words.TAUGHT_FEW
    return words.TAUGHT_DISPUTED if comparison.get("reward_model_improved") is True else words.TAUGHT_UNCLEAR


def of_untaught(own_words: bool) -> Verdict:
    """What to say of a writer that was made without teaching; ``own_words``: it uses the seller's sentences."""
    return words.WRITES_UNTAUGHT if own_words else words.WRITES_FREELY_UNTAUGHT


def of_untaught_comparison(comparison: Figures) -> Verdict:
    """What to say of many emails by a writer that was not taught, beside those of the language model by itself."""
    if comparison.get("reward_model_guesses"):
        return words.UNTAUGHT_WRITTEN
    if worse := comparison.get("worse"):
        return replace(words.UNTAUGHT_FAULTY, why=words.UNTAUGHT_FAULTY.why.format(faults=", ".join(map(str, worse))))
    return words.UNTAUGHT_BETTER if comparison.get("improved") is True else words.UNTAUGHT_NOT_BETTER


def distrust(metrics: Figures | None) -> str:
    """Why an opinion of this reward model shows no number; empty where it may."""
    return "" if not metrics or is_outdated(metrics) or is_trusted(metrics) else words.UNTRUSTED_OPINION


def reservation(metrics: Figures | None) -> str:
    """What to add to an opinion that may be shown; empty where nothing needs to be said."""
    if not metrics or not is_trusted(metrics) or metrics.get("beats_baselines") is True:
        return ""
    return words.UNSURE_OPINION


def card(verdict: Verdict | None, heading: str = "") -> str:
    """The verdict as the page shows it, on top of a result."""
    if verdict is None:
        return ""
    title = f'<span class="orl-verdict-of">{html.text(heading)}</span>' if heading else ""
    return (
        f'<section class="orl-verdict orl-{verdict.tone}" role="status">{title}<b>{html.text(verdict.answer)}</b> '
        f'{html.text(verdict.why)}<span class="orl-next"><b>Next:</b> {html.text(verdict.next)}</span></section>'
    )
