"""Tables, read and written row by row, so that memory does not grow with the file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..text.quoted import quote_some
from ..utils.files import atomic_file
from . import tables
from .delimited import Record
from .encodings import detect_encoding
from .encodings import read_lines as decoded_lines
from .sources import Kind, Source, detect_kind, find_sources
from .tables import Notes, Table

NAME_COLUMNS = "Say what your columns are called: --context-column, --email-column, --outcome-column."
_FORMULA = re.compile(r"'*[=+\-@\t\r\0]")
_MAY_RUN = frozenset("'=+-@\t\r\0")
"""What a cell that a spreadsheet runs as a formula begins with."""


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a text file with their line breaks, whatever its encoding. Raises DataError."""
    if not path.is_file():
        raise DataError(f"{path}: cannot be read (there is no such file); give the path of a text file")
    source = Source(path.name, path)
    with source.open() as stream:
        yield from decoded_lines(stream, detect_encoding(source))


def open_table(path: Path, notes: Notes | None = None) -> tuple[list[str], Iterator[Record]]:
    """The header and the rows of a CSV, a spreadsheet or JSON lines; every row has as many cells as the header.

    What is no row (a title above the header, blank rows, a footer) is left out and counted in ``notes``.

    Raises:
        DataError: here for the header, while iterating for a row.
    """
    table = one_table(path)
    return list(table.header), table.rows(notes)


def one_table(path: Path) -> Table:
    """The table that a file holds. Raises DataError: it cannot be read, or is a zip of several."""
    sources = find_sources([path])
    if len(sources) > 1:
        raise DataError(f"{path.name}: the zip holds {len(sources)} files; give one of them, or use 'import'")
    return tables.open_table(sources[0])


def is_plain_text(path: Path) -> bool:
    """Whether a file is a text whose cells are parted by a sign, not packed. Raises DataError: it cannot be read."""
    sources = find_sources([path])
    return len(sources) == 1 and not sources[0].gzipped and detect_kind(sources[0]) is Kind.DELIMITED


def find_columns(path: Path, header: Sequence[str], names: Sequence[str]) -> list[int]:
    """Where these columns are in the header; case does not matter.

    Raises:
        DataError: one is missing, or there are two of it.
    """
    lowered = [cell.lower() for cell in header]
    missing = [name for name in names if name.lower() not in lowered]
    if missing:
        shown = quote_some(header)
        raise DataError(f"{path.name}: column '{missing[0]}' is missing; the columns found are {shown}", NAME_COLUMNS)
    twice = next((name for name in names if lowered.count(name.lower()) > 1 or f"{name.lower()} (2)" in lowered), None)
    if twice:
        raise DataError(f"{path.name}: column '{twice}' occurs more than once; rename one of them")
    return [lowered.index(name.lower()) for name in names]


def read_columns(
    path: Path, names: Sequence[str], notes: Notes | None = None, bounded: bool = True
) -> Iterator[tuple[Any, ...]]:
    """(record, value, …) for each row, the values in the order of ``names``; ``bounded`` as in a :class:`Table`."""
    table = one_table(path)
    places = find_columns(path, table.header, names)
    for record in table.rows(notes, bounded):
        yield (record, *(record.cells[place] for place in places))


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV in one step, as :func:`row_writer` does."""
    with row_writer(path, header) as write:
        for row in rows:
            write(row)


@contextmanager
def row_writer(path: Path, header: Sequence[str]) -> Iterator[Callable[[Sequence[object]], None]]:
    """Writes a CSV row by row; it appears whole at the end, or not at all.

    Text that a spreadsheet would run as a formula gets a leading ``'`` (OWASP), a column's name too.
    """
    with atomic_file(Path(path)) as stream:
        writer = csv.writer(stream)  # rows end in CR LF, as RFC 4180 has it; with LF alone a bare CR is not quoted
        writer.writerow(map(escape_formula, header))

        def write(row: Sequence[object]) -> None:
            writer.writerow([escape_formula(cell) if isinstance(cell, str) else cell for cell in row])

        yield write


def escape_formula(text: str) -> str:
    """A cell that a spreadsheet would run as a formula, made text by a leading ``'`` (OWASP ASVS 1.2.10)."""
    return f"'{text}" if text[:1] in _MAY_RUN and _FORMULA.match(text) else text
