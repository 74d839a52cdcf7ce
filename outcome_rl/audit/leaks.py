"""Phrases that decide an outcome by themselves, told from words that only make it likelier."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..outcomes import NUM_OUTCOMES, OUTCOMES
from ..text.ngrams import Words, number_words
from ..text.quoted import quote
from .findings import Finding, count_of
from .templates import LONGEST, PhraseCounts, Phrases, covered_words

FEWEST_ROWS = 8
"""A phrase in fewer emails of its outcome is no evidence."""
PURITY = 0.9
"""Share of a leak's emails that have its outcome."""
CHANCE = 0.05
"""How many phrases at most may be expected to pass by chance where nothing leaks."""
MARGINS = (1.0, 0.5, 0.0, 0.0)
"""Log-odds that a phrase of 1 to 4 words may honestly add to its outcome's: a single word can please or annoy, three in
a row that always go with one outcome have another cause."""
HONEST = 0.0001
"""Probability that such an honest phrase is as pure as a leak, at most."""
MOST_SUSPECTS, SHOWN_LEAKS = 1000, 12
FITTED_ROWS, TESTED_ROWS = 3000, 500


@dataclass(frozen=True)
class Suspect:
    """A phrase of ``length`` words that goes with an outcome more purely than chance explains.

    ``texts`` are the emails that say it, ``hits`` how many of them have the outcome; ``expected`` is the number of
    phrases that would do so by chance.
    """

    length: int
    number: int
    phrase: str
    outcome: int
    hits: int
    texts: np.ndarray
    expected: float


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


def leak_findings(found: PhraseCounts) -> list[Finding]:
    """Phrases that give an outcome away.

    A phrase is named where at least :data:`PURITY` of :data:`FEWEST_ROWS` or more different emails that say it have
    one outcome, where chance does not do that, and where the rest of the email and the context do not explain it
    either: a word of pushy emails is found in pushy emails, and losing their reader is not the word's doing.
    """
    outcomes = np.array(found.data.outcomes)
    shares = np.bincount(outcomes, minlength=NUM_OUTCOMES) / len(outcomes)
    chances = [ChanceModel(np.diff(each.bounds), shares) for each in found.phrases]
    suspects = [
        suspect
        for each, chance in zip(found.phrases, chances, strict=True)
        for suspect in _suspects(outcomes, shares, found.words, each, chance)
    ]
    if not suspects:
        return []
    suspects = sorted(suspects, key=lambda suspect: (suspect.expected, -len(suspect.phrase)))[:MOST_SUSPECTS]
    explained = _probabilities_without(found, suspects)
    named, seen = [], np.zeros(len(outcomes), dtype=bool)
    for suspect in suspects:
        if seen[suspect.texts].mean() >= 0.5:
            continue  # other words of the same emails are named already
        probs, hit = explained[suspect.texts, suspect.outcome], outcomes[suspect.texts] == suspect.outcome
        expected = max(suspect.expected, chances[suspect.length - 1].expected(_upper_tail(probs, hit)))
        margin = MARGINS[suspect.length - 1]
        honest = _upper_tail(_add_log_odds(probs, margin), hit) if margin else 0.0
        if expected <= CHANCE and honest <= HONEST:
            named.append((replace(suspect, expected=expected), chances[suspect.length - 1].tested))
            seen[suspect.texts] = True
    return [_finding(found, suspect, tested, shares) for suspect, tested in named[:SHOWN_LEAKS]]


