"""A long table made part by part, each a Parquet file that appears whole; what is there is not made again.

The folder holds ``part-00000000.parquet`` and so on, in the order of the rows they were made of, and
``_manifest.json``, which says what made them. Rows that wait to be worked on lie in ``_rows``; readers of Parquet pass
over both.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from ..errors import ConfigError, RunError
from ..utils.files import read_json, sync, telling_disk, write_json
from ..utils.half_written import half_written, remove_abandoned

MANIFEST, ROWS = "_manifest.json", "_rows"
MADE_BY, TOTALS = b"outcome_rl.made_by", b"outcome_rl.totals"
"""What each part says of itself beside its columns."""
FORMAT = 1
"""Counts up where a new version makes something else of the same models and settings."""
SHOWN = 60
"""Characters of a setting that are shown where it differs."""


@dataclass(frozen=True)
class Parts:
    """A folder of parts of ``rows_each`` rows, made by what ``made_by`` says: models, settings, the file itself.

    ``kept``: what was settled when the folder was begun and holds for all of it.
    """

    folder: Path
    made_by: dict[str, Any]
    rows_each: int
    kept: dict[str, Any]

    @property
    def digest(self) -> str:
        """The same for what is made by the same."""
        text = json.dumps([self.made_by, self.rows_each, self.kept], sort_keys=True)
        return sha256(text.encode()).hexdigest()

    def path(self, number: int) -> Path:
        """Where a part is, or will be."""
        return self.folder / f"part-{number:08d}.parquet"

    def rows_path(self, number: int) -> Path:
        """Where its rows wait."""
        return self.folder / ROWS / f"part-{number:08d}.parquet"

    def count(self, rows: int) -> int:
        """Parts that so many rows make."""
        return -(-rows // self.rows_each)


def open_parts(folder: Path, made_by: Mapping[str, Any], rows_each: int, kept: Mapping[str, Any]) -> Parts:
    """A folder that is new, or holds parts that the same has made; then ``rows_each`` and ``kept`` are as they were.

    Raises:
        ConfigError: something else made what is there.
        RunError: it cannot be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"--out: '{folder}' is a file; give a folder, it may be a new one")
    known = _read_manifest(folder)
    if known:
        _require_same(folder, known["made_by"], made_by)
        return Parts(folder, dict(made_by), int(known["rows_each"]), dict(known["kept"]))
    if folder.is_dir() and any(folder.iterdir()):
        raise ConfigError(f"--out: '{folder}' holds files that are no parts of this work; give a new folder")
    made = Parts(folder, dict(made_by), rows_each, dict(kept))
    with telling_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / MANIFEST, {"made_by": made.made_by, "rows_each": rows_each, "kept": made.kept})
    return made


def _read_manifest(folder: Path) -> dict[str, Any] | None:
    """What a folder says of itself; None where it says nothing. Raises ConfigError: it cannot be read."""
    try:
        known = read_json(folder / MANIFEST)
        if known["rows_each"] < 1 or not (isinstance(known["made_by"], dict) and isinstance(known["kept"], dict)):
            raise ValueError("it holds something else")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(f"--out: '{folder / MANIFEST}' cannot be read ({error}); give a new folder") from None
    return dict(known)


def _require_same(folder: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if not names:
        return
    told = "; ".join(_difference(name, before.get(name), now.get(name)) for name in names)
    raise ConfigError(
        f"--out: the parts in '{folder}' were made in another way ({told}); give another folder, or the same models "
        "and settings as before"
    )


def _difference(name: str, before: Any, now: Any) -> str:
    """``temperature: 0.7 before, 0.9 now``; of what is told by a digest alone, that it is another one."""
    if any(isinstance(value, Mapping) for value in (before, now)):
        return f"the {name.replace('_', ' ')} is another one"
    return f"{name.replace('_', ' ')}: {str(before)[:SHOWN]} before, {str(now)[:SHOWN]} now"


def put_rows(parts: Parts, rows: Iterable[Sequence[str]], done: set[int]) -> int:
    """Write the rows of each part that is not done where the workers find them; how many rows there are in all."""
    import pyarrow

    remove_abandoned(parts.folder)
    waiting, total = iter(rows), 0
    for number, chunk in enumerate(_chunks(waiting, parts.rows_each)):
        total += len(chunk)
        if number not in done and not parts.rows_path(number).is_file():
            cells = pyarrow.array([list(row) for row in chunk], pyarrow.list_(pyarrow.string()))
            _write(parts.rows_path(number), pyarrow.table({"cells": cells}))
    return total


def _chunks(rows: Iterator[Sequence[str]], size: int) -> Iterator[list[Sequence[str]]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def take_rows(parts: Parts, number: int) -> list[list[str]]:
    """The rows of a part that :func:`put_rows` has put there. Raises RunError where this machine does not see them."""
    import pyarrow.parquet

    try:
        return list(pyarrow.parquet.read_table(parts.rows_path(number))["cells"].to_pylist())
    except FileNotFoundError:
        raise RunError(
            f"'{parts.rows_path(number)}' is not there for a machine that works along; give a folder as --out that "
            "every machine sees under the same name"
        ) from None


def put_part(parts: Parts, number: int, columns: Mapping[str, Any], totals: Mapping[str, Any]) -> None:
    """Write a part, its columns as pyarrow arrays; it appears whole."""
    import pyarrow

    said = {MADE_BY: parts.digest.encode(), TOTALS: json.dumps(totals).encode()}
    _write(parts.path(number), pyarrow.table(dict(columns)).replace_schema_metadata(said))


def part_totals(parts: Parts, number: int) -> dict[str, Any] | None:
    """What a part says it comes to; None where it is not there as a whole, or something else made it."""
    import pyarrow
    import pyarrow.parquet

    try:
        said = pyarrow.parquet.read_schema(parts.path(number)).metadata or {}
        return dict(json.loads(said[TOTALS])) if said[MADE_BY] == parts.digest.encode() else None
    except (OSError, pyarrow.ArrowException, KeyError, ValueError, TypeError):
        return None


def rows_are_done(parts: Parts, number: int) -> None:
    """The part is there: its rows need not wait any more."""
    parts.rows_path(number).unlink(missing_ok=True)


def all_is_done(parts: Parts) -> None:
    """Every part is there: no rows wait."""
    shutil.rmtree(parts.folder / ROWS, ignore_errors=True)


def _write(path: Path, table: Any) -> None:
    import pyarrow.parquet

    with telling_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with half_written(path) as half:
            pyarrow.parquet.write_table(table, half, compression="zstd")
            sync(half)
            os.chmod(half, 0o644)
            os.replace(half, path)
