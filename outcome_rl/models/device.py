"""The device and the type of number that models run with."""

from __future__ import annotations

import time
from typing import Any

from ..utils import distributed
from ..utils.cpu import threads


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
    seconds = _matmul_seconds(torch.float32, torch.bfloat16)
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


def _matmul_seconds(*dtypes: Any) -> dict[Any, float]:
    """Of the quickest of some products, by type, in turn.

    In the processor's time of one thread, where the system counts it finely: beside a busy program the clock on the
    wall makes one type look several times as slow as it is.
    """
    import torch

    fine = time.get_clock_info("thread_time").resolution < 1e-4
    now = time.thread_time if fine else time.perf_counter
    factors = {dtype: (torch.ones(64, 576, dtype=dtype), torch.ones(1536, 576, dtype=dtype)) for dtype in dtypes}
    best = dict.fromkeys(dtypes, float("inf"))
    with threads(1):
        for _ in range(8):
            for dtype, (left, right) in factors.items():
                started = now()
                torch.nn.functional.linear(left, right)
                best[dtype] = min(best[dtype], now() - started)
    return best
