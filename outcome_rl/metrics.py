"""How good predicted outcome probabilities are. Pure functions of arrays.

Shapes: ``probs`` (N, 3) rows summing to 1, ``truth`` (N,) with values 0, 1, 2. The counting is our own, for intervals
count a thousand times over, and scikit-learn's checks of its inputs take most of its time.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .outcomes import NUM_OUTCOMES

FEWEST_CONTEXTS = 5
"""With fewer, nobody can tell whether differences are lopsided, and an interval of their mean says little."""


def share_interval(hits: float, n: float) -> tuple[float, float]:
    """95 % interval of the share ``hits / n`` (Wilson 1927); (0, 1) where n is 0."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, 1.959964**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


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
    """Chance that a positive row scores above a negative one, ties half; None where one kind is missing.

    Mann-Whitney's U over the number of pairs.
    """
    from scipy.stats import rankdata

    hits = int(positive.sum())
    misses = len(positive) - hits
    if not hits or not misses:
        return None
    return float((rankdata(score)[positive].sum() - hits * (hits + 1) / 2) / (hits * misses))


def brier_score(probs: np.ndarray, truth: np.ndarray) -> float:
    """Mean squared distance of the probabilities from what happened, 0 to 2 (Brier 1950)."""
    return float(((probs - np.eye(NUM_OUTCOMES)[truth]) ** 2).sum(1).mean())


def confusion(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Counts, (3, 3): rows are what happened, columns what was predicted."""
    k = NUM_OUTCOMES
    return np.bincount(truth * k + predicted, minlength=k * k).reshape(k, k)


def macro_f1(counts: np.ndarray, known: np.ndarray | None = None) -> float:
    """Mean of the outcomes' F1 from a confusion matrix; 0 for an outcome neither present nor predicted.

    ``known`` (3,): the outcomes that count; None: all.
    """
    both = counts.sum(0) + counts.sum(1)
    each = np.where(both > 0, 2 * np.diag(counts) / np.maximum(both, 1), 0.0)
    return float(np.mean(each if known is None else each[known]))


def weighted_kappa(counts: np.ndarray) -> float:
    """Agreement beyond chance from a confusion matrix, errors weighted by their square (Cohen 1968); 1 at best."""
    k = len(counts)
    weights = (np.arange(k)[:, None] - np.arange(k)[None, :]) ** 2
    expected = np.outer(counts.sum(1), counts.sum(0)) / max(1, counts.sum())
    worst = (weights * expected).sum()
    return float(1 - (weights * counts).sum() / worst) if worst > 0 else 0.0


def possible_outcomes(probs: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Whether each outcome happened or was given any probability at all, (N, 3) and (N,) -> (3,)."""
    happened = np.bincount(truth, minlength=probs.shape[1]) > 0
    return np.asarray(probs.any(0) | happened)


def classification_figures(probs: np.ndarray, truth: np.ndarray, known: np.ndarray | None = None) -> dict[str, Any]:
    """All figures of a classifier, JSON-ready, under the names the command line documents.

    ``known`` (3,): the outcomes that there are; None: those that are possible in these rows.
    """
    probs, truth = np.asarray(probs, dtype=float), np.asarray(truth, dtype=int)
    known = possible_outcomes(probs, truth) if known is None else known
    counts = confusion(truth, probs.argmax(1))
    return {
        "accuracy": float(np.trace(counts) / len(truth)),
        "macro_f1": macro_f1(counts, known),
        "kappa": weighted_kappa(counts),
        "log_loss": float(row_losses(probs, truth).mean()),
        "brier": brier_score(probs, truth),
        "ece": expected_calibration_error(probs, truth),
        "auc_conversion": auc(probs[:, 2], truth == 2),
        "auc_reply": auc(1 - probs[:, 0], truth > 0),
        "confusion_matrix": counts.tolist(),
    }


FIGURES = ("accuracy", "macro_f1", "kappa", "log_loss", "brier", "ece", "auc_conversion", "auc_reply")
"""The figures that are numbers, each with an interval of its own."""
OF_OUTCOME = {"auc_conversion": 2, "auc_reply": 1}
"""Figures of one outcome, which are not shown where it does not occur."""
DRAWS = 300


def figures_with_intervals(probs: np.ndarray, truth: np.ndarray, groups: np.ndarray, seed: int = 0) -> dict[str, Any]:
    """The figures of R predictions for each row, (R, N, 3), and under ``…_ci95`` their 95 % bootstrap intervals.

    Whole ``groups`` (N,) are drawn, all predictions of their rows with them: rows that nearly repeat each other, and
    predictions of one row, are no independent evidence. The accuracy's interval is Wilson's, for a bootstrap thinks it
    sure where all is right; its trials are the groups, fewer where they are of unequal size (Kish 1965).
    """
    repeats = len(probs)
    flat = probs.reshape(-1, probs.shape[2])
    known = possible_outcomes(flat, truth)  # a draw may lack a rare one
    result = classification_figures(flat, np.tile(truth, repeats), known)
    rng = np.random.default_rng(seed)
    members = members_of(groups)
    drawn: dict[str, list[float]] = {name: [] for name in FIGURES}
    for _ in range(DRAWS):
        rows = np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))])
        sample = probs[:, rows].reshape(-1, probs.shape[2])
        found = classification_figures(sample, np.tile(truth[rows], repeats), known)
        for name in FIGURES:
            if found[name] is not None:
                drawn[name].append(found[name])
    for name in FIGURES:
        result[f"{name}_ci95"] = np.percentile(drawn[name], [2.5, 97.5]).tolist() if drawn[name] else None
    sizes = np.array([len(rows) for rows in members], dtype=float)
    trials = float(sizes.sum() ** 2 / (sizes**2).sum())
    result["accuracy_ci95"] = list(share_interval(result["accuracy"] * trials, trials))
    return result


