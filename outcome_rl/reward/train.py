"""Training and judging a reward model. :func:`train_reward` reads like the recipe; the rest is its steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..config import RewardConfig
from ..data.dataset import EmailData, require_trainable
from ..events import JUDGING, READING, Event, PhaseDone, Progress
from ..metrics import figures_with_intervals
from ..models.hub import ModelLocation
from ..outcomes import NUM_OUTCOMES
from ..text.language import main_language
from ..text.merge_fields import as_sent
from .base_models import BaseModel, EncoderMember, Texts, fit_base_models
from .compute_reward import combine
from .cross_validation import OutOfFold, automatic_repeats, cross_validate, fold_of_rows
from .encoder import Encoder, EncoderOutputs, encode, fit_head, load_encoder
from .encoder_finetuning import EncoderTraining
from .ensemble import RewardEnsemble
from .features import ContextWords
from .judge import Judge, enough_to_judge, train_judge
from .plausibility import learn_plausibility
from .report import reward_model_report
from .row_groups import row_groups
from .serialization import save
from .stacking import Stacker, fit_stacker

ALL_ROWS = 1000
"""Seed of the encoder's last training, apart from those of the folds."""


@dataclass(frozen=True)
class _Clock:
    """When training has to end: at once on request, soon when ``minutes`` since ``started`` are over."""

    started: float
    minutes: float | None
    should_stop: Callable[[], bool]

    def late(self) -> bool:
        return self.minutes is not None and time.monotonic() - self.started > 60 * self.minutes


def resolved(config: RewardConfig) -> str:
    """What ``auto`` stands for. Frozen: a tuned encoder alone was worse than the blend at the sizes tried (NOTES)."""
    return "frozen" if config.method == "auto" else config.method


