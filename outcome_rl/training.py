"""What the warm start and reinforcement learning share: their state, the optimiser, the order of the data."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .adapters import State
from .checkpoints import Checkpoint, Position, optimizer_state, save_checkpoint
from .config import FinetuneConfig
from .errors import RunError
from .events import CheckpointSaved
from .policy import Policy


class StopRequested(Exception):
    """Raised inside a step that was asked to stop; the step is given up and leaves no trace."""


@dataclass
class Training:
    """A fine-tune in progress. ``seconds`` bounds the work, that before a resume included; ``folder``: checkpoints.

    ``warm_start`` is the adapter as the warm start left it, empty until then; ``best`` the one that the guard keeps.
    """

    config: FinetuneConfig
    policy: Policy
    position: Position
    folder: Path
    should_stop: Callable[[], bool]
    seconds: float | None = None
    warm_start: State = field(default_factory=dict)
    best: State = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = time.monotonic() - self.position.seconds
        self._saved = time.monotonic()

    def elapsed(self) -> float:
        """Seconds of work so far."""
        return time.monotonic() - self._began

    def seconds_left(self, steps_left: int | None, seconds_per_step: float, limit: float | None) -> float | None:
        """Until the planned steps are done or ``limit`` seconds of work are over, whichever comes first."""
        ends = [] if steps_left is None else [steps_left * seconds_per_step]
        ends += [] if limit is None else [limit - self.elapsed()]
        return max(0.0, min(ends)) if ends else None

    def check_stop(self) -> None:
        """Raises StopRequested where a stop was asked for."""
        if self.should_stop():
            raise StopRequested

    def save(self, optimizer: torch.optim.Optimizer) -> CheckpointSaved:
        """Write a checkpoint from which training goes on as if it had never stopped."""
        self.position = self.position.at(seconds=self.elapsed())
        adapter, moments = self.policy.adapter.state(), optimizer_state(optimizer)
        state = Checkpoint(self.position, adapter, self.warm_start, moments, self.best)
        save_checkpoint(self.folder, state)
        self._saved = time.monotonic()
        return CheckpointSaved(step=self.position.step, warm_steps=self.position.warm_steps, folder=str(self.folder))

    def due(self) -> bool:
        """Whether it is time for another checkpoint."""
        return time.monotonic() - self._saved >= 60 * self.config.checkpoint_minutes


def apply_gradients(training: Training, optimizer: torch.optim.Optimizer, loss: float) -> float:
    """Clip, step, merge; the gradient's norm before clipping. Raises RunError where it is not finite."""
    parameters = training.policy.adapter.parameters()
    norm = torch.nn.utils.clip_grad_norm_(parameters, training.config.max_grad_norm).item()
    if not np.isfinite(norm) or not np.isfinite(loss):
        optimizer.zero_grad()
        raise RunError(
            f"the loss became {loss} (gradient norm {norm}); lower the learning rate and resume from the checkpoint"
        )
    optimizer.step()
    optimizer.zero_grad()
    training.policy.adapter.merge()
    return norm


def adam(policy: Policy, rate: float) -> torch.optim.Optimizer:
    return torch.optim.AdamW(policy.adapter.parameters(), lr=rate, betas=(0.9, 0.95), weight_decay=0.0)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def seed_of_step(seed: int, step: int) -> int:
    """A generator's seed for one step, so that a resumed run draws what an uninterrupted one does."""
    return int(np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)[0] >> 1)


def batch_of_step(items: list[int], step: int, size: int, seed: int) -> list[int]:
    """The items of one step: each pass over all of them is shuffled anew, a pass's last step may be short."""
    per_pass = -(-len(items) // size)
    order = np.random.default_rng([seed, step // per_pass]).permutation(len(items))
    place = step % per_pass
    return [items[i] for i in order[place * size : (place + 1) * size]]


def micro_batches(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Rows in groups of like length, so that little of a batch is padding."""
    order = sorted(range(len(lengths)), key=lambda i: lengths[i])
    return [order[start : start + size] for start in range(0, len(order), size)]


def pad_right(rows: Sequence[Sequence[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """(B, T) token ids, zeros behind each row's end, and (B,) lengths."""
    lengths = torch.tensor([len(row) for row in rows], device=device)
    tokens = torch.zeros(len(rows), int(lengths.max()), dtype=torch.long, device=device)
    for index, row in enumerate(rows):
        tokens[index, : len(row)] = torch.tensor(list(row))
    return tokens, lengths
