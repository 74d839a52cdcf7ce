"""How many multiplications a second this machine makes, by type of number and count of threads; takes moments."""

from __future__ import annotations

from typing import Any

import torch

from .device import dtype_name, matmul_seconds

ROWS, WIDTH, OUT = 256, 1024, 1024
"""A product as an update of a small model has it: so many tokens, and a square layer."""
TRIES = 5
"""The quickest counts: others at work on the machine only ever make a try slower."""
CLEARLY = 1.15
"""How many times as quick another number of threads must be to be advised."""


def gflops(dtype: Any, device: Any, count: int | None = None) -> float:
    """Billions of multiplications and additions a second in a linear layer; ``count``: threads, all that torch has."""
    seconds = matmul_seconds((dtype,), device, ROWS, WIDTH, OUT, count or torch.get_num_threads(), TRIES)
    return 2 * ROWS * WIDTH * OUT / seconds[dtype] / 1e9


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
