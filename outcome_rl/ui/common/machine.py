"""How fast this machine is for a job of the page as it is now, and how much of it other programs take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from statistics import mean
from typing import Any, Generic, TypeVar

from ...runs import jobs
from ...utils.busy import CLEARLY, CpuTimes, in_percent, others_share, read_times
from ...utils.probe import MachineSpeed, numpy_speed
from ..words.progress import SLOWED
from . import html
from .run_watcher import RunSnapshot

LIFE = 30.0
"""Seconds for which it is taken for known how busy the machine is."""
LATELY = 300.0
"""Seconds of which the mean is told."""
MUCH_LONGER = 1.5
"""So many times as long with others at work as without them that both are told."""
LOOKS = 6.0
"""Seconds between two looks at what other programs take."""


Found = TypeVar("Found")


class Lately(Generic[Found]):
    """The mean of what a probe found within :data:`LATELY` seconds, so that what is told does not change with a moment
    of another program's work. ``clock`` gives seconds, ``of_all`` the mean.
    """

    def __init__(
        self,
        probe: Callable[..., Found],
        clock: Callable[[], float] = time.monotonic,
        of_all: Callable[[list[Any]], Found] = mean,
    ) -> None:
        self._probe, self._clock, self._mean, self._lock = probe, clock, of_all, threading.Lock()
        self._found: list[tuple[float, tuple[Any, ...], Found]] = []

    def __call__(self, *asked: Any) -> Found:
        """Probe once more; ``asked`` is handed on, and only what was asked alike counts.

        One at a time, or each would find what the others leave; who had to wait takes what was found meanwhile.
        """
        came = self._clock()
        with self._lock:
            if not any(of == asked and at >= came for at, of, _ in self._found):
                speed, now = self._probe(*asked), self._clock()
                self._found = [*(each for each in self._found if now - each[0] <= LATELY), (now, asked, speed)]
            return self._mean([found for _, of, found in self._found if of == asked])


def speed_now() -> MachineSpeed:
    """That of a job of the page."""
    return _speed(time.monotonic() // LIFE)


_numpy_lately = Lately(numpy_speed, of_all=MachineSpeed.mean)


@lru_cache(maxsize=1)
def _speed(since: float) -> MachineSpeed:
    return _numpy_lately(jobs.NICENESS)


class OthersAtWork:
    """The share of the processors that other programs had between the last two looks.

    ``look`` reads the times, ``clock`` gives seconds.
    """

    def __init__(
        self,
        look: Callable[[Iterable[int]], CpuTimes] = read_times,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look, self._clock, self._lock = look, clock, threading.Lock()
        self._pids: tuple[int, ...] = ()
        self._before: CpuTimes | None = None
        self._looked, self._share = 0.0, 0.0

    def share(self, *pids: int) -> float:
        """0 to 1, ``pids`` counted as the program's own; 0 until there were two looks."""
        with self._lock:
            now, known = self._clock(), self._before is not None and pids == self._pids
            if known and now - self._looked < LOOKS:
                return self._share
            times = self._look(pids)
            self._share = others_share(self._before, times) if known and self._before else 0.0
            self._pids, self._before, self._looked = pids, times, now
            return self._share


_others = OthersAtWork()


def slowed(view: RunSnapshot) -> str:
    """That other programs slow a run at work down, where they clearly do; else empty."""
    at_work = view.running and not view.waiting
    process = view.run.process() if view.run and at_work else None
    share = _others.share(process.pid) if process else 0.0
    return html.aside(SLOWED.format(share=in_percent(share))) if share > CLEARLY else ""
