"""How fast this machine multiplies now, without torch: quick enough to be asked for by a page that has just opened."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean

import numpy as np
from threadpoolctl import threadpool_limits

from .cpu import physical_cores

ROWS, WIDTH = 256, 768
"""A product as reading emails has it: tokens, and a square layer."""
PROBED = 0.4
"""Seconds by the clock that the machine is watched for, long enough that others get their turn in it."""
MOST_SLOWED = 100.0
"""What others at work are taken to slow a probe down at most."""


@dataclass(frozen=True)
class MachineSpeed:
    """Billions of multiplications and additions a second: ``now``, with whatever else is at work, and ``alone``, as it
    were if nothing else was.
    """

    now: float
    alone: float

    @classmethod
    def mean(cls, found: Iterable[MachineSpeed]) -> MachineSpeed:
        """That of several probes; at least one."""
        each = [*found]
        return cls(mean(one.now for one in each), mean(one.alone for one in each))


def numpy_speed(niceness: int = 0) -> MachineSpeed:
    """The machine's in float32, on all cores.

    ``niceness``: for somebody who yields so much more to other programs than this process, where threads can.
    """
    counts: list[MachineSpeed] = []
    with threadpool_limits(1, user_api="blas"):  # a thread of our own for each core: only these can be told to yield
        threads = [
            threading.Thread(target=_multiply, args=(niceness, counts))
            for _ in range(physical_cores() or os.cpu_count() or 1)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return MachineSpeed(sum(each.now for each in counts), sum(each.alone for each in counts))


def _multiply(niceness: int, counts: list[MachineSpeed]) -> None:
    if niceness and sys.platform == "linux":
        os.nice(niceness)  # this thread alone: Linux has one for each
    left, right = np.ones((ROWS, WIDTH), np.float32), np.ones((WIDTH, WIDTH), np.float32)
    out, count = np.empty((ROWS, WIDTH), np.float32), 0
    own_clock = getattr(time, "thread_time", time.perf_counter)  # not every system has one
    began, worked = time.perf_counter(), own_clock()
    while (taken := time.perf_counter() - began) < PROBED or not count:
        np.matmul(left, right, out=out)
        count += 1
    billions = 2 * ROWS * WIDTH * WIDTH * count / 1e9
    spent = own_clock() - worked
    # counted coarsely it may stand still, and is never more than what the clock says
    own = min(taken, max(spent, taken / MOST_SLOWED)) if spent > 0 else taken
    counts.append(MachineSpeed(billions / taken, billions / own))
