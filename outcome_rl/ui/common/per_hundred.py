"""Replies and conversions per 100 emails, with intervals: of the user's own emails and of what a model writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ...config import RewardConfig
from ...insights.colours import OUTCOME_COLOURS
from ...metrics import mean_interval, share_interval
from ...outcomes import OUTCOMES
from ..words import per_hundred as words
from ..words.names import OUTCOME_WORDS
from . import html


@dataclass(frozen=True)
class Rate:
    """A share in 0..1, or what an email is worth, and its 95 % interval."""

    share: float
    low: float
    high: float

    def in_words(self) -> str:
        """``14 (11 to 18)``, of 100."""
        share, low, high = (number(100 * value) for value in (self.share, self.low, self.high))
        return words.RATE.format(share=share, low=low, high=high)


@dataclass(frozen=True)
class Expected:
    """Of 100 emails: how many are answered at all, how many convert, and what they are worth together, None where
    nobody has said what an outcome is worth.
    """

    replies: Rate
    conversions: Rate
    worth: Rate | None = None


def of_outcomes(counts: Sequence[int], payoffs: Sequence[float] | None = None) -> Expected | None:
    """What came of emails; ``counts`` and ``payoffs`` in the order of the outcomes. None where there are none."""
    total = sum(counts)
    if not total:
        return None
    replies, converted = (
        Rate(hits / total, *share_interval(hits, total)) for hits in (counts[1] + counts[2], counts[2])
    )
    return Expected(replies, converted, _mean(np.repeat(payoffs, counts)) if payoffs else None)


def of_predictions(pairs: Sequence[tuple[float, float]], payoffs: Sequence[float] | None = None) -> Expected | None:
    """What is expected of emails for different recipients; ``pairs``: each one's p_reply and p_conversion."""
    if not pairs:
        return None
    found = np.array(pairs, dtype=float)
    probs = np.column_stack([1 - found.sum(1), found])
    worth = _mean(probs @ np.array(payoffs)) if payoffs else None
    return Expected(_share(found.sum(1)), _share(found[:, 1]), worth)


def _mean(values: np.ndarray) -> Rate:
    low, high = mean_interval(values)
    return Rate(float(values.mean()), low, high)


def _share(values: np.ndarray) -> Rate:
    found = _mean(values)
    return Rate(found.share, max(0.0, found.low), min(1.0, found.high))


def table(rows: Mapping[str, Expected | None], caption: str = "", predicted: bool = True) -> str:
    """A row each for whoever is known.

    Args:
        caption: where the figures come from.
        predicted: some are what a predictor expects, rather than all what happened.
    """
    shown = [(name, each) for name, each in rows.items() if each]
    if not shown:
        return ""
    converts = any(each.conversions.share for _, each in shown)  # a file may know no conversions
    priced = all(each.worth for _, each in shown)
    columns = {words.REPLIES: [each.replies for _, each in shown]}
    columns |= {words.CONVERSIONS: [each.conversions for _, each in shown]} if converts else {}
    columns |= {words.WORTH: [each.worth for _, each in shown if each.worth]} if priced else {}
    cells = [[name, *(rates[place].in_words() for rates in columns.values())] for place, (name, _) in enumerate(shown)]
    whole = html.table([words.TITLE, *columns], cells)
    said = (
        caption, words.REPLIES_COUNT_ALL if converts else "", words.IN_YOUR_UNIT if priced else "", words.IN_BRACKETS,
        words.MISTAKES if predicted else "",
    )  # fmt: skip
    title = f'<p class="orl-on-phone">{words.TITLE}</p>'  # there the rows are cards, without the header's first cell
    return f'<div class="orl-hundred">{title}{whole}</div>{html.aside(" ".join(filter(None, said)))}'


def answered_and_converting(p_reply: float, p_conversion: float) -> tuple[int, int]:
    """Of 100 emails like this one, in whole emails."""
    return round(100 * (p_reply + p_conversion)), round(100 * p_conversion)


def bars(probabilities: Mapping[str, float]) -> str:
    """A bar for each outcome that can be predicted, by its name, and what "answered" covers: in whole percents that
    add up to 100 and to what :func:`in_a_sentence` says.
    """
    p_reply, p_conversion = (float(probabilities.get(name, 0.0)) for name in OUTCOMES[1:])
    answered, converting = answered_and_converting(p_reply, p_conversion)
    whole = dict(zip(OUTCOMES, (100 - answered, answered - converting, converting), strict=True))
    shown = [(OUTCOME_WORDS[name], OUTCOME_COLOURS[name], whole[name] / 100) for name in probabilities]
    return html.shares(shown) + html.aside(words.ANSWERED if p_reply and p_conversion else "")


def in_a_sentence(
    p_reply: float | None, p_conversion: float | None, own: Expected | None, of_own: str = words.OF_YOURS
) -> str:
    """What is expected of a single email, beside the user's ``own`` ones, of which ``of_own`` says it."""
    if p_reply is None or p_conversion is None:
        return ""
    replies, conversions = map(str, answered_and_converting(p_reply, p_conversion))
    converting = words.CONVERTING.format(conversions=conversions) if p_conversion else ""
    said = words.EXPECTED.format(replies=replies, converting=converting)
    if own:
        replies, conversions = f"{100 * own.replies.share:.0f}", f"{100 * own.conversions.share:.0f}"
        converted = words.CONVERTED.format(conversions=conversions) if own.conversions.share else ""
        said += of_own.format(replies=replies, converted=converted)
    return said


def own_emails(metrics: dict[str, Any] | None) -> Expected | None:
    """What came of the emails that a reward model learned from, by its ``metrics.json``."""
    counts = (metrics or {}).get("outcomes")
    return of_outcomes(counts, worth_of(metrics)) if isinstance(counts, list) and len(counts) == 3 else None


def worth_of(metrics: dict[str, Any] | None) -> tuple[float, ...] | None:
    """What the outcomes are worth to the seller, in their order; None where they are as the program has them."""
    payoffs = tuple((metrics or {}).get("payoffs") or ())
    return None if payoffs in ((), RewardConfig().payoffs) else payoffs


class Predicted(Protocol):
    """An email with the probabilities of its outcomes."""

    @property
    def p_reply(self) -> float | None:
        """Of a reply that is no conversion."""

    @property
    def p_conversion(self) -> float | None:
        """Of a conversion."""


def answered(email: Predicted | None) -> float | None:
    """How many of 100 such emails are expected to be answered; None where nobody predicts it."""
    if email is None or email.p_reply is None or email.p_conversion is None:
        return None
    return 100 * (email.p_reply + email.p_conversion)


def number(value: float) -> str:
    """Whole numbers, but for small ones."""
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}".removesuffix(".0")
