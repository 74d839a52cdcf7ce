"""The reward model's members: four small models that each see another side of an email.

Which side tells the outcome differs from file to file (see ``benchmarks/NOTES.md``), so all of them are trained and
:mod:`outcome_rl.reward.stacking` weighs them. Each is a logistic regression; none needs its training rows again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..outcomes import NUM_OUTCOMES
from .features import Basis
from .linear import Head, fit_multinomial, fit_ordinal
from .stacking import log_shares

ORDINAL_BELOW = 600
"""Rows below which one slope serves both questions, any reply and conversion."""
WORD_PATTERN = r"(?u)\b\w+\b"
"""Words of one letter count too; scikit-learn's own pattern would find none in some languages' texts."""
MOST_TERMS = 50_000


@dataclass(frozen=True)
class Texts:
    """N emails as the members read them.

    features: (N, F), see :data:`outcome_rl.reward.features.NAMES`; embedding: (N, D), see
    :mod:`outcome_rl.reward.encoder`; opinion: (N, 3), the outcome probabilities of an encoder that was tuned itself.
    """

    contexts: tuple[str, ...]
    emails: tuple[str, ...]
    features: np.ndarray
    embedding: np.ndarray
    opinion: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.emails)

    def take(self, indices: Iterable[int]) -> Texts:
        """The rows at these positions, in this order."""
        chosen = [int(i) for i in indices]
        contexts, emails = (tuple(column[i] for i in chosen) for column in (self.contexts, self.emails))
        opinion = None if self.opinion is None else self.opinion[chosen]
        return Texts(contexts, emails, self.features[chosen], self.embedding[chosen], opinion)


class BaseModel(Protocol):
    """A small model of the outcome. ``state`` is all it knows: arrays, and lists of words."""

    def probs(self, texts: Texts) -> np.ndarray:
        """Outcome probabilities, (N, 3)."""

    def state(self) -> tuple[dict[str, np.ndarray], list[str]]:
        """All that it knows, for :meth:`restore`: arrays by name, and words."""


def _fit(inputs: Any, outcomes: np.ndarray, C: tuple[float, float]) -> Head:
    """``C``: inverse strength of the penalty for few rows and for many. Two outcomes are one question anyway."""
    if len(outcomes) >= ORDINAL_BELOW:
        return fit_multinomial(inputs, outcomes, C[1])
    return (fit_ordinal if len(np.unique(outcomes)) == NUM_OUTCOMES else fit_multinomial)(inputs, outcomes, C[0])


@dataclass(frozen=True)
class FeatureMember:
    """Reads what can be counted: length, questions, how much of the context the email takes up."""

    basis: Basis
    head: Head

    @staticmethod
    def fit(texts: Texts, outcomes: np.ndarray) -> FeatureMember:
        """Fit it on rows with ``outcomes`` (N,)."""
        basis = Basis.fit(texts.features)
        return FeatureMember(basis, _fit(basis(texts.features), outcomes, (0.1, 0.03)))

    def probs(self, texts: Texts) -> np.ndarray:
        """Outcome probabilities, (N, 3)."""
        return self.head.probs(self.basis(texts.features))

    def state(self) -> tuple[dict[str, np.ndarray], list[str]]:
        """What :meth:`restore` takes."""
        return {**vars(self.basis), **vars(self.head)}, []

    @staticmethod
    def restore(arrays: dict[str, np.ndarray], words: list[str]) -> FeatureMember:
        """The inverse of :meth:`state`."""
        basis = Basis(*(arrays[name] for name in ("low", "high", "knots", "mean", "scale")))
        return FeatureMember(basis, Head(arrays["weights"], arrays["bias"]))


@dataclass(frozen=True)
class WordMember:
    """Reads single words and pairs of them, by TF-IDF; ``idf`` (V,) belongs to ``terms``."""

    terms: list[str]
    idf: np.ndarray
    head: Head

    @classmethod
    def fit(cls, texts: Texts, outcomes: np.ndarray) -> WordMember:
        """Fit it on rows with ``outcomes`` (N,); without a word that two texts share it gives the outcomes' shares."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(**_TFIDF, min_df=2, max_features=MOST_TERMS)
        try:
            inputs = vectorizer.fit_transform(cls.read(texts))
        except ValueError:  # no word occurs in two texts: there is nothing to learn from
            return cls([], np.zeros(0), Head(np.zeros((0, NUM_OUTCOMES)), log_shares(outcomes)))
        return cls(list(vectorizer.get_feature_names_out()), vectorizer.idf_, _fit(inputs, outcomes, cls.penalties))

    penalties = (1.0, 1.0)

    @staticmethod
    def read(texts: Texts) -> Sequence[str]:
        """The texts whose words count."""
        return texts.emails

    def probs(self, texts: Texts) -> np.ndarray:
        """Outcome probabilities, (N, 3)."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        if not self.terms:
            return self.head.probs(np.zeros((len(texts), 0)))
        vectorizer = TfidfVectorizer(**_TFIDF, vocabulary={term: i for i, term in enumerate(self.terms)})
        vectorizer.idf_ = self.idf
        return self.head.probs(vectorizer.transform(self.read(texts)))

    def state(self) -> tuple[dict[str, np.ndarray], list[str]]:
        """What :meth:`restore` takes."""
        return {"idf": self.idf, **vars(self.head)}, self.terms

    @classmethod
    def restore(cls, arrays: dict[str, np.ndarray], words: list[str]) -> WordMember:
        """The inverse of :meth:`state`."""
        return cls(words, arrays["idf"], Head(arrays["weights"], arrays["bias"]))


_TFIDF = {"ngram_range": (1, 2), "sublinear_tf": True, "token_pattern": WORD_PATTERN}


class ContextMember(WordMember):
    """Reads the words of the context alone: some people answer whatever they get."""

    penalties = (0.3, 0.3)

    @staticmethod
    def read(texts: Texts) -> Sequence[str]:
        """The texts whose words count: the contexts."""
        return texts.contexts


@dataclass(frozen=True)
class EmbeddingMember:
    """Reads the encoder's embedding of context and email, standardised by ``mean`` and ``scale`` (D,)."""

    mean: np.ndarray
    scale: np.ndarray
    head: Head

    @staticmethod
    def fit(texts: Texts, outcomes: np.ndarray) -> EmbeddingMember:
        """Fit it on rows with ``outcomes`` (N,)."""
        mean, scale = texts.embedding.mean(0), texts.embedding.std(0) + 1e-6
        wide = 384 / texts.embedding.shape[1]  # the penalties were measured with 384 dimensions
        head = _fit((texts.embedding - mean) / scale, outcomes, (0.003 * wide, 0.001 * wide))
        return EmbeddingMember(mean, scale, head)

    def probs(self, texts: Texts) -> np.ndarray:
        """Outcome probabilities, (N, 3)."""
        return self.head.probs((texts.embedding - self.mean) / self.scale)

    def state(self) -> tuple[dict[str, np.ndarray], list[str]]:
        """What :meth:`restore` takes."""
        return {"mean": self.mean, "scale": self.scale, **vars(self.head)}, []

    @staticmethod
    def restore(arrays: dict[str, np.ndarray], words: list[str]) -> EmbeddingMember:
        """The inverse of :meth:`state`."""
        return EmbeddingMember(arrays["mean"], arrays["scale"], Head(arrays["weights"], arrays["bias"]))


