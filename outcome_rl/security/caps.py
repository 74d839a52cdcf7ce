"""How much one visitor may ask for: every cap once, generous on one's own machine, strict on a Space.

Each can be set in the environment: ``OUTCOME_RL_MAX_ROWS=50000``, ``OUTCOME_RL_MAX_UPLOAD=40MB``. An error that comes
of a cap names it and that variable.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

import psutil

from ..errors import ConfigError, DataError, OutcomeRLError
from ..utils.formatting import format_bytes
from .surroundings import on_space

MB, GB = 10**6, 10**9
BYTES, COUNT = "bytes", "count"
_UNITS = {"": 1, "kb": 1000, "mb": MB, "gb": GB}
UNLIMITED = 10**15
"""Stands for no limit."""
_MEMORY_FOR_WEIGHTS = 0.25
"""Part of the memory that a model's weights may take: tuning holds them, the reward model and a step's texts."""


class CapError(OutcomeRLError):
    """A visitor has asked for more than is allowed here."""

    exit_code = 2


def cap(local: int, space: int, help: str, unit: str = COUNT) -> Any:
    """A cap with its two usual values and what it counts."""
    return field(default=local, metadata={"local": local, "space": space, "help": help, "unit": unit})


@dataclass(frozen=True)
class Caps:
    """The largest value of everything that costs time, memory or disk."""

    rows: int = cap(1_000_000, 20_000, "rows of a file")
    columns: int = cap(2000, 200, "columns of a file")
    upload: int = cap(200 * MB, 10 * MB, "size of an uploaded file", BYTES)
    unpacked: int = cap(4 * GB, 200 * MB, "size of a packed file once it is unpacked", BYTES)
    body: int = cap(64 * MB, 4 * MB, "size of any other request", BYTES)
    uploads: int = cap(50, 20, "uploaded files that are kept")
    disk: int = cap(UNLIMITED, 2 * GB, "disk that a visitor's files take", BYTES)
    minutes: int = cap(100_000, 30, "minutes that a training may take; it gets 15 more to finish")
    steps: int = cap(1_000_000, 1000, "RL steps of a run")
    epochs: int = cap(10_000, 20, "passes over the data")
    emails_per_step: int = cap(8192, 128, "emails that an RL step writes")
    batch: int = cap(512, 32, "emails in memory at once")
    tokens: int = cap(1024, 256, "tokens of a written email")
    contexts: int = cap(1000, 100, "contexts that a comparison writes for")
    model: int = cap(0, 0, "size of a language model's weights", BYTES)
    trainings: int = cap(UNLIMITED, 2, "trainings at work at once, everybody's together")
    waiting: int = cap(32, 3, "calls of one visitor that wait")
    calls_per_minute: int = cap(6000, 120, "calls of one visitor in a minute")
    connections: int = cap(UNLIMITED, 100, "answers to one visitor that are under way at once")
    visitors: int = cap(1, 500, "visitors whose files are kept")
    hours: int = cap(UNLIMITED, 48, "hours after a visit that files are kept")

    def described(self) -> list[tuple[str, str, str]]:
        """What is capped, at what, and the variable that sets it; without what is unlimited."""
        shown = [(spec, getattr(self, spec.name)) for spec in fields(self)]
        return [(spec.metadata["help"], _shown(spec, at), variable(spec.name)) for spec, at in shown if at < UNLIMITED]


def variable(name: str) -> str:
    """The environment variable that sets a cap."""
    return f"OUTCOME_RL_MAX_{name.upper()}"


def current_caps(environment: Mapping[str, str] | None = None) -> Caps:
    """The caps in force here.

    Raises:
        ConfigError: a variable is not a number.
    """
    environment = os.environ if environment is None else environment
    shared = on_space(environment)
    values = {}
    for spec in fields(Caps):
        given = environment.get(variable(spec.name), "").strip()
        usual = spec.metadata["space" if shared else "local"]
        values[spec.name] = _parse(spec, given) if given else usual or _model_bytes()
    return Caps(**values)


def _model_bytes() -> int:
    return int(psutil.virtual_memory().total * _MEMORY_FOR_WEIGHTS)


def _parse(spec: Field, given: str) -> int:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)", given.lower())
    units = _UNITS if spec.metadata["unit"] == BYTES else {"": 1}
    if found is None or found[2] not in units:
        example = "40MB" if spec.metadata["unit"] == BYTES else "100"
        raise ConfigError(f"{variable(spec.name)}: '{given[:40]}' is not a limit; give a number such as {example}")
    return int(float(found[1]) * units[found[2]])


def _shown(spec: Field, value: int) -> str:
    return format_bytes(value) if spec.metadata["unit"] == BYTES else f"{value:,}"


def way_out(name: str) -> str:
    """How somebody gets past a cap."""
    if on_space():
        return f"run Outcome RL on your own machine, or duplicate this Space and set {variable(name)}"
    return f"set {variable(name)} to allow more"


def too_much(name: str, asked: int | float | None = None, caps: Caps | None = None) -> str:
    """That a cap is passed: what it counts, at what it is, and the way out."""
    spec = next(spec for spec in fields(Caps) if spec.name == name)
    most = _shown(spec, getattr(caps or current_caps(), name))
    seen = ""
    if asked is not None:
        seen = f", not {format_bytes(int(asked)) if spec.metadata['unit'] == BYTES else f'{asked:,g}'}"
    return f"{spec.metadata['help']}: at most {most} here{seen}; {way_out(name)}"


def require(name: str, asked: int | float, what: str = "", caps: Caps | None = None) -> None:
    """Raises CapError where ``asked`` is above the cap ``name``; ``what`` says where."""
    caps = caps or current_caps()
    if asked > getattr(caps, name):
        raise CapError(f"{what}: {too_much(name, asked, caps)}" if what else too_much(name, asked, caps))


def require_columns(file: str, columns: int, caps: Caps | None = None) -> None:
    """Raises DataError where a file has more columns than are read."""
    caps = caps or current_caps()
    if columns > caps.columns:
        raise DataError(f"{file}: {too_much('columns', columns, caps)}")


def require_rows(file: str, rows: int, caps: Caps | None = None) -> None:
    """Raises DataError where a file has more rows than are kept in memory."""
    caps = caps or current_caps()
    if rows > caps.rows:
        raise DataError(f"{file}: {too_much('rows', None, caps)}")
