"""What a limited time is spent on: training, its last evaluation, the comparison that follows."""

from __future__ import annotations

import math
from dataclasses import dataclass

CHECKPOINT_SECONDS = 3.0
"""Kept of a time budget for the last checkpoint."""
UPDATE = 1.3
"""An email of an RL step, with its share of the update, takes so many times as long as one of an evaluation."""
COMPARISON_SHARE = 0.13
"""Least part of a time budget kept for the comparison at the end."""
WARM_START_SHARE = 0.45
"""Largest part of a time budget that the warm start may take, unless the plan is another."""
FEWEST_STEPS = 5
"""RL steps that a run should hold; where its time is too short for them its plan is changed."""
FEW_STEPS = 10
"""Less than so many RL steps hardly change what the model writes."""


@dataclass(frozen=True)
class TimeBudget:
    """``seconds`` bound the training, work before a resume included.

    Beside them ``comparison_reserve_seconds`` are left for the comparison that follows, which takes
    ``comparison_in_evaluations`` times as long as one validation. ``warm_share``: the warm start's largest part.
    """

    seconds: float
    comparison_reserve_seconds: float = 0.0
    comparison_in_evaluations: float = 0.0
    warm_share: float = WARM_START_SHARE

    def comparison(self, evaluation: float) -> float:
        """Seconds that the comparison may take."""
        return max(self.comparison_reserve_seconds, self.comparison_in_evaluations * evaluation)

    def end(self, evaluation: float) -> float:
        """When training has to be over, seconds: earlier where the comparison needs more than was kept for it.

        ``evaluation``: what the latest validation took, seconds.
        """
        return self.seconds + self.comparison_reserve_seconds - self.comparison(evaluation)

    def allows(self, elapsed: float, step: float, evaluation: float) -> bool:
        """Whether a step, an evaluation after it and a checkpoint, all in seconds, end in time."""
        return step <= self.left(elapsed, evaluation)

    def left(self, elapsed: float, evaluation: float) -> float:
        """Seconds for further steps, an evaluation and a checkpoint after them counted off."""
        return self.end(evaluation) - elapsed - evaluation - CHECKPOINT_SECONDS

    def minutes_for(self, steps: int, elapsed: float, step: float, evaluation: float, before: float) -> int:
        """Whole minutes that would do for so many steps; ``before``: the share of them that the warm start may take."""
        tuning = steps * step + 2 * evaluation + CHECKPOINT_SECONDS
        training = max(elapsed + tuning, tuning / (1 - before))
        return math.ceil((training + self.comparison(evaluation)) / 60)


def first_step(evaluation: float, contexts: int, emails: int) -> float:
    """Seconds that the first RL step may take with ``emails``, after an evaluation of one email per context."""
    return UPDATE * evaluation * emails / contexts
