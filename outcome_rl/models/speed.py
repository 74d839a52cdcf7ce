"""How many multiplications a second this machine makes, by type of number and count of threads; takes moments."""

from __future__ import annotations

import os
import sys
import threading
import time
from functools import partial
from typing import Any

import torch

from .device import dtype_name, matmul_seconds

ROWS, WIDTH, OUT = 256, 1024, 1024
"""A product as an update of a small model has it: so many tokens, and a square layer."""
TRIES = 5
"""The quickest counts: others at work on the machine only ever make a try slower."""
PROBED = 0.6
"""Seconds that the machine is watched for, long enough that others get their turn in it."""
CLEARLY = 1.15
"""How many times as quick another number of threads must be to be advised."""


def gflops(dtype: Any, device: Any, count: int | None = None) -> float:
    """Billions of multiplications and additions a second in a linear layer; ``count``: threads, all that torch has."""
    seconds = matmul_seconds((dtype,), device, ROWS, WIDTH, OUT, count or torch.get_num_threads(), TRIES)
    return 2 * ROWS * WIDTH * OUT / seconds[dtype] / 1e9


def gflops_now(device: Any, dtype: Any, niceness: int = 0) -> float:
    """:func:`gflops` as it is now: the mean of :data:`PROBED` seconds, whatever else is at work included.

    ``niceness``: for somebody who yields so much more to other programs than this process, where threads can.
    """
    found: list[float] = []

    def probe() -> None:
        if niceness and sys.platform == "linux":
            os.nice(niceness)  # this thread alone: Linux has one for each
        found.append(_watched(device, dtype))

    thread = threading.Thread(target=probe)  # of its own, since a thread that has become nice stays so
    thread.start()
    thread.join()
    return found[0]


def _watched(device: Any, dtype: Any) -> float:
    ones = partial(torch.ones, device=device, dtype=dtype)
    product, count = partial(torch.nn.functional.linear, ones(ROWS, WIDTH), ones(OUT, WIDTH)), 0
    product()  # the first one sets things up
    began = time.perf_counter()
    while (taken := time.perf_counter() - began) < PROBED or not count:
        product()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        count += 1
    return 2 * ROWS * WIDTH * OUT * count / taken / 1e9


def speeds(device: Any) -> dict[str, float]:
    """:func:`gflops` of float32 and bfloat16, by name."""
    return {dtype_name(dtype): gflops(dtype, device) for dtype in (torch.float32, torch.bfloat16)}


def best_threads(dtype: Any, device: Any, cores: int, processors: int) -> int:
    """The number of threads that is quickest, of one, one a core and one a processor; as it is unless clearly so.

    Where two processors share a core, a thread for each is often slower than one for both.
    """
    now = torch.get_num_threads()
    found = {count: gflops(dtype, device, count) for count in sorted({1, cores, processors, now})}
    best = max(found, key=found.__getitem__)
    return best if found[best] > CLEARLY * found[now] else now
