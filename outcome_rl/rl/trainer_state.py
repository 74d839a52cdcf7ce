"""How far a fine-tune is: the small part of a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, field

from .early_stopping import EarlyStoppingState

WARM_START, RL = "warm_start", "rl"
"""The two phases of a fine-tune."""


@dataclass(frozen=True)
class TrainerState:
    """How far training is. Randomness needs no state: each step draws from a generator seeded by seed and step.

    seconds: time at work so far, on the main process's clock; began: what it said when training began. dtype: what the
    weights are computed in. skipped: steps that were not finite, consecutive_nonfinite: those since the last good one.
    micro_batch_size, contexts_at_once: what fitted into memory where that ran out, 0 where it did not.
    slowest_step_seconds: what an RL step took of late. contexts_per_step: of an RL step where the time has made them
    fewer, 0 where it has not. reward_range: as it was measured of a reward that states none, 0 before. contexts_read:
    by RL's steps, counted from pass to pass; None where no step has begun, and in older checkpoints.
    """

    phase: str = WARM_START
    warm_steps: int = 0
    step: int = 0
    completions: int = 0
    seconds: float = 0.0
    began: float = 0.0
    kl: float = 0.0
    dtype: str = "float32"
    early_stopping: EarlyStoppingState = field(default_factory=EarlyStoppingState)
    skipped: int = 0
    consecutive_nonfinite: int = 0
    micro_batch_size: int = 0
    contexts_at_once: int = 0
    slowest_step_seconds: float = 0.0
    contexts_per_step: int = 0
    reward_range: float = 0.0
    contexts_read: int | None = None

    @property
    def steps_done(self) -> int:
        """Of the phase."""
        return self.step if self.phase == RL else self.warm_steps

    @property
    def data_index(self) -> int:
        """The number of the next step's data and random numbers: a step that was skipped has used up its own."""
        return self.steps_done + self.skipped
