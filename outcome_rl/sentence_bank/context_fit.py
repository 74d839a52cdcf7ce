"""How well an email fits a context: how much likelier it is that the seller wrote it to this one than to anyone.

Most contexts are new in their very words, but "12 apartments, runs them for the owner" and "a management company with
30 buildings" have words by which the seller's emails to them can be foretold: units, tenants, keys. A linear model
foretells the words of an email from those of its context; what it is worth is measured on emails that it has not seen.
Who writes the same to everybody has a model that foretells nothing, and then nothing is made of it.

The model is ridge regression (Hoerl and Kennard 1970) onto the principal components of the emails' words; each email is
left out once in closed form (Allen 1974, the PRESS statistic). What the residuals leave of the components, as normal
variables, gives a log-likelihood ratio; its scale is set by logistic regression of real pairs of context and email
against shuffled ones (Platt 1999).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .suitability import SHORTEST

PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Ridge penalties of which the best is taken; contexts are vectors of length 1."""
COMPONENTS = 32
"""Principal components of the emails' words at most."""
LEAST_SIZE = 0.01
"""Standard deviation of a component that tells emails apart; they are vectors of length 1."""
RAREST, COMMONEST = 3, 0.8
"""Texts that a word must be in, and the share of them that it may be in at most."""
ECHO = 0.5
"""Share of its emails whose contexts have a word that begins so, from which on a word is one of theirs."""
MOST_WORDS, MOST_ROWS = 600, 4000
"""Words of either side, the commonest ones, and emails that are learned from, the first ones."""
FEWEST_ROWS = 40
"""Emails from which on something is learned."""
SHUFFLES = 5
"""Strange emails for each context, to compare its own with."""
DIGITS = 4
"""Decimal places that are kept."""

Words = Collection[str]


@dataclass(frozen=True, eq=False)
class _Side:
    """Words and what each adds to a vector of components; ``idf`` scales them, ``shift`` is added to all."""

    words: Mapping[str, int] = field(default_factory=dict)
    idf: np.ndarray = field(default_factory=lambda: np.zeros(0))
    map: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    shift: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def of(self, texts: Sequence[Words]) -> np.ndarray:
        """Components of some texts, (texts, components)."""
        return _vectors(texts, self.words, self.idf) @ self.map + self.shift

    def kept(self) -> dict[str, Any]:
        """What JSON keeps of it."""
        own = {"idf": self.idf, "map": self.map, "shift": self.shift}
        return {"words": list(self.words)} | {name: values.tolist() for name, values in own.items()}


@dataclass(frozen=True, eq=False)
class ContextFit:
    """``contexts`` and ``emails``: what the words of either add to the components. ``usual``: what is added to the fit
    of all pairs, nats. Without components it says nothing.
    """

    contexts: _Side = field(default_factory=_Side)
    emails: _Side = field(default_factory=_Side)
    usual: float = 0.0

    @staticmethod
    def learn(contexts: Sequence[Words], emails: Sequence[Words]) -> ContextFit:
        """From the words of each context and of the email that was written to it."""
        contexts, emails = contexts[:MOST_ROWS], emails[:MOST_ROWS]
        if len(contexts) < FEWEST_ROWS:
            return ContextFit()
        (words, idf), (said, said_idf) = _vocabulary(contexts, ()), _vocabulary(emails, _echoes(contexts, emails))
        if not words or not said:
            return ContextFit()
        x, y = _vectors(contexts, words, idf), _vectors(emails, said, said_idf)
        x_mean, y_mean = x.mean(0), y.mean(0)
        _, sizes, directions = np.linalg.svd(y - y_mean, full_matrices=False)
        axes = directions[:COMPONENTS][sizes[:COMPONENTS] > LEAST_SIZE * np.sqrt(len(y))].T
        if not axes.size:  # one email for all
            return ContextFit()
        target = (y - y_mean) @ axes
        weights, foretold = _ridge(x - x_mean, target)
        spread = ((target - foretold) ** 2).mean(0) + LEAST_SIZE**2
        slope, usual = _scale(foretold / np.sqrt(spread), target / np.sqrt(spread))
        unit = np.sqrt(slope / spread)
        return ContextFit(
            _side(words, idf, weights * unit, -x_mean @ weights * unit),
            _side(said, said_idf, axes * unit, -y_mean @ axes * unit),
            round(usual, DIGITS),
        )

    def __call__(self, context: Words, emails: Sequence[Words]) -> np.ndarray:
        """Log-odds, nats, (emails,), that the seller wrote such an email to such a context rather than to anyone; 0
        where nothing was learned.
        """
        if not self.contexts.words:
            return np.zeros(len(emails))
        foretold = self.contexts.of([context])[0]
        fit: np.ndarray = self.emails.of(emails) @ foretold - foretold @ foretold / 2 + self.usual
        return fit

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ContextFit) and self.kept() == other.kept()

    __hash__ = None  # type: ignore[assignment]

    def kept(self) -> dict[str, Any]:
        """What JSON keeps of it."""
        return {"usual": self.usual, "contexts": self.contexts.kept(), "emails": self.emails.kept()}

    @staticmethod
    def of_kept(kept: Mapping[str, Any]) -> ContextFit:
        """The inverse of :meth:`kept`. Raises ValueError, LookupError or TypeError where it does not hold together."""
        sides = [
            _side(*(kept[name][own] for own in ("words", "idf", "map", "shift"))) for name in ("contexts", "emails")
        ]
        if sides[0].shift.shape != sides[1].shift.shape:
            raise ValueError("contexts and emails have different components")
        return ContextFit(sides[0], sides[1], float(kept["usual"]))


