"""How the emails of a level differ from the rest once other things are held equal, and how sure that is.

Partialling out (Robinson 1988, "Root-N-consistent semiparametric regression"; Chernozhukov et al. 2018,
"Double/debiased machine learning"): a penalised logistic regression says how likely each email was to be answered, and
a penalised linear one how likely it was to be of this level, both from everything but the level. What these leave over
is compared. The result is on the scale of shares, a mean over the emails in which the level could have gone either way
(overlap weights; Li, Morgan & Zaslavsky 2018), and an error in one of the two regressions matters only as far as the
other errs in the same place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .regression import logistic, residuals

ALIKENESS = 0.3
"""Correlation assumed within a cluster where its effective number is counted."""
LEAST_OVERLAP = 0.05
"""Part of a level's variance that must be left once all else is held equal."""


@dataclass(frozen=True)
class Differences:
    """Arrays over the levels, (L,). ``difference`` with its standard ``error``, ``df`` degrees of freedom, p-value.

    ``overlap``: part of the level's variance that nothing else explains. ``by_cluster``: whether a clustering and
    not the rows gave the p-value.
    """

    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    overlap: np.ndarray
    by_cluster: np.ndarray


def adjusted_differences(
    x: np.ndarray, levels: np.ndarray, y: np.ndarray, clusterings: Sequence[np.ndarray] = ()
) -> Differences:
    """Differences of ``y`` (N,), 0 or 1, between each level's rows and the rest, given ``x`` (N, P; intercept first).

    ``levels`` (N, L) holds 0 and 1. ``clusterings`` are numbers (N,): rows that share one are not independent. Of the
    errors that rows and each clustering give, the largest counts: a difference has to show whichever is the unit.
    """
    from scipy.special import ndtr

    fitted, leverage = logistic(x, y)
    left = residuals(x, levels)
    weight = (left**2).sum(0)
    difference = (left * (y - fitted)[:, None]).sum(0) / np.maximum(weight, 1e-12)
    # leverage: residuals of rows that the regression follows closely are too small (HC2; MacKinnon & White 1985)
    unlike = (y - fitted) / np.sqrt(1 - leverage)
    errors = unlike[:, None] - left * difference / np.sqrt(1 - leverage)[:, None]
    spread = fitted * (1 - fitted) * len(y) / max(1.0, len(y) - leverage.sum())
    by_model = (left**2 * spread[:, None]).sum(0)
    by_row = (left**2 * errors**2).sum(0)
    error = np.sqrt(np.maximum(by_model, by_row)) / np.maximum(weight, 1e-12)
    p, half = 2 * ndtr(-np.abs(difference) / np.maximum(error, 1e-12)), 1.959964 * error
    by_cluster = np.zeros(len(p), dtype=bool)
    for clusters in clusterings:
        p_value, width = _clustered(left, errors, unlike, difference, clusters)
        by_cluster |= p_value > p
        p, half = np.maximum(p, p_value), np.maximum(half, width)
    overlap = weight / np.maximum(len(y) * levels.mean(0) * (1 - levels.mean(0)), 1e-12)
    low, high = np.maximum(difference - half, -1.0), np.minimum(difference + half, 1.0)
    return Differences(difference, low, high, p, overlap, by_cluster)


def _clustered(
    left: np.ndarray, errors: np.ndarray, unlike: np.ndarray, difference: np.ndarray, clusters: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """p-values and half widths of 95 % intervals with clusters as the units, (L,) each.

    Student's t with the effective number of clusters less one (Carter, Schnepel & Steigerwald 2017): a level that
    stands in two of forty templates is known from two, not from forty. Where these are fewer than three, the level's
    own cluster has been fitted away in ``errors`` (N, L), and what rows are ``unlike`` (N,) before that counts too.
    """
    from scipy.sparse import csr_matrix
    from scipy.stats import t

    number = np.unique(clusters, return_inverse=True)[1]
    member = csr_matrix((np.ones(len(number)), (number, np.arange(len(number)))))
    variance = ((member @ (left * errors)) ** 2).sum(0)
    squares, totals = member @ left**2, member @ left
    share = (1 - ALIKENESS) * squares + ALIKENESS * totals**2
    effective = share.sum(0) ** 2 / np.maximum((share**2).sum(0), 1e-24)
    df = np.maximum(effective - 1, 1e-2)
    before = ((member @ (left * unlike[:, None])) ** 2).sum(0)
    variance = np.where(effective < 3, np.maximum(variance, before), variance)
    error = np.sqrt(variance * (1 + 1 / df)) / np.maximum(squares.sum(0), 1e-12)
    width = t.ppf(0.975, df) * error
    return 2 * t.sf(np.abs(difference) / np.maximum(error, 1e-12), df), np.nan_to_num(width, posinf=1.0)


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """p-values (M,) adjusted so that those under 0.05 hold at most 5 % false ones, on average (1995)."""
    order = np.argsort(p)[::-1]
    ranks = np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum.accumulate(np.minimum(1.0, p[order] * len(p) / ranks))
    return adjusted


def emails_needed(p: float, n: int, tests: int, power: float = 0.8) -> int:
    """More emails that would show a difference of this size, were it real, with this probability.

    Errors shrink with the root of the number; the level asked for is that of the smallest of ``tests`` p-values.
    """
    from scipy.special import ndtri

    seen = max(1e-9, float(-ndtri(min(p, 1.0) / 2)))
    wanted = float(-ndtri(0.025 / max(1, tests)) + ndtri(power))
    return max(0, round(n * ((wanted / seen) ** 2 - 1)))


def smallest_visible(share: float, n: int, tests: int, power: float = 0.8) -> float:
    """The smallest difference in a share between two halves of ``n`` emails that would show with this probability."""
    from scipy.special import ndtri

    wanted = float(-ndtri(0.025 / max(1, tests)) + ndtri(power))
    return wanted * 2 * float(np.sqrt(share * (1 - share) / max(1, n)))
