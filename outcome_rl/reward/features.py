"""What can be counted in an email, as numbers that a linear model can weigh and a person can read."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..text.checks import MAX_CHARACTERS, ME_AND_US, PLACEHOLDERS, PUSHY_WORDS, YOU, count_questions
from ..text.subject_line import subject_line
from .ask_count import count_asks

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PATTERNS = {
    "exclamation_marks": r"!",
    "numbers": r"\d+",
    "money": r"[$€£%]",
    "links": r"https?://|www\.",
    "placeholders": PLACEHOLDERS,
    "you": YOU,
    "me_and_us": ME_AND_US,
    "courtesy": r"\b(?:please|thank|thanks|appreciate|grateful|kind|kindly)\b",
    "pushy_words": PUSHY_WORDS,
    "evidence": r"\b(?:because|case study|customers?|clients?|example|results?|such as|for instance|saved?|reduced?)\b",
}
_COUNTED = {name: re.compile(pattern, re.I) for name, pattern in _PATTERNS.items()}
_GREETING = re.compile(r"\s*(?:hi|hello|dear|hey|good (?:morning|afternoon|evening|day))\b", re.I)
_CLOSING = re.compile(
    r"(?:best|kind|warm|regards|sincerely|thanks|thank you|cheers|yours|greetings|wishes)\b"
    r"[^\n]{0,40}(?:\n[^\n]{0,60}){0,3}\s*$",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])(?:\s|$)|(?<=\n)\n")
_STEM = 6
"""Words are compared by their first letters, so that account, accounts and accounting are one."""

NAMES = (
    "words",
    "sentences",
    "words_per_sentence",
    "letters_per_word",
    "distinct_words",
    "lines",
    "questions",
    "calls_to_action",
    "capitals",
    *_COUNTED,
    "greeting",
    "closing",
    "subject_line",
    "context_words_used",
    "context_in_opening",
    "context_words",
)
"""The columns of :func:`ContextWords.features`; counts as logarithms, shares from 0 to 1."""


@dataclass(frozen=True)
class ContextWords:
    """How telling each word of a context is: the rarer among all contexts, the more (inverse document frequency).

    Learned from texts alone, never from outcomes. ``weights``: by stem, in nats; ``unseen``: for any other word.
    """

    weights: dict[str, float]
    unseen: float

    @staticmethod
    def learn(contexts: Sequence[str]) -> ContextWords:
        """From all contexts of a file; each counts once."""
        distinct = list(dict.fromkeys(contexts))
        seen = Counter(stem for context in distinct for stem in set(stems(context)))
        n = len(distinct) + 1
        return ContextWords({stem: math.log(n / (count + 0.5)) for stem, count in seen.items()}, math.log(2 * n))

    def weight(self, stem: str) -> float:
        """How telling a stem is, nats, never negative."""
        return max(0.0, self.weights.get(stem, self.unseen))

    def features(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """(N, F) numbers of the emails, in the order of :data:`NAMES`."""
        rows = [self._row(context, email) for context, email in zip(contexts, emails, strict=True)]
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES))

    def _row(self, context: str, email: str) -> list[float]:
        email = email[:MAX_CHARACTERS]
        words = _WORD.findall(email)
        n = max(1, len(words))
        own = stems(email)
        sentences = max(1, len(_SENTENCE_END.findall(email)))
        per_word = {name: len(pattern.findall(email)) for name, pattern in _COUNTED.items()}
        return [
            math.log1p(len(words)),
            math.log1p(sentences),
            min(60.0, n / sentences),
            sum(map(len, words)) / n,
            len(set(own)) / math.sqrt(n),
            math.log1p(email.count("\n")),
            math.log1p(count_questions(email)),
            math.log1p(count_asks(email)),
            sum(word.isupper() and len(word) > 1 for word in words) / n,
            *(count / n if name in ("you", "me_and_us") else math.log1p(count) for name, count in per_word.items()),
            float(bool(_GREETING.match(email))),
            float(bool(_CLOSING.search(email[-200:]))),
            float(subject_line(email) is not None),
            self.share_used(context, own),
            self.share_used(context, own[:25]),
            math.log1p(len(_WORD.findall(context))),
        ]

    def share_used(self, context: str, used: Iterable[str]) -> float:
        """Part of a context's telling words that an email with these stems uses, by weight; 0 where it has none."""
        used, wanted = set(used), {stem: self.weight(stem) for stem in set(stems(context))}
        total = sum(wanted.values())
        return sum(weight for stem, weight in wanted.items() if stem in used) / total if total else 0.0

    def shares_used(self, contexts: Sequence[str], used: Sequence[Iterable[str]]) -> np.ndarray:
        """:meth:`share_used` of each email for each context, (emails, contexts)."""
        from scipy.sparse import csr_matrix

        places: dict[str, int] = {}
        wanted = [(row, stem) for row, context in enumerate(contexts) for stem in set(stems(context))]
        columns = [places.setdefault(stem, len(places)) for _, stem in wanted]
        weights = csr_matrix(
            ([self.weight(stem) for _, stem in wanted], ([row for row, _ in wanted], columns)),
            shape=(len(contexts), len(places)),
        )
        found = [(row, places[stem]) for row, email in enumerate(used) for stem in set(email) if stem in places]
        holds = csr_matrix(
            (np.ones(len(found)), ([row for row, _ in found], [column for _, column in found])),
            shape=(len(used), len(places)),
        )
        totals = np.maximum(np.asarray(weights.sum(1)).ravel(), 1e-9)
        return (holds @ weights.T).toarray() / totals


def stems(text: str) -> list[str]:
    """The beginnings of a text's words of three letters and more, in lower case, in their order."""
    return [word[:_STEM].lower() for word in _WORD.findall(text[:MAX_CHARACTERS]) if len(word) > 2]


@dataclass(frozen=True)
class Basis:
    """Turns features into a piecewise linear basis: the feature itself, and its part above each of two knots.

    ``low``, ``high``: what the training rows held (1st and 99th percentile); beyond it nothing is extrapolated.
    ``knots``: (2, F), the terciles. ``mean``, ``scale``: (3F,), to standardise.
    """

    low: np.ndarray
    high: np.ndarray
    knots: np.ndarray
    mean: np.ndarray
    scale: np.ndarray

    @staticmethod
    def fit(features: np.ndarray) -> Basis:
        """The basis of training rows' ``features`` (N, F)."""
        low, first, second, high = np.percentile(features, [1, 100 / 3, 200 / 3, 99], axis=0)
        plain = Basis(low, high, np.stack([first, second]), np.zeros(1), np.ones(1))
        spread = plain(features)
        scale = spread.std(0)
        return Basis(low, high, plain.knots, spread.mean(0), np.where(scale > 1e-9, scale, 1.0))

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """(N, F) -> (N, 3F)."""
        clipped = np.clip(features, self.low, self.high)
        hinges = [np.maximum(0.0, clipped - knot) for knot in self.knots]
        return (np.concatenate([clipped, *hinges], axis=1) - self.mean) / self.scale
