"""Phrases that go with one outcome more purely than chance explains; whether anything else does is said elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..text.ngrams import Words
from .phrases import LONGEST, Phrases

FEWEST_ROWS = 8
"""A phrase in fewer emails of its outcome is no evidence."""
PURITY = 0.9
"""Share of a leak's emails that have its outcome."""
CHANCE = 0.05
"""How many phrases at most may be expected to pass by chance where nothing leaks."""
MOST_SUSPECTS = 1000


@dataclass(frozen=True)
class Suspect:
    """A phrase of ``length`` words that goes with an outcome more purely than chance explains.

    ``texts`` are the emails that say it, ``hits`` how many of them have the outcome; ``expected`` is the number of
    phrases that would do so by chance.
    """

    length: int
    phrase: str
    outcome: int
    hits: int
    texts: np.ndarray
    expected: float
    positions: np.ndarray
    """Where it starts among all words."""


class ChanceModel:
    """How many of a file's phrases of one length go with some outcome by chance.

    ``sizes`` are the phrases' numbers of emails, ``shares`` the outcomes' shares. A phrase of n emails passes only
    with a share of :data:`PURITY`, and there are few such counts: summing each phrase's own probability of one that is
    as rare as the count seen (Tarone 1990, "A modified Bonferroni method for discrete data") is exact where
    multiplying by the number of phrases would hide a leak of eight rows.
    """

    STEPS = 24

    def __init__(self, sizes: np.ndarray, shares: np.ndarray) -> None:
        from scipy.stats import binom

        size, self.times = np.unique(sizes[sizes >= FEWEST_ROWS], return_counts=True)
        least = np.maximum(FEWEST_ROWS, np.ceil(PURITY * size - 1e-9)).astype(int)
        hits = least[:, None] + np.arange(self.STEPS)
        possible = hits <= size[:, None]
        tails = [np.where(possible, binom.sf(hits - 1, size[:, None], share), 0.0) for share in shares]
        self.tails = np.stack(tails)  # (outcomes, sizes, hits), falling along the last axis
        self.tested = int(self.times.sum())

    def expected(self, p: float) -> float:
        """Phrases with a probability of ``p`` or less, all lengths counted as this one."""
        reached = np.where(self.tails <= p, self.tails, 0.0).max(axis=2)
        beyond = (self.tails > p).all(axis=2)  # a phrase so common that its rarer counts are not in the table
        return float((np.where(beyond, p, reached) * self.times).sum()) * LONGEST


def find_suspects(
    outcomes: np.ndarray, shares: np.ndarray, words: Words, phrases: Phrases, chance: ChanceModel
) -> list[Suspect]:
    """Phrases of one length whose emails have one outcome more purely than its share in the file explains."""
    from scipy.stats import binom

    rows = np.diff(phrases.bounds)
    phrase = np.repeat(np.arange(len(rows)), rows)
    counts = np.bincount(phrase * len(shares) + outcomes[phrases.texts], minlength=len(shares) * len(rows))
    counts = counts.reshape(-1, len(shares))
    top, hits = counts.argmax(axis=1), counts.max(axis=1, initial=0)
    pure = np.flatnonzero((hits >= FEWEST_ROWS) & (hits >= PURITY * rows))
    tails = binom.sf(hits[pure] - 1, rows[pure], shares[top[pure]])
    found = []
    for place in np.argsort(tails, kind="stable")[:MOST_SUSPECTS]:
        expected, i = chance.expected(tails[place]), pure[place]
        if expected > CHANCE:
            break
        texts = phrases.texts[phrases.bounds[i] : phrases.bounds[i + 1]].copy()  # not to hold on to all
        positions = phrases.positions[slice(*np.searchsorted(phrases.phrase_at, (i, i + 1)))].copy()
        said = words.spoken(phrases.example[i], phrases.length)
        found.append(Suspect(phrases.length, said, int(top[i]), int(hits[i]), texts, expected, positions))
    return found
