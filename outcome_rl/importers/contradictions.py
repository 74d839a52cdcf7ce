"""Whether the column of outcomes is contradicted by another one of the same file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from ..config import Columns
from ..data.csv_io import find_columns, one_table
from ..data.outcomes import LEFT_OUT, outcome_meanings, parse_outcome
from .fold import CONVERSION, NO_REPLY
from .guess_outcomes import rules_beside
from .meanings import Meaning, Signal
from .profiles import profile_columns

USED = 3
"""Columns that every file has: context, email, outcome."""


def contradictions(path: Path, columns: Columns) -> tuple[str, ...]:
    """A sentence for each column that says that somebody answered or was won where the outcome says that they did not.

    Raises:
        DataError: the file cannot be read.
    """
    table = one_table(path)
    if len(table.header) <= USED or {"source", "recipient"} <= {name.lower() for name in table.header}:
        return ()  # an import's result keeps the export's columns, which it has weighed already
    rules = rules_beside(profile_columns(table.header, (record.cells for record in table.rows())), columns.outcome)
    if not rules:
        return ()
    (place,) = find_columns(path, list(table.header), (columns.outcome,))
    meanings, counts = outcome_meanings(columns.outcomes), Counter[str]()
    for record in table.rows():
        outcome = parse_outcome(record.cells[place], meanings)
        for rule in rules if outcome not in (None, LEFT_OUT) else ():
            said = rule.read(record.cells[table.header.index(rule.column)], {})
            wrong = outcome == NO_REPLY if rule.meaning is Meaning.REPLY else outcome != CONVERSION
            counts[rule.column] += isinstance(said, Signal) and wrong
    won = {rule.column for rule in rules if rule.meaning is Meaning.CONVERSION}
    return tuple(_sentence(columns.outcome, column, count, column in won) for column, count in counts.items() if count)


def _sentence(outcome: str, column: str, rows: int, of_the_won: bool) -> str:
    told = f"'{outcome}' and '{column}' contradict each other in {rows:,} rows; '{outcome}' was taken"
    way_out = (
        f"; if these emails won the people of whom '{column}' says so, the outcome columns are '{outcome},{column}'"
    )
    return told + way_out * of_the_won
