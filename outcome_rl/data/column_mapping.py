"""The words in a file's outcome column, and what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..config import Columns
from .csv_io import read_columns
from .outcomes import LEFT_OUT, outcome_key, outcome_meanings, parse_outcome

MOST_WORDS = 40
"""Different values that a column of outcomes may have."""


@dataclass(frozen=True)
class OutcomeWord:
    """A value of the outcome column: how it is first written there, its rows, and what it means (None: unknown)."""

    word: str
    rows: int
    meaning: int | None

    @property
    def key(self) -> str:
        """How the word is spelled where it is compared: lower case, underscores for blanks."""
        return outcome_key(self.word)


def outcome_words(path: Path, columns: Columns) -> list[OutcomeWord]:
    """The different values of the outcome column, the commonest first; one more than :data:`MOST_WORDS` at most.

    Raises:
        ConfigError: ``columns.outcomes`` is not understood.
        DataError: the file cannot be read, or the column is missing.
    """
    meanings = outcome_meanings(columns.outcomes)
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for _, value in read_columns(path, (columns.outcome,)):
        key = outcome_key(value)
        if key in first or len(first) <= MOST_WORDS:
            first.setdefault(key, value.strip())
            counts[key] += 1
    return [OutcomeWord(first[key], rows, parse_outcome(key, meanings)) for key, rows in counts.most_common()]


def left_out(words: Iterable[OutcomeWord]) -> int:
    """Rows that are left out."""
    return sum(each.rows for each in words if each.meaning == LEFT_OUT)
