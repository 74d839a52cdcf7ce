"""The device and the type of number that models run with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from ..utils import distributed
from ..utils.cpu import threads

LAYER = (64, 576, 1536)
"""Tokens, inputs and outputs of a product as sampling from a small model has it."""


def pick_device() -> Any:
    """The accelerator that accelerate finds, else the CPU; the CPU also where ``ACCELERATE_USE_CPU`` is true."""
    return distributed.state().device


def pick_dtype(device: Any) -> Any:
    """bfloat16 where this machine multiplies it clearly faster than float32, else float32; measured in milliseconds."""
    import torch

    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if device.type != "cpu":
        return torch.float32
    seconds = matmul_seconds((torch.float32, torch.bfloat16), device, *LAYER)
    return torch.bfloat16 if seconds[torch.bfloat16] * 1.5 < seconds[torch.float32] else torch.float32


def dtype_name(dtype: Any) -> str:
    """``torch.bfloat16`` -> ``bfloat16``."""
    return str(dtype).removeprefix("torch.")


def dtype_of(name: str) -> Any:
    """The inverse of :func:`dtype_name`. Raises ValueError for anything else."""
    import torch

    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise ValueError(f"'{name}' is no type of number")
    return dtype


def matmul_seconds(
    dtypes: Sequence[Any], device: Any, rows: int, width: int, out: int, count: int = 1, tries: int = 8
) -> dict[Any, float]:
    """Seconds of a linear layer, (rows, width) to (rows, out), by type of number; ``count``: threads.

    Of the quickest of some tries, the types in turn. One thread is measured in its own processor time, where the
    system counts that finely: beside a busy program the clock on the wall makes one type look several times as slow.
    """
    import torch

    fine = time.get_clock_info("thread_time").resolution < 1e-4
    now = time.thread_time if fine and count == 1 and device.type == "cpu" else time.perf_counter
    ones = partial(torch.ones, device=device)
    factors = {dtype: (ones(rows, width, dtype=dtype), ones(out, width, dtype=dtype)) for dtype in dtypes}
    best = dict.fromkeys(dtypes, float("inf"))
    with threads(count):
        for _ in range(tries):
            for dtype, (left, right) in factors.items():
                started = now()
                torch.nn.functional.linear(left, right)
                if device.type == "cuda":
                    torch.cuda.synchronize(device)
                best[dtype] = min(best[dtype], now() - started)
    return best