def _side(words: Iterable[str], idf: ArrayLike, table: ArrayLike, shift: ArrayLike) -> _Side:
    known = {str(word): number for number, word in enumerate(words)}
    rounded = [np.round(np.array(own, dtype=float), DIGITS) for own in (idf, table, shift)]
    if known and [own.shape for own in rounded] != [(len(known),), (len(known), rounded[2].size), (rounded[2].size,)]:
        raise ValueError("words and components do not go together")
    return _Side(known, *rounded) if known else _Side()


def _echoes(contexts: Sequence[Words], emails: Sequence[Words]) -> set[str]:
    """Words of emails that are mostly words of their very contexts: a trade or a product that is filled in tells
    nothing of what kind of email was chosen.
    """
    echoed: Counter[str] = Counter()
    for context, email in zip(contexts, emails, strict=True):
        begun = {word[:SHORTEST] for word in context}
        echoed.update({word for word in email if word[:SHORTEST] in begun})
    counts = Counter(word for email in emails for word in set(email))
    return {word for word, n in echoed.items() if n >= ECHO * counts[word]}


def _vocabulary(texts: Sequence[Words], without: Words) -> tuple[dict[str, int], np.ndarray]:
    """The numbers of the words that are looked at, and how much each tells."""
    counts = Counter(word for text in texts for word in set(text))
    ranked = sorted(counts.keys() - set(without), key=lambda word: (-counts[word], word))
    used = [word for word in ranked if RAREST <= counts[word] <= COMMONEST * len(texts)][:MOST_WORDS]
    return {word: n for n, word in enumerate(used)}, np.array([math.log(len(texts) / counts[word]) for word in used])


def _vectors(texts: Sequence[Words], words: Mapping[str, int], idf: np.ndarray) -> np.ndarray:
    """One row of length 1 for each text, or of zeros."""
    found = np.zeros((len(texts), len(words)))
    for row, text in enumerate(texts):
        numbers = [words[word] for word in set(text) if word in words]
        found[row, numbers] = idf[numbers]
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def _ridge(x: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights (words, components) with the penalty that foretells best, and what each row is foretold as by a model of
    the others.
    """
    left, sizes, right = np.linalg.svd(x, full_matrices=False)
    best: tuple[float, np.ndarray, np.ndarray] | None = None
    for penalty in PENALTIES:
        kept = sizes**2 / (sizes**2 + penalty)
        own = ((left**2) @ kept)[:, None]
        without = ((left * kept) @ (left.T @ target) - own * target) / np.maximum(1 - own, 1e-9)
        error = float(((target - without) ** 2).sum())
        if best is None or error < best[0]:
            weights = (right.T * (sizes / (sizes**2 + penalty))) @ (left.T @ target)
            best = error, weights, without
    assert best is not None
    return best[1], best[2]


def _scale(foretold: np.ndarray, target: np.ndarray) -> tuple[float, float]:
    """Slope and intercept with which the log-likelihood ratio tells a context's own email from another one's."""
    from sklearn.linear_model import LogisticRegression

    draw = np.random.default_rng(0)
    emails = [target, *(target[draw.permutation(len(target))] for _ in range(SHUFFLES))]
    ratios = np.concatenate([(foretold * email).sum(1) - (foretold**2).sum(1) / 2 for email in emails])
    own = np.arange(len(ratios)) < len(target)
    model = LogisticRegression(class_weight="balanced").fit(ratios[:, None], own)
    slope = float(model.coef_[0, 0])
    return (slope, float(model.intercept_[0])) if slope > 0 else (0.0, 0.0)
