"""What a reward model has to beat: predictors that need no neural network. Each gives probabilities, (N, 3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .config import OUTCOMES

K = len(OUTCOMES)


def class_prior(outcomes: Sequence[int], n: int) -> np.ndarray:
    """The outcomes' shares among the training rows, for every row alike; its likeliest outcome is the majority."""
    shares = np.bincount(np.asarray(outcomes), minlength=K) / len(outcomes)
    return np.tile(shares, (n, 1))


def tfidf_logistic_regression(texts: Sequence[str], outcomes: Sequence[int], new_texts: Sequence[str]) -> np.ndarray:
    """Logistic regression on TF-IDF of single words and pairs, fitted on ``texts``."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=3.0, max_iter=2000)
    )
    model.fit(list(texts), np.asarray(outcomes))
    probs = np.zeros((len(new_texts), K))
    probs[:, model.classes_] = model.predict_proba(list(new_texts))
    return probs
