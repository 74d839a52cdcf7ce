"""A long table made by several processes or machines, over Ray Data: one worker for each GPU or group of cores."""

from __future__ import annotations

import logging
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ConfigError, OutcomeRLError, RunError
from ..events import Event, Progress
from ..utils.cpu import physical_cores, share_cores
from ..utils.extras import require_ray
from ..utils.half_written import half_written
from .part_work import PartWork
from .parts import Parts, all_is_done, part_totals, put_part, put_rows, rows_are_done, take_rows

CORES = 4
"""Cores of one worker where there is no GPU; more speed up one small model little."""
STORE = 2**27
"""Bytes of shared memory that a cluster of our own takes; only numbers of parts go through it."""
SPREAD = 4
"""Parts for each worker of a short table, so that none waits long for the last one."""


@dataclass(frozen=True)
class Crew:
    """How many workers there are, and what each has to itself."""

    workers: int
    cores: int
    gpus: int = 0

    @staticmethod
    def of(machines: Sequence[dict[str, float]]) -> Crew:
        """One for each GPU of these machines, each told by what it has (``CPU``, ``GPU``); where there is none, one for
        each group of :data:`CORES` cores, or of all that the smallest machine has.

        Raises:
            ConfigError: there is nothing to work on.
        """
        gpus = sum(int(each.get("GPU", 0)) for each in machines)
        if gpus:
            return Crew(gpus, 1, 1)
        cores = [int(each["CPU"]) for each in machines if each.get("CPU", 0) >= 1]
        if not cores:
            raise ConfigError("--address: the cluster has no machine with a core or a GPU to work on")
        group = min(CORES, *cores)
        return Crew(sum(each // group for each in cores), group)

    def rows_each(self, work: PartWork, rows: int, wanted: int | None) -> int:
        """Rows of a part: as many as are wanted or usual, fewer of a short table, a multiple of the work's unit."""
        most = wanted or min(work.usual, -(-rows // (SPREAD * self.workers)))
        step = work.unit if wanted else work.whole
        return -(-max(1, most) // step) * step


@contextmanager
def cluster(address: str | None) -> Iterator[Crew]:
    """Connected to the cluster at an address, or to one of this machine's cores alone, which ends with us.

    Raises:
        ConfigError: Ray is not installed, or there is no cluster at that address.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # it would tell its makers about this machine
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # its remarks on actors are not for people
    ray = require_ray()
    if ray.is_initialized():
        raise ConfigError("this process is connected to Ray already; call ray.shutdown() first")
    own_token = not address and "RAY_AUTH_TOKEN" not in os.environ
    if own_token:  # a cluster of our own asks everybody for it; else one would be left in the home folder
        os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
    if not address:
        os.environ.setdefault("RAY_worker_niceness", "0")  # as this process; 15 would stand still beside other work
    with nullcontext(None) if address else half_written(_short_folder() / "r", folder=True) as kept:
        try:
            _start(ray, address, kept)
            yield Crew.of([each["Resources"] for each in ray.nodes() if each["Alive"]])
        finally:
            ray.shutdown()
            if own_token:  # another cluster, asked next, has another one
                os.environ.pop("RAY_AUTH_TOKEN", None)
                ray._raylet.AuthenticationTokenLoader.instance().reset_cache()


def _start(ray: Any, address: str | None, kept: Path | None) -> None:
    quiet = {"log_to_driver": False, "logging_level": logging.ERROR}
    logging.getLogger("ray").setLevel(logging.ERROR)
    if address:
        try:
            ray.init(address=address, **quiet)
        except (ConnectionError, ValueError, RuntimeError) as error:
            said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ConfigError(
                f"--address: there is no Ray cluster at '{address}' ({said}); start one with ray start"
            ) from None
    else:
        own = {"include_dashboard": False, "_temp_dir": str(kept), "_node_ip_address": "127.0.0.1"}
        ray.init(address="local", num_cpus=physical_cores(), object_store_memory=STORE, **own, **quiet)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # what a worker says is told at the end


def _short_folder() -> Path:
    """Where Ray's sockets may lie: their paths are limited to about a hundred letters, and those of macOS are long."""
    return Path(tempfile.gettempdir() if sys.platform == "win32" else "/tmp")


class Worker:
    """Makes part after part with models that it has loaded once; lives in a process of its own."""

    def __init__(self, work: PartWork, parts: Parts, cores: int) -> None:
        share_cores()
        import torch

        torch.set_num_threads(cores)
        self.parts, self.columns, self.make = parts, work.columns(), work.start()

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[int]]:
        """The parts of these numbers, made; their numbers and how many rows they were made of."""
        return {"part": list(map(int, batch["part"])), "rows": [self._make(int(each)) for each in batch["part"]]}

    def _make(self, number: int) -> int:
        import pyarrow

        rows = take_rows(self.parts, number)
        table, totals = self.make(rows, number * self.parts.rows_each)
        cells = zip(*table, strict=True)
        columns = {
            name: pyarrow.array(list(own), pyarrow.type_for_alias(kind))
            for (name, kind), own in zip(self.columns.items(), cells, strict=True)
        }
        put_part(self.parts, number, columns, totals)
        return len(rows)


def make_parts(
    work: PartWork, parts: Parts, rows: Iterable[Sequence[str]], count: int, crew: Crew
) -> Generator[Event, None, list[dict[str, Any]]]:
    """Make the parts of ``count`` rows that are not there yet, with a Progress after each; what each part comes to.

    Closed or interrupted, what is done stays.

    Raises:
        RunError: a worker cannot go on.
    """
    numbers = range(parts.count(count))
    done = {number for number in numbers if part_totals(parts, number) is not None}
    missing = [number for number in numbers if number not in done]
    if missing:
        put_rows(parts, rows, done)
        there = sum(min(parts.rows_each, count - number * parts.rows_each) for number in done)
        yield from _with_time_left(_work_off(work, parts, missing, crew), work.phase, there, count)
    all_is_done(parts)
    found = [part_totals(parts, number) for number in numbers]
    if None in found:
        raise RunError(f"'{parts.path(found.index(None))}' is not there or damaged; the same command makes it again")
    return [each for each in found if each is not None]


def _work_off(work: PartWork, parts: Parts, missing: Sequence[int], crew: Crew) -> Iterator[int]:
    """The number of rows of each part, as it is done."""
    import ray

    data = ray.data.from_items([{"part": number} for number in missing], override_num_blocks=len(missing))
    made = data.map_batches(
        Worker,
        fn_constructor_args=(work, parts, crew.cores),
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(size=min(crew.workers, len(missing))),
        num_cpus=crew.cores,
        num_gpus=crew.gpus,
    )
    try:
        for each in made.iter_rows():
            rows_are_done(parts, each["part"])
            yield each["rows"]
    except ray.exceptions.RayError as error:
        raise _own_error(error) from error


def _own_error(error: BaseException) -> OutcomeRLError:
    """What a worker said, where that is meant for people; else in a sentence what became of it."""
    cause: BaseException | None = error
    while cause is not None:
        for each in (cause, getattr(cause, "cause", None)):
            if isinstance(each, OutcomeRLError):
                return each
        cause = cause.__cause__
    said = str(error).strip().splitlines()
    return RunError(f"a worker could not go on ({said[-1] if said else type(error).__name__}); what is done stays")


def _with_time_left(made: Iterator[int], phase: str, done: int, total: int) -> Iterator[Progress]:
    began, now = time.monotonic(), 0
    yield Progress(phase=phase, done=done, total=total)
    for rows in made:
        now += rows
        left = total - done - now
        yield Progress(phase=phase, done=done + now, total=total, seconds_left=(time.monotonic() - began) / now * left)