def train_reward(
    config: RewardConfig,
    data: EmailData,
    found: ModelLocation,
    out: Path,
    should_stop: Callable[[], bool] = lambda: False,
) -> Generator[Event, None, dict[str, Any] | None]:
    """Train and judge a reward model and save it in ``out``; returns its figures.

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

    # 1. rows for the judge, which the reward model never sees; the others are the model's
    yield Progress(phase="comparing the emails with each other", done=0, total=1)
    groups, said = row_groups(data, config.text == "email")
    notices += [said] if said else []
    rows, judges = _parted(config, data, groups, notices)

    # 2. read every email once with the encoder as it is
    yield Progress(phase="loading the encoder", done=0, total=1)
    encoder = load_encoder(found.folder, config)
    notices += [encoder.notice] if encoder.notice else []
    described = yield from _described(encoder, rows, clock)
    if described is None:
        return None
    words = ContextWords.learn(rows.contexts)
    texts = Texts(rows.contexts, rows.emails, words.features(rows.contexts, rows.emails), described.embedding)

    # 3. predict each row by models that have not seen it
    partings, whole = _partings(config, rows, notices)
    tuning = _tuning(config, encoder, rows, partings, should_stop)
    opinion = tuning.opinion if tuning else None
    unseen = yield from cross_validate(
        texts, described.sentences, rows.outcomes, partings, should_stop, clock.late, opinion
    )
    if not unseen.folds:
        return None

    # 4. the members once more, on all rows; how much each is to be believed, and what is debris
    yield Progress(phase=JUDGING, done=0, total=1)
    members = yield from _final_members(texts, rows, encoder, described, tuning, should_stop)
    unseen.keep(len(members))
    blend = _final_blend(unseen, rows.outcomes)
    gates, beliefs = learn_plausibility(rows.contexts, rows.emails, encoder.vocabulary(), config.seed)

    # 5. how good the whole is
    probs, rewards = _out_of_fold_scores(config, unseen, rows.outcomes, beliefs)
    result = reward_model_report(probs, unseen, rows.outcomes, rows.groups, config.payoffs, whole, data.counts())
    usual, spread = float(rewards.mean()), float(rewards.std())
    model = RewardEnsemble(encoder, words, members, blend, gates, config, usual, spread)

    # 6. the judge, whose figures come from the rows that it has not seen
    judge = train_judge(config, words, judges.contexts, judges.emails, judges.outcomes) if len(judges) else None
    result |= {"judge": _judge_figures(judge, rows, len(judges)), "rows_judge": len(judges), "rows_total": len(data)}
    result |= _facts(config, found, data, model, unseen) | {"notices": notices, "stopped_early": should_stop()}
    result["seconds"] = time.monotonic() - clock.started
    save(model, judge, result, out)
    yield PhaseDone(phase="reward_model", result=result)
    return result


@dataclass(frozen=True)
class _Rows:
    """Rows as the model is trained on them; ``contexts`` are empty where it reads the email alone."""

    contexts: tuple[str, ...]
    emails: tuple[str, ...]
    outcomes: np.ndarray
    groups: np.ndarray

    def __len__(self) -> int:
        return len(self.emails)

    @staticmethod
    def of(config: RewardConfig, data: EmailData, groups: np.ndarray, chosen: np.ndarray) -> _Rows:
        rows = data.take(chosen)
        contexts = rows.contexts if config.text == "pair" else ("",) * len(rows)
        return _Rows(contexts, tuple(map(as_sent, rows.emails)), np.array(rows.outcomes, dtype=int), groups[chosen])


def _facts(
    config: RewardConfig, found: ModelLocation, data: EmailData, model: RewardEnsemble, unseen: OutOfFold
) -> dict[str, Any]:
    """What the result says beside the figures."""
    return {
        "model": found.name,
        "text": config.text,
        "method": resolved(config),
        "members": {
            name: {"weight": float(weight)} for name, weight in zip(model.members, model.blend.weights, strict=True)
        },
        "folds": int(unseen.folds[0].max()) + 1,
        "repeats": len(unseen.folds),
        "rows_train": len(unseen.folds[0]),
        "outcomes": data.counts(),
        "language": main_language(data.emails),
        "mean_reward_of_data": float(np.mean(np.array(config.payoffs)[list(data.outcomes)])),
        "mean_reward_predicted": model.reference,
    }


def _final_members(
    texts: Texts,
    rows: _Rows,
    encoder: Encoder,
    described: EncoderOutputs,
    tuning: EncoderTraining | None,
    should_stop: Callable[[], bool],
) -> Generator[Event, None, dict[str, BaseModel]]:
    """Train on all rows; returns the members, the encoder among them where it was tuned to the end."""
    members = fit_base_models(texts, rows.outcomes)
    if tuning:
        yield from tuning.train(np.arange(len(rows)), np.arange(0), ALL_ROWS)
    if tuning and not should_stop():
        return members | {"encoder": EncoderMember()}
    if tuning:
        tuning.restore()
    fit_head(encoder, described.head_inputs, rows.outcomes)
    return members


def _parted(config: RewardConfig, data: EmailData, groups: np.ndarray, notices: list[str]) -> tuple[_Rows, _Rows]:
    """The model's rows and the judge's; the latter none where they could not teach a judge."""
    everything, nothing = np.arange(len(data)), np.arange(0)
    if not config.judge_share:
        return _Rows.of(config, data, groups, everything), _Rows.of(config, data, groups, nothing)
    outcomes = np.array(data.outcomes)
    folds, whole = fold_of_rows(outcomes, groups, round(1 / config.judge_share), config.seed + 1)
    if whole and enough_to_judge(outcomes[folds == 0], data.known_outcomes()):
        parts = np.flatnonzero(folds > 0), np.flatnonzero(folds == 0)
    else:
        parts = everything, nothing
        notices.append(
            "There are too few different rows for an independent judge; tuning can only ask the reward model itself."
        )
    mine, theirs = (_Rows.of(config, data, groups, part) for part in parts)
    return mine, theirs


def _described(encoder: Encoder, rows: _Rows, clock: _Clock) -> Generator[Event, None, EncoderOutputs | None]:
    """Read all rows, with progress; None after a stop."""
    reading, began = encode(encoder, rows.contexts, rows.emails), time.monotonic()
    while True:
        try:
            done = next(reading)
        except StopIteration as end:
            outputs: EncoderOutputs = end.value
            return outputs
        left = (time.monotonic() - began) / done * (len(rows) - done)
        yield Progress(phase=READING, done=done, total=len(rows), seconds_left=left)
        if clock.should_stop():
            return None


def _partings(config: RewardConfig, rows: _Rows, notices: list[str]) -> tuple[list[np.ndarray], bool]:
    """Folds for each repeat, and whether no group stands in two of them."""
    repeats = 1 if resolved(config) == "finetuned" else config.repeats or automatic_repeats(len(rows))
    made = [fold_of_rows(rows.outcomes, rows.groups, config.folds, config.seed + i) for i in range(repeats)]
    whole = all(kept for _, kept in made)
    if not whole:
        notices.append(
            "Rows that repeat each other stand in different folds, for there are too many of them; the figures "
            "flatter, and the model counts as not better than guessing."
        )
    return [folds for folds, _ in made], whole


def _tuning(
    config: RewardConfig,
    encoder: Encoder,
    rows: _Rows,
    partings: list[np.ndarray],
    should_stop: Callable[[], bool],
) -> EncoderTraining | None:
    if resolved(config) == "frozen":
        return None
    trainings = int(partings[0].max()) + 2
    return EncoderTraining(encoder, config, rows.contexts, rows.emails, rows.outcomes, trainings, should_stop)


def _final_blend(found: OutOfFold, outcomes: np.ndarray) -> Stacker:
    members = np.concatenate(found.members, axis=1)
    return fit_stacker(members, np.tile(outcomes, len(found.members)), copies=len(found.members))


def _out_of_fold_scores(
    config: RewardConfig, found: OutOfFold, outcomes: np.ndarray, beliefs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the model would have said of each row: probabilities (R, N, 3) and rewards (R, N).

    The blend of each fold is fitted on the other folds.
    """
    repeats, n = len(found.folds), len(outcomes)
    probs, rewards = np.zeros((repeats, n, NUM_OUTCOMES)), np.zeros((repeats, n))
    for repeat, (folds, members) in enumerate(zip(found.folds, found.members, strict=True)):
        for fold in np.unique(folds):
            held = folds == fold
            blend = fit_stacker(members[:, ~held], outcomes[~held])
            scores = combine(config, blend, members[:, held], beliefs[:, held])
            probs[repeat, held], rewards[repeat, held] = scores.probs, scores.rewards
    return probs, rewards


def _judge_figures(judge: Judge | None, rows: _Rows, trained_on: int) -> dict[str, Any] | None:
    """The judge's figures on the reward model's rows."""
    if judge is None:
        return None
    probs = judge.score(rows.contexts, rows.emails).probs[None]
    figures = figures_with_intervals(probs, rows.outcomes, rows.groups)
    return {"kind": "extremely randomised trees", "rows": trained_on, **figures}
