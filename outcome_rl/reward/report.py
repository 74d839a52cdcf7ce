"""Whether a reward model may be trusted: its figures against the baselines', and what that means in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import metrics
from .baselines import BASELINES
from .cross_validation import OutOfFold
from .more_rows import advice_on, answered_among, fewest_of, more_rows

GUESSING_LEVEL = 0.99
"""How sure it has to be that the model beats guessing. More than the usual 95 %: tuning hangs on it, and rows in
different folds are judged by models that share training rows, so that the interval is somewhat too narrow."""

FEWEST_GROUPS = 20
"""Rows that do not repeat each other below which no bootstrap interval can be trusted."""


def reward_model_report(
    probs: np.ndarray,
    found: OutOfFold,
    outcomes: np.ndarray,
    groups: np.ndarray,
    payoffs: Sequence[float],
    whole: bool = True,
    counts: Sequence[int] | None = None,
) -> dict[str, Any]:
    """All figures of out-of-fold predictions (R, N, 3), the same for the baselines, and the verdict. JSON-ready.

    ``payoffs``: what each outcome is worth. ``whole``: no group stands in two folds. Where one does, a model may know
    what it is judged by, and nothing it beats counts. ``counts``: rows of each outcome in all, where some are kept for
    the judge; None: these.
    """
    own_losses = _losses(probs, outcomes)
    own_hits = _hits(probs, outcomes)
    rivals: dict[str, Any] = {}
    for name, predicted in found.baselines.items():
        rival = np.stack(predicted)
        # the majority gives no probabilities, so it is compared by what it gets right
        better = own_hits - _hits(rival, outcomes) if name == "majority" else _losses(rival, outcomes) - own_losses
        rivals[name] = metrics.classification_figures(rival.reshape(-1, rival.shape[2]), np.tile(outcomes, len(rival)))
        rivals[name]["beaten"] = metrics.clearly_positive(better, groups)
    for name in ("log_loss", "brier", "ece"):
        rivals["majority"][name] = None
    gain = _losses(np.stack(found.baselines["class_prior"]), outcomes) - own_losses
    sure = whole and len(np.unique(groups)) >= FEWEST_GROUPS
    beats_guessing = metrics.clearly_positive(gain, groups, GUESSING_LEVEL) if sure else "unclear"
    together = _moving_together(probs, np.stack(found.baselines["context"]), np.asarray(payoffs)[outcomes], payoffs)
    tells_apart = metrics.clearly_positive(together, groups, GUESSING_LEVEL) if sure else "unclear"
    beaten = [beats_guessing, *(figures["beaten"] for figures in rivals.values())]
    flat = probs.reshape(-1, probs.shape[2])
    counts = np.bincount(outcomes, minlength=probs.shape[2]).tolist() if counts is None else list(counts)
    needed = _more_rows(gain, together, groups, beats_guessing, whole, len(outcomes) / sum(counts))
    return metrics.figures_with_intervals(probs, outcomes, groups) | {
        "reliability": metrics.reliability(flat, np.tile(outcomes, len(probs))),
        "baselines": rivals,
        "beats_guessing": beats_guessing,
        "tells_apart": tells_apart,
        "beats_baselines": True if all(b is True for b in beaten) else False if False in beaten else "unclear",
        **needed,
        "verdict": in_words(beats_guessing, tells_apart, rivals, len(outcomes), needed | {"outcomes": counts}),
    }


def _more_rows(
    gain: np.ndarray, together: np.ndarray, groups: np.ndarray, beats_guessing: bool | str, whole: bool, share: float
) -> dict[str, int | None]:
    """Rows to add until the model would be trusted, and until its order would be sure; None: nobody can tell how many.

    ``gain``, ``together`` (N,): how much better than guessing it is on each row, at the odds and at the order.
    ``share``: of all rows, those that it is judged by.
    """
    odds, order = (
        more_rows(each, groups, GUESSING_LEVEL, FEWEST_GROUPS, share) if whole else None for each in (gain, together)
    )
    # one that is surely worse at the odds is trusted for its order no more
    trust = None if beats_guessing is False else fewest_of((odds, order))
    return {"more_rows_to_trust": trust, "more_rows_for_order": order}


def _moving_together(
    probs: np.ndarray, by_context: np.ndarray, earned: np.ndarray, payoffs: Sequence[float]
) -> np.ndarray:
    """How far each row's expected payoff and what it earned (N,) stand on the same side of what its context alone leads
    one to expect, (N,): products of residuals, whose sum is the partial covariance.

    ``probs``, ``by_context``: of the model and of the baseline that reads contexts alone, (R, N, 3) each.
    """
    expected, usual = ((each @ np.asarray(payoffs)).mean(0) for each in (probs, by_context))
    known = np.column_stack([np.ones(len(earned)), usual])
    rest = [own - known @ np.linalg.lstsq(known, own, rcond=None)[0] for own in (expected, earned)]
    together: np.ndarray = rest[0] * rest[1]
    return together


ROUGH = (
    "not clearly better than guessing at how likely each outcome is, yet for contexts alike the emails it prefers have "
    "earned more: its order can be tuned against, its figures are rough."
)


def in_words(
    beats_guessing: bool | str,
    tells_apart: bool | str,
    rivals: dict[str, Any],
    rows: int,
    figures: Mapping[str, Any],
) -> str:
    """The comparison with the baselines, and how many more rows it takes, which ``figures`` has beside the outcomes."""
    seen = f"On {rows} emails, each judged by a model that had not seen it, this reward model is"
    if beats_guessing == "unclear" and tells_apart is True:
        return f"{seen} {ROUGH}"
    if beats_guessing is not True:
        word = "worse than" if beats_guessing is False else "not clearly better than"
        return f"{seen} {word} guessing. Do not trust its rewards. {_needed(figures)}"
    parts = []
    for wanted, word in ((True, "better than"), ("unclear", "about as good as"), (False, "worse than")):
        names = [
            BASELINES[name].phrase for name in BASELINES if rivals[name]["beaten"] == wanted and name != "class_prior"
        ]
        if names:
            parts.append(f"{word} {_listed(names)}")
    return f"{seen} better than guessing by the outcomes' shares: {'; '.join(parts)}.{_order(figures)}"


KEPT = "if its advantage stays what it was here"
NUMBER = "About {rows:,} more rows like these, some {answered:,} of them answered, should make that sure, {kept}."
FEW = (
    "More rows are needed, above all answered ones, of which there are {answered:,}: too few to reckon from how many "
    "more it takes."
)
OTHERS = (
    "More of the same kind would hardly help. What may: rows that word things differently for contexts alike, and "
    "outcomes that are noted more carefully."
)
ORDER = (
    " Which of the emails for contexts alike earn more is not sure; about {rows:,} more rows like these should settle "
    "that, {kept}."
)


def _needed(figures: Mapping[str, Any]) -> str:
    """Of a model that cannot be trusted: how many more rows of which kind."""
    advice = advice_on(figures)
    if advice == "number":
        rows = figures["more_rows_to_trust"]
        return NUMBER.format(rows=rows, answered=answered_among(figures, rows), kept=KEPT)
    return FEW.format(answered=sum(figures["outcomes"][1:])) if advice == "few answered" else OTHERS


def _order(figures: Mapping[str, Any]) -> str:
    """Of a model that can be trusted: how many more rows would make its order sure, where that can be told."""
    if advice_on(figures, "more_rows_for_order") != "number":
        return ""
    return ORDER.format(rows=figures["more_rows_for_order"], kept=KEPT)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _losses(probs: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    """Mean log-loss of each row over the repeats, (R, N, 3) -> (N,)."""
    return np.mean([metrics.row_losses(one, outcomes) for one in probs], axis=0)


def _hits(probs: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    return (probs.argmax(2) == outcomes).mean(0)
