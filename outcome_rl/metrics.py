"""How good predicted outcome probabilities are. Pure functions of arrays; scikit-learn does the counting.

Shapes: ``probs`` (N, 3) rows summing to 1, ``truth`` (N,) with values 0, 1, 2. scikit-learn and scipy are imported
where they are used, for they take a second that the command line's help should not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .config import OUTCOMES

LABELS = list(range(len(OUTCOMES)))


def share_interval(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of the share ``hits / n`` (Wilson 1927); (0, 1) where n is 0."""
    from scipy.stats import binomtest

    if n == 0:
        return 0.0, 1.0
    interval = binomtest(hits, n).proportion_ci(confidence_level=0.95, method="wilson")
    return float(interval.low), float(interval.high)


def row_losses(probs: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Negative log-probability of each row's true outcome, (N,), nats; probabilities are floored at 1e-7."""
    return -np.log(np.clip(probs[np.arange(len(truth)), truth], 1e-7, 1.0))


def expected_calibration_error(probs: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Mean gap between confidence and accuracy over equal-width bins, weighted by rows (Naeini et al. 2015)."""
    confidence, right = probs.max(1), probs.argmax(1) == truth
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(right[place == b].mean() - confidence[place == b].mean()) * np.mean(place == b) for b in np.unique(place)
    ]
    return float(sum(gaps))


def auc(score: np.ndarray, positive: np.ndarray) -> float | None:
    """Chance that a positive row scores above a negative one, ties half; None where one kind is missing."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(positive, score)) if 0 < positive.sum() < len(positive) else None


def classification_figures(probs: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    """All figures of a classifier, JSON-ready, under the names the command line documents."""
    from sklearn.metrics import confusion_matrix, f1_score

    probs, truth = np.asarray(probs, dtype=float), np.asarray(truth, dtype=int)
    predicted = probs.argmax(1)
    hits = int((predicted == truth).sum())
    return {
        "accuracy": hits / len(truth),
        "accuracy_ci95": list(share_interval(hits, len(truth))),
        "macro_f1": float(f1_score(truth, predicted, labels=LABELS, average="macro", zero_division=0)),
        "log_loss": float(row_losses(probs, truth).mean()),
        "ece": expected_calibration_error(probs, truth),
        "auc_conversion": auc(probs[:, 2], truth == 2),
        "auc_reply": auc(1 - probs[:, 0], truth > 0),
        "confusion_matrix": confusion_matrix(truth, predicted, labels=LABELS).tolist(),
    }


def bootstrap_mean_ci(values: np.ndarray, seed: int = 0, draws: int = 10_000) -> tuple[float, float]:
    """95 % percentile bootstrap interval of the mean of ``values`` (N,) (Efron 1979)."""
    values = np.asarray(values, dtype=float)
    rng = np.random.default_rng(seed)
    means = [values[rng.integers(0, len(values), (100, len(values)))].mean(1) for _ in range(draws // 100)]
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return float(low), float(high)


def clearly_positive(differences: np.ndarray, seed: int = 0) -> bool | str:
    """True where the mean of paired differences (N,) is surely (95 %) above 0, False where below, else "unclear"."""
    low, high = bootstrap_mean_ci(differences, seed)
    return True if low > 0 else False if high < 0 else "unclear"
