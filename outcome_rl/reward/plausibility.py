"""Does a text read like an email written for its context at all? What a reward has to ask before anything else.

A classifier of outcomes has only ever seen real emails; shuffled words or a phrase said forty times are nothing it was
trained to reject, and tuning finds such texts. So two small classifiers learn real emails from damaged copies of them,
and from emails for somebody else. They need no outcomes.

Real language is more than one seller's file, which may be ten templates: what is real is learned from texts in other
words too, and only what resembles damage loses belief, not what is unusual.
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
from .corrupted_emails import corrupted_copies
from .features import Basis, ContextWords, stems
from .linear import Head, fit_multinomial
from .word_order import MOST_TOKENS, WordOrder, reference_texts, tokens_of

DAMAGED, REAL = 98.0, 2.0
"""Percentiles. What scores no higher than so many damaged copies is not believed; what scores as the lowest of the real
emails is. In between belief rises, and is whole half-way: what is odd in other ways than damage is, is not punished."""
HALF_WAY = 0.5
USUAL = 10.0
"""Percentile of the reference texts from which on belief is whole at the latest; the lowest of them are odd."""
DOUBT = 0.1
"""Belief that is left for predictions: where people and their emails change, odd ones are answered too. Not for what
has no words."""
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
REFERENCE_SHARE = 0.5
"""Reference texts among the real ones that the gate learns from, at most so many times the file's own."""
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)([^\W\d_])")
_INSIDE = re.compile(r"(?<=[^\W\d_] )([^\W\d_])(?=[^\W\d_])")


@dataclass(frozen=True)
class Gate:
    """A classifier of real against damaged texts. ``limits`` (2,): scores between which belief rises."""

    basis: Basis
    head: Head
    limits: np.ndarray

    @staticmethod
    def fit(statistics: np.ndarray, real: np.ndarray) -> Gate:
        """``statistics`` (N, S); ``real`` (N,): 1 for real emails, 0 for damaged ones."""
        basis = Basis.fit(statistics)
        return Gate(basis, fit_multinomial(basis(statistics), real, 0.3), np.arange(2.0))

    def scores(self, statistics: np.ndarray) -> np.ndarray:
        """Log-odds of being real, (N,)."""
        weights, bias = self.head.weights, self.head.bias
        return self.basis(statistics) @ (weights[:, 1] - weights[:, 0]) + bias[1] - bias[0]

    def plausibility(self, scores: np.ndarray) -> np.ndarray:
        """(N,) scores -> (N,) belief, from 0 to 1."""
        low, high = self.limits
        place = (scores - low) / (high - low)
        # below the ramp a little is left, ever less, so that of two bad texts the better one still earns more
        return np.where(place > 0, TAIL + (1 - TAIL) * np.minimum(place, 1.0), TAIL * np.exp(np.minimum(place, 0.0)))

    def calibrated(self, real: np.ndarray, broken: np.ndarray, usual: np.ndarray | None = None) -> Gate | None:
        """The gate with limits from scores of texts that it has not seen; None where it cannot tell them apart.

        real, broken: (N,) of the file's emails and of damaged copies; usual: of real language in other words.
        """
        scores = np.concatenate([real, broken])
        if (auc(scores, np.arange(len(scores)) < len(real)) or 0.0) < SEPARATES:
            return None
        low, whole = np.percentile(broken, DAMAGED), np.percentile(real, REAL)
        # where the two overlap, real emails are believed all the same
        low = min(low, whole - 0.2)
        high = low + HALF_WAY * (whole - low)
        if usual is not None:
            high = max(low + 0.1, min(high, np.percentile(usual, USUAL)))
        return replace(self, limits=np.array([low, high]))


