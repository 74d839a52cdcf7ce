"""Phrases that decide an outcome by themselves, told from words that only make it likelier."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from ..outcomes import NUM_OUTCOMES, OUTCOMES
from ..text.ngrams import Words, number_words
from ..text.quoted import quote
from ..utils.formatting import count_of
from .findings import Finding
from .suspects import CHANCE, MOST_SUSPECTS, Suspect
from .templates import PhraseCounts

MARGINS = (1.0, 0.5, 0.0, 0.0)
"""Log-odds that a phrase of 1 to 4 words may honestly add to its outcome's: a single word can please or annoy, three in
a row that always go with one outcome have another cause."""
HONEST = 0.0001
"""Probability that such an honest phrase is as pure as a leak, at most."""
SHOWN_LEAKS = 12
FITTED_ROWS, TESTED_ROWS, ROWS_AT_ONCE = 3000, 500, 20_000


def leak_findings(found: PhraseCounts) -> list[Finding]:
    """Phrases that give an outcome away.

    A phrase is named where at least :data:`PURITY` of :data:`FEWEST_ROWS` or more different emails that say it have
    one outcome, where chance does not do that, and where the rest of the email and the context do not explain it
    either: a word of pushy emails is found in pushy emails, and losing their reader is not the word's doing.
    """
    outcomes = np.array(found.data.outcomes)
    shares = np.bincount(outcomes, minlength=NUM_OUTCOMES) / len(outcomes)
    chances = found.chances
    if not found.suspects:
        return []
    suspects = sorted(found.suspects, key=lambda suspect: (suspect.expected, -len(suspect.phrase)))[:MOST_SUSPECTS]
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
    rng = np.random.default_rng(0)
    fold = rng.permutation(len(outcomes)) % (5 if len(outcomes) <= FITTED_ROWS else 3)
    shares = np.bincount(outcomes, minlength=NUM_OUTCOMES) / len(outcomes)
    probs = np.tile(shares, (len(outcomes), 1))
    trained = [rng.permutation(np.flatnonzero(fold != part))[:FITTED_ROWS] for part in range(fold.max() + 1)]
    asked = np.unique(np.concatenate([suspect.texts for suspect in suspects]))
    rows = np.unique(np.concatenate([asked, *trained]))  # of a million emails, the few that are read
    features = _features(found, suspects, rows)
    for part, train in enumerate(trained):
        judged = asked[fold[asked] == part]
        if len(set(outcomes[train])) < 2 or not len(judged):
            continue
        known = features[np.searchsorted(rows, train)]
        model = LogisticRegression(C=3.0, max_iter=300).fit(known, outcomes[train])
        probs[judged] = 0.0
        probs[np.ix_(judged, model.classes_)] = model.predict_proba(features[np.searchsorted(rows, judged)])
    return probs


def _features(found: PhraseCounts, suspects: list[Suspect], rows: np.ndarray) -> Any:
    """TF-IDF of the words that belong to no suspect's phrase, and of the context's words, of these rows, in CSR."""
    from scipy.sparse import hstack

    words = found.words
    suspected = np.zeros(len(words.ids), dtype=bool)
    for suspect in suspects:
        for offset in range(suspect.length):
            suspected[suspect.positions + offset] = True
    # a word that mostly stands elsewhere may explain its phrase
    inside, times = np.bincount(words.ids[suspected], minlength=len(words.vocabulary)), np.bincount(words.ids)
    free = ~(suspected & (inside >= 0.5 * times)[words.ids])
    contexts = number_words(found.data.contexts, r"\w+")
    parts = []
    for each, kept in ((words, free), (contexts, np.ones(len(contexts.ids), dtype=bool))):
        parts.append(_tfidf(each, kept, rows))
    return hstack(parts, format="csr")


def _tfidf(words: Words, kept: np.ndarray, rows: np.ndarray) -> Any:
    """TF-IDF of the kept words in these texts; how rare a word is, is told by all texts."""
    from sklearn.feature_extraction.text import TfidfTransformer

    texts = len(words.starts) - 1
    rarity = np.zeros(max(1, len(words.vocabulary)))
    for first in range(0, texts, ROWS_AT_ONCE):
        counts = _word_counts(words, kept, np.arange(first, min(first + ROWS_AT_ONCE, texts)))
        rarity += np.bincount(counts.indices, minlength=len(rarity))
    weigh = TfidfTransformer(sublinear_tf=True).fit(_word_counts(words, kept, rows[:1]))
    weigh.idf_ = np.log((texts + 1) / (rarity + 1)) + 1.0  # as it does itself where it sees all texts
    return weigh.transform(_word_counts(words, kept, rows))


def _word_counts(words: Words, kept: np.ndarray, rows: np.ndarray) -> Any:
    """How often each word stands in each of these texts, in CSR; only words that are kept."""
    from scipy.sparse import csr_matrix

    lengths = words.starts[rows + 1] - words.starts[rows]
    starts = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) + np.repeat(words.starts[rows] - starts, lengths)
    text = np.repeat(np.arange(len(rows)), lengths)[kept[places]]
    place = (text, words.ids[places[kept[places]]])
    return csr_matrix((np.ones(len(text)), place), (len(rows), max(1, len(words.vocabulary))))


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
