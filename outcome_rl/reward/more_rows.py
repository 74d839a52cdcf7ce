"""How many more rows would make it sure that a reward model is better than guessing, and what to say where no number
can be known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from .. import metrics

CHANCE = 0.8
"""Of being sure with so many more rows, if the model stays as much better on each as it was on those it was judged by.
It learns from new rows too, which is not reckoned with: then fewer do."""
MOST_GROWTH = 5.0
"""Times the rows that there are. Beyond, what was seen is 1.5 standard errors or less and may be nothing at all, so
that a number would be made up."""
FEW_ANSWERED = 200
"""Answered rows below which a model that shows no advantage may have had too few to learn from."""
Advice = Literal["number", "few answered", "other rows"]


def more_rows(
    differences: np.ndarray, groups: np.ndarray, level: float, fewest_groups: int = 1, share: float = 1.0
) -> int | None:
    """Rows to add to ``differences`` (N,) until their mean is surely above 0 at that ``level``; 0: it is so already.
    None where that would take more than :data:`MOST_GROWTH` times as many in all, or no number would do.

    ``groups`` (N,): rows that repeat each other, which count as one; there have to be ``fewest_groups`` of them.
    ``share``: of the rows that are added, those that count here; the others are kept for another use.
    """
    found = len(np.unique(groups))
    if found >= fewest_groups and metrics.clearly_positive(differences, groups, level) is True:
        return 0
    growth = metrics.growth_to_be_sure(differences, groups, level, CHANCE)
    if growth is None:
        return None
    growth = max(growth, fewest_groups / found)
    return rounded(len(differences) * (growth - 1) / share) if growth <= MOST_GROWTH else None


def rounded(rows: float) -> int:
    """Up to the next ten, above a hundred to the next fifty, above a thousand to the next five hundred: it is no more
    exact than that.
    """
    step = 10 if rows <= 100 else 50 if rows <= 1000 else 500
    return max(step, math.ceil(rows / step) * step)


def fewest_of(needed: Sequence[int | None]) -> int | None:
    """The least of these where any of them would do."""
    return min((rows for rows in needed if rows is not None), default=None)


def answered_among(figures: Mapping[str, Any], rows: int) -> int:
    """How many of so many rows would be answered where their outcomes are mixed as those that were learned from."""
    counts = figures["outcomes"]
    answered = max(1, round(rows * sum(counts[1:]) / sum(counts)))
    return answered if answered < 10 else rounded(answered)


def advice_on(figures: Mapping[str, Any], key: str = "more_rows_to_trust") -> Advice | None:
    """What is to be said of more rows, by a reward model's ``metrics.json``; None where that does not say, or no more
    are needed.
    """
    counts = figures.get("outcomes")
    if key not in figures or figures[key] == 0 or not isinstance(counts, list):
        return None
    if isinstance(figures[key], int):
        return "number"
    return "few answered" if sum(counts[1:]) < FEW_ANSWERED else "other rows"
