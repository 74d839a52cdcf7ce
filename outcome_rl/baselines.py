"""What a reward model has to beat: predictors that need no neural network. Each gives probabilities, (N, 3)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from .config import OUTCOMES

K = len(OUTCOMES)
WORD = r"(?u)\b\w+\b"
"""Words of one letter count too; scikit-learn's own pattern would find none in some languages' texts."""


def class_prior(outcomes: Sequence[int], n: int) -> np.ndarray:
    """The outcomes' shares among the training rows, for every row alike; its likeliest outcome is the majority."""
    shares = np.bincount(np.asarray(outcomes), minlength=K) / len(outcomes)
    return np.tile(shares, (n, 1))


def tfidf_logistic_regression(texts: Sequence[str], outcomes: Sequence[int], new_texts: Sequence[str]) -> np.ndarray:
    """Logistic regression on TF-IDF of single words and pairs, fitted on ``texts``; the class prior without words."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD)
    if not any(re.search(WORD, text) for text in texts):
        return class_prior(outcomes, len(new_texts))
    model = make_pipeline(words, LogisticRegression(C=3.0, max_iter=2000))
    model.fit(list(texts), np.asarray(outcomes))
    probs = np.zeros((len(new_texts), K))
    probs[:, model.classes_] = model.predict_proba(list(new_texts))
    return probs
