"""How much of the processors other programs take, by what the system counts of everybody's time and of ours."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

WORKING = ("user", "nice", "system", "irq", "softirq", "steal")
"""What counts as work; ``steal`` is other machines' on the same processor."""
CLEARLY = 0.3
"""Share of the processors from which on others are said to slow the work down."""
SOON = 0.2
"""Seconds of all processors together below which two looks say nothing."""


@dataclass(frozen=True)
class CpuTimes:
    """Seconds of all processors so far: ``total``, at ``work``, and of that ``own``."""

    total: float
    work: float
    own: float


def read_times(pids: Iterable[int] = ()) -> CpuTimes:
    """The times as they are now; ``pids``: of processes that count as own beside this one."""
    now = psutil.cpu_times()
    work = sum(getattr(now, name, 0.0) for name in WORKING)
    own = sum(_of_process(pid) for pid in {os.getpid(), *pids})
    return CpuTimes(work + now.idle + getattr(now, "iowait", 0.0), work, own)


def others_share(before: CpuTimes, after: CpuTimes) -> float:
    """The share of all processors, 0 to 1, that others had between two looks; 0 where these are too close."""
    total = after.total - before.total
    if total < SOON:
        return 0.0
    others = (after.work - before.work) - max(0.0, after.own - before.own)
    return min(1.0, max(0.0, others / total))


def in_percent(share: float) -> str:
    """``0.62`` as ``60 %``: nobody knows it finer."""
    return f"{10 * round(10 * share)} %"


def _of_process(pid: int) -> float:
    """Seconds of a process, and of its children that have ended."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return sum(float(getattr(times, name, 0.0)) for name in ("user", "system", "children_user", "children_system"))
