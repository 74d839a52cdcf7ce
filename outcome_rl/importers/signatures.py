"""The signatures of those who wrote a table or a mailbox, told by what most emails of each have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from ..text.cleaning import Cleaned
from ..text.shared_signatures import shared_lines
from .addresses import first_address
from .layouts import WITH_EMAILS
from .profiles import LOOKED_AT
from .reading import OpenTable

NOTHING: frozenset[str] = frozenset()


def lines_of_each(emails: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """The lines of each sender's signature, of those who have one."""
    return {sender: lines for sender, texts in emails.items() if (lines := shared_lines(texts))}


class Signatures:
    """The lines of each sender's signature in one table, from its first rows."""

    def __init__(self, table: OpenTable, clean: Callable[[str], Cleaned]) -> None:
        self._reader = reader = table.reader.fresh()
        self._lines: dict[str, frozenset[str]] = {}
        if not (reader.has("text") or reader.has("html")) or table.layout.shape not in WITH_EMAILS:
            return
        emails: dict[str, list[str]] = defaultdict(list)
        for record in islice(table.table.rows(bounded=False), LOOKED_AT):
            entry = reader.read(record.cells)
            if entry and entry.sent and (body := reader.body(record.cells)).strip():
                emails[self._sender(record.cells)].append(clean(body).text)
        self._lines = lines_of_each(emails)

    def of(self, cells: Sequence[str]) -> frozenset[str]:
        """The lines of the signature of who wrote a row's email."""
        return self._lines.get(self._sender(cells), NOTHING) if self._lines else NOTHING

    def _sender(self, cells: Sequence[str]) -> str:
        return first_address(self._reader.cell(cells, "sender"))
