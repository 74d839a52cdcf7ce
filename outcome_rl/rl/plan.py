"""What a limited time is to hold: smaller steps and a shorter warm start, where it is little, in place of no steps."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from ..data.splits import ContextSplit
from .holding import Holding
from .pace import Pace
from .time_budget import CHECKPOINT_SECONDS, COMPARISON_SHARE, FEWEST_STEPS, WARM_START_SHARE
from .warm_start import BATCH

LEVELS = ((1, WARM_START_SHARE), (1, 0.3), (2, 0.3), (4, 0.3), (4, 0.15))
"""What is tried in turn: by how much steps and evaluations are divided, and the warm start's largest part of the time.

The warm start gives way first, since it ends well at any time; steps do not go on without several emails to compare.
"""
EVALUATIONS = 2
"""The fewest: before the first step and after the last."""
MODELS = 3
"""That are compared at the end."""
WORDED = 3.0
"""In own words the base, which words its emails itself, takes so many times as long for one as the others."""


@dataclass(frozen=True)
class Plan:
    """Contexts of a step, of an evaluation and of the comparison; the warm start's largest part of the time."""

    contexts_per_step: int
    validated: int
    compared: int
    warm_share: float = WARM_START_SHARE

    @staticmethod
    def from_dict(kept: dict[str, Any]) -> Plan:
        """The inverse of :func:`dataclasses.asdict`."""
        return Plan(
            int(kept["contexts_per_step"]), int(kept["validated"]), int(kept["compared"]), float(kept["warm_share"])
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    def of_contexts(self, split: ContextSplit) -> ContextSplit:
        """No more contexts than planned."""
        return ContextSplit(split.train, split.validation[: self.validated], split.compared[: self.compared])

    def divided(self, by: int, warm_share: float) -> Plan:
        """The same with fewer emails: not under two contexts a step, four an evaluation, six compared."""
        return Plan(
            max(min(2, self.contexts_per_step), self.contexts_per_step // by),
            max(min(4, self.validated), self.validated // by),
            max(min(6, self.compared), self.compared // by),
            warm_share,
        )


@dataclass(frozen=True)
class Work:
    """What is to be done at a measured pace. ``samples``: emails of a context. ``learned``: those of the warm start."""

    pace: Pace
    samples: int
    learned: int

    def step(self, plan: Plan) -> float:
        """Seconds of an RL step."""
        return self.pace.step(plan.contexts_per_step * self.samples)

    def tuning(self, plan: Plan, steps: int) -> float:
        """Seconds of so many RL steps with their evaluations."""
        validated = EVALUATIONS * self.pace.evaluation(plan.validated) if plan.validated else 0.0
        return steps * self.step(plan) + validated + CHECKPOINT_SECONDS

    def comparison(self, plan: Plan) -> float:
        """Seconds of the comparison at the end."""
        return MODELS * self.pace.evaluation(plan.compared)

    def steps_within(self, plan: Plan, seconds: float) -> int:
        """RL steps that so many seconds hold, comparison included."""
        training = seconds - max(self.comparison(plan), COMPARISON_SHARE * seconds)
        warm = min(self.warm_start, plan.warm_share * max(0.0, training))
        return max(0, math.floor((training - warm - self.tuning(plan, 0)) / self.step(plan)))

    def seconds_for(self, plan: Plan, steps: int) -> float:
        """Seconds that would hold so many RL steps, comparison included."""
        tuning = self.tuning(plan, steps)
        training = tuning + min(self.warm_start, tuning * plan.warm_share / (1 - plan.warm_share))
        return max(training + self.comparison(plan), training / (1 - COMPARISON_SHARE))

    @property
    def warm_start(self) -> float:
        """Seconds of the whole of it."""
        return self.pace.warm_step * math.ceil(self.learned / BATCH)


def plan_for(
    seconds: float, work: Work, usual: Plan, wanted: int = FEWEST_STEPS, before: float = 0.0, rest: float = 0.0
) -> Holding:
    """What to do in so many seconds: the first of the levels that holds the wanted RL steps, the last where none does.

    ``before``: seconds of the run's clock that are over by then. ``rest``: share of a whole run that goes to something
    else.
    """
    plans = [usual.divided(by, share) for by, share in LEVELS]
    plan = next((plan for plan in plans if work.steps_within(plan, seconds) >= wanted), plans[-1])
    enough = before + work.seconds_for(usual, wanted) / (1 - rest)
    emails = (plan.contexts_per_step * work.samples, usual.contexts_per_step * work.samples)
    return Holding(plan, work.steps_within(plan, seconds), wanted, *emails, plan == usual, enough)
