"""How the program shares the processor and the memory with others."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

FEW_SHAPES = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "128", "LRU_CACHE_CAPACITY": "128"}
"""Of oneDNN's and torch's own memory for what they compile; both hold 1,024 otherwise."""


HEAPS = 2
"""What answers and what computes; Python's own lock lets one thread at a time ask for memory anyway."""


def share_cores() -> None:
    """Settle threads and memory for work that others can live beside; call it before torch is first imported.

    Threads that wait for work sleep instead of spinning. Beside a busy browser, spinning makes sampling on two cores
    five times slower, and on an idle machine it gains nothing (benchmarks/NOTES.md). ``OMP_WAIT_POLICY=ACTIVE`` in
    the environment has it back.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    cores = physical_cores()
    if cores:
        os.environ.setdefault("OMP_NUM_THREADS", str(cores))
    keep_freed_memory()


def remember_few_shapes() -> None:
    """Let torch keep what it compiles for 128 shapes of matrices, not for 1,024; call it before torch is first used.

    Texts have lengths of their own, and each length its shapes: half a megabyte for each, in a process that scores
    whatever comes. Training has the same shapes again and again, so a job should have the environment without it
    (:func:`with_all_shapes`).
    """
    for name, few in FEW_SHAPES.items():
        os.environ.setdefault(name, few)


def share_heaps() -> None:
    """Let all threads of this process take their memory from few places; call it before they begin.

    The C library gives each thread a heap of its own, eight for each core, and what one has freed no other one uses:
    where forty threads answer, each in its turn, every heap grows to the most that any call has ever taken.
    """
    if sys.platform.startswith("linux"):
        arena_max = -8  # M_ARENA_MAX of malloc.h
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(arena_max, HEAPS)


def with_all_shapes(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment as it was before :func:`remember_few_shapes`."""
    return {name: value for name, value in environment.items() if FEW_SHAPES.get(name) != value}


@contextmanager
def threads(count: int) -> Iterator[None]:
    """torch's work of the calling thread done by ``count`` threads for a while; costs less than a microsecond."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def physical_cores(system: Path = Path("/sys")) -> int | None:
    """Cores that this process may use, two threads of one core counted once; None where Linux does not say.

    A container's share of the processor counts too: on a large machine it would start as many threads as that has
    cores, which wait for each other.
    """
    if not hasattr(os, "sched_getaffinity"):
        return None
    topology = "devices/system/cpu/cpu{}/topology/core_cpus_list"
    try:
        cores = {(system / topology.format(cpu)).read_text() for cpu in os.sched_getaffinity(0)}
    except OSError:
        return None
    try:
        quota, period = (system / "fs/cgroup/cpu.max").read_text().split()
        return max(1, min(len(cores), int(quota) // int(period)))
    except (OSError, ValueError):  # no such limit, or "max"
        return len(cores)


def keep_freed_memory() -> None:
    """Let the C library keep blocks that are freed, up to a gigabyte, for the next tensors of the same size.

    It would give large ones back to the system at once and ask for them again, to be filled with zeros page by page: a
    third of the time of a product with a vocabulary. Where the C library is another one, nothing happens.

    What threads besides the first allocate lies in heaps of 64 MB, which are given back as soon as they are empty
    unless more than that is to be asked for beforehand.
    """
    if not sys.platform.startswith("linux"):
        return
    trim, top_pad, mmap = -1, -2, -3  # M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD of malloc.h
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(trim, 1 << 30)
        library.mallopt(top_pad, 1 << 28)
        if not library.mallopt(mmap, 1 << 30):
            library.mallopt(mmap, 1 << 25)  # the most that older versions take


def give_back_freed_memory() -> None:
    """Give the system the memory that was freed; between two steps of training, so that it does not grow with them, and
    now and then where many threads answer.

    What is kept lies in pieces, and each step's tensors have other sizes: what does not fit is asked for anew. To have
    the pages filled with zeros again takes some hundredths of a step.
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
