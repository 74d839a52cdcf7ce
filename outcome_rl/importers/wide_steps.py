"""Exports with a column for each step's day of sending, as "Stage 1 Sent At": a row for each email of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ..data.delimited import Record
from ..data.headers import Header
from ..data.tables import Notes, Table
from .dates import is_nothing, parse_date
from .layouts import ExportAdapter, Layout, load_adapters, match_adapter
from .packed_cells import own_header
from .profiles import LOOKED_AT
from .role_names import spaced

STEP, SENT_AT = "Step", "Sent at"
"""What the two columns are called that each email has."""
_SENT_STEP = re.compile(
    r"(?:step|stage|touch|e ?mail|mail|message|schritt|étape|paso) ?(?P<number>\d)"
    r" (?:was |is )?(?:sent(?: at| on| date| time)?|send date|date sent|gesendet(?: am)?|versendet(?: am)?)"
)


@dataclass(frozen=True, kw_only=True)
class WideSteps(Table):
    """A table with a row for each email, made of one with a row for each recipient."""

    whole: Table
    sent: tuple[tuple[str, int], ...]
    """(step, place of its day of sending) of each step, in their order."""

    def rows(self, notes: Notes | None = None, bounded: bool = True) -> Iterator[Record]:
        """Each row once for each email that went out; once, without a day, where none did. Raises DataError as the
        whole table's do.
        """
        for record in self.whole.rows(notes, bounded):
            sent = [(step, record.cells[place]) for step, place in self.sent if not is_nothing(record.cells[place])]
            for step, at in sent or [(self.sent[0][0], "")]:
                yield replace(record, cells=[*record.cells, step, at])


def of_recipients(layout: Layout) -> Layout:
    """The layout of such a table: what its other columns tell is told of the recipient, and what has no day of sending
    was not sent.
    """
    rules = tuple(replace(rule, lead=True) for rule in layout.rules)
    return replace(layout, rules=rules, unsent_without="sent_at")


def by_steps(table: Table) -> Table:
    """The table with a row for each email where several columns tell when each step was sent and no adapter knows the
    export; else itself.
    """
    found = {match["number"]: place for place, name in enumerate(table.header)
             if (match := _SENT_STEP.fullmatch(spaced(name)))}  # fmt: skip
    named = {STEP.lower(), SENT_AT.lower()} & {spaced(name) for name in table.header}
    if len(found) < 2 or named or match_adapter(own_header(table), _known_tools()):
        return table
    rows = [record.cells for record in islice(table.rows(bounded=False), LOOKED_AT)]
    if not all(_hold_days(rows, place) for place in found.values()):
        return table
    header = (*table.header, STEP, SENT_AT)
    sent = tuple(sorted(found.items()))
    head = Header(header, 0)
    return WideSteps(table.source, header, head, table.records, table.remarks, whole=table, sent=sent)


def _known_tools() -> list[ExportAdapter]:
    return [each for each in load_adapters() if each.signature]


def _hold_days(rows: Sequence[Sequence[str]], place: int) -> bool:
    filled = [row[place] for row in rows if not is_nothing(row[place])]
    return bool(filled) and all(parse_date(cell) for cell in filled)