def members_of(groups: np.ndarray) -> list[np.ndarray]:
    """Positions of each group's rows."""
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


def reliability(probs: np.ndarray, truth: np.ndarray, bins: int = 10) -> list[dict[str, float]]:
    """How often the likeliest outcome came true, by how likely it was called: confidence, share right, rows a bin."""
    confidence, right = probs.max(1), probs.argmax(1) == truth
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    found = [(confidence[place == b], right[place == b]) for b in np.unique(place)]
    return [{"confidence": float(c.mean()), "right": float(r.mean()), "rows": len(r)} for c, r in found]


def mean_interval(values: np.ndarray) -> tuple[float, float]:
    """Student's 95 % interval of the mean of ``values`` (N,); of one value that value.

    A percentile bootstrap calls differences of 5 to 12 contexts that are none an improvement in 9 to 4 % of cases, this
    in 3 (2.5 are due). Where they lean to the left it is 11 to 9 % here and 18 to 11 there, so that fewer than
    :data:`FEWEST_CONTEXTS` decide nothing.
    """
    from scipy.special import stdtrit  # the page is there before it is loaded

    values = np.asarray(values, dtype=float)
    mean, n = float(values.mean()), len(values)
    if n < 2:
        return mean, mean
    half = float(stdtrit(n - 1, 0.975) * values.std(ddof=1) / math.sqrt(n))
    return mean - half, mean + half


def clearly_positive(differences: np.ndarray, groups: np.ndarray | None = None, level: float = 0.95) -> bool | str:
    """True where the mean of paired differences (N,) is surely above 0, False where surely below, else "unclear".

    By a bootstrap interval of that ``level``; ``groups`` (N,) are drawn whole.
    """
    sums, sizes = differences, np.ones(len(differences))
    if groups is not None:
        parts = members_of(groups)
        sums = np.array([differences[rows].sum() for rows in parts])
        sizes = np.array([len(rows) for rows in parts])
    rng = np.random.default_rng(0)
    means = []
    for _ in range(40):
        drawn = rng.integers(0, len(sums), (100, len(sums)))
        means.append(sums[drawn].sum(1) / sizes[drawn].sum(1))
    low, high = np.percentile(np.concatenate(means), [50 * (1 - level), 50 * (1 + level)])
    return True if low > 0 else False if high < 0 else "unclear"


def growth_to_be_sure(differences: np.ndarray, groups: np.ndarray, level: float, chance: float) -> float | None:
    """By which factor the rows would have to grow for the mean of ``differences`` (N,) to be surely above 0.

    Sure at that ``level``, with that ``chance``, if mean and spread stay what they are: a mean's standard error s falls
    with the root of the rows, and the mean m has to be z(level) + z(chance) of them, so the factor is ((z + z) s / m)².
    Groups (N,) are independent, their rows are not (Liang & Zeger 1986). None where the mean is not above 0.
    """
    from scipy.special import ndtri

    mean = float(np.mean(differences))
    if not mean > 0:
        return None
    apart = differences - mean
    error = math.sqrt(sum(float(apart[rows].sum()) ** 2 for rows in members_of(groups))) / len(differences)
    return float(((ndtri((1 + level) / 2) + ndtri(chance)) * error / mean) ** 2)
