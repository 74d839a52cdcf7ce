"""How far an import is, told while it goes on."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ..data.sources import Source

PROGRESS_EVERY = 1000
"""Rows or messages after which it is said how far an import is; a stop waits for as many."""
READING_TABLES, READING_MAILBOXES = 0.1, 0.85
"""Share of the work that is done once the files are read; the rest is putting emails together. Measured."""


Whole = TypeVar("Whole")


class Watch(Protocol):
    """Goes through work that says how far it is, as :func:`outcome_rl.utils.streaming.run_to_end` does unseen."""

    def __call__(self, work: Generator[ImportProgress, None, Whole], /) -> Whole:
        """What the work returns."""
        ...


@dataclass(frozen=True)
class ImportProgress:
    """How far an import is: the rows or messages read, and those of them that were made into emails."""

    read: int
    made: int = 0
    """0 while what belongs together may still stand anywhere in the files."""
    share: float | None = None
    """How much of the whole is done, 0 to 1; None where nobody knows."""
    things: str = "rows"

    def __str__(self) -> str:
        if not self.read:
            return "Opening your files"
        if self.made:
            return f"Sorting {self.things} into emails and replies: {self.made:,} of {self.read:,} done"
        return f"Reading your files: {self.read:,} {self.things} so far"


class Course:
    """Tells the share of an import that is done by how far its files are read; mailboxes come after tables."""

    def __init__(self, tables: Sequence[Source], mailboxes: Sequence[Source]) -> None:
        self._tables, self._mailboxes = tables, mailboxes
        of_tables, of_mailboxes = _size(tables), _size(mailboxes)
        self._tables_weigh = of_tables / max(1, of_tables + of_mailboxes)

    def rows(self, read: int, made: int = 0, at_once: bool = False) -> ImportProgress:
        """``at_once``: emails are made while rows are read."""
        share = _share(self._tables, made / read, 1.0 if at_once else READING_TABLES)
        return ImportProgress(read, made, share if share is None else share * self._tables_weigh)

    def messages(self, read: int, made: int = 0) -> ImportProgress:
        """Of the mailboxes."""
        share = _share(self._mailboxes, made / read, READING_MAILBOXES)
        weighed = share if share is None else self._tables_weigh + share * (1 - self._tables_weigh)
        return ImportProgress(read, made, weighed, "messages")


def _share(sources: Sequence[Source], made: float, reading: float) -> float | None:
    """How much of the work on these files is done; None while one is read of which nobody knows how far it is."""
    if made:
        return reading + (1 - reading) * min(1.0, made)
    for place, source in enumerate(sources):
        if (share := source.share_read()) is not None:
            return reading * (_size(sources[:place]) + share * source.size) / max(1, _size(sources))
    return None


def _size(sources: Sequence[Source]) -> int:
    return sum(source.size for source in sources)
