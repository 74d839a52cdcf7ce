"""Does a text read like an email written for its context at all? What a reward has to ask before anything else.

A classifier of outcomes has only ever seen real emails; shuffled words or a phrase said forty times are nothing it was
trained to reject, and tuning finds such texts. So a second, small classifier learns real emails from damaged copies
of them. It needs no outcomes.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ..metrics import auc
from .features import Basis, ContextWords, stems
from .linear import Head, fit_multinomial

COMMON_WORDS = 200
"""Words that stand for themselves in the statistics of word order; the others stand for their ending."""
REACH = (1.0, 5.0, 20.0)
"""Percentiles of the real emails' scores. Between the last two belief rises from 0 to 1, for rewards: whoever writes
for a reward finds what is odd, so that odd counts against it. Predictions are only touched below the first one."""
DOUBT = 0.1
"""Belief that is always left for predictions: where people and their emails change, odd ones are answered too."""
TAIL = 0.1
"""Belief at the lower end of that rise."""
SEPARATES = 0.75
"""AUC, real against damaged, that a gate must reach on emails it has not seen; a worse one would hit at random."""
MOST_CONTEXTS = 1000
"""Contexts that an email is compared with besides its own."""
FOLDS = 3
MOST_EMAILS = 5000
"""Emails that the gates learn from; of more, a sample tells as much."""
CHUNK = 1000
"""Emails that are compared with all contexts at once."""
MOST_DAMAGED = 400
"""Emails of which damaged copies are made; more teach nothing new and take long."""
MOST_TOKENS = 1000
"""Longer texts are read up to here."""
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)([^\W\d_])")
_INSIDE = re.compile(r"(?<=[^\W\d_] )([^\W\d_])(?=[^\W\d_])")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]")


@dataclass(frozen=True)
class WordOrder:
    """Which kinds of words follow which: counts of pairs, of first and of all words. Learned from real emails."""

    common: frozenset[str]
    pairs: Counter
    singles: Counter

    @staticmethod
    def learn(emails: Sequence[str]) -> WordOrder:
        """From emails that people have sent."""
        words = [_tokens(email) for email in emails]
        counted = Counter(word for email in words for word in email)
        common = frozenset(word for word, _ in counted.most_common(COMMON_WORDS))
        kinds = [[_kind(word, common) for word in email] for email in words]
        pairs = Counter(pair for email in kinds for pair in pairwise(email))
        return WordOrder(common, pairs, Counter(kind for email in kinds for kind in email))

    def score(self, tokens: list[str]) -> float:
        """Mean log-likelihood ratio of the order against words drawn at random, nats a word; about 0 if shuffled."""
        kinds = [_kind(token, self.common) for token in tokens]
        total = sum(self.singles.values()) + 1
        gains = []
        for first, second in pairwise(kinds):
            alone = (self.singles[second] + 0.1) / total
            after = (self.pairs[first, second] + 5 * alone) / (self.singles[first] + 5)
            gains.append(math.log(after / alone))
        return sum(gains) / len(gains) if gains else 0.0


def _tokens(text: str) -> list[str]:
    return [token.lower() for token in _TOKEN.findall(text[: 8 * MOST_TOKENS])[:MOST_TOKENS]]


def _kind(token: str, common: frozenset[str]) -> str:
    if token in common:
        return token
    return f"-{token[-3:]}" if token[0].isalpha() else "#"


@dataclass(frozen=True)
class Gate:
    """A classifier of real against damaged texts. ``limits`` (3,): the real emails' scores at :data:`REACH`."""

    basis: Basis
    head: Head
    limits: np.ndarray

    @staticmethod
    def fit(statistics: np.ndarray, real: np.ndarray) -> Gate:
        """``statistics`` (N, S); ``real`` (N,): 1 for real emails, 0 for damaged ones."""
        basis = Basis.fit(statistics)
        return Gate(basis, fit_multinomial(basis(statistics), real, 0.3), np.arange(3.0))

    def scores(self, statistics: np.ndarray) -> np.ndarray:
        """Log-odds of being real, (N,)."""
        weights, bias = self.head.weights, self.head.bias
        return self.basis(statistics) @ (weights[:, 1] - weights[:, 0]) + bias[1] - bias[0]

    def belief(self, scores: np.ndarray) -> np.ndarray:
        """(N,) scores -> (2, N): belief for predictions, and the warier one for rewards."""
        first, second, third = self.limits
        plain = np.clip(1 + (scores - first) / (2 * (third - first)), DOUBT, 1.0)
        place = (scores - second) / (third - second)
        # below the ramp a little is left, ever less, so that of two bad texts the better one still earns more
        wary = np.where(place > 0, TAIL + (1 - TAIL) * np.minimum(place, 1.0), TAIL * np.exp(np.minimum(place, 0.0)))
        return np.stack([plain, wary])