class EncoderMember:
    """Passes on the opinion of the tuned encoder, which is trained in :mod:`outcome_rl.reward.encoder_finetuning`."""

    def probs(self, texts: Texts) -> np.ndarray:
        """Outcome probabilities, (N, 3), as the encoder gave them."""
        assert texts.opinion is not None, "read with an encoder that was not tuned"
        return texts.opinion

    def state(self) -> tuple[dict[str, np.ndarray], list[str]]:
        """Nothing: the encoder is saved as a model of its own."""
        return {}, []

    @staticmethod
    def restore(arrays: dict[str, np.ndarray], words: list[str]) -> EncoderMember:
        """The inverse of :meth:`state`."""
        return EncoderMember()


FITTED: dict[str, Any] = {
    "features": FeatureMember,
    "words": WordMember,
    "context": ContextMember,
    "embedding": EmbeddingMember,
}
KINDS: dict[str, Any] = {**FITTED, "encoder": EncoderMember}
"""The members by name, in the order of the blend's weights; the encoder is one where it was tuned."""


def fit_base_models(texts: Texts, outcomes: np.ndarray) -> dict[str, BaseModel]:
    """The small members, trained on these rows."""
    return {name: kind.fit(texts, outcomes) for name, kind in FITTED.items()}


def base_model_probs(members: dict[str, BaseModel], texts: Texts) -> np.ndarray:
    """What each member says, (M, N, 3)."""
    return np.stack([member.probs(texts) for member in members.values()])
