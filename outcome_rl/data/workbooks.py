"""Records of a spreadsheet (xlsx, xls, ods), read by calamine."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import DataError
from ..security.caps import current_caps
from ..security.surroundings import job_environment
from ..text.quoted import one_line
from ..utils.processes import search_path
from . import workbook_process
from .delimited import Record
from .headers import Header
from .sources import MAX_WORKBOOK, SHOWN, Source, unpacked_in_parts

MEMORY_FOR_PYTHON = 400 * 2**20
MEMORY_FOR_TEXT = 3
"""What a workbook's process may take: bytes to begin with, and for each byte that its parts may unpack to."""
SECONDS = 120
"""Processor time that it may take."""
MOST_SHEETS = 1000
MOST_BLANK = 100_000
"""Blank rows of a workbook, which one cell far down is enough for."""
MOST_ROWS = 4
"""Rows of all sheets together, for each row that a file may have: whatever is read aside is held in memory as well."""
_BLANK = [""]


def read_workbook(source: Source) -> tuple[list[str], dict[str, list[list[str]]]]:
    """(names of the sheets, rows of those that hold any).

    Raises:
        DataError: the file is damaged, protected, or larger than can be held; or nearly all of it is blank.
    """
    with source.open() as stream:
        data = stream.read(MAX_WORKBOOK + 1)
    limit = min(MAX_WORKBOOK, source.max_unpacked)
    _require_room(source, data, limit)
    names: list[str] = []
    sheets: dict[str, list[list[str]]] = {}
    filled, blank, most = 0, 0, MOST_ROWS * current_caps().rows
    for told in _told(source, data, limit):
        if isinstance(told, str):
            names.append(told)
            sheets[told] = rows = []
            _require_few(source, len(names), MOST_SHEETS, "sheets; save the one that holds the emails")
        elif isinstance(told, int):
            blank += told
            _require_few(source, blank, MOST_BLANK, "blank rows; delete them, and what stands below them, or save it")
            rows += [_BLANK] * told
        elif isinstance(told, list):
            filled += 1
            _require_few(source, filled, most, "rows in all its sheets; save the one that holds the emails")
            rows.append(told)
        elif told is None:
            return names, {name: rows for name, rows in sheets.items() if rows}
        elif "protected" in told:
            raise DataError(f"{source.name}: is protected by a password; save it without one")
        else:
            reason = one_line(told["unreadable"], SHOWN)
            raise DataError(f"{source.name}: cannot be read as a spreadsheet ({reason}); save it as 'CSV UTF-8'")
    raise DataError(
        f"{source.name}: takes more memory or time than is allowed for a spreadsheet, which one cell far out is enough "
        "for; delete what lies around the table, or save it as 'CSV UTF-8'"
    )


def _told(source: Source, data: bytes, limit: int) -> Iterator[Any]:
    """What the process that reads the workbook says, line by line, until it ends or is not listened to any more."""
    bounds = [str(limit * MEMORY_FOR_TEXT + MEMORY_FOR_PYTHON), str(SECONDS)]
    command = [sys.executable, "-m", workbook_process.__name__, *bounds]
    environment = {**job_environment(os.environ), "PYTHONPATH": search_path()}
    with tempfile.TemporaryFile() as given:
        given.write(data)
        given.seek(0)
        process = subprocess.Popen(
            command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
    with process:
        assert process.stdout is not None
        try:
            while line := process.stdout.readline(limit + 1):
                limit -= len(line)
                if limit < 0:
                    raise _too_large(source)
                if line.endswith(b"\n"):
                    yield json.loads(line)
        finally:
            process.kill()


def _require_few(source: Source, number: int, most: int, what: str) -> None:
    if number > most:
        raise DataError(f"{source.name}: has more than {most:,} {what} as 'CSV UTF-8'")


def _require_room(source: Source, data: bytes, limit: int) -> None:
    """Raises DataError where the workbook's parts unpack to more than ``limit``."""
    size = len(data)
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for part in archive.infolist():
                    with unpacked_in_parts(archive, part, source.name) as stream:
                        while size <= limit and (chunk := stream.read(2**20)):
                            size += len(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
            raise DataError(f"{source.name}: is damaged or cut off; save it again") from None
    if size > limit:
        raise _too_large(source)


def _too_large(source: Source) -> DataError:
    most = min(MAX_WORKBOOK, source.max_unpacked) / 2**20
    return DataError(f"{source.name}: unpacks to more than {most:.0f} MB; save it as 'CSV UTF-8'")


def workbook_records(rows: list[list[str]]) -> Iterator[Record]:
    """The rows of a sheet, numbered as the spreadsheet numbers them."""
    for number, row in enumerate(rows, 1):
        yield Record(number, None, row)


def joined_records(sheets: Mapping[str, list[list[str]]], heads: Mapping[str, Header]) -> Iterator[Record]:
    """The rows of sheets that share columns, in any order, below one header: the columns of the sheet that has most of
    them, then what others have besides. A cell that a sheet has no column for is empty.
    """
    widest = max(heads.values(), key=lambda head: len(head.names))
    names = {name.lower(): name for name in (*widest.names, *(each for head in heads.values() for each in head.names))}
    before = 0
    for sheet, rows in sheets.items():
        own = {name.lower(): place for place, name in enumerate(heads[sheet].names)}
        places = [own.get(name) for name in names]
        for record in workbook_records(rows):
            if before and record.number <= heads[sheet].before:
                continue
            cells = record.cells
            if record.number == heads[sheet].before:
                cells = [*names.values()]
            elif record.number > heads[sheet].before and places != [*range(len(own))]:
                cells = [cells[place] if place is not None and place < len(cells) else "" for place in places]
            yield Record(before + record.number, None, cells, sheet, record.number)
        before += len(rows)
