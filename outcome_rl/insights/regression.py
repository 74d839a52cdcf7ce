"""Penalised regressions on a design matrix whose first column is the intercept. Pure functions of arrays."""

from __future__ import annotations

import numpy as np

PENALTY = 2.0
"""Ridge penalty of standardised columns, on the log-odds: as if each had two rows' worth of evidence for no effect."""
MOST_LEVERAGE = 0.9


def logistic(x: np.ndarray, y: np.ndarray, penalty: float = PENALTY) -> tuple[np.ndarray, np.ndarray]:
    """Ridge logistic regression by Newton's method: fitted probabilities and leverages, (N,) each.

    ``x`` (N, P), the intercept, which is not penalised, first; ``y`` (N,) holds 0 and 1, both of them.
    """
    from scipy.special import expit, logit

    weights, ridge = np.zeros(x.shape[1]), _ridge(x.shape[1], penalty)
    weights[0] = logit(y.mean())
    for _ in range(30):
        fitted = expit(x @ weights)
        step = np.linalg.solve(_information(x, fitted, ridge), x.T @ (y - fitted) - ridge * weights)
        longest = float(np.abs(step).max())
        weights += step * min(1.0, 4.0 / max(longest, 1e-12))  # far from the optimum a full step may overshoot
        if longest < 1e-4:
            break
    fitted = expit(x @ weights)
    spread = np.maximum(fitted * (1 - fitted), 1e-9)
    solved = np.linalg.solve(_information(x, fitted, ridge), x.T)
    return fitted, np.minimum(spread * np.einsum("ij,ji->i", x, solved), MOST_LEVERAGE)


def residuals(x: np.ndarray, d: np.ndarray, penalty: float = PENALTY) -> np.ndarray:
    """What a ridge regression on ``x`` (N, P) leaves of each column of ``d`` (N, L)."""
    gram = x.T @ x
    gram[np.diag_indices(len(gram))] += _ridge(len(gram), penalty)
    left: np.ndarray = d - x @ np.linalg.solve(gram, x.T @ d)
    return left


def design(columns: np.ndarray) -> np.ndarray:
    """The columns (N, C) standardised, those that do not vary left out, behind an intercept."""
    scale = columns.std(0)
    kept = columns[:, scale > 1e-9]
    standard = (kept - kept.mean(0)) / scale[scale > 1e-9]
    return np.concatenate([np.ones((len(columns), 1)), standard], axis=1)


def _information(x: np.ndarray, fitted: np.ndarray, ridge: np.ndarray) -> np.ndarray:
    found: np.ndarray = (x * np.maximum(fitted * (1 - fitted), 1e-9)[:, None]).T @ x
    found[np.diag_indices(len(found))] += ridge
    return found


def _ridge(size: int, penalty: float) -> np.ndarray:
    ridge = np.full(size, penalty)
    ridge[0] = 1e-8
    return ridge
