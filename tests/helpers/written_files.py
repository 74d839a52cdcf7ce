"""Small files of every kind, written for one test each, and their rows as they are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from outcome_rl.data.sources import find_sources
from outcome_rl.data.tables import open_table


def as_csv(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def writer_into(folder: Path) -> Callable[..., Path]:
    """Writes rows as a CSV in a folder, or bytes as they are."""

    def written(content: bytes | str | Sequence[Sequence[object]], name: str = "export.csv") -> Path:
        path = folder / name
        if isinstance(content, (bytes, str)):
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        else:
            path.write_bytes(as_csv(content).encode("utf-8"))
        return path

    return written


def rows_of(path: Path) -> list[list[str]]:
    (source,) = find_sources([path])
    return [record.cells for record in open_table(source).rows()]
