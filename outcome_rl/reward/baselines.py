"""What a reward model has to beat: predictors that are simpler. Each gives probabilities, (N, 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..outcomes import NUM_OUTCOMES
from .base_models import WORD_PATTERN, ContextMember, Texts
from .features import NAMES
from .linear import fit_multinomial


@dataclass(frozen=True)
class Baseline:
    """``title``: as a column or row of a table; ``phrase``: within a sentence, after "better than"."""

    title: str
    phrase: str


BASELINES = {
    "majority": Baseline("always the usual outcome", "naming the usual outcome every time"),
    "class_prior": Baseline("the outcomes' shares", "guessing by the outcomes' shares"),
    "length": Baseline("length alone", "looking at the length alone"),
    "context": Baseline("context alone", "reading the context alone"),
    "tfidf_logreg": Baseline("TF-IDF + logistic regression", "counting words (TF-IDF + logistic regression)"),
    "embedding_logreg": Baseline("embedding + logistic regression", "sentence embeddings + logistic regression"),
}


def baseline_probs(
    train: Texts, outcomes: np.ndarray, new: Texts, sentences: tuple[np.ndarray, np.ndarray]
) -> dict[str, np.ndarray]:
    """Each baseline, trained on some rows, on others. ``sentences``: embeddings of both, (N, D) each."""
    return {
        "majority": majority(outcomes, len(new)),
        "class_prior": class_prior(outcomes, len(new)),
        "length": length_logistic_regression(train, outcomes, new),
        "context": ContextMember.fit(train, outcomes).probs(new),
        "tfidf_logreg": tfidf_logistic_regression(_plain(train), outcomes, _plain(new)),
        "embedding_logreg": fit_multinomial(_unit(sentences[0]), outcomes, 1.0).probs(_unit(sentences[1])),
    }


def majority(outcomes: Sequence[int] | np.ndarray, n: int) -> np.ndarray:
    """All probability on the most frequent outcome."""
    return np.tile(np.eye(NUM_OUTCOMES)[np.bincount(outcomes, minlength=NUM_OUTCOMES).argmax()], (n, 1))


def class_prior(outcomes: Sequence[int] | np.ndarray, n: int) -> np.ndarray:
    """The outcomes' shares among the training rows, for every row alike."""
    shares = np.bincount(np.asarray(outcomes), minlength=NUM_OUTCOMES) / len(outcomes)
    return np.tile(shares, (n, 1))


def length_logistic_regression(train: Texts, outcomes: np.ndarray, new: Texts) -> np.ndarray:
    """Logistic regression on the logarithm of the number of words and its square."""
    column = NAMES.index("words")
    mean, scale = train.features[:, column].mean(), train.features[:, column].std() + 1e-9
    inputs = [(texts.features[:, column] - mean) / scale for texts in (train, new)]
    inputs = [np.stack([x, x**2], 1) for x in inputs]
    return fit_multinomial(inputs[0], outcomes, 1.0).probs(inputs[1])


def tfidf_logistic_regression(texts: Sequence[str], outcomes: np.ndarray, new_texts: Sequence[str]) -> np.ndarray:
    """Logistic regression on TF-IDF of single words and pairs; the class prior where there are no words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD_PATTERN, max_features=50_000)
    try:
        inputs = words.fit_transform(texts)
    except ValueError:
        return class_prior(outcomes, len(new_texts))
    return fit_multinomial(inputs, np.asarray(outcomes), 3.0).probs(words.transform(new_texts))


def _plain(texts: Texts) -> list[str]:
    return [f"{context}\n{email}" for context, email in zip(texts.contexts, texts.emails, strict=True)]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
