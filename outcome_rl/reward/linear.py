"""Logistic regression heads: fitted by scikit-learn, kept as plain arrays, so that a saved one needs no pickle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..outcomes import NUM_OUTCOMES


@dataclass(frozen=True)
class Head:
    """Maps inputs (N, D) to outcome probabilities (N, 3).

    ``weights`` (D, 3) and ``bias`` (3,) are a multinomial model's; of an ordinal one's single slope, (D, 1), and
    the two thresholds' biases, (2,).
    """

    weights: np.ndarray
    bias: np.ndarray

    def probs(self, inputs: Any) -> np.ndarray:
        """(N, D), dense or sparse, -> (N, 3)."""
        scores = np.asarray(inputs @ self.weights) + self.bias
        if self.weights.shape[1] == NUM_OUTCOMES:
            return softmax(scores)
        above = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))  # P(outcome > 0), P(outcome > 1)
        first, second = above[:, 0], np.minimum(above[:, 0], above[:, 1])
        return np.stack([1 - first, first - second, second], 1)


def softmax(scores: np.ndarray) -> np.ndarray:
    """(N, outcomes) -> (N, outcomes)."""
    exp = np.exp(scores - scores.max(1, keepdims=True))
    return exp / exp.sum(1, keepdims=True)


def fit_multinomial(inputs: Any, outcomes: np.ndarray, C: float) -> Head:
    """Multinomial logistic regression with an L2 penalty of 1 / ``C``; classes without rows get probability 0."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=C, max_iter=400, tol=1e-3).fit(inputs, outcomes)
    weights, bias = np.zeros((inputs.shape[1], NUM_OUTCOMES)), np.full(NUM_OUTCOMES, -np.inf)
    if len(model.classes_) == 2:  # scikit-learn keeps one row then: the score of the second class
        weights[:, model.classes_[1]], bias[model.classes_] = model.coef_[0], [0.0, model.intercept_[0]]
    else:
        weights[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
    return Head(weights, bias)


def fit_ordinal(inputs: Any, outcomes: np.ndarray, C: float) -> Head:
    """Proportional odds (McCullagh 1980): one slope for "better than no reply" and "better than a reply".

    Each row is entered once for each threshold. With few rows, one slope for both questions is learned better than
    two; with many, that the questions differ counts more.
    """
    from scipy.sparse import csr_matrix, hstack, issparse, vstack
    from sklearn.linear_model import LogisticRegression

    n = inputs.shape[0]
    wide = 10.0 / np.sqrt(C)  # so large an input leaves the thresholds' biases unpenalised, however small C is
    marks = np.repeat(np.eye(2) * wide, n, axis=0)
    twice = (
        hstack([vstack([inputs, inputs]), csr_matrix(marks)]).tocsr()
        if issparse(inputs)
        else np.hstack([np.vstack([inputs, inputs]), marks])
    )
    above = np.concatenate([outcomes > 0, outcomes > 1])
    model = LogisticRegression(C=C, fit_intercept=False, max_iter=1000, tol=1e-4).fit(twice, above)
    return Head(model.coef_[0][:-2, None], model.coef_[0][-2:] * wide)
