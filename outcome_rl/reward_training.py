"""Training and judging a reward model."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from . import baselines, metrics
from .config import OUTCOMES, RewardConfig
from .data import EmailData, require_trainable, split_rows
from .errors import ModelError
from .events import Event, PhaseDone, Progress, RewardEpoch
from .models import Found, load_classifier, load_tokenizer, pick_device, pick_dtype
from .reward import RewardModel, save

STOPPING_SHARE = 0.12
"""Part of the training rows that only decides when to stop, so that the validation rows decide nothing."""
SMALL_ENCODER = 50_000_000
WARMUP_SHARE = 0.1
WEIGHT_DECAY = 0.01
PROGRESS_STEPS = 10
JUDGING_SHARE = 0.05
"""Kept of a time limit for judging and saving."""


def auto_epochs(rows: int) -> int:
    """Passes that a number of training rows calls for: few rows need many (https://arxiv.org/abs/2006.05987)."""
    return min(20, max(3, round(5000 / max(1, rows))))


def train_reward(
    config: RewardConfig, data: EmailData, found: Found, out: Path, should_stop: Callable[[], bool] = lambda: False
) -> Iterator[Event]:
    """Train and judge a reward model and save it in ``out``; a generator that returns its figures.

    A stop ends the training after the current batch. The best model so far is judged and saved all the same; before
    the first pass is over there is none, ``out`` is left as it was, and None is returned.

    Raises:
        DataError: an outcome has too few rows.
        ModelError: the encoder cannot be loaded.
    """
    started = time.monotonic()
    require_trainable(data)
    split = split_rows(data, config.validation, config.seed)
    notices = [found.notice] if found.notice else []
    if not split.grouped:
        notices.append(
            "Near-duplicate emails stand on both sides of the split, for there are too many; the figures flatter."
        )
    train, validation = data.take(split.train), data.take(split.validation)
    yield Progress(phase="loading the encoder", done=0, total=1)
    model = _new_model(config, found)
    trained = yield from _fit(_prepare(model, train, _Clock(started, config.minutes, should_stop)))
    if not trained:
        return None
    yield Progress(phase="judging the reward model", done=0, total=1)
    result = judge(model, train, validation) | {
        "model": found.name,
        "text": config.text,
        "rows_train": len(train),
        "rows_validation": len(validation),
        "mean_reward_of_data": float(np.mean(np.array(config.payoffs)[list(data.outcomes)])),
        "notices": notices,
        "stopped_early": should_stop(),
        "seconds": time.monotonic() - started,
    }
    save(model, result, out)
    yield PhaseDone(phase="reward_model", result=result)
    return result


def _new_model(config: RewardConfig, found: Found) -> RewardModel:
    torch.manual_seed(config.seed)  # the new head and dropout draw from the global generator
    device = pick_device()
    model = load_classifier(found.folder).to(device)
    _head(model)
    return RewardModel(model, load_tokenizer(found.folder), config, device, pick_dtype(device))


@dataclass
class _Fit:
    """A training under way: what is trained, on what, and how far it is."""

    model: RewardModel
    train: EmailData
    stopping: EmailData
    optimizer: torch.optim.Optimizer
    class_weights: torch.Tensor
    epochs: int
    clock: _Clock
    rng: np.random.Generator
    step: int = 0

    @property
    def steps(self) -> int:
        return self.epochs * -(-len(self.train) // self.model.config.batch_size)


@dataclass(frozen=True)
class _Clock:
    """When training has to end: on request, or when ``minutes`` since ``started`` are nearly over."""

    started: float
    minutes: float | None
    should_stop: Callable[[], bool]

    def share_used(self) -> float:
        """Part of the time limit that is over; 0 without a limit."""
        if self.minutes is None:
            return 0.0
        return (time.monotonic() - self.started) / (60 * self.minutes * (1 - JUDGING_SHARE))

    def seconds_left(self, planned: float) -> float:
        """What is planned, or the rest of the time limit where that is less."""
        if self.minutes is None:
            return planned
        return max(0.0, min(planned, self.started + 60 * self.minutes - time.monotonic()))

    def over(self) -> bool:
        return self.should_stop() or self.share_used() >= 1


def _prepare(model: RewardModel, data: EmailData, clock: _Clock) -> _Fit:
    config = model.config
    parts = split_rows(data, STOPPING_SHARE, config.seed + 1)
    train = data.take(parts.train)
    weights = len(train) / (len(OUTCOMES) * np.array(train.counts()))
    return _Fit(
        model=model,
        train=train,
        stopping=data.take(parts.validation),
        optimizer=_optimizer(model.model),
        class_weights=torch.tensor(weights, dtype=torch.float32, device=model.device),
        epochs=config.epochs or auto_epochs(len(train)),
        clock=clock,
        rng=np.random.default_rng(config.seed),
    )


def _fit(fit: _Fit) -> Iterator[Event]:
    """Train in place, then put the weights of the epoch with the lowest loss on the stopping rows back.

    Returns whether a whole epoch was done before a stop.
    """
    model = fit.model.model
    best, best_loss, waited = None, float("inf"), 0
    for epoch in range(1, fit.epochs + 1):
        began = time.monotonic()
        model.train()
        train_loss = yield from _epoch(fit)
        if best is None and fit.clock.should_stop():
            return False
        model.eval()
        loss, accuracy = _stopping_figures(fit)
        improved = loss < best_loss
        waited = 0 if improved else waited + 1
        if improved:
            best, best_loss = copy.deepcopy(model.state_dict()), loss
        seconds = time.monotonic() - began
        yield RewardEpoch(
            epoch=epoch,
            epochs=fit.epochs,
            train_loss=train_loss,
            validation_loss=loss,
            validation_accuracy=accuracy,
            best=improved,
            seconds=seconds,
            seconds_left=fit.clock.seconds_left(seconds * (fit.epochs - epoch)),
        )
        if waited >= fit.model.config.patience or fit.clock.over():
            break
    if best is not None:
        model.load_state_dict(best)
    _undo_class_weights(model, fit.class_weights)
    return True


def _epoch(fit: _Fit) -> Iterator[Event]:
    """One pass over the training rows, or as far as time allows; returns the mean loss."""
    losses, rows = 0.0, 0
    began = time.monotonic()
    for number, chosen in enumerate(_batches(fit.train, fit.model.config.batch_size, fit.rng)):
        if number % PROGRESS_STEPS == 0:
            left = (
                fit.clock.seconds_left((time.monotonic() - began) / number * (fit.steps - fit.step)) if number else None
            )
            yield Progress(phase="training the reward model", done=fit.step, total=fit.steps, seconds_left=left)
        batch = fit.train.take(chosen)
        losses += _step(fit, batch) * len(batch)
        rows += len(batch)
        if fit.clock.over():
            break
    return losses / rows


def _step(fit: _Fit, batch: EmailData) -> float:
    """One optimiser step; the weighted cross-entropy before it, nats."""
    truth = torch.tensor(batch.outcomes, device=fit.model.device)
    losses = F.cross_entropy(fit.model.logits(batch.contexts, batch.emails), truth, reduction="none")
    # not cross_entropy's own ``weight``: it divides by the batch's weights, which takes a part of them back
    loss = (losses * fit.class_weights[truth]).mean()
    fit.optimizer.zero_grad()
    # gradients are not clipped: that would take a rare outcome's weight back, which is undone in full later
    loss.backward()
    done = max(fit.step / fit.steps, fit.clock.share_used())
    warmup = min(1.0, (fit.step + 1) / max(1.0, WARMUP_SHARE * fit.steps))
    for group in fit.optimizer.param_groups:
        group["lr"] = _rate(fit.model) * warmup * max(0.0, 1 - done)
    fit.optimizer.step()
    fit.step += 1
    return loss.item()


def _rate(model: RewardModel) -> float:
    """Peak learning rate: the user's, else one that suits the encoder's size."""
    small = sum(p.numel() for p in model.model.parameters()) < SMALL_ENCODER
    return model.config.learning_rate or (1e-4 if small else 2e-5)


def _optimizer(model: Any) -> torch.optim.Optimizer:
    decayed = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups)


def _batches(data: EmailData, size: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Random batches of emails of like length: shuffled, sorted within pools of 16 batches, shuffled again."""
    order = rng.permutation(len(data)).tolist()
    batches: list[list[int]] = []
    for start in range(0, len(order), size * 16):
        pool = sorted(order[start : start + size * 16], key=lambda i: len(data.emails[i]))
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    return iter([batches[i] for i in rng.permutation(len(batches))])


def _stopping_figures(fit: _Fit) -> tuple[float, float]:
    """(loss, accuracy) on the stopping rows with the class weights' effect taken out, as in the finished model."""
    probs = fit.model.predict(fit.stopping.contexts, fit.stopping.emails) / fit.class_weights.cpu().numpy()
    probs /= probs.sum(1, keepdims=True)
    truth = np.array(fit.stopping.outcomes)
    return float(metrics.row_losses(probs, truth).mean()), float((probs.argmax(1) == truth).mean())


def _undo_class_weights(model: Any, class_weights: torch.Tensor) -> None:
    """Shift the head's bias so that the probabilities are those of the data again.

    Training with weight w on an outcome makes the model say p·w (up to scale); subtracting log w from the logits
    gives p back. Without it the reward would be too high wherever conversions are rare.
    """
    with torch.no_grad():
        _head(model).bias -= class_weights.log()


def _head(model: Any) -> torch.nn.Linear:
    """The last layer. Raises ModelError where it has no bias that class weights could be taken out of."""
    heads = [m for m in model.modules() if isinstance(m, torch.nn.Linear) and m.out_features == len(OUTCOMES)]
    if not heads or heads[-1].bias is None:
        raise ModelError(
            "the encoder's classification head has no bias; choose another encoder, such as distilbert-base-uncased"
        )
    return heads[-1]


def judge(model: RewardModel, train: EmailData, validation: EmailData) -> dict[str, Any]:
    """Figures on the validation rows, the same for two baselines, and whether the model beats them."""
    truth = np.array(validation.outcomes)
    probs = model.predict(validation.contexts, validation.emails)
    texts = [
        [_plain_text(model.config, c, e) for c, e in zip(d.contexts, d.emails, strict=True)]
        for d in (train, validation)
    ]
    rivals = {
        "majority": baselines.class_prior(train.outcomes, len(validation)),
        "tfidf_logreg": baselines.tfidf_logistic_regression(texts[0], train.outcomes, texts[1]),
    }
    own = metrics.row_losses(probs, truth)
    figures: dict[str, Any] = {}
    for name, rival in rivals.items():
        beaten = metrics.clearly_positive(metrics.row_losses(rival, truth) - own)
        figures[name] = metrics.classification_figures(rival, truth) | {"beaten": beaten}
    beaten = [figure["beaten"] for figure in figures.values()]
    beats = True if all(b is True for b in beaten) else False if False in beaten else "unclear"
    result = metrics.classification_figures(probs, truth)
    return result | {"baselines": figures, "beats_baselines": beats, "verdict": verdict(figures, len(truth))}


def verdict(figures: dict[str, Any], n: int) -> str:
    """The comparison with the baselines in words."""
    names = {
        "majority": "always guessing the usual outcome",
        "tfidf_logreg": "counting words (TF-IDF + logistic regression)",
    }
    chance = figures["majority"]["beaten"]
    if chance is not True:
        word = "worse than" if chance is False else "not clearly better than"
        advice = "Do not trust its rewards; more or cleaner rows are needed."
        return f"On {n} emails it never saw, this reward model is {word} guessing. {advice}"
    rest = {True: "better than", False: "worse than", "unclear": "about as good as"}[figures["tfidf_logreg"]["beaten"]]
    compared = f"better than {names['majority']}, and {rest} {names['tfidf_logreg']}"
    return f"On {n} emails it never saw, this reward model is {compared}."


def _plain_text(config: RewardConfig, context: str, email: str) -> str:
    return email if config.text == "email" else f"{context}\n{email}"
