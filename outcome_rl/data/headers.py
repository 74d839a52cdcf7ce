"""Where a table's header is, and what its columns are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .delimited import Record

LOOKED_AT = 40
"""Rows that the header is looked for in, and told from data by."""
_FORMULA = re.compile(r"'+[=+\-@\t\r\0]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f]")
_ADDRESS = re.compile(r"[^\s@]++@[^\s@]{1,255}\.[^\s@]{1,255}")
_NUMBER_OR_DATE = re.compile(r"(?=\D*+\d)[\d.,:/\- TZ+]++")
MOST_AGAIN = 0.25
"""Share of the first row's cells that come again below, as ``INTERESTED`` may below a column of that name."""
LONGEST_NAME, WORDS_OF_A_NAME = 80, 9
_OURS = frozenset(("context", "email_text", "outcome"))


@dataclass(frozen=True)
class Header:
    """The columns' names, how many records stand before the first row, and whether a header was found at all."""

    names: tuple[str, ...]
    before: int
    titles: tuple[str, ...] = ()
    found: bool = True
    renamed: tuple[str, ...] = ()


def clean_name(name: str) -> str:
    """A column's name without invisible characters; spaces of all kinds, and what cannot be printed, as one."""
    seen = _INVISIBLE.sub("", unescape(name))
    if not seen.isprintable():
        seen = "".join(sign if sign.isprintable() else " " for sign in seen)
    return " ".join(seen.split())


def unescape(cell: str) -> str:
    """Undo the ``'`` that our own files put before what a spreadsheet would run as a formula."""
    return cell[1:] if _FORMULA.match(cell) else cell


def filled(cells: Sequence[str]) -> int:
    """How many cells hold anything."""
    return sum(1 for cell in cells if cell.strip())


def find_head(records: Sequence[Record]) -> Header | None:
    """The header within the first records; None where they hold nothing."""
    rows = [record for record in records if filled(record.cells)]
    if not rows:
        return None
    widths = Counter(len(record.cells) for record in rows)
    width = max(widths, key=lambda each: (widths[each] > 1, each if widths[each] > 1 else 0, widths[each]))
    most = max(filled(record.cells[:width]) for record in rows if len(record.cells) >= min(width, 2))
    enough = max(1, 0.8 * min(most, width))
    place = next((place for place, record in enumerate(records) if filled(record.cells) >= enough), 0)
    first = records[place]
    titles = tuple(
        " ".join(filter(None, map(clean_name, each.cells))) for each in records[:place] if filled(each.cells)
    )
    below = [record.cells for record in records[place + 1 :] if filled(record.cells)]
    if is_header(first.cells, below):
        used = _used(first.cells)
        wider = [width for width in map(_used, below) if width > used]
        if 2 * len(wider) > len(below):  # most rows go on beyond the header: its last columns have no names
            used = max(wider)
        cells = [*first.cells, *[""] * (used - len(first.cells))][: max(used, 1)]
        names, renamed = unique_names(cells)
        return Header(names, place + 1, titles, True, renamed)
    width = max(map(_used, [first.cells, *below]))
    return Header(tuple(f"column {number}" for number in range(1, width + 1)), place, titles, False)


def _used(cells: Sequence[str]) -> int:
    """Cells up to the last that holds anything."""
    return max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)


def is_header(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row names columns rather than holding data: short names, hardly one of which comes again below."""
    names = [clean_name(cell) for cell in cells if cell.strip()]
    if len(_OURS.intersection(name.lower() for name in names)) > 1:
        return True
    if any("\n" in cell.strip() or len(clean_name(cell)) > LONGEST_NAME for cell in cells):
        return False
    if any(len(name.split()) > WORDS_OF_A_NAME or _ADDRESS.fullmatch(name) for name in names):
        return False
    if any(_NUMBER_OR_DATE.fullmatch(name) for name in names):
        return False
    again = sum(_comes_again(clean_name(cell), [row[place] for row in below if place < len(row)])
                for place, cell in enumerate(cells) if cell.strip())  # fmt: skip
    return bool(names) and (not again or again < MOST_AGAIN * len(names))


def _comes_again(name: str, cells: Sequence[str]) -> bool:
    """Whether a column holds this value again below; one that is marked with its own name, else blank, does not."""
    values = {clean_name(cell) for cell in cells}
    return name in values and values != {name, ""}


def unique_names(cells: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(names, each once; those that occurred more than once): ``Email`` twice gives ``Email`` and ``Email (2)``."""
    names: list[str] = []
    taken: Counter[str] = Counter()
    twice: dict[str, None] = {}
    for place, cell in enumerate(cells, 1):
        name = clean_name(cell) or f"column {place}"
        taken[name.lower()] += 1
        if taken[name.lower()] > 1:
            twice[name] = None
            name = f"{name} ({taken[name.lower()]})"
        names.append(name)
    return tuple(names), tuple(twice)
