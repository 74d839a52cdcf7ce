"""How the program shares the processor and the memory with others."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


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
    """Give the system the memory that was freed; between two steps of training, so that it does not grow with them.

    What is kept lies in pieces, and each step's tensors have other sizes: what does not fit is asked for anew. To have
    the pages filled with zeros again takes some hundredths of a step.
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
