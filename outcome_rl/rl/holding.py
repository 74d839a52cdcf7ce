"""What a limited time holds, in one sentence: the same wherever minutes are told, and quick to import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..utils.formatting import count_of
from .time_budget import advised_minutes

if TYPE_CHECKING:  # it brings torch along
    from .plan import Plan

RECKONED = "Estimated for this machine as busy as it is now"
EARLIER = "Estimated from an earlier run on this machine, as busy as it is now"
MEASURED = "Measured on this machine just now"
"""How a plan is known, as the beginning of a sentence about it."""
OTHERS, STEP = "Other programs", "RL step"


@dataclass(frozen=True)
class Holding:
    """What a limited time holds: the ``plan`` that is carried out, its ``steps``, and how many are ``wanted`` at least.

    ``step_emails``, ``usual_emails``: of a step of the plan, and of one of the usual plan. ``usual``: whether the plan
    is that. ``enough``: seconds of the run's clock that hold the wanted steps of the usual plan.
    """

    plan: Plan
    steps: int
    wanted: int
    step_emails: int
    usual_emails: int
    usual: bool
    enough: float

    @property
    def too_little(self) -> bool:
        """Whether even the plan does not hold the wanted steps."""
        return self.steps < self.wanted

    @property
    def as_usual(self) -> bool:
        """Whether there is nothing to warn of."""
        return self.usual and not self.too_little

    @property
    def minutes(self) -> int:
        """Minutes to advise: those that hold the wanted steps of the usual plan."""
        return advised_minutes(self.enough)

    def in_words(self, time: str, known: str) -> str:
        """The plan in a sentence, and what to give for the usual one. ``time``: what there is. ``known``: how."""
        held = f"about {count_of(self.steps, STEP)} of {self.step_emails:,} emails" if self.steps else "no RL step"
        said, enough = f"{known}: in {time} there is time for {held}", count_of(self.minutes, "minute")
        if self.as_usual:
            return f"{said}."
        if self.too_little:
            said += f", and it takes at least {self.wanted} to change much"
        elif self.step_emails == self.usual_emails:
            less = "with less reading before them and less comparing after them"
            return f"{said}, {less}; for all of that, give it about {enough}."
        usual = f"{count_of(self.wanted, STEP)} of the usual {self.usual_emails:,} emails"
        return f"{said}; for {usual}, give it about {enough}."


def without_others(share: str, minutes: int) -> str:
    """That other programs are why it takes so long, and what would do without them."""
    return f"{OTHERS} take about {share} of this machine; without them, about {count_of(minutes, 'minute')} would do."
