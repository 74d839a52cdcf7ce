"""Tables as strangers have them, and what becomes of their rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import

Write = Callable[..., Path]
PEOPLE = [f"p{number}@firm{number}.example" for number in range(30)]


def rows(count: int = 30, **columns: Sequence[object]) -> list[list[object]]:
    """A header and rows whose cells are given over and over; ``__`` stands for a space."""
    names = [name.replace("__", " ") for name in columns]
    return [names, *([each[place % len(each)] for each in columns.values()] for place in range(count))]


def outcomes(path: Path, **said: object) -> list[int]:
    return [row.outcome for row in import_rows([path], ImportOptions(**said))]  # type: ignore[arg-type]


def warnings(path: Path) -> str:
    return " | ".join(preview_import([path]).warnings)
