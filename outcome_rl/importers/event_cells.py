"""Events of a recipient that stand in one cell, as a list of JSON objects: read as rows, one for each event."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ..data.delimited import Record
from ..data.headers import Header
from ..data.tables import Notes, Table
from .context import context_columns
from .dates import is_nothing
from .event_words import EVENT_WORDS, is_sending
from .layouts import ExportAdapter, Layout, Shape, load_adapters, name_key
from .meanings import Form, Meaning, OutcomeRule, word_key
from .people import NAME_ROLES
from .profiles import LOOKED_AT

READABLE = 0.9
"""Share of a column's filled cells that have to be lists of objects."""
SHOWN = 40
"""Characters of what is no event that stand for it."""
KEPT_ROLES = ("recipient", "campaign", "variant", "template", *NAME_ROLES)
"""Roles of the row's own columns that hold for each of its events."""
_TEXT_ROLES = ("text", "html", "subject")


@dataclass(frozen=True)
class EventCells(Table):
    """A table whose rows are the events in the cells of another one's column, with that one's other columns beside."""

    whole: Table | None = None
    column: str = ""
    keys: tuple[str, ...] = ()
    """Of the objects; each is a column at the end."""
    event_key: str = ""
    tell_sends: bool = False
    """Whether some events are that an email went out."""
    texts: tuple[str, ...] = ()
    """Columns of the row's own text, which is that of its email where one went out, and not known where several did."""

    def rows(self, notes: Notes | None = None, bounded: bool = True) -> Iterator[Record]:
        """A row for each event; one that says so where there was none. Raises DataError as the whole table's do."""
        assert self.whole is not None
        place = self.whole.header.index(self.column)
        for record in self.whole.rows(notes, bounded):
            own = [*record.cells[:place], *record.cells[place + 1 :]]
            bare = ["" if name in self.texts else cell for name, cell in zip(self.header, own, strict=False)]
            found = self._events(record.cells[place])
            sent = [event for event in found if is_sending(_text(event.get(self.event_key)))]
            for event in found:
                cells = own if len(sent) == 1 and event is sent[0] else bare
                yield replace(record, cells=[*cells, *(_text(event.get(key)) for key in self.keys)])

    def _events(self, cell: str) -> list[Mapping[str, Any]]:
        """The events of a cell; what is none of the kind is an event that has to be asked for."""
        read = _listed(cell)
        if read is None and not is_nothing(cell):
            return [{self.event_key: cell.strip()[:SHOWN]}]
        found: list[Mapping[str, Any]] = []
        for each in read or ():
            found.append(each if isinstance(each, dict) else {self.event_key: str(each)[:SHOWN]})
        return found or [{self.event_key: Meaning.UNSENT}]


def find_event_cells(table: Table, layout: Layout) -> tuple[EventCells, Layout] | None:
    """(the events as rows, how to read them) where a column holds them; None where none does, or nobody says whose.

    ``layout``: what was guessed of the table's columns.
    """
    if "recipient" not in layout.columns:
        return None
    adapter = next(each for each in load_adapters() if each.tool == "events")
    first_rows = [record.cells for record in islice(table.rows(), LOOKED_AT)]
    for place, column in enumerate(table.header):
        if objects := _objects([row[place] for row in first_rows]):
            keys = list(dict.fromkeys(key for each in objects for key in each))
            roles = _roles(keys, objects, adapter)
            if "event" in roles:
                return _unfolded(table, layout, column, roles, objects, adapter)
    return None


def _objects(cells: Sequence[str]) -> list[dict[str, Any]]:
    """The objects of all cells; none where too many cells are no lists of them."""
    filled = [cell for cell in cells if not is_nothing(cell)]
    lists = [each for cell in filled if (each := _listed(cell)) is not None]
    lists = [each for each in lists if all(isinstance(item, dict) for item in each)]
    return [item for each in lists for item in each] if filled and len(lists) >= READABLE * len(filled) else []


def _roles(keys: Sequence[str], objects: Sequence[Mapping[str, Any]], adapter: ExportAdapter) -> dict[str, str]:
    """Which key is what; that of the events has to hold words of two kinds of event at least."""
    called = {name_key(key): key for key in reversed(keys)}
    found: dict[str, str] = {}
    for role, names in adapter.columns.items():
        may = [called[name_key(name)] for name in names if name_key(name) in called]
        if role == "event":
            may = [key for key in may if _hold_events(key, objects)]
        if may and role != "recipient":
            found[role] = may[0]
    return found


def _hold_events(key: str, objects: Sequence[Mapping[str, Any]]) -> bool:
    words = {part for each in objects for part in word_key(_text(each.get(key))).split()}
    return len(words & EVENT_WORDS) >= 2


def _unfolded(
    table: Table,
    layout: Layout,
    column: str,
    roles: Mapping[str, str],
    objects: Sequence[Mapping[str, Any]],
    adapter: ExportAdapter,
) -> tuple[EventCells, Layout]:
    named = {role: f"{column}.{key}" for role, key in roles.items()}
    header = (*(name for name in table.header if name != column), *named.values())
    tell_sends = any(is_sending(_text(each.get(roles["event"]))) for each in objects)
    own = {role: name for role, name in layout.columns.items() if name != column and role not in roles}
    texts = {role: name for role, name in own.items() if role in _TEXT_ROLES and "text" not in roles}
    rows = EventCells(
        table.source, header, Header(header, 0), table.records, table.remarks,
        table, column, tuple(roles.values()), roles["event"], tell_sends, tuple(texts.values()),
    )  # fmt: skip
    kept = {role: name for role, name in own.items() if role in KEPT_ROLES} | texts
    columns = {**kept, **named}
    steps = {_text(each.get(roles["step"])).strip() for each in objects} if "step" in roles else set()
    reason = f"stands so in '{column}'"
    told = Layout(
        tool="event_cells",
        title="events, a list in each row",
        shape=Shape.EVENTS,
        why=f"column '{column}' holds lists of events, and '{columns['recipient']}' says whose",
        columns=columns,
        rules=(OutcomeRule(named["event"], Form.WORD, lead=True, reason=reason),),
        context=context_columns([name for name in header if name not in columns.values()]),
        reasons={**{role: layout.reasons.get(role, "") for role in kept}, **dict.fromkeys(named, reason)},
        step_base=0 if "0" in steps else 1,
    )
    return rows, told


def _listed(cell: str) -> list[Any] | None:
    """The list that a cell holds; None where it holds none."""
    if not cell.lstrip().startswith("["):
        return None
    try:
        read = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, list) else None


def _text(value: object) -> str:
    """A value of an object as a cell has it; objects within are nothing."""
    return "" if value is None or isinstance(value, (dict, list, bool)) else str(value)
