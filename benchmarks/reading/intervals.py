"""Shares and means with 95 % intervals that know that emails for one context, and readers of one email, go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outcome_rl.metrics import members_of

DRAWS = 5_000


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % interval; None where there is too little to tell."""

    value: float | None
    interval: tuple[float, float] | None


def ratio(top: np.ndarray, bottom: np.ndarray, groups: np.ndarray, seed: int = 0) -> Estimate:
    """``top.sum() / bottom.sum()`` with a percentile bootstrap (Efron 1979) that draws whole groups.

    All three (N,); ``bottom`` says how much each row weighs, 0 for rows that do not count. Groups in which
    nothing counts are left out. No interval for a single group.
    """
    total = float(bottom.sum())
    if total == 0:
        return Estimate(None, None)
    value = float(top.sum()) / total
    parts = [rows for rows in members_of(groups) if bottom[rows].sum() > 0]
    if len(parts) < 2:
        return Estimate(value, None)
    tops = np.array([top[rows].sum() for rows in parts], dtype=float)
    bottoms = np.array([bottom[rows].sum() for rows in parts], dtype=float)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(parts), (DRAWS, len(parts)))
    low, high = np.percentile(tops[drawn].sum(1) / bottoms[drawn].sum(1), [2.5, 97.5])
    return Estimate(value, (float(low), float(high)))
