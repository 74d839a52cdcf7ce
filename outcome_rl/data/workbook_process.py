"""A spreadsheet read by a process of its own, within bounds: one cell far out, or one that is said to stand there a
million times, makes a file of a kilobyte as large as no memory is. The process may die of it, whoever asked goes on.

``python -m outcome_rl.data.workbook_process MEMORY SECONDS < book.xlsx`` writes lines of JSON: a text, which is the
name of a sheet; a list, which is a row of it with its cells as texts; a number, which is so many blank rows; an object,
which says why there is no more; and null at the end, without which it has died. It imports little, for people wait for
it.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

AT_ONCE = 10_000
"""Blank rows that are told together."""


def main(memory: int, seconds: int) -> None:
    """Read what is on standard input within so many bytes and so many seconds of a processor."""
    _limit(memory, seconds)
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        for name in book.sheet_names:
            _tell(name)
            _tell_rows([cell_text(cell) for cell in row] for row in book.get_sheet_by_name(name).iter_rows())
    except PasswordError:
        _tell({"protected": True})
    except (CalamineError, ValueError, OSError) as error:
        _tell({"unreadable": str(error)})
    else:
        _tell(None)


def _tell_rows(rows: Iterable[list[str]]) -> None:
    """Whoever listens hears of blank rows without end soon enough to stop it."""
    blank = 0
    for cells in rows:
        if any(cells):
            if blank:
                _tell(blank)
            _tell(cells)
            blank = 0
        else:
            blank += 1
            if blank == AT_ONCE:
                _tell(blank)
                blank = 0


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


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: what asks for more than there is dies there as well
        return
    for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        allowed = resource.getrlimit(kind)[1]
        limit = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        with suppress(ValueError):  # some systems know no such limit
            resource.setrlimit(kind, (limit, limit))


def _tell(value: Any) -> None:
    sys.stdout.buffer.write(json.dumps(value).encode() + b"\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
