"""Parts of one computation that run beside each other, each by a worker, a thread of its own.

torch divides every single step among its threads and waits for the last of them. The steps of a small model are so
short that waking the threads takes a third of the time (benchmarks/NOTES.md, "Speed of RL"). Parts that do not need
each other need not wait: each worker makes its own steps, with its share of torch's threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import torch

Part = TypeVar("Part")
Result = TypeVar("Result")


def count_workers(items: int, least: int) -> int:
    """How many workers share ``items`` best: one for each of torch's threads, each with ``least`` items or more."""
    return max(1, min(torch.get_num_threads(), items // least))


def parallel_map(
    work: Callable[[Part], Result], parts: Sequence[Part], count: int, call_off: Callable[[], object] = lambda: None
) -> Iterator[Result]:
    """``work(part)`` of each part, in their order whichever ends first; ``count`` of them at a time.

    Whether gradients are recorded is as in the caller. The error of a part is raised in its turn; parts that have not
    begun are dropped then, and as after an interrupt ``call_off`` is called before those at work are waited for.
    """
    count = min(count, len(parts))
    if count < 2:
        yield from map(work, parts)
        return
    everything, recorded = torch.get_num_threads(), torch.is_grad_enabled()

    def done(part: Part) -> Result:
        with torch.set_grad_enabled(recorded):
            return work(part)

    share = max(1, everything // count)
    try:
        with ThreadPoolExecutor(count, "worker", torch.set_num_threads, (share,)) as pool:
            try:
                yield from pool.map(done, parts)
            except BaseException:
                call_off()
                raise
    finally:
        torch.set_num_threads(everything)  # what threads that are yet to come begin with was changed as well
