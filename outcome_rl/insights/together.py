"""Whether templates are all alike: one test of all of them, each compared with those of its own step.

A permutation test of the score (Freedman & Lane 1983): what a regression on everything but the template leaves over of
each outcome is dealt out anew among the emails of a step, many times, and it is counted how often the templates then
differ as much as they do. Both are in units of their own variance (Janssen 1997), so that templates sent to readers of
whom some answer more often than others look no further apart; it is stopped early where chance is plain (Besag &
Clifford 1991).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .regression import logistic, residuals

MOST_DRAWS, FEWEST_DRAWS, AT_ONCE = 9_999, 999, 100
MOST_DEALT = 40_000_000
"""Outcomes dealt out in all; of a large file this leaves fewer draws."""
ENOUGH = 50
"""Draws as far apart as the file itself after which its p-value is known well enough."""
LEAST_SPREAD = 1e-3
"""Part of the largest direction's variance that a direction needs, for the templates to differ along it."""


@dataclass(frozen=True)
class Group:
    """Templates that are compared with each other: positions of the factor's levels, and the p-value of these alone."""

    levels: tuple[int, ...]
    p: float


@dataclass(frozen=True)
class Together:
    """``p``: how often chance would make the templates as different, within all groups at once."""

    p: float
    groups: tuple[Group, ...]


def differ_together(
    x: np.ndarray,
    y: np.ndarray,
    codes: np.ndarray,
    groups: Sequence[Sequence[int]],
    clusters: np.ndarray | None = None,
    seed: int = 0,
) -> Together:
    """Test whether the levels of each group have the same outcomes, given ``x`` (N, P; intercept first).

    ``codes`` (N,) are levels, ``y`` (N,) holds 0 and 1. ``clusters`` (N,): emails that share a number are not
    independent; outcomes are dealt out among the emails of one, and whole clusters of a size change places.
    """
    fitted, leverage = logistic(x, y)
    left = y - fitted
    # leverage: what is left of rows that the regression follows closely is too small to be dealt out as chance (HC2)
    unlike = left / np.sqrt(1 - leverage)
    spread = fitted * (1 - fitted) * len(y) / max(1.0, len(y) - leverage.sum())
    parts = [_Part.of(x, codes, levels, clusters) for levels in groups]
    seen = np.array([part.seen(left, spread) for part in parts])
    rng = np.random.default_rng(seed)
    most = int(np.clip(MOST_DEALT // max(1, len(y)), FEWEST_DRAWS, MOST_DRAWS))
    draws, together, alone = 0, 0, np.zeros(len(parts), dtype=np.int64)
    while draws < most and together < ENOUGH:
        drawn = np.array([part.dealt(unlike, rng, min(AT_ONCE, most - draws)) for part in parts])
        draws += drawn.shape[1]
        together += int((drawn.sum(0) >= seen.sum() * (1 - 1e-9)).sum())
        alone += (drawn >= seen[:, None] * (1 - 1e-9)).sum(1)
    p_alone = (alone + 1) / (draws + 1)
    found = tuple(Group(tuple(levels), float(p)) for levels, p in zip(groups, p_alone, strict=True))
    return Together((together + 1) / (draws + 1), found)


@dataclass(frozen=True)
class _Part:
    """The rows of one group, what nothing else explains of its levels (R, L), and what changes places in it.

    Each block (C, S) holds places among the rows: of clusters of one size S, in its rows.
    """

    rows: np.ndarray
    levels: np.ndarray
    blocks: tuple[np.ndarray, ...]

    @staticmethod
    def of(x: np.ndarray, codes: np.ndarray, levels: Sequence[int], clusters: np.ndarray | None) -> _Part:
        rows = np.flatnonzero(np.isin(codes, levels))
        own = residuals(x[rows], (codes[rows][:, None] == np.array(levels)).astype(float))
        return _Part(rows, own, _blocks(np.arange(len(rows)) if clusters is None else clusters[rows]))

    def seen(self, left: np.ndarray, spread: np.ndarray) -> float:
        """How far apart the levels are, in units of the variance ``spread`` (N,) that each outcome should have."""
        return float(self.apart(left[self.rows][:, None], spread[self.rows])[0])

    def dealt(self, left: np.ndarray, rng: np.random.Generator, draws: int) -> np.ndarray:
        """How far apart the levels are where what is left of the rows is dealt out anew, (draws,)."""
        own = left[self.rows]
        dealt = np.empty((len(own), draws))
        for draw in range(draws):
            for block in self.blocks:
                values = own[rng.permutation(block)]
                dealt[block, draw] = rng.permuted(values, axis=1) if block.shape[1] > 1 else values
        return self.apart(dealt, np.full(len(own), float((own**2).mean())))

    def apart(self, left: np.ndarray, spread: np.ndarray) -> np.ndarray:
        """How far apart the levels are, of each column of ``left`` (R, D), whose rows vary by ``spread`` (R,); (D,)."""
        values, vectors = np.linalg.eigh((self.levels * spread[:, None]).T @ self.levels)
        kept = values > LEAST_SPREAD * max(values.max(), 1e-12)
        directions = self.levels @ vectors[:, kept] / np.sqrt(values[kept])
        apart: np.ndarray = ((directions.T @ left) ** 2).sum(0)
        return apart


def _blocks(clusters: np.ndarray) -> tuple[np.ndarray, ...]:
    number, sizes = np.unique(clusters, return_inverse=True, return_counts=True)[1:]
    order = np.lexsort((number, sizes[number]))
    size = sizes[number][order]
    return tuple(order[size == each].reshape(-1, each) for each in np.unique(size))
