"""Repeated, stratified, grouped cross-validation: what the reward model says of rows that it was not trained on."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field

import numpy as np

from ..events import Event, RewardFold
from ..metrics import row_losses
from ..outcomes import NUM_OUTCOMES
from .base_models import Texts, base_model_probs, fit_base_models
from .baselines import BASELINES, baseline_probs
from .stacking import shares_of

FittedOpinion = Callable[[np.ndarray, np.ndarray, int], Generator[Event, None, np.ndarray]]
"""Tunes the encoder on the rows at the first positions and returns its opinion of those at the second, (n, 3)."""


@dataclass
class OutOfFold:
    """Predictions of rows by models that had not seen them, R times for each of N rows.

    folds: (R, N); members: (R, M, N, 3); baselines: (R, N, 3) each.
    """

    folds: list[np.ndarray] = field(default_factory=list)
    members: list[np.ndarray] = field(default_factory=list)
    baselines: dict[str, list[np.ndarray]] = field(default_factory=lambda: {name: [] for name in BASELINES})

    def keep(self, count: int) -> None:
        """Forget all but the first ``count`` members: those that the finished model has."""
        self.members = [opinions[:count] for opinions in self.members]


def automatic_repeats(rows: int) -> int:
    """How often rows are parted anew: chance in the parting matters the more the fewer they are."""
    return 4 if rows <= 300 else 2 if rows <= 1000 else 1


def fold_of_rows(outcomes: np.ndarray, groups: np.ndarray, folds: int, seed: int) -> tuple[np.ndarray, bool]:
    """Each row's fold (N,), every fold with its share of each outcome, and whether groups could be kept whole.

    Groups are split where too few, or too large, ones would leave a training part without one of the outcomes.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    folds = max(2, min(folds, int(np.unique(outcomes, return_counts=True)[1].min())))
    if len(np.unique(groups)) >= folds:
        parting = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        found = _numbered(parting.split(outcomes, outcomes, groups), len(outcomes))
        if _usable(found, outcomes, folds):
            return found, True
    parting = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return _numbered(parting.split(outcomes, outcomes), len(outcomes)), False


def _numbered(parts: Iterable[tuple[np.ndarray, np.ndarray]], n: int) -> np.ndarray:
    found = np.zeros(n, dtype=int)
    for number, (_, held) in enumerate(parts):
        found[held] = number
    return found


def _usable(folds: np.ndarray, outcomes: np.ndarray, wanted: int) -> bool:
    sizes = np.bincount(folds, minlength=wanted)
    kinds = len(np.unique(outcomes))
    learnable = all(len(np.unique(outcomes[folds != fold])) == kinds for fold in range(wanted))
    return bool(learnable and sizes.min() * 3 >= len(outcomes) / wanted)


def cross_validate(
    texts: Texts,
    sentences: np.ndarray,
    outcomes: np.ndarray,
    partings: list[np.ndarray],
    stopped: Callable[[], bool],
    late: Callable[[], bool],
    tune: FittedOpinion | None = None,
) -> Generator[Event, None, OutOfFold]:
    """Predict every row in each parting.

    Where ``stopped`` says so, the parting under way is given up, and there may be none that is complete. Where it
    grows ``late``, no further one is begun.
    """
    found = OutOfFold()
    total = sum(int(folds.max()) + 1 for folds in partings)
    done, began = 0, time.monotonic()
    for folds in partings:
        members: np.ndarray | None = None
        rivals = {name: np.zeros((len(outcomes), NUM_OUTCOMES)) for name in BASELINES}
        for fold in range(int(folds.max()) + 1):
            inside, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            train, new = texts.take(inside), texts.take(held)
            opinions = base_model_probs(fit_base_models(train, outcomes[inside]), new)
            if tune:
                opinions = np.concatenate([opinions, [(yield from tune(inside, held, fold))]])
            members = np.zeros((len(opinions), len(outcomes), NUM_OUTCOMES)) if members is None else members
            members[:, held] = opinions
            for name, probs in baseline_probs(
                train, outcomes[inside], new, (sentences[inside], sentences[held])
            ).items():
                rivals[name][held] = probs
            done += 1
            yield _fold_event(done, total, began, opinions, shares_of(outcomes[inside]), outcomes[held])
            if stopped() and (tune or fold < folds.max()):  # the encoder's training may have been cut short
                break
        else:
            assert members is not None, "every parting has a fold"
            found.folds.append(folds)
            found.members.append(members)
            for name, probs in rivals.items():
                found.baselines[name].append(probs)
        if stopped() or late():
            break
    return found


def _fold_event(
    done: int, total: int, began: float, opinions: np.ndarray, prior: np.ndarray, outcomes: np.ndarray
) -> RewardFold:
    """The fold's figures with the members weighted alike; their weights are learned when all folds are done."""
    mean = np.exp(np.log(np.clip(opinions, 1e-3, 1)).mean(0)) * (prior > 0)
    probs = mean / mean.sum(1, keepdims=True)
    spent = time.monotonic() - began
    return RewardFold(
        fold=done,
        folds=total,
        log_loss=float(row_losses(probs, outcomes).mean()),
        guessing_log_loss=float(row_losses(np.tile(prior, (len(outcomes), 1)), outcomes).mean()),
        accuracy=float((probs.argmax(1) == outcomes).mean()),
        seconds=spent,
        seconds_left=spent / done * (total - done),
    )
