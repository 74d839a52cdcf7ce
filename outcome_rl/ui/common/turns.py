"""When runs that wait on a Space get their turn: their places, and how long that takes by what the others have left."""

from __future__ import annotations

import heapq
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from ...runs.jobs import find_running, waiting_runs
from ...runs.run import KINDS, Run
from ...runs.visitors import longest_training
from ...runs.workspace import Workspace
from ...security.caps import current_caps
from .clock import clock_of
from .run_watcher import RunWatcher, Turn

FRESH = 2.0
"""Seconds for which all who wait are told the same."""
MOMENT = 10.0
"""Seconds below which a turn is said to come in a moment; nothing finer than minutes is promised."""
Length = tuple[float, bool]
"""Seconds, and whether they are the most that it can be for want of anything better."""


class Turns:
    """The turns of everybody who waits, found anew every other second for all of them together.

    ``clock`` gives seconds that only grow.
    """

    def __init__(self, workspace: Workspace, clock: Callable[[], float] = time.monotonic) -> None:
        self._workspace, self._clock = workspace, clock
        self._watchers: dict[Path, RunWatcher] = {}
        self._turns: dict[Path, Turn] = {}
        self._found_at = float("-inf")
        self._lock = threading.Lock()

    def of(self, run: Run) -> Turn | None:
        """When a run gets its turn; None where it does not wait any more."""
        with self._lock:
            if self._clock() - self._found_at >= FRESH or run.folder not in self._turns:
                self._turns, self._found_at = self._find(), self._clock()
            turn = self._turns.get(run.folder)
        return turn and replace(turn, restarted=run.waits_since_restart())

    def _find(self) -> dict[Path, Turn]:
        working = [(space.root, run) for space in self._workspace.everybody() if (run := find_running(space))]
        self._watchers = {root: self._watchers.get(root) or RunWatcher(Workspace(root)) for root, _ in working}
        waiting = waiting_runs(self._workspace)
        begin = turns([self._left(root) for root, _ in working], list(map(_length, waiting)), current_caps().trainings)
        return {
            run.folder: Turn(place, math.ceil(seconds / 60) if seconds > MOMENT else 0, at_most)
            for place, (run, (seconds, at_most)) in enumerate(zip(waiting, begin, strict=True), 1)
        }

    def _left(self, root: Path) -> Length:
        """What the run at work in a workspace has left."""
        view = self._watchers[root].snapshot(KINDS)
        clock = clock_of(view, datetime.now(UTC))
        if clock.left is not None:
            return max(0.0, clock.left), False
        return max(0.0, longest_training(current_caps()) - clock.elapsed), True


def _length(run: Run) -> Length:
    """What a run that waits will take: the minutes that it is given."""
    arguments = run.waiting_command() or []
    given = dict(pairwise(arguments)).get("--minutes", "")
    try:
        return 60 * float(given), False
    except ValueError:
        return longest_training(current_caps()), True


def turns(working: Sequence[Length], waiting: Sequence[Length], places: int) -> list[Length]:
    """In how many seconds each of those who wait begins, where so many are at work at once: whoever is first in line
    takes the place that is free first.
    """
    ends = [(0.0, False)] * max(0, min(places - len(working), len(waiting))) + list(working)
    heapq.heapify(ends)
    begin = []
    for length, unsure in waiting:
        free, most = heapq.heappop(ends) if ends else (0.0, True)
        begin.append((free, most))
        heapq.heappush(ends, (free + length, most or unsure))
    return begin
