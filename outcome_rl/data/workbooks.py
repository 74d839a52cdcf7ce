"""Records of a spreadsheet (xlsx, xls, ods), read by calamine."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator, Mapping

from ..errors import DataError
from .delimited import Record
from .headers import Header
from .sources import MAX_WORKBOOK, Source


def read_workbook(source: Source) -> tuple[list[str], dict[str, list[list[object]]]]:
    """(names of the sheets, rows of those that hold any).

    Raises:
        DataError: the file is damaged, protected, or larger than can be held.
    """
    import io

    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    with source.open() as stream:
        data = stream.read(MAX_WORKBOOK + 1)
    _require_room(source, data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets: dict[str, list[list[object]]] = {}
        for name in book.sheet_names:
            sheets[name] = [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
    except PasswordError:
        raise DataError(f"{source.name}: is protected by a password; save it without one") from None
    except (CalamineError, ValueError, OSError) as error:
        raise DataError(f"{source.name}: cannot be read as a spreadsheet ({error}); save it as 'CSV UTF-8'") from None
    return list(sheets), {name: rows for name, rows in sheets.items() if rows}


def _require_room(source: Source, data: bytes) -> None:
    """Raises DataError where the workbook's parts unpack to more than :data:`MAX_WORKBOOK`, or than is allowed here."""
    import io

    size, limit = len(data), min(MAX_WORKBOOK, source.max_unpacked)
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for part in archive.infolist():
                    with archive.open(part) as stream:
                        while size <= limit and (chunk := stream.read(2**20)):
                            size += len(chunk)
        except (zipfile.BadZipFile, EOFError, OSError):
            raise DataError(f"{source.name}: is damaged or cut off; save it again") from None
    if size > limit:
        raise DataError(f"{source.name}: unpacks to more than {limit / 2**20:.0f} MB; save it as 'CSV UTF-8'")


def workbook_records(rows: list[list[object]]) -> Iterator[Record]:
    """The rows of a sheet as text, numbered as the spreadsheet numbers them."""
    for number, row in enumerate(rows, 1):
        yield Record(number, None, [cell_text(cell) for cell in row])


def joined_records(sheets: Mapping[str, list[list[object]]], heads: Mapping[str, Header]) -> Iterator[Record]:
    """The rows of sheets that have the same columns in any order, below the header of the first."""
    wanted = [name.lower() for name in next(iter(heads.values())).names]
    before = 0
    for sheet, rows in sheets.items():
        head = heads[sheet]
        places = [[name.lower() for name in head.names].index(name) for name in wanted]
        for record in workbook_records(rows):
            if before and record.number <= head.before:
                continue
            cells = record.cells
            if places != sorted(places):
                cells = [cells[place] if place < len(cells) else "" for place in places]
            yield Record(before + record.number, None, cells, sheet, record.number)
        before += len(rows)


def cell_text(cell: object) -> str:
    """A cell as a CSV would have it: whole numbers without a point, dates in ISO 8601, booleans as true and false."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return "" if cell is None else str(cell).replace("_x000D_", "").replace("\r\n", "\n")
