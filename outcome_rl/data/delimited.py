"""Records of a CSV, whatever its separator, quoting and line ends; a record is a row as a spreadsheet counts."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..errors import DataError
from .encodings import Encoding, detect_encoding, read_lines
from .sources import Source

MAX_FIELD_CHARACTERS = 1_000_000
SNIFFED = 300_000
"""Characters that the separator and the quoting are told by."""
FIRST_LINES = 40
SEPARATORS = ",;\t|^~"
ONLY_COLUMN = ("context", "contexts")
"""Names of a column that may be a file's only one: then nothing parts its rows, whatever stands in them."""
NO_SEPARATOR = "\x1f"
_ANNOUNCED = re.compile(r'"?sep=(.)"?\s*$', re.I)


@dataclass(frozen=True)
class Record:
    """One row: its number as a spreadsheet counts, the line of the file where it begins (None: no text file).

    Of several sheets that are read as one table the numbers go on from sheet to sheet; ``row`` is the sheet's own.
    """

    number: int
    line: int | None
    cells: list[str]
    sheet: str = ""
    row: int = 0

    @property
    def place(self) -> str:
        """``row 17``, with the line where the two differ, or with the sheet where there are several."""
        if self.sheet:
            return f"sheet '{self.sheet}', row {self.row}"
        return f"row {self.number}" if self.line in (None, self.number) else f"row {self.number} (line {self.line})"


@dataclass(frozen=True)
class Dialect:
    """How cells are parted; ``escaped``: quotes within a text are written ``\\"`` as MySQL does."""

    separator: str
    escaped: bool = False
    skipped_lines: int = 0
    spaced: bool = False
    """Whether a space stands between a separator and the quote that opens a text."""
    quote: str = '"'


def open_delimited(source: Source) -> tuple[Encoding, Dialect]:
    """How a CSV is encoded and parted."""
    encoding = detect_encoding(source)
    with source.open() as stream:
        lines = list(_up_to(read_lines(stream, encoding), SNIFFED))
    return encoding, sniff(lines)


def _up_to(lines: Iterable[str], characters: int) -> Iterator[str]:
    for line in lines:
        yield line
        characters -= len(line)
        if characters <= 0:
            return


def sniff(lines: list[str]) -> Dialect:
    """The separator and the quoting with which the most rows have the same number of cells."""
    announced = _ANNOUNCED.match(lines[0]) if lines else None
    if announced:
        return Dialect(announced.group(1), _is_escaped(lines[1:], announced.group(1)), 1)
    if lines and lines[0].strip().strip('"').lower() in ONLY_COLUMN:
        return Dialect(NO_SEPARATOR, _is_escaped(lines, NO_SEPARATOR))
    found = [Dialect(separator, _is_escaped(lines, separator)) for separator in SEPARATORS]
    found += [replace(each, spaced=True) for each in found if any(f'{each.separator} "' in line for line in lines)]
    found += [replace(each, quote="'") for each in found if _opens_with_single(lines[:FIRST_LINES], each.separator)]
    return max(found, key=lambda each: _regularity(lines, each))  # of equals the first, the usual one


def _opens_with_single(lines: list[str], separator: str) -> bool:
    """Whether cells of most lines begin with a single quote."""
    told = sum(line.startswith("'") or f"{separator}'" in line for line in lines)
    return 2 * told > len(lines)


def _is_escaped(lines: list[str], separator: str) -> bool:
    """Whether quotes are escaped rather than doubled: only then the rows can be read to the end."""
    if not any('\\"' in line for line in lines):
        return False
    readable, whole = _readable(lines, Dialect(separator, False))
    return not whole and _readable(lines, Dialect(separator, True))[0] > readable


def _readable(lines: list[str], dialect: Dialect) -> tuple[int, bool]:
    """Rows that can be read before quotes do not match, and whether all can."""
    count = 0
    try:
        for _ in _reader(lines, dialect, strict=True):
            count += 1
    except csv.Error as error:
        return count + ("unexpected end" in str(error)), False  # the sample may end within a text
    return count + 1, True


def _regularity(lines: list[str], dialect: Dialect) -> tuple[float, int]:
    """(share of the rows that have the commonest width, 0 where that is 1; that width).

    Empty cells at the ends of rows count or do not, whichever is more regular: some programs leave them out, and some
    add one more.
    """
    whole, used = [], []
    try:
        for cells in _reader(lines, dialect, strict=False):
            if any(cell.strip() for cell in cells):
                whole.append(len(cells))
                used.append(len(cells) - _empty_at_end(cells))
    except csv.Error:
        pass
    return max(_share_of_one_width(whole), _share_of_one_width(used))


def _share_of_one_width(rows: list[int]) -> tuple[float, int]:
    widths = Counter(rows[:-1] if len(rows) > 2 else rows)  # the sample may end within the last row
    if not widths:
        return 0.0, 0
    full = max(widths, key=lambda width: (widths[width], width))
    near = sum(count for width, count in widths.items() if 1 < width < full)
    return ((widths[full] + near / 2) / sum(widths.values()) if full > 1 else 0.0), full


def _empty_at_end(cells: list[str]) -> int:
    return sum(1 for _ in itertools.takewhile(lambda cell: not cell.strip(), reversed(cells)))


def _reader(lines: Iterable[str], dialect: Dialect, strict: bool) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    return csv.reader(
        lines,
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        doublequote=not dialect.escaped,
        escapechar="\\" if dialect.escaped else None,
        strict=strict,
        skipinitialspace=dialect.spaced,
    )


def read_records(source: Source, encoding: Encoding, dialect: Dialect) -> Iterator[Record]:
    """Every row, blank ones too.

    Raises:
        DataError: quotes do not match; the message names the row in which they are opened.
    """
    with source.open() as stream:
        lines = read_lines(stream, encoding)
        skipped = sum(1 for _ in itertools.islice(lines, dialect.skipped_lines))
        counted = _Counted(lines, skipped)
        reader = _reader(counted, dialect, strict=True)
        number, line = skipped + 1, skipped + 1
        try:
            for cells in reader:
                yield Record(number, line, cells)
                number, line = number + 1, counted.read + 1
        except csv.Error as error:
            place = Record(number, line, []).place
            raise DataError(f"{source.name}, {place}: {_quote_problem(str(error))}") from None


class _Counted:
    """Lines, counted as they are read."""

    def __init__(self, lines: Iterator[str], read: int) -> None:
        self._lines, self.read = lines, read

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.read += 1
        return line


def _quote_problem(error: str) -> str:
    if "field larger" in error:
        return (
            f"a text is longer than {MAX_FIELD_CHARACTERS:,} characters: a quote is opened in this row and never "
            "closed; close it, or double the quotes that belong to the text"
        )
    if "unexpected end" in error:
        return "a quote is opened here and never closed; close it, or double the quotes that belong to the text"
    if "expected after" in error:
        return (
            "a quote that is opened here is not closed, or a quote within the text is not doubled; "
            'write "" for a quote that belongs to the text'
        )
    return f"is not valid CSV ({error}); export it again"
