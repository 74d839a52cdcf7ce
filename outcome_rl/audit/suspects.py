"""Phrases that go with one outcome more purely than chance explains; whether anything else does is said elsewhere."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

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
    outcomes: np.ndarray, shares: np.ndarray, words: Words, phrases: Phrases
) -> list[tuple[float, Suspect]]:
    """Phrases whose emails have one outcome more purely than its share in the file explains, the rarest first, each
    with the probability of that.

    How many of all phrases would do so by chance is not known of a part of them, but is no less than of that part.
    """
    from scipy.stats import binom

    rows = np.diff(phrases.bounds)
    if not len(rows):
        return []
    said = outcomes[phrases.texts]
    counts = [np.add.reduceat(said == outcome, phrases.bounds[:-1], dtype=np.int32) for outcome in range(len(shares))]
    top, hits = np.argmax(counts, axis=0), np.max(counts, axis=0)
    pure = np.flatnonzero((hits >= FEWEST_ROWS) & (hits >= PURITY * rows))
    tails = binom.sf(hits[pure] - 1, rows[pure], shares[top[pure]])
    chance = ChanceModel(rows, shares)
    found = []
    for place in np.argsort(tails, kind="stable")[:MOST_SUSPECTS]:
        i = pure[place]
        if chance.expected(tails[place]) > CHANCE:
            break
        texts = phrases.texts[phrases.bounds[i] : phrases.bounds[i + 1]].copy()  # not to hold on to all
        positions = phrases.positions[slice(*np.searchsorted(phrases.phrase_at, (i, i + 1)))].copy()
        phrase = words.spoken(phrases.example[i], phrases.length)
        suspect = Suspect(phrases.length, phrase, int(top[i]), int(hits[i]), texts, math.nan, positions)
        found.append((float(tails[place]), suspect))
    return found


def settle(found: list[tuple[float, Suspect]], chance: ChanceModel) -> list[Suspect]:
    """Of what the parts of all phrases of one length hold, what chance does not explain among all of them."""
    settled = []
    for tail, suspect in sorted(found, key=lambda each: each[0])[:MOST_SUSPECTS]:
        expected = chance.expected(tail)
        if expected > CHANCE:
            break
        settled.append(replace(suspect, expected=expected))
    return settled