def _suspects(
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
        texts = phrases.texts[phrases.bounds[i] : phrases.bounds[i + 1]]
        said = words.spoken(phrases.example[i], phrases.length)
        found.append(Suspect(phrases.length, int(i), said, int(top[i]), int(hits[i]), texts, expected))
    return found


def _add_log_odds(probs: np.ndarray, margin: float) -> np.ndarray:
    """Probabilities with ``margin`` added to their log-odds."""
    odds = probs / np.maximum(1 - probs, 1e-12) * math.exp(margin)
    return odds / (1 + odds)


def _upper_tail(probs: np.ndarray, hit: np.ndarray) -> float:
    """Probability of at least as many hits as there are, each with its own probability (Poisson binomial)."""
    probs, hit = probs[:TESTED_ROWS], hit[:TESTED_ROWS]
    exactly = np.zeros(len(probs) + 1)
    exactly[0] = 1.0
    for p in probs:
        exactly[1:] = exactly[1:] * (1 - p) + exactly[:-1] * p
        exactly[0] *= 1 - p
    return float(exactly[int(hit.sum()) :].sum())


def _probabilities_without(found: PhraseCounts, suspects: list[Suspect]) -> np.ndarray:
    """Each outcome's probability from the words that are under no suspicion and from the context, (N, outcomes).

    Logistic regression on TF-IDF of single words, cross-fitted: no email is judged by a model that has read it.
    """
    from sklearn.linear_model import LogisticRegression

    outcomes = np.array(found.data.outcomes)
    features = _features(found, suspects)
    rng = np.random.default_rng(0)
    fold = rng.permutation(len(outcomes)) % (5 if len(outcomes) <= FITTED_ROWS else 3)
    shares = np.bincount(outcomes, minlength=NUM_OUTCOMES) / len(outcomes)
    probs = np.tile(shares, (len(outcomes), 1))
    for part in range(fold.max() + 1):
        train = rng.permutation(np.flatnonzero(fold != part))[:FITTED_ROWS]
        if len(set(outcomes[train])) < 2:
            continue
        model = LogisticRegression(C=3.0, max_iter=300).fit(features[train], outcomes[train])
        judged = np.flatnonzero(fold == part)
        probs[judged] = 0.0
        probs[np.ix_(judged, model.classes_)] = model.predict_proba(features[judged])
    return probs


def _features(found: PhraseCounts, suspects: list[Suspect]) -> Any:
    """TF-IDF of the words that belong to no suspect's phrase, and of the context's words, CSR with N rows."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfTransformer

    words = found.words
    suspected = np.zeros(len(words.ids), dtype=bool)
    for phrases in found.phrases:
        chosen = np.array([suspect.number for suspect in suspects if suspect.length == phrases.length], dtype=int)
        suspected |= covered_words(words, phrases, chosen)
    # a word that mostly stands elsewhere may explain its phrase
    inside, times = np.bincount(words.ids[suspected], minlength=len(words.vocabulary)), np.bincount(words.ids)
    free = ~(suspected & (inside >= 0.5 * times)[words.ids])
    contexts = number_words(found.data.contexts, r"\w+")
    parts = []
    for each, kept in ((words, free), (contexts, np.ones(len(contexts.ids), dtype=bool))):
        place = (each.text_of[kept], each.ids[kept])
        shape = (len(found.data), max(1, len(each.vocabulary)))
        parts.append(TfidfTransformer(sublinear_tf=True).fit_transform(csr_matrix((np.ones(kept.sum()), place), shape)))
    return hstack(parts, format="csr")


def _finding(found: PhraseCounts, leak: Suspect, tested: int, shares: np.ndarray) -> Finding:
    name = OUTCOMES[leak.outcome].replace("_", " ")
    chance = (
        f"1 in {10 ** min(99, -math.log10(max(leak.expected, 1e-99))):,.0f}"
        if leak.expected > 1e-6
        else "under 1 in a million"
    )
    message = (
        f"{quote(leak.phrase)} gives the outcome away: {leak.hits:,} of {count_of(len(leak.texts), 'different email')} "
        f"with it are {name}, of all emails {shares[leak.outcome]:.0%}; the chance of that among {tested:,} phrases "
        f"is {chance}"
    )
    advice = (
        "If it was written after the outcome, or shows how the file was put together, take it out: a model that reads "
        "it learns nothing else."
    )
    return Finding("leak", "problem", message, advice, found.rows(leak.texts))
