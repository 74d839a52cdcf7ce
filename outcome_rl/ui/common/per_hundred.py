"""Replies and conversions per 100 emails, with intervals: of the user's own emails and of what a model writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ...metrics import mean_interval, share_interval
from . import html

OWN = "Your own emails (what happened)"
REPLIES_COUNT_ALL = "“Replies” includes conversions."
IN_BRACKETS = "In brackets: how far chance alone may move the figure."
MISTAKES = "The predictor's own mistakes come on top."


@dataclass(frozen=True)
class Rate:
    """A share in 0..1 and its 95 % interval."""

    share: float
    low: float
    high: float

    def in_words(self) -> str:
        """``14 (11 to 18)``, of 100."""
        share, low, high = (number(100 * value) for value in (self.share, self.low, self.high))
        return f"{share} ({low} to {high})"


@dataclass(frozen=True)
class Expected:
    """Of 100 emails: how many are answered at all, and how many convert."""

    replies: Rate
    conversions: Rate


def of_outcomes(counts: Sequence[int]) -> Expected | None:
    """What came of emails; ``counts`` in the order of the outcomes. None where there are none."""
    total = sum(counts)
    if not total:
        return None
    rates = [Rate(hits / total, *share_interval(hits, total)) for hits in (counts[1] + counts[2], counts[2])]
    return Expected(*rates)


def of_predictions(pairs: Sequence[tuple[float, float]]) -> Expected | None:
    """What is expected of emails for different recipients; ``pairs``: each one's p_reply and p_conversion."""
    if not pairs:
        return None
    found = np.array(pairs, dtype=float)
    rates = [_mean(found.sum(1)), _mean(found[:, 1])]
    return Expected(*rates)


def _mean(values: np.ndarray) -> Rate:
    low, high = mean_interval(values) if len(values) > 1 else (float(values[0]),) * 2
    return Rate(float(values.mean()), max(0.0, low), min(1.0, high))


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
    cells = [
        [name, each.replies.in_words(), *([each.conversions.in_words()] if converts else [])] for name, each in shown
    ]
    header = ["Per 100 emails", "Replies", *(["Conversions"] if converts else [])]
    said = (caption, REPLIES_COUNT_ALL if converts else "", IN_BRACKETS, MISTAKES if predicted else "")
    return f'<div class="orl-hundred">{html.table(header, cells)}</div>{html.aside(" ".join(filter(None, said)))}'


def in_a_sentence(p_reply: float | None, p_conversion: float | None, own: Expected | None) -> str:
    """What is expected of a single email, beside the user's own ones."""
    if p_reply is None or p_conversion is None:
        return ""
    replies, conversions = f"{100 * (p_reply + p_conversion):.0f}", f"{100 * p_conversion:.0f}"
    converting = f" and {conversions} to convert" if p_conversion else ""
    said = f"Of 100 emails like this one, the predictor expects {replies} to be answered{converting}."
    if own:
        theirs = f"{100 * own.replies.share:.0f}", f"{100 * own.conversions.share:.0f}"
        converted = f" and {theirs[1]} converted" if own.conversions.share else ""
        said += f" Of 100 of yours, {theirs[0]} were answered{converted}."
    return said


def own_emails(metrics: dict[str, Any] | None) -> Expected | None:
    """What came of the emails that a reward model learned from, by its ``metrics.json``."""
    counts = (metrics or {}).get("outcomes")
    return of_outcomes(counts) if isinstance(counts, list) and len(counts) == 3 else None


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
    return f"{value:.0f}" if value >= 10 or value == round(value) else f"{value:.1f}".removesuffix(".0")