@dataclass(frozen=True)
class ContextMatcher:
    """The file's contexts, to see whether an email is rather for another one than for its own."""

    words: ContextWords
    contexts: tuple[str, ...]

    def statistics(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """(N, 1): by how much another context of the file is taken up more than the email's own, as shares of words.

        How much of its own an email takes up does not count: one in general terms is for nobody else.
        """
        parts = [
            self._statistics(contexts[at : at + CHUNK], emails[at : at + CHUNK]) for at in range(0, len(emails), CHUNK)
        ]
        return np.concatenate([np.zeros((0, 1)), *parts])

    def _statistics(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        places = {context: i for i, context in enumerate(self.contexts)}
        table = self.words.shares_used(self.contexts, [stems(email) for email in emails])
        own = np.array([self.words.share_used(c, stems(e)) for c, e in zip(contexts, emails, strict=True)])
        for row, context in enumerate(contexts):
            if context in places:
                table[row, places[context]] = 0.0
        return (own - table.max(1, initial=0.0))[:, None]


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

    def plausibility(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """(2, N), from 0 to 1: how far each text reads like an email (row 0), and like one for its context (row 1)."""
        found = np.ones((2, len(emails)))
        if not len(emails):
            return found
        if self.debris:
            scores = self.debris.scores(text_statistics(self.order, self.vocabulary, emails))
            found[0] = self.debris.plausibility(scores)
        if self.misdirected:
            found[1] = self.misdirected.plausibility(self.misdirected.scores(self.others.statistics(contexts, emails)))
        found[0, [not any(map(str.isalnum, email)) for email in emails]] = 0.0
        return found


def text_statistics(order: WordOrder, vocabulary: frozenset[str], emails: Sequence[str]) -> np.ndarray:
    """(N, 9): what damage shows in."""
    rows = []
    for email in emails:
        tokens = tokens_of(email)
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
    """Both gates, and the plausibility (2, N) that each of these emails gets from gates that have not seen it."""
    rng = np.random.default_rng(seed)
    if len(emails) > MOST_EMAILS:
        chosen = np.sort(rng.permutation(len(emails))[:MOST_EMAILS])
        found, unseen = learn_plausibility([contexts[i] for i in chosen], [emails[i] for i in chosen], vocabulary, seed)
        everywhere = found.plausibility(contexts, emails)
        everywhere[:, chosen] = unseen
        return found, everywhere
    distinct = list(dict.fromkeys(contexts))
    kept = sorted(rng.permutation(len(distinct))[:MOST_CONTEXTS].tolist())
    others = ContextMatcher(ContextWords.learn(contexts), tuple(distinct[i] for i in kept))
    debris, unseen_debris = _debris_gate(emails, vocabulary, rng)
    misdirected, unseen_misdirected = _misdirected_gate(others, contexts, emails, rng)
    order, known = _taught(emails, reference_texts(), vocabulary)
    return Plausibility(others, order, known, debris, misdirected), np.stack([unseen_debris, unseen_misdirected])


def _taught(
    emails: Sequence[str], reference: Sequence[str], vocabulary: frozenset[str]
) -> tuple[WordOrder, frozenset[str]]:
    """Word order and vocabulary of some emails and of the reference, neither drowned by the other."""
    texts = [*emails[: 2 * max(100, len(reference))], *reference]
    return WordOrder.learn(texts), vocabulary | {token for text in [*emails, *texts] for token in tokens_of(text)}


def _debris_gate(
    emails: Sequence[str], vocabulary: frozenset[str], rng: np.random.Generator
) -> tuple[Gate | None, np.ndarray]:
    """The gate, and the plausibility (N,) that each email gets from one that has seen neither it nor any like it."""
    shuffled = [emails[i] for i in rng.permutation(len(emails)).tolist()]
    folds = np.arange(len(emails)) % min(FOLDS, len(emails))
    reference = reference_texts()
    real, usual, broken = np.zeros(len(emails)), [], []
    for fold in range(folds.max() + 1):
        inside, outside = ([shuffled[i] for i in np.flatnonzero(m).tolist()] for m in (folds != fold, folds == fold))
        kept = [text for i, text in enumerate(reference) if i % FOLDS != fold]
        gate, order, known = _fit_debris(inside, kept, vocabulary, rng)
        real[folds == fold] = gate.scores(text_statistics(order, known, outside))
        usual.append(gate.scores(text_statistics(order, known, reference[fold::FOLDS])))
        copies = [copy for email in outside[:MOST_DAMAGED] for copy in corrupted_copies(email, emails, rng)]
        broken.append(gate.scores(text_statistics(order, known, copies)))
    whole, _, _ = _fit_debris(shuffled, reference, vocabulary, rng)
    calibrated = whole.calibrated(real, np.concatenate(broken), np.concatenate(usual))
    if calibrated is None:
        return None, np.ones(len(emails))
    of_email = dict(zip(shuffled, calibrated.plausibility(real).tolist(), strict=True))
    return calibrated, np.array([of_email[email] for email in emails])


def _fit_debris(
    emails: Sequence[str], reference: Sequence[str], vocabulary: frozenset[str], rng: np.random.Generator
) -> tuple[Gate, WordOrder, frozenset[str]]:
    """The gate, and what it was fitted on: half of the texts teach the word order, the other half how real ones score
    by it; then the other way round.
    """
    mixed = [reference[i] for i in rng.permutation(len(reference)).tolist()]
    texts = [*emails, *mixed[: int(REFERENCE_SHARE * len(emails))]]
    halves = rng.permutation(np.arange(len(texts)) % 2)
    inputs, real = [], []
    for half in (0, 1):
        rest = [texts[i] for i in np.flatnonzero(halves != half)[: MOST_DAMAGED // 2].tolist()]
        unseen = set(rest)
        seen = [text for text in emails if text not in unseen], [text for text in mixed if text not in unseen]
        order, known = _taught(*seen, vocabulary)
        copies = [copy for email in rest for copy in corrupted_copies(email, texts, rng)]
        inputs.append(text_statistics(order, known, [*rest, *copies]))
        real += [1] * len(rest) + [0] * len(copies)
    return Gate.fit(np.concatenate(inputs), np.array(real)), *_taught(emails, reference, vocabulary)


def _misdirected_gate(
    others: ContextMatcher, contexts: Sequence[str], emails: Sequence[str], rng: np.random.Generator
) -> tuple[Gate | None, np.ndarray]:
    """One statistic and no word lists: what is learned from the rows is so little that they may judge it too."""
    strangers = [others.contexts[i] for i in rng.integers(0, max(1, len(others.contexts)), len(emails))]
    swapped = [i for i, (own, other) in enumerate(zip(contexts, strangers, strict=True)) if own != other]
    if not swapped:
        return None, np.ones(len(emails))
    right = others.statistics(contexts, emails)
    wrong = others.statistics([strangers[i] for i in swapped], [emails[i] for i in swapped])
    gate = Gate.fit(np.concatenate([right, wrong]), np.array([1] * len(right) + [0] * len(wrong)))
    calibrated = gate.calibrated(gate.scores(right), gate.scores(wrong))
    return calibrated, calibrated.plausibility(gate.scores(right)) if calibrated else np.ones(len(emails))