@dataclass(frozen=True)
class ContextMatcher:
    """The file's contexts, to see whether an email is rather for another one than for its own."""

    words: ContextWords
    contexts: tuple[str, ...]

    def statistics(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """(N, 3): share of the context's words used, the largest such share of any other context, the difference."""
        parts = [
            self._statistics(contexts[at : at + CHUNK], emails[at : at + CHUNK]) for at in range(0, len(emails), CHUNK)
        ]
        return np.concatenate([np.zeros((0, 3)), *parts])

    def _statistics(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        places = {context: i for i, context in enumerate(self.contexts)}
        table = self.words.shares_used(self.contexts, [stems(email) for email in emails])
        own = np.array([self.words.share_used(c, stems(e)) for c, e in zip(contexts, emails, strict=True)])
        for row, context in enumerate(contexts):
            if context in places:
                table[row, places[context]] = 0.0
        other = table.max(1, initial=0.0)
        return np.stack([own, other, own - other], 1)


@dataclass(frozen=True)
class Plausibility:
    """Real emails against damaged ones. ``vocabulary``: words that the encoder has a token for, and those of the
    training emails. ``debris``, ``misdirected``: the two gates, None where the kind of damage cannot be told.
    """

    others: ContextMatcher
    order: WordOrder
    vocabulary: frozenset[str]
    debris: Gate | None
    misdirected: Gate | None

    def belief(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """How far a predicted outcome (row 0), and its reward (row 1), may be believed, (2, N): 1 for what reads like a
        real email, 0 for debris.
        """
        belief = np.ones((2, len(emails)))
        if not len(emails):
            return belief
        if self.debris:
            belief = self.debris.belief(self.debris.scores(text_statistics(self.order, self.vocabulary, emails)))
        if self.misdirected:
            found = self.misdirected.scores(self.others.statistics(contexts, emails))
            belief = np.minimum(belief, self.misdirected.belief(found))
        belief[:, [not any(map(str.isalnum, email)) for email in emails]] = 0.0
        return belief


def text_statistics(order: WordOrder, vocabulary: frozenset[str], emails: Sequence[str]) -> np.ndarray:
    """(N, 9): what damage shows in."""
    rows = []
    for email in emails:
        tokens = _tokens(email)
        n = max(1, len(tokens))
        spoken = [token for token in tokens if token[0].isalpha()]
        pairs = list(pairwise(tokens))
        rows.append(
            [
                order.score(tokens),
                sum(token in vocabulary for token in spoken) / max(1, len(spoken)),
                len(spoken) / n,
                len(set(tokens)) / math.sqrt(n),
                1 - len(set(pairs)) / max(1, len(pairs)),
                max(Counter(spoken).values(), default=0) / n,
                math.log1p(len(email.split())),
                *_misplaced(email),
            ]
        )
    return np.array(rows, dtype=np.float64)


def _misplaced(email: str) -> tuple[float, float]:
    """Shares of sentences that begin without, and of words inside a sentence that have, a capital letter."""
    email = email[: 8 * MOST_TOKENS]
    starts = _SENTENCE_START.findall(email)
    inside = _INSIDE.findall(email)
    capitals = sum(letter.isupper() for letter in inside)
    return (1 + sum(letter.islower() for letter in starts)) / (2 + len(starts)), capitals / max(1, len(inside))


def learn_plausibility(
    contexts: Sequence[str], emails: Sequence[str], vocabulary: frozenset[str], seed: int
) -> tuple[Plausibility, np.ndarray]:
    """Both gates, and the belief (2, N) that each of these emails gets from gates that have not seen it."""
    rng = np.random.default_rng(seed)
    if len(emails) > MOST_EMAILS:
        chosen = np.sort(rng.permutation(len(emails))[:MOST_EMAILS])
        found, unseen = learn_plausibility([contexts[i] for i in chosen], [emails[i] for i in chosen], vocabulary, seed)
        belief = found.belief(contexts, emails)
        belief[:, chosen] = unseen
        return found, belief
    distinct = list(dict.fromkeys(contexts))
    kept = sorted(rng.permutation(len(distinct))[:MOST_CONTEXTS].tolist())
    others = ContextMatcher(ContextWords.learn(contexts), tuple(distinct[i] for i in kept))
    debris, unseen_debris = _debris_gate(contexts, emails, vocabulary, rng)
    misdirected, unseen_misdirected = _misdirected_gate(others, contexts, emails, rng)
    known = vocabulary | {token for email in emails for token in _tokens(email)}
    found = Plausibility(others, WordOrder.learn(emails), known, debris, misdirected)
    return found, np.minimum(unseen_debris, unseen_misdirected)


def _calibrated(gate: Gate, real: np.ndarray, damaged: np.ndarray) -> tuple[Gate | None, np.ndarray]:
    """The gate with its limits from scores of texts that it has not seen, and the belief of the real ones."""
    scores = np.concatenate([real, damaged])
    if (auc(scores, np.arange(len(scores)) < len(real)) or 0.0) < SEPARATES:
        return None, np.ones((2, len(real)))
    limits = np.percentile(real, REACH) - np.array([0.2, 0.1, 0.0])  # apart even where all scores are alike
    whole = replace(gate, limits=limits)
    return whole, whole.belief(real)


def _debris_gate(
    contexts: Sequence[str], emails: Sequence[str], vocabulary: frozenset[str], rng: np.random.Generator
) -> tuple[Gate | None, np.ndarray]:
    folds = rng.permutation(np.arange(len(emails)) % min(FOLDS, len(emails)))
    real, damaged_scores = np.zeros(len(emails)), []
    for fold in range(folds.max() + 1):
        inside, outside = [
            [emails[i] for i in np.flatnonzero(mask).tolist()] for mask in (folds != fold, folds == fold)
        ]
        gate, order, known = _fit_debris(inside, vocabulary, rng)
        real[folds == fold] = gate.scores(text_statistics(order, known, outside))
        broken = [copy for email in outside[:MOST_DAMAGED] for copy in damaged(email, emails, rng)]
        damaged_scores.append(gate.scores(text_statistics(order, known, broken)))
    whole, _, _ = _fit_debris(emails, vocabulary, rng)
    return _calibrated(whole, real, np.concatenate(damaged_scores))


def _fit_debris(
    emails: Sequence[str], vocabulary: frozenset[str], rng: np.random.Generator
) -> tuple[Gate, WordOrder, frozenset[str]]:
    """The gate, and what it was fitted on: half of the emails teach the word order, the other half how real emails
    score by it; then the other way round.
    """
    halves = rng.permutation(np.arange(len(emails)) % 2)
    inputs, real = [], []
    for half in (0, 1):
        taught = [emails[i] for i in np.flatnonzero(halves == half).tolist()] or list(emails)
        rest = [emails[i] for i in np.flatnonzero(halves != half)[: MOST_DAMAGED // 2].tolist()]
        broken = [copy for email in rest for copy in damaged(email, emails, rng)]
        known = vocabulary | {token for email in taught for token in _tokens(email)}
        inputs.append(text_statistics(WordOrder.learn(taught), known, [*rest, *broken]))
        real += [1] * len(rest) + [0] * len(broken)
    known = vocabulary | {token for email in emails for token in _tokens(email)}
    return Gate.fit(np.concatenate(inputs), np.array(real)), WordOrder.learn(emails), known


def _misdirected_gate(
    others: ContextMatcher, contexts: Sequence[str], emails: Sequence[str], rng: np.random.Generator
) -> tuple[Gate | None, np.ndarray]:
    """Three statistics and no word lists: what is learned from the rows is so little that they may judge it too."""
    strangers = [others.contexts[i] for i in rng.integers(0, max(1, len(others.contexts)), len(emails))]
    swapped = [i for i, (own, other) in enumerate(zip(contexts, strangers, strict=True)) if own != other]
    if not swapped:
        return None, np.ones((2, len(emails)))
    right = others.statistics(contexts, emails)
    wrong = others.statistics([strangers[i] for i in swapped], [emails[i] for i in swapped])
    gate = Gate.fit(np.concatenate([right, wrong]), np.array([1] * len(right) + [0] * len(wrong)))
    return _calibrated(gate, gate.scores(right), gate.scores(wrong))


def damaged(email: str, emails: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Copies of one email, each damaged in another way."""
    words, others = (
        text[: 8 * MOST_TOKENS].split()[:MOST_TOKENS] or ["-"]
        for text in (email, emails[int(rng.integers(len(emails)))])
    )
    start = int(rng.integers(len(words)))
    phrase = words[start : start + int(rng.integers(1, 6))]
    letters = list("abcdefghijklmnopqrstuvwxyz0123456789")
    noise = ["".join(rng.choice(letters, int(rng.integers(2, 10)))) for _ in range(int(rng.integers(5, 60)))]
    pool = [*words, *others, "0", "1", "-1", "2", "=", ","]
    scraps = [pool[i] for i in rng.integers(0, len(pool), 12)]
    return [
        " ".join(words[i] for i in rng.permutation(len(words))),
        " ".join(phrase * int(rng.integers(5, 40))),
        " ".join(noise),
        " ".join(words + others * int(rng.integers(3, 20))),
        " ".join(scraps[: int(rng.integers(1, 12))]),
    ]
