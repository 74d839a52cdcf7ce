"""How far readers agree beyond chance. Pure functions of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def kappa(first: Sequence[int], second: Sequence[int], k: int, ordinal: bool = False) -> float | None:
    """Cohen's kappa of two readers' categories 0 to k-1, (N,) each: 1 is full agreement, 0 is chance.

    ``ordinal``: disagreement is weighted by its square (Cohen 1968). None where there is nothing to agree on: no
    answers, or both gave one and the same throughout.
    """
    if not len(first):
        return None
    counts = np.zeros((k, k))
    np.add.at(counts, (np.asarray(first), np.asarray(second)), 1.0)
    steps = np.arange(k)
    weights = (steps[:, None] - steps[None, :]) ** 2.0 if ordinal else 1.0 - np.eye(k)
    by_chance = float((weights * np.outer(counts.sum(1), counts.sum(0))).sum() / counts.sum())
    return 1.0 - float((weights * counts).sum()) / by_chance if by_chance > 0 else None


def ordinal_alpha(ratings: np.ndarray) -> float | None:
    """Krippendorff's alpha of ordinal ratings, (units, readers), nan where a reader gave none.

    1 is full agreement, 0 is chance. Units with one rating tell nothing. None where nothing can be compared, or all
    ratings are one and the same. (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability")
    """
    units = [unit[~np.isnan(unit)] for unit in ratings]
    units = [unit for unit in units if len(unit) > 1]
    if not units:
        return None
    values, places = np.unique(np.concatenate(units), return_inverse=True)
    k, at = len(values), 0
    coincidences = np.zeros((k, k))
    for unit in units:
        own = np.bincount(places[at : at + len(unit)], minlength=k).astype(float)
        coincidences += (np.outer(own, own) - np.diag(own)) / (len(unit) - 1)
        at += len(unit)
    totals = coincidences.sum(1)
    upto = np.cumsum(totals) - totals / 2  # half of a value's own ratings, and all below it
    distances = (upto[:, None] - upto[None, :]) ** 2
    expected = float((np.outer(totals, totals) * distances).sum())
    if expected == 0:
        return None
    return 1.0 - (totals.sum() - 1) * float((coincidences * distances).sum()) / expected
