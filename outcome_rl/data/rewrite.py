"""Copies of a user's file, every column kept: with the usual names and outcomes, masked, edited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..config import DEFAULT_COLUMNS, Columns
from ..errors import DataError
from ..text.pii import mask_personal
from ..utils.files import copy_file
from .csv_io import find_columns, is_plain_text, open_table, write_rows
from .dataset import row_problem
from .outcomes import LEFT_OUT, outcome_meanings, parse_outcome


@dataclass(frozen=True)
class Edit:
    """What a row says now; None: what it said before."""

    context: str | None = None
    email: str | None = None
    outcome: str | None = None


def write_mapped(source: Path, columns: Columns, target: Path) -> None:
    """A copy that is read without any mapping: the usual column names, outcomes 0, 1, 2, rows to be skipped left out.

    A CSV that needs no mapping is copied byte by byte; a spreadsheet or a packed file becomes
    a CSV. A column that has a name which is needed is renamed.

    Raises:
        DataError: the file cannot be read.
    """
    if columns == DEFAULT_COLUMNS and is_plain_text(source):
        copy_file(source, target)
        return
    header, rows = open_table(source)
    places = find_columns(source, header, (columns.context, columns.email, columns.outcome))
    names = dict(zip(places, (DEFAULT_COLUMNS.context, DEFAULT_COLUMNS.email, DEFAULT_COLUMNS.outcome), strict=True))
    reserved = set(names.values())
    renamed = [
        names.get(place, f"original {name}" if name.lower() in reserved else name) for place, name in enumerate(header)
    ]
    meanings = outcome_meanings(columns.outcomes)

    def mapped() -> Iterator[list[str]]:
        for record in rows:
            cells = record.cells
            value = parse_outcome(cells[places[2]], meanings)
            if value != LEFT_OUT:
                yield [str(value) if place == places[2] else cell for place, cell in enumerate(cells)]

    write_rows(target, renamed, mapped())


def original_columns(config: Mapping[str, Any]) -> Columns:
    """How the file is read that a run with these settings was given."""
    return Columns(**(config.get("data_columns") or config.get("columns") or {}))


def copy_columns(config: Mapping[str, Any]) -> Columns:
    """How a run's own copy of it is read; runs of older versions kept the names."""
    return Columns(**(config.get("columns") or {}))


def write_masked(source: Path, columns: Columns, target: Path) -> int:
    """A copy with email addresses and telephone numbers masked in every column but the outcome; rows with any.

    Raises:
        DataError: the file cannot be read.
    """
    header, rows = open_table(source)
    (outcome,) = find_columns(source, header, (columns.outcome,))
    changed = 0

    def masked() -> Iterator[list[str]]:
        nonlocal changed
        for cells in (record.cells for record in rows):
            new = [cell if place == outcome else mask_personal(cell) for place, cell in enumerate(cells)]
            changed += new != cells
            yield new

    write_rows(target, header, masked())
    return changed


def write_edited(source: Path, columns: Columns, target: Path, edits: Mapping[int, Edit | None]) -> None:
    """A copy in which some rows, by their numbers, say something else; None drops a row.

    Raises:
        DataError: an edited row cannot be used, or no row is left; the message names the line and what is allowed.
    """
    header, rows = open_table(source)
    places = find_columns(source, header, (columns.context, columns.email, columns.outcome))
    meanings, left = outcome_meanings(columns.outcomes), 0

    def edited() -> Iterator[list[str]]:
        nonlocal left
        for record in rows:
            cells = record.cells
            edit: Edit | list[str] | None = edits.get(record.number, cells)
            if edit is None:
                continue
            left += 1
            new = list(cells)
            if isinstance(edit, Edit):
                for place, cell in zip(places, (edit.context, edit.email, edit.outcome), strict=True):
                    new[place] = new[place] if cell is None else cell
                context, email, outcome = (new[place] for place in places)
                problem = row_problem(context, email, outcome, columns, meanings)
                if problem:
                    raise DataError(f"{record.place}: {problem}")
            yield new
        if not left:
            raise DataError("no row is left; keep at least one")

    write_rows(target, header, edited())
