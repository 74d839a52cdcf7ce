"""Rewards in the unit that the penalties beside them are weighed in, so that no unit of payoffs makes these matter more
or less.
"""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from ..config import WEIGHED_RANGE
from ..reward.interface import Scorer
from ..reward.reward_range import reward_range
from .trainer_context import TrainerContext

DEVIATIONS = 8.0
"""Standard deviations of the emails for one context that make up a reward's range, where nobody states it. In the
bundled example a step's emails deviate by .43 where payoffs range over 3, a seventh, what contexts differ in included.
"""
ALIKE = 1e-6
"""A deviation below this share of the rewards themselves is rounding."""


def weighed_unit(training: TrainerContext, scorer: Scorer, rewards: Tensor) -> float:
    """What rewards (B,) of a step are to be multiplied with, those of a context in a row.

    The range is stated by the scorer, or measured in the first step whose emails differ, which are the warm start's,
    and kept in ``training.state``. Where no email has differed from the others of its context the rewards count nothing
    in any unit.
    """
    found = reward_range(scorer) or training.state.reward_range
    if not found:
        found = measured_range(rewards.view(-1, training.config.samples_per_context))
        training.state = replace(training.state, reward_range=found)
    return WEIGHED_RANGE / found if found else 1.0


def measured_range(rewards: Tensor) -> float:
    """The range of rewards (P, K), by how much those of the same context deviate; 0 where they are alike."""
    deviation = float(rewards.double().var(1).mean().sqrt())
    return 0.0 if deviation <= ALIKE * float(rewards.abs().max()) else DEVIATIONS * deviation
