"""What a limited time is spent on: training, its last evaluation, the comparison that follows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

CHECKPOINT_SECONDS = 3.0
"""Kept of a time budget for the last checkpoint."""
UPDATE = 1.3
"""An email of an RL step, with its share of the update, takes so many times as long as one of an evaluation."""
COMPARISON_SHARE = 0.13
"""Part of a time budget kept for the comparison at the end until an evaluation has told what emails take."""
LEAST_COMPARISON, MOST_COMPARISON = 0.5, 2.0
"""So many times that part are kept at least, and may be taken at most; beyond that a comparison has fewer emails."""
SPARE = 1.3
"""So many times what a comparison should take are kept for it where that is less."""
WARM_START_SHARE = 0.45
"""Largest part of a time budget that the warm start may take, unless the plan is another."""
FEWEST_STEPS = 5
"""RL steps that a run should hold; where its time is too short for them its plan is changed."""
LEAST_VALIDATED = 4
"""Contexts that an evaluation has at least, unless there are fewer; what they take tells how many more there may be."""
LEAST_COMPARED = 2
"""Contexts that are compared at least, however late it is."""
TOO_SHORT = "The time was over before the first RL step, so nothing was tuned."
SPARE_TIME = 1.1
"""So many times the time that was reckoned is advised."""
COARSE = ((1, 6), (2, 12), (5, 30), (10, 60), (20, 120), (30, math.inf))
"""Minutes are advised in whole ones up to 6, in twos up to 12 and so on."""
OVERRUN = 0.1
"""Part of a time budget by which it may be overrun before what is under way is given up."""


@dataclass(frozen=True)
class TimeBudget:
    """``seconds`` of the run's clock bound the training; ``began``: what the clock said when it began.

    Beside them ``comparison_reserve_seconds`` are left for the comparison that follows, which takes as long as
    ``compared`` emails of an evaluation, which has ``validated``. ``warm_share``: the warm start's largest part.
    ``enough``: seconds that would hold the fewest steps, as it was reckoned before; 0 where nobody did.
    """

    seconds: float
    comparison_reserve_seconds: float = 0.0
    compared: float = 0.0
    validated: int = 1
    warm_share: float = WARM_START_SHARE
    began: float = 0.0
    enough: float = 0.0

    @property
    def whole(self) -> float:
        """When all has to be over."""
        return self.seconds + self.comparison_reserve_seconds

    @property
    def warm_start_end(self) -> float:
        """When the warm start has to be over."""
        return self.began + self.warm_share * (self.seconds - self.began)

    def validating(self, contexts: int) -> TimeBudget:
        """The same where an evaluation has so many emails."""
        return replace(self, validated=contexts)

    def comparison(self, evaluation: float) -> float:
        """Seconds that the comparison may take, by what an evaluation did; 0: nobody knows yet."""
        needed, reserve = evaluation * self.compared / self.validated, self.comparison_reserve_seconds
        if not (needed and reserve):
            return max(needed, reserve)
        kept = max(LEAST_COMPARISON * reserve, min(SPARE * needed, reserve))
        return max(kept, min(needed, MOST_COMPARISON * reserve))

    def end(self, evaluation: float) -> float:
        """When training has to be over, seconds: the earlier, the more the comparison needs.

        ``evaluation``: what the latest validation took, seconds.
        """
        return self.whole - self.comparison(evaluation)

    def allows(self, elapsed: float, step: float, evaluation: float) -> bool:
        """Whether a step, an evaluation after it and a checkpoint, all in seconds, end in time."""
        return step <= self.left(elapsed, evaluation)

    def left(self, elapsed: float, evaluation: float) -> float:
        """Seconds for further steps, an evaluation and a checkpoint after them counted off."""
        return self.end(evaluation) - elapsed - evaluation - CHECKPOINT_SECONDS

    def too_late(self, elapsed: float, behind: float = 0.0) -> bool:
        """Whether what is under way is to be given up, since ``behind`` seconds of work have to follow it."""
        return elapsed + behind > (1 + OVERRUN) * self.whole

    def validated_within(self, elapsed: float, each: float, emails: int, most: int) -> int:
        """Contexts of the first evaluation, of which :data:`LEAST_VALIDATED` are done, so that the fewest steps fit.

        ``each``: seconds of one of its emails. ``emails``: of an RL step. ``most``: contexts that there are.
        """
        least = min(LEAST_VALIDATED, most)
        steps = FEWEST_STEPS * first_step(each, 1, emails)
        for contexts in range(most, least, -1):
            more = (contexts - least) * each
            if self.validating(contexts).allows(elapsed + more, steps, contexts * each):
                return contexts
        return least

    def minutes_for(self, steps: int, elapsed: float, step: float, evaluation: float) -> int:
        """Minutes to advise for so many steps, the warm start's share of them included; more than there are.

        Never fewer than were reckoned before, and those where no ``step`` has told its seconds.
        """
        least = max(self.enough, self.whole + 1)
        if not step:
            return advised_minutes(least)
        tuning = steps * step + 2 * evaluation + CHECKPOINT_SECONDS
        training = max(elapsed + tuning, self.began + tuning / (1 - self.warm_share))
        needed = evaluation * self.compared / self.validated
        return advised_minutes(max(training + needed, training / (1 - COMPARISON_SHARE), least))


def first_step(evaluation: float, contexts: int, emails: int) -> float:
    """Seconds that the first RL step may take with ``emails``, after an evaluation of one email per context."""
    return UPDATE * evaluation * emails / contexts


def too_short(minutes: int, measured: bool = False) -> str:
    """That nothing was tuned since the time did not suffice, and how many minutes would; ``measured``: just now."""
    replaced = " This was measured, and replaces what was said before." if measured else ""
    return f"{TOO_SHORT} About {minutes:,} minutes would hold {FEWEST_STEPS} steps on this machine.{replaced}"


def advised_minutes(seconds: float) -> int:
    """The minutes to advise where so many seconds were reckoned: with some to spare, and no finer than anybody knows.

    All that advises minutes asks here, so that two answers differ only where what is known has changed.
    """
    minutes = SPARE_TIME * seconds / 60
    for finest, up_to in COARSE:
        if (advised := finest * math.ceil(minutes / finest)) <= up_to:
            return max(1, advised)
    raise AssertionError("the last has no end")
