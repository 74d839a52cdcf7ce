"""CSV files, read and written line by line, so that memory does not grow with the file."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..security.caps import require_columns
from ..utils.files import atomic_file

MAX_FIELD_CHARACTERS = 1_000_000
NAME_COLUMNS = "Say what your columns are called: --context-column, --email-column, --outcome-column."
_FORMULA = re.compile(r"'*[=+\-@\t\r\0]")


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 text file with their line breaks. Raises DataError, with the line where that helps."""
    try:
        stream = path.open("rb")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); give the path of a CSV file") from None
    with stream:
        number = 0
        try:
            for number, raw in enumerate(stream, 1):
                if number == 1:
                    _refuse_other_formats(path, raw)
                    raw = raw.removeprefix(b"\xef\xbb\xbf")
                text = raw.decode("utf-8")
                if "\0" in text:
                    raise DataError(f"{path.name}, line {number}: holds a NUL character; save it as 'CSV UTF-8'")
                yield from io.StringIO(text, newline="")  # a bare carriage return ends a line too
        except UnicodeDecodeError:
            raise DataError(f"{path.name}, line {number}: is not UTF-8 text; save it as 'CSV UTF-8'") from None
        except OSError as error:
            raise DataError(f"{path}: cannot be read ({error.strerror}); give the path of a CSV file") from None


def _refuse_other_formats(path: Path, raw: bytes) -> None:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(f"{path.name}: is UTF-16; save it as 'CSV UTF-8'")
    if raw.startswith(b"PK\x03\x04"):
        raise DataError(f"{path.name}: is a spreadsheet or zip file; save the sheet as 'CSV UTF-8'")


def open_table(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The header, and (line number, cells) of each row; every row has as many cells as the header.

    Raises:
        DataError: here for the header, while iterating for a row.
    """
    lines = read_lines(path)
    first = next(lines, "")
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except csv.Error as error:
        raise DataError(f"{path.name}, row 1: is not valid CSV ({error})") from None
    require_columns(path.name, len(header))
    return header, _rows(path, reader, len(header))


def _rows(path: Path, reader: Any, width: int) -> Iterator[tuple[int, list[str]]]:
    line = reader.line_num + 1
    try:
        for cells in reader:
            if cells:
                if len(cells) != width:
                    hint = "put quotes around text that holds the separator"
                    raise DataError(
                        f"{path.name}, row {line}: has {len(cells)} fields where the header has {width}; {hint}"
                    )
                yield line, [unescape_formula(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path.name}, row {line}: is not valid CSV ({error})") from None


def find_columns(path: Path, header: Sequence[str], names: Sequence[str]) -> list[int]:
    """Where these columns are in the header; case does not matter.

    Raises:
        DataError: one is missing, or there are two of it.
    """
    lowered = [cell.lower() for cell in header]
    missing = [name for name in names if name.lower() not in lowered]
    if missing:
        shown = ", ".join(f"'{cell[:40]}'" for cell in header[:12]) or "none"
        raise DataError(f"{path.name}: column '{missing[0]}' is missing; the columns found are {shown}", NAME_COLUMNS)
    twice = next((name for name in names if lowered.count(name.lower()) > 1), None)
    if twice:
        raise DataError(f"{path.name}: column '{twice}' occurs more than once; rename one of them")
    return [lowered.index(name.lower()) for name in names]


def read_columns(path: Path, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """(line number, value, …) for each row, the values in the order of ``names``."""
    header, rows = open_table(path)
    places = find_columns(path, header, names)
    for line, cells in rows:
        yield (line, *(cells[place] for place in places))


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV in one step; text that a spreadsheet would run as a formula gets a leading ``'`` (OWASP)."""
    with atomic_file(Path(path)) as stream:
        writer = csv.writer(stream)  # rows end in CR LF, as RFC 4180 has it; with LF alone a bare CR is not quoted
        writer.writerow(header)
        for row in rows:
            writer.writerow([escape_formula(value) if isinstance(value, str) else value for value in row])


def escape_formula(text: str) -> str:
    """A cell that a spreadsheet would run as a formula, made text by a leading ``'`` (OWASP ASVS 1.2.10)."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Undo :func:`escape_formula`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
