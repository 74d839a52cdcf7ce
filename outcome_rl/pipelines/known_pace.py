"""How fast this machine is before a run has measured anything: by what another measured of late, or by arithmetic.

Either way a probe of moments says how fast it multiplies now, with whatever else is at work on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..config import FREE, FREE_WRITING_FROM, FinetuneConfig
from ..models.catalogue import known_model
from ..models.device import dtype_name, dtype_of, pick_device
from ..models.speed import gflops_now
from ..rl.pace import Pace
from ..runs.run import Run
from ..runs.workspace import RECENT_RUNS
from ..utils.busy import CpuTimes, others_share, read_times
from ..utils.files import read_json, write_json
from ..utils.oom import count_weights

PACE_FILE = "pace.json"
LIFE = 24 * 3600.0
"""Seconds for which a measured pace holds; load is corrected for, other hardware and other versions are not."""
ALIKE = ("model", "tuning", "tuned_layers", "max_new_tokens", "samples_per_context", "write")
"""Settings that have to be the same for a pace to hold."""
TOKENS = 100
"""Of an email, and of what stands before it, about."""
WRITING, FREELY, READING, LEARNING = 2.7, 1.5, 0.33, 0.8
"""Passes through the model that an email's tokens take about to be written in own words, to be written freely, to be
compared and to be learned from, of two operations a weight and token. Told by what runs measured on quiet machines
(benchmarks/NOTES.md, "What is known beforehand"); writing waits for memory, and so takes longer than its arithmetic."""
SCORING = 8.0
"""Billions of operations that scoring an email takes about, with the encoder that comes with the program."""
OTHERS = 2.25
"""Emails with another sentence in them that are scored about for each one in own words."""
LOADING = 30.0
"""Seconds that loading takes about on a machine of :data:`USUAL_SPEED`."""
SHORTEST_LOOK, LEAST_FREE = 0.2, 0.02
"""Seconds of a look below which it says nothing; the least share of the time that is believed."""
USUAL_SPEED = 100.0
"""Billions of multiplications and additions a second."""


@dataclass(frozen=True)
class KnownPace:
    """``pace``: of this machine as it is now. ``loading``: seconds before it is at work. ``measured``: by a run.

    ``busy``: the share of the processors that other programs have now. ``free``: of the time that the work would have
    of them were it alone, what it has now.
    """

    pace: Pace
    loading: float
    measured: bool
    busy: float = 0.0
    free: float = 1.0


def keep_pace(run: Run, config: FinetuneConfig, pace: Pace, loading: float) -> None:
    """Keep with a run what it measured, and how fast the machine multiplied then."""
    device, dtype = pick_device(), usual_dtype()
    kept = {"alike": {name: getattr(config, name) for name in ALIKE}, "pace": asdict(pace), "loading": loading}
    probe = {"dtype": dtype_name(dtype), "speed": gflops_now(device, dtype), "at": time.time()}
    write_json(run.folder / PACE_FILE, kept | probe)


Probe = Callable[[Any, Any, int], float]
"""From a device, a type of number and a niceness to billions of multiplications and additions a second."""


def find_pace(
    folders: Iterable[Path], config: FinetuneConfig, niceness: int = 0, probe: Probe | None = None
) -> KnownPace | None:
    """The pace for these settings as the machine is now; None where nobody knows. ``folders``: of runs.

    The latest that a run measured within :data:`LIFE`, else one by the number of the model's weights. ``niceness``: how
    much more than this process the work will yield to other programs. ``probe``: instead of :func:`gflops_now`.
    """
    device, look = pick_device(), Look.now()
    found = [kept for folder in folders if (kept := _read(folder / PACE_FILE, config))]
    if found:
        latest = max(found, key=lambda kept: kept.at)
        slower = latest.speed / (probe or gflops_now)(device, latest.dtype, niceness)
        return KnownPace(latest.pace.slower(slower), slower * latest.loading, True, *look.shares(device))
    weights = _count_weights(config.model)
    if not weights:
        return None
    speed = (probe or gflops_now)(device, usual_dtype(), niceness)
    own_words = config.write != FREE and weights < FREE_WRITING_FROM
    return KnownPace(reckoned(weights, speed, own_words), LOADING * USUAL_SPEED / speed, False, *look.shares(device))


@dataclass(frozen=True)
class Look:
    """What the clock, this process and all processors together had done when the machine was looked at."""

    clock: float
    own: float
    times: CpuTimes

    @staticmethod
    def now() -> Look:
        """As it is."""
        return Look(time.perf_counter(), time.process_time(), read_times())

    def shares(self, device: Any) -> tuple[float, float]:
        """Since then, others' share of the processors; and what a probe had of the time that it could have had."""
        import torch

        since = Look.now()
        busy = others_share(self.times, since.times)
        if device.type != "cpu" or since.clock - self.clock < SHORTEST_LOOK:
            return busy, 1.0
        had = (since.own - self.own) / (since.clock - self.clock) / torch.get_num_threads()
        return busy, min(1.0, max(LEAST_FREE, had))


def _count_weights(model: str) -> int:
    """Those of a model in a folder, or of a listed one; 0 where nobody knows. Loading tells that a file is damaged."""
    from safetensors import SafetensorError

    if Path(model).is_dir():
        try:
            return count_weights(Path(model))
        except (SafetensorError, OSError):
            return 0
    known = known_model(model)
    return known.weights if known else 0


def reckoned(weights: int, speed: float, own_words: bool) -> Pace:
    """The pace by arithmetic; ``speed``: billions of multiplications and additions a second."""
    one, others = 2 * weights * TOKENS / speed / 1e9, OTHERS if own_words else 0.0
    write = (WRITING if own_words else FREELY) * one
    return Pace(0.0, write, SCORING / speed, READING * one, LEARNING * one, others)


def reckoned_scoring() -> float:
    """Seconds that scoring an email takes about, as the machine is now, where nothing scores yet."""
    return SCORING / gflops_now(pick_device(), usual_dtype())


def usual_dtype() -> Any:
    """What speeds are told in: what takes its time waits for memory too, which no shorter type of number hastens."""
    import torch

    return torch.float32


def latest_folders(run: Run) -> list[Path]:
    """The folders of the runs beside one, the latest first."""
    beside = [path for path in run.folder.parent.iterdir() if path.is_dir()] if run.folder.parent.is_dir() else []
    return sorted(beside, key=lambda path: path.name, reverse=True)[:RECENT_RUNS]


@dataclass(frozen=True)
class _Kept:
    """What a run measured ``at`` a time, with the machine's ``speed`` in ``dtype`` then."""

    pace: Pace
    loading: float
    speed: float
    dtype: Any
    at: float


def _read(path: Path, config: FinetuneConfig) -> _Kept | None:
    """What a run has kept; None where there is nothing, or it is of other settings, too old or damaged."""
    try:
        kept = read_json(path)
        same = all(kept["alike"][name] == getattr(config, name) for name in ALIKE)
        pace = Pace(**{name: float(seconds) for name, seconds in kept["pace"].items()})
        loading, speed, at = (float(kept[name]) for name in ("loading", "speed", "at"))
        found = _Kept(pace, loading, speed, dtype_of(kept["dtype"]), at)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if same and speed > 0 and 0 <= time.time() - at <= LIFE else None
