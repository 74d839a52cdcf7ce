"""Shares of emails with their intervals, wider where emails of one template resemble each other in their outcomes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..metrics import share_interval
from .results import Level, OutcomeRate

Z = 1.959964


def rate(hits: int, n: int, weight: float = 1.0) -> OutcomeRate:
    """Share ``hits / n`` with Wilson's interval; ``weight``: independent emails that each of them counts for."""
    low, high = share_interval(hits * weight, n * weight)
    return OutcomeRate(hits, n, hits / n if n else 0.0, low, high)


def rest_of(level: Level, levels: Sequence[Level], measure: str) -> tuple[OutcomeRate, str]:
    """The share of the other levels, and how they are called; of a template, those of its step where it has others."""
    others = [each for each in levels if each is not level]
    same_step = [each for each in others if level.group and each.group == level.group]
    found = [own for each in same_step or others if (own := each.rate(measure))]
    who = f"the others of {level.group}" if same_step else "the others"
    return rate(sum(each.hits for each in found), sum(each.n for each in found)), who


def alikeness(y: np.ndarray, groups: np.ndarray) -> float:
    """Intraclass correlation of ``y`` (N,) in ``groups`` (N,), by the analysis of variance; 0 where it is negative."""
    number = np.unique(groups, return_inverse=True)[1]
    sizes = np.bincount(number).astype(float)
    n, k = len(y), len(sizes)
    if k < 2 or k == n:
        return 0.0
    means = np.bincount(number, y) / sizes
    between = float((sizes * (means - y.mean()) ** 2).sum()) / (k - 1)
    within = float(((y - means[number]) ** 2).sum()) / (n - k)
    size = (n - float((sizes**2).sum()) / n) / (k - 1)
    total = between + (size - 1) * within
    return max(0.0, (between - within) / total) if total > 0 else 0.0


def weight_of(groups: np.ndarray, alikeness: float, scale: float = 1.0) -> float:
    """Independent emails that one of these counts for, at most 1.

    ``groups`` (N,): rows of a group count for less than independent ones (Kish 1965), and few groups make the
    interval wider still (Korn & Graubard 1998). A single group counts in full: then the share is about this group.
    ``scale``: how many times as large the groups are as seen here.
    """
    from scipy.stats import t

    sizes = np.unique(groups, return_counts=True)[1] * scale
    if alikeness <= 0 or len(sizes) < 2:
        return 1.0
    n, squares = float(sizes.sum()), float((sizes**2).sum())
    extra = max(0.0, squares / n - 1) * alikeness
    between = extra / (1 + extra)
    df = max(1.0, (n * n / squares - 1) / max(between, 1e-9) ** 2)
    return float((Z / t.ppf(0.975, df)) ** 2 / (1 + extra))
