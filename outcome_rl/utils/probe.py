"""How fast this machine multiplies now, without torch: quick enough to be asked for by a page that has just opened."""

from __future__ import annotations

import os
import sys
import threading
import time

import numpy as np
from threadpoolctl import threadpool_limits

from .cpu import physical_cores

ROWS, WIDTH = 256, 768
"""A product as reading emails has it: tokens, and a square layer."""
PROBED = 0.4
"""Seconds by the clock that the machine is watched for, long enough that others get their turn in it."""


def numpy_gflops(niceness: int = 0) -> float:
    """Billions of multiplications and additions a second in float32, on all cores, with whatever else is at work.

    ``niceness``: for somebody who yields so much more to other programs than this process, where threads can.
    """
    counts: list[float] = []
    with threadpool_limits(1, user_api="blas"):  # a thread of our own for each core: only these can be told to yield
        threads = [
            threading.Thread(target=_multiply, args=(niceness, counts))
            for _ in range(physical_cores() or os.cpu_count() or 1)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return sum(counts)


def _multiply(niceness: int, counts: list[float]) -> None:
    if niceness and sys.platform == "linux":
        os.nice(niceness)  # this thread alone: Linux has one for each
    left, right = np.ones((ROWS, WIDTH), np.float32), np.ones((WIDTH, WIDTH), np.float32)
    out, count = np.empty((ROWS, WIDTH), np.float32), 0
    began = time.perf_counter()
    while (taken := time.perf_counter() - began) < PROBED or not count:
        np.matmul(left, right, out=out)
        count += 1
    counts.append(2 * ROWS * WIDTH * WIDTH * count / taken / 1e9)
