"""Training and judging a reward model. :func:`train_reward` reads like the recipe; the rest is its steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .blend import Blend, fit_blend
from .config import RewardConfig
from .cross_validation import OutOfFold, automatic_repeats, cross_validate, fold_of_rows
from .data import EmailData, require_trainable
from .encoder import Described, Encoder, describe, fit_head, load_encoder
from .encoder_training import EncoderTraining
from .events import Event, PhaseDone, Progress
from .features import ContextWords
from .judge import Judge, enough_to_judge, train_judge
from .linear import K
from .members import EncoderMember, Texts, fit_members
from .metrics import figures_with_intervals
from .models import Found
from .near_duplicates import near_duplicate_groups
from .plausibility import learn_plausibility
from .reward import RewardModel, pooled
from .reward_folder import save
from .verdict import judged


@dataclass(frozen=True)
class _Clock:
    """When training has to end: at once on request, soon when ``minutes`` since ``started`` are over."""

    started: float
    minutes: float | None
    should_stop: Callable[[], bool]

    def late(self) -> bool:
        return self.minutes is not None and time.monotonic() - self.started > 60 * self.minutes


def resolved(config: RewardConfig) -> str:
    """What ``auto`` stands for. Frozen, for tuning the encoder was no better at any size that was measured."""
    return "frozen" if config.method == "auto" else config.method


def train_reward(
    config: RewardConfig, data: EmailData, found: Found, out: Path, should_stop: Callable[[], bool] = lambda: False
) -> Iterator[Event]:
    """Train and judge a reward model and save it in ``out``; a generator that returns its figures.

    After a stop the parting of the rows that is under way is given up; with at least one complete, the model is
    finished and saved all the same. Before that there is nothing to save: ``out`` is left as it was, and None is
    returned. A time limit only spares further partings.

    Raises:
        DataError: an outcome has too few rows.
        ModelError: the encoder cannot be loaded.
    """
    clock = _Clock(time.monotonic(), config.minutes, should_stop)
    require_trainable(data)
    notices = [found.notice] if found.notice else []
    yield Progress(phase="comparing the emails with each other", done=0, total=1)
    groups = near_duplicate_groups(data.emails)

    # 1. rows for the judge, which the reward model never sees; the others are the model's
    own, judges = _parted(config, data, groups, notices)
    rows, groups, outcomes = data.take(own), groups[own], np.array(data.outcomes)[own]
    contexts = rows.contexts if config.text == "pair" else ("",) * len(rows)

    # 2. read every email once with the encoder as it is
    yield Progress(phase="loading the encoder", done=0, total=1)
    encoder = load_encoder(found.folder, config)
    described = yield from _described(encoder, contexts, rows.emails, clock)
    if described is None:
        return None
    words = ContextWords.learn(contexts)
    texts = Texts(contexts, rows.emails, words.features(contexts, rows.emails), described.embedding)

    # 3. predict each row by models that have not seen it
    partings, whole = _partings(config, outcomes, groups)
    if not whole:
        notices.append("Near-duplicate emails stand in different folds, for there are too many; the figures flatter.")
    tuning = _tuning(config, encoder, rows, contexts, outcomes, partings, should_stop)
    opinion = tuning.opinion if tuning else None
    found_folds = yield from cross_validate(
        texts, described.sentences, outcomes, partings, should_stop, clock.late, opinion
    )
    if not found_folds.folds:
        return None

    # 4. what is debris, how much each member is to be believed, and how good the whole is
    yield Progress(phase="judging the reward model", done=0, total=1)
    gate, beliefs = learn_plausibility(contexts, rows.emails, encoder.vocabulary(), config.seed)
    probs, rewards = _out_of_fold_scores(config, found_folds, outcomes, beliefs)
    result = judged(probs, found_folds, outcomes, groups)

    # 5. the members once more, on all rows
    members = fit_members(texts, outcomes)
    if tuning:
        yield from tuning.train(np.arange(len(rows)), np.arange(0), len(partings[0]))
    if tuning and not should_stop():
        members["encoder"] = EncoderMember()
    else:
        fit_head(encoder, described.head_inputs, outcomes)
    blend = _final_blend(found_folds, outcomes, len(members))
    reference = float(rewards.mean())
    model = RewardModel(encoder, words, members, blend, gate, config, reference)

    # 6. the judge
    judge = train_judge(config, words, *_columns(data.take(judges))) if judges else None
    result |= {
        "judge": _judge_figures(judge, rows, outcomes, groups, len(judges)),
        "model": found.name,
        "text": config.text,
        "method": resolved(config),
        "members": {name: {"weight": float(w)} for name, w in zip(members, blend.weights, strict=True)},
        "folds": int(partings[0].max()) + 1,
        "repeats": len(found_folds.folds),
        "rows_total": len(data),
        "rows_train": len(rows),
        "rows_judge": len(judges),
        "outcomes": data.counts(),
        "mean_reward_of_data": float(np.mean(np.array(config.payoffs)[list(data.outcomes)])),
        "mean_reward_predicted": reference,
        "notices": notices,
        "stopped_early": should_stop(),
        "seconds": time.monotonic() - clock.started,
    }
    save(model, judge, result, out)
    yield PhaseDone(phase="reward_model", result=result)
    return result


def _parted(
    config: RewardConfig, data: EmailData, groups: np.ndarray, notices: list[str]
) -> tuple[list[int], list[int]]:
    """Positions of the model's rows and of the judge's; the latter none where they could not teach a judge."""
    everything = list(range(len(data)))
    if not config.judge_share:
        return everything, []
    outcomes = np.array(data.outcomes)
    folds, whole = fold_of_rows(outcomes, groups, round(1 / config.judge_share), config.seed + 1)
    mine, theirs = np.flatnonzero(folds > 0).tolist(), np.flatnonzero(folds == 0).tolist()
    if not whole or not enough_to_judge(outcomes[theirs]):
        notices.append(
            "There are too few different rows for an independent judge; tuning can only ask the reward model itself."
        )
        return everything, []
    return mine, theirs


def _described(encoder: Encoder, contexts: tuple[str, ...], emails: tuple[str, ...], clock: _Clock) -> Iterator[Event]:
    """Read all rows, with progress; returns :class:`Described`, or None after a stop."""
    reading, began = describe(encoder, contexts, emails), time.monotonic()
    while True:
        try:
            done = next(reading)
        except StopIteration as end:
            described: Described = end.value
            return described
        left = (time.monotonic() - began) / done * (len(emails) - done)
        yield Progress(phase="reading the emails", done=done, total=len(emails), seconds_left=left)
        if clock.should_stop():
            return None


def _partings(config: RewardConfig, outcomes: np.ndarray, groups: np.ndarray) -> tuple[list[np.ndarray], bool]:
    repeats = 1 if resolved(config) == "finetuned" else config.repeats or automatic_repeats(len(outcomes))
    made = [fold_of_rows(outcomes, groups, config.folds, config.seed + i) for i in range(repeats)]
    return [folds for folds, _ in made], all(whole for _, whole in made)


def _tuning(
    config: RewardConfig,
    encoder: Encoder,
    rows: EmailData,
    contexts: tuple[str, ...],
    outcomes: np.ndarray,
    partings: list[np.ndarray],
    should_stop: Callable[[], bool],
) -> EncoderTraining | None:
    if resolved(config) == "frozen":
        return None
    trainings = int(partings[0].max()) + 2
    return EncoderTraining(encoder, config, contexts, rows.emails, outcomes, trainings, should_stop)


def _final_blend(found: OutOfFold, outcomes: np.ndarray, count: int) -> Blend:
    """The weights of the first ``count`` members; a tuned encoder is left out where its last training was stopped."""
    members = np.concatenate(found.members, axis=1)[:count]
    return fit_blend(members, np.tile(outcomes, len(found.members)), copies=len(found.members))


def _out_of_fold_scores(
    config: RewardConfig, found: OutOfFold, outcomes: np.ndarray, beliefs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the model would have said of each row: probabilities (R, N, 3) and rewards (R, N).

    The blend of each fold is fitted on the other folds.
    """
    repeats, n = len(found.folds), len(outcomes)
    probs, rewards = np.zeros((repeats, n, K)), np.zeros((repeats, n))
    for repeat, (folds, members) in enumerate(zip(found.folds, found.members, strict=True)):
        for fold in np.unique(folds):
            held = folds == fold
            blend = fit_blend(members[:, ~held], outcomes[~held])
            scores = pooled(config, blend, members[:, held], beliefs[:, held])
            probs[repeat, held], rewards[repeat, held] = scores.probs, scores.rewards
    return probs, rewards


def _columns(data: EmailData) -> tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]:
    return data.contexts, data.emails, data.outcomes


def _judge_figures(
    judge: Judge | None, rows: EmailData, outcomes: np.ndarray, groups: np.ndarray, trained_on: int
) -> dict[str, Any] | None:
    """The judge's figures on the reward model's rows, which it never saw."""
    if judge is None:
        return None
    probs = judge.score(rows.contexts, rows.emails).probs[None]
    figures = figures_with_intervals(probs, outcomes, groups)
    return {"kind": "extremely randomised trees", "rows": trained_on, **figures}
