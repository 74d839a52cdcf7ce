"""Several things that stand in one cell, as columns of their own: the fields of a JSON object, what tags say.

A sending tool puts what the seller uploaded into one column ("custom_fields"), or all tags of a person; which variant
somebody got or that a meeting was booked stands there, and can be named, and guessed, as any column can.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ..data.delimited import Record
from ..data.headers import Header
from ..data.tables import Notes, Table
from ..text.merge_filling import custom_fields
from .dates import is_nothing
from .event_words import EVENT_WORDS
from .meanings import Meaning, word_key
from .outcome_names import said_by_name
from .profiles import LOOKED_AT
from .role_names import spaced
from .state_columns import TELLING, told_of_people

READABLE = 0.9
"""Share of a column's filled cells that have to be JSON objects."""
MOST_FIELDS, LONGEST_NAME = 100, 80
"""Fields of a column's objects, and characters of a name, that become columns."""
_OF_TAGS = re.compile(r"\b(?:tags?|labels|lists|schlagw[oö]rter?|etiketten|étiquettes|etiquetas|etichette)$")
_HASHED = re.compile(r"#([^\s#,;|]{1,80})")
_PARTED = re.compile(r"[,;|\n]")
_VERSION = re.compile(r"(?:(?:variant|variation|version|var|ab|test)[ _-]?)?([a-f])", re.I)

Cells = Callable[[str], Sequence[str]]
"""What a cell holds, as the cells of the columns that it becomes."""


@dataclass(frozen=True)
class Packed:
    """A column of which others are made; ``raw``: it says nothing beside them, so nobody has to choose it."""

    column: str
    names: tuple[str, ...]
    cells: Cells
    raw: bool


@dataclass(frozen=True)
class UnpackedCells(Table):
    """A table with the columns beside its own that its cells hold."""

    whole: Table | None = None
    packed: tuple[Packed, ...] = ()

    def rows(self, notes: Notes | None = None, bounded: bool = True) -> Iterator[Record]:
        """Each row with what its cells hold at its end. Raises DataError as the whole table's do."""
        assert self.whole is not None
        places = [(self.whole.header.index(each.column), each.cells) for each in self.packed]
        for record in self.whole.rows(notes, bounded):
            more = [cell for place, cells in places for cell in cells(record.cells[place])]
            yield replace(record, cells=[*record.cells, *more])


def own_header(table: Table) -> tuple[str, ...]:
    """The columns that the file itself has."""
    return table.whole.header if isinstance(table, UnpackedCells) and table.whole else table.header


def columns_to_choose(table: Table) -> tuple[str, ...]:
    """The columns that somebody may name: of objects in cells their fields, not the cell."""
    raw = {each.column for each in table.packed if each.raw} if isinstance(table, UnpackedCells) else set()
    return tuple(name for name in table.header if name not in raw)


def is_unpacked(table: Table, column: str) -> bool:
    """Whether a column stands in the cells of another one: what was uploaded with a person, or is said of them."""
    return isinstance(table, UnpackedCells) and any(column in each.names for each in table.packed)


def unpacked(table: Table) -> Table:
    """The table with the columns that stand in cells of its own; itself where there are none."""
    first_rows = [record.cells for record in islice(table.rows(bounded=False), LOOKED_AT)]
    taken = {name.lower() for name in table.header}
    found: list[Packed] = []
    for place, column in enumerate(table.header):
        filled = [row[place] for row in first_rows if not is_nothing(row[place])]
        found += _objects(column, filled, taken) or _tags(column, filled, taken)
        taken |= {name.lower() for each in found for name in each.names}
    if not found:
        return table
    header = (*table.header, *(name for each in found for name in each.names))
    return UnpackedCells(
        table.source, header, Header(header, 0), table.records, table.remarks, table, tuple(found)
    )  # fmt: skip


def _objects(column: str, filled: Sequence[str], taken: set[str]) -> list[Packed]:
    """The fields of the objects that a column holds."""
    if sum(cell.lstrip()[:1] == "{" for cell in filled) < max(READABLE * len(filled), 1):
        return []
    held: dict[str, set[str]] = {}
    for cell in filled:
        for name, value in custom_fields(cell).items():
            held.setdefault(name, set()).add(word_key(value))
    fields = [name for name in held if name.strip() and len(name) <= LONGEST_NAME][:MOST_FIELDS]
    fields = [name for name in fields if f"{column}.{name}".lower() not in taken]  # JSON's own lines have these already
    if not fields or any(map(_are_events, held.values())):
        return []
    names = tuple(f"{column}.{name}" if name.lower() in taken else name for name in fields)

    def cells(cell: str) -> list[str]:
        own = custom_fields(cell)
        return [own.get(name, "") for name in fields]

    return [Packed(column, names, cells, raw=True)]


def _are_events(values: Collection[str]) -> bool:
    """Whether a field says what happened, as ``email sent``, and is no text in which such words stand."""
    events = [words for value in values if (words := EVENT_WORDS & set(value.split()))]
    return len(set().union(*events)) >= 2 and 2 * len(events) >= len(values)


def _tags(column: str, filled: Sequence[str], taken: set[str]) -> list[Packed]:
    """What tags say came of it, and the variant, where each row has one of several letters at most."""
    if not _OF_TAGS.search(spaced(column)):
        return []
    rows = [tags_in(cell) for cell in filled]
    found: list[Packed] = []
    if any(_said(tags) for tags in rows):
        found.append(Packed(column, (f"status in {column}",), lambda cell: [_said(tags_in(cell))], raw=False))
    versions = [each for tags in rows if (each := _versions(tags))]
    if all(len(each) == 1 for each in versions) and len({each[0] for each in versions}) > 1:
        found.append(
            Packed(column, (f"variant in {column}",), lambda cell: ["".join(_versions(tags_in(cell)))], raw=False)
        )
    return [each for each in found if each.names[0].lower() not in taken]


def tags_in(cell: str) -> list[str]:
    """The tags of a cell: ``#A #MEETING``, or parted by commas, semicolons and bars."""
    found = _HASHED.findall(cell) if "#" in cell else _PARTED.split(cell)
    return [tag.strip() for tag in found if tag.strip()]


def _said(tags: Sequence[str]) -> str:
    """The tag that tells what came of it; empty where none does."""
    told = {meaning: word for tag in reversed(tags) for meaning, word in [_meaning(tag)] if meaning}
    return next((told[meaning] for meaning in TELLING if meaning in told), "")


def _meaning(tag: str) -> tuple[Meaning | None, str]:
    """(what a tag says, by a word known everywhere); one that only says that somebody was won is such a word."""
    words = spaced(tag)
    if known := told_of_people(words):
        return known, tag.replace("_", " ")
    said = said_by_name(words)
    won = said is not None and said.meaning is Meaning.CONVERSION and said.plain and not said.negated
    return (Meaning.CONVERSION, Meaning.CONVERSION.value) if won else (None, "")


def _versions(tags: Sequence[str]) -> list[str]:
    return [found[1].upper() for tag in tags if (found := _VERSION.fullmatch(tag))]
