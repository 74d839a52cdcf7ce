"""What is in a column: how many words, dates, addresses, flags and numbers, told from its first rows."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .dates import day_comes_first, has_local_dates, is_nothing, parse_date
from .meanings import Meaning, is_flag, known_word, word_key

LOOKED_AT = 3000
"""Rows that a column is judged by."""
MOST_WORDS = 40
"""Different values that a column of outcomes may have."""
_ADDRESS = re.compile(r"(?:[^@<>\n]{0,80}+<|\s*+)[^@\s<>]{1,255}+@[^@\s<>]{1,255}\.[^@\s<>]{1,255}+>?\s*+")
"""``ana@firm.example``, ``Ana Field <ana@firm.example>``."""
_LINK = re.compile(r"\s*(?:https?://|www\.)\S+\s*")
_NUMBER = re.compile(r"\s*[-−–]?\d+(?:[.,]\d+)?\s*")


@dataclass(frozen=True)
class Profile:
    """One column; shares are of the cells that hold anything."""

    name: str
    filled: int
    blank: int
    words: float
    """Words of a filled cell, on average."""
    dates: float
    addresses: float
    links: float
    numbers: float
    flags: float
    values: tuple[str, ...]
    """Different values, the commonest first; one more than :data:`MOST_WORDS` at most."""
    keys: frozenset[str]
    day_first: bool | None
    """How its dates are meant, where a cell tells."""
    local_dates: bool
    """Whether it holds dates as ``3/4/2024``."""

    @property
    def few(self) -> bool:
        """Whether it may be a column of categories."""
        return 0 < len(self.values) <= MOST_WORDS and self.words <= 6

    def known(self, codes: bool = True) -> float:
        """Share of the different values whose meaning is known."""
        told = [known_word(value, codes=codes) is not None for value in self.values]
        return sum(told) / len(told) if told else 0.0

    def meanings(self) -> set[Meaning]:
        """What its known values mean."""
        return {meaning for value in self.values if (meaning := known_word(value)) is not None}


def profile_columns(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Profile]:
    """A profile of each column, from the first rows."""
    sample = list(itertools.islice(rows, LOOKED_AT))
    return [_profile(name, [row[place] for row in sample]) for place, name in enumerate(header)]


def _profile(name: str, cells: list[str]) -> Profile:
    filled = [cell for cell in cells if not is_nothing(cell) or word_key(cell) in ("none", "no")]
    counts = Counter(cell.strip() for cell in filled[: LOOKED_AT if len(filled) < LOOKED_AT else None])
    some = filled[:500]
    share = 1 / len(some) if some else 0.0
    return Profile(
        name=name,
        filled=len(filled),
        blank=len(cells) - len(filled),
        words=sum(len(cell.split()) for cell in some) * share,
        dates=sum(parse_date(cell) is not None for cell in some) * share,
        addresses=sum(_ADDRESS.fullmatch(cell) is not None for cell in some) * share,
        links=sum(_LINK.fullmatch(cell) is not None for cell in some) * share,
        numbers=sum(_NUMBER.fullmatch(cell) is not None for cell in some) * share,
        flags=sum(is_flag(cell) for cell in some) * share,
        values=tuple(value for value, _ in counts.most_common(MOST_WORDS + 1)),
        keys=frozenset(map(word_key, counts)),
        day_first=day_comes_first(some),
        local_dates=has_local_dates(some),
    )
