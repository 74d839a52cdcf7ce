"""How often somebody may call."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

KEPT = 10_000


class RateLimit:
    """So many calls a minute for each visitor, all at once if they like (a token bucket)."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def seconds_to_wait(self, visitor: str) -> float:
        """0 where the call is allowed, and counted; else how long until it would be."""
        with self._lock:
            now = self._clock()
            left, seen = self._left.pop(visitor, (float(self.per_minute), now))
            left = min(float(self.per_minute), left + (now - seen) * self.per_minute / 60)
            allowed = left >= 1
            self._left[visitor] = (left - 1 if allowed else left, now)
            while len(self._left) > KEPT:
                self._left.popitem(last=False)
            return 0.0 if allowed else (1 - left) * 60 / self.per_minute
