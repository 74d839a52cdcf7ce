"""How fast a machine was while a run worked, kept with it: so that the next one knows whether it is busier now."""

from __future__ import annotations

from statistics import harmonic_mean

from ..runs.run import Run
from ..utils.files import read_json, write_json
from ..utils.probe import numpy_speed

SPEED_FILE = "speed.json"


def keep_speed(run: Run) -> None:
    """Probe the machine and keep what it did with the run, beside what was kept before; takes moments."""
    write_json(run.folder / SPEED_FILE, {"speeds": [*_kept(run), numpy_speed().now]})


def kept_speed(run: Run) -> float | None:
    """The mean of what was kept, by the time that work takes; None where nothing was."""
    found = _kept(run)
    return harmonic_mean(found) if found else None


def _kept(run: Run) -> list[float]:
    try:
        speeds = [float(speed) for speed in read_json(run.folder / SPEED_FILE)["speeds"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [speed for speed in speeds if speed > 0]
