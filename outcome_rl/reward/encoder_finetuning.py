"""Training the encoder's upper layers; the lower ones stay, for the other members read their embedding."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence

import numpy as np
import torch
from torch.nn import functional as F

from ..config import RewardConfig
from ..events import Event, Progress, RewardEpoch
from ..metrics import row_losses
from .encoder import Encoder, classify, rule_out_missing

SMALL_ENCODER = 50_000_000
WARMUP_SHARE = 0.1
WEIGHT_DECAY = 0.01
PROGRESS_STEPS = 10


def auto_epochs(rows: int) -> int:
    """Passes that a number of training rows calls for: few rows need many (https://arxiv.org/abs/2006.05987)."""
    return min(8, max(3, round(2000 / max(1, rows))))


class EncoderTraining:
    """Tunes the encoder again and again from the same beginning: for each fold, and on all rows in the end.

    ``trainings``: how many there will be, for the time left.
    """

    def __init__(
        self,
        encoder: Encoder,
        config: RewardConfig,
        contexts: Sequence[str],
        emails: Sequence[str],
        outcomes: np.ndarray,
        trainings: int,
        over: Callable[[], bool],
    ) -> None:
        self.encoder, self.config, self.over = encoder, config, over
        self.contexts, self.emails, self.outcomes = contexts, emails, outcomes
        self.epochs = config.epochs or auto_epochs(len(outcomes))
        self.total, self.done, self.began = trainings * self.epochs, 0, time.monotonic()
        self.parameters = upper_parameters(encoder)
        rule_out_missing(encoder, outcomes)
        self.initial = [parameter.detach().clone() for parameter in self.parameters]

    def opinion(self, inside: np.ndarray, held: np.ndarray, fold: int) -> Generator[Event, None, np.ndarray]:
        """Tune on the rows ``inside``; returns the opinion of those ``held``, (n, 3)."""
        yield from self.train(inside, held, fold)
        return self.probs(held)

    def train(self, inside: np.ndarray, held: np.ndarray, seed: int) -> Iterator[Event]:
        """Tune from the beginning on the rows ``inside``, in place; the loss on those ``held`` is only reported."""
        self.restore()
        torch.manual_seed(self.config.seed + seed)  # dropout draws from the global generator
        rng = np.random.default_rng([self.config.seed, seed])
        optimizer = _optimizer(self.parameters)
        steps = self.epochs * -(-len(inside) // self.config.batch_size)
        step = 0
        for _ in range(self.epochs):
            began, losses, rows = time.monotonic(), 0.0, 0
            self.encoder.model.train()
            for chosen in self._batches(inside, rng):
                if step % PROGRESS_STEPS == 0:
                    yield self._progress(rows / len(inside))
                losses += self._step(optimizer, chosen, step / steps) * len(chosen)
                step, rows = step + 1, rows + len(chosen)
                if self.over():
                    break
            self.encoder.model.eval()
            self.done += 1
            yield self._report(losses / rows, held, time.monotonic() - began)
            if self.over():
                return

    def restore(self) -> None:
        """Put the encoder back to what it was before any training."""
        with torch.no_grad():
            for parameter, initial in zip(self.parameters, self.initial, strict=True):
                parameter.copy_(initial)

    def probs(self, rows: np.ndarray) -> np.ndarray:
        """The tuned encoder's opinion of rows, (n, 3)."""
        return classify(self.encoder, [self.contexts[i] for i in rows], [self.emails[i] for i in rows])

    def _step(self, optimizer: torch.optim.Optimizer, rows: np.ndarray, done: float) -> float:
        """One optimiser step; the cross-entropy before it, nats."""
        logits = self.encoder.logits([self.contexts[i] for i in rows], [self.emails[i] for i in rows])
        loss = F.cross_entropy(logits, torch.tensor(self.outcomes[rows], device=logits.device))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for group in optimizer.param_groups:
            group["lr"] = self._rate() * min(1.0, done / WARMUP_SHARE + 0.01) * (1 - done)
        optimizer.step()
        return loss.item()

    def _rate(self) -> float:
        """Peak learning rate: the user's, else one that suits the encoder's size."""
        small = sum(p.numel() for p in self.encoder.model.parameters()) < SMALL_ENCODER
        return self.config.learning_rate or (1e-4 if small else 2e-5)

    def _batches(self, rows: np.ndarray, rng: np.random.Generator) -> Iterator[np.ndarray]:
        """Random batches of emails of like length: shuffled, sorted within pools of 16 batches, shuffled again."""
        size = self.config.batch_size
        order = rng.permutation(rows)
        batches: list[np.ndarray] = []
        for start in range(0, len(order), size * 16):
            pool = np.array(sorted(order[start : start + size * 16], key=lambda i: len(self.emails[i])))
            batches += [pool[at : at + size] for at in range(0, len(pool), size)]
        return iter([batches[i] for i in rng.permutation(len(batches))])

    def _progress(self, part: float) -> Progress:
        """``part``: how much of the epoch under way is done."""
        done = self.done + part
        left = (time.monotonic() - self.began) / done * (self.total - done) if done else None
        return Progress(phase="training the encoder", done=self.done, total=self.total, seconds_left=left)

    def _report(self, train_loss: float, held: np.ndarray, seconds: float) -> RewardEpoch:
        loss = accuracy = None
        if len(held):
            probs = self.probs(held)
            loss = float(row_losses(probs, self.outcomes[held]).mean())
            accuracy = float((probs.argmax(1) == self.outcomes[held]).mean())
        return RewardEpoch(
            epoch=self.done,
            epochs=self.total,
            train_loss=train_loss,
            validation_loss=loss,
            validation_accuracy=accuracy,
            seconds=seconds,
            seconds_left=(time.monotonic() - self.began) / self.done * (self.total - self.done),
        )


def upper_parameters(encoder: Encoder) -> list[torch.nn.Parameter]:
    """The parameters that only the encoder's own opinion depends on; the others are frozen here."""
    lower = {id(parameter) for parameter in encoder.reader.parameters()}
    upper = [parameter for parameter in encoder.model.parameters() if id(parameter) not in lower]
    # BERT's pooler belongs to the lower part's copy too, where nothing reads it
    upper += [parameter for name, parameter in encoder.reader.named_parameters() if "pooler" in name]
    for parameter in encoder.model.parameters():
        parameter.requires_grad_(False)
    for parameter in upper:
        parameter.requires_grad_(True)
    return upper


def _optimizer(parameters: list[torch.nn.Parameter]) -> torch.optim.Optimizer:
    decayed = [p for p in parameters if p.dim() > 1]
    plain = [p for p in parameters if p.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups)
