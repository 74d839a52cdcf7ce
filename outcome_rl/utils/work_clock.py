"""One clock for a run: what its minutes are counted by, what its record says, and what whoever looks on is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class WorkClock:
    """Counts the seconds that a run has worked.

    ``before``: those of its earlier processes, and of this one before it had a clock. ``now``: seconds of something
    that stands still while the machine sleeps.
    """

    before: float = 0.0
    now: Callable[[], float] = time.monotonic
    began: float | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.began is None:
            object.__setattr__(self, "began", self.now())

    def elapsed(self) -> float:
        """Seconds of work so far."""
        assert self.began is not None, "set when the clock was made"
        return self.before + self.now() - self.began


@dataclass(frozen=True)
class TimeLimit:
    """So many ``seconds`` of a run's clock."""

    clock: WorkClock
    seconds: float

    def left(self) -> float:
        """Seconds until it; negative behind it."""
        return self.seconds - self.clock.elapsed()
