"""What a stranger's CSV means: a guess at its columns, and at the words in its outcome column."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..config import DEFAULT_COLUMNS, Columns
from .csv_io import find_columns, open_table, read_columns
from .outcomes import LEFT_OUT, meanings_text, outcome_key, outcome_meanings, parse_outcome

LOOKED_AT = 200
"""Rows that a guess at the columns is made from."""
MOST_WORDS = 40
"""Different values that a column of outcomes may have."""
NAMES = {
    "outcome": "outcome result status response label reply replied converted conversion stage disposition feedback",
    "email": "email_text email body message mail text content copy sent draft",
    "context": "context brief customer prospect lead about background situation recipient persona notes company",
}
"""Words that name a column, the surest first."""
MEANINGS = {
    0: "no, false, not replied, no answer, no response, not answered, unanswered, ignored, silence, silent, nothing, "
    "unresponsive, lost, closed lost, opened, not interested, unsubscribed, rejected, no interest, failed",
    1: "yes, true, answer, answered, response, responded, interested, positive reply, replied positive, engaged, "
    "in conversation, follow up, callback",
    2: "won, closed won, deal, deal won, sale, sold, bought, purchase, purchased, signed, signed up, customer, booked, "
    "meeting, meeting booked, demo, demo booked, call booked, success, paid, subscribed, closed",
    LEFT_OUT: "bounced, bounce, pending, scheduled, not sent, draft, queued, undelivered",
}
"""What is taken for no reply, a reply, a conversion, or no outcome at all, besides the names that need no mapping."""
_KNOWN = {word: value for value, words in MEANINGS.items() for word in words.split(", ")}
_ADDRESS = re.compile(r"\s*(https?://\S+|[^@\s]+@[^@\s]+)\s*")


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


def guess(path: Path) -> Columns:
    """How to read a file: its own names and words where they are the usual ones, else the likeliest.

    A column for which nothing fits is ``""``; words that are not understood are not in ``outcomes``.

    Raises:
        DataError: the file is not a CSV.
    """
    header, rows = open_table(path)
    looked_at = [cells for _, cells in itertools.islice(rows, LOOKED_AT)]
    columns = guess_columns(header, looked_at)
    return guess_meanings(path, columns) if columns.outcome else columns


def guess_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """Which column is which, by its name and by what is in it; the words of the outcomes are not looked up."""
    lowered, taken, found = [name.lower() for name in header], set(), {}
    times = Counter(lowered)
    values = [[row[place] for row in rows] for place in range(len(header))]
    usual = {role: getattr(DEFAULT_COLUMNS, role) for role in NAMES}
    for role in NAMES:
        if times[usual[role]] == 1:
            found[role] = lowered.index(usual[role])
    taken |= set(found.values())
    for role in NAMES:  # the outcome is the easiest to tell, then the email
        free = [place for place, name in enumerate(lowered) if name and times[name] == 1 and place not in taken]
        if role not in found and free:
            score, best = max((_fit(role, lowered[place], values[place]), -place) for place in free)
            if score >= 1:
                found[role] = -best
                taken.add(-best)
    return Columns(**{role: header[found[role]] if role in found else "" for role in NAMES})


def guess_meanings(path: Path, columns: Columns) -> Columns:
    """The same columns with a guess at what the words mean; words that everybody writes alike need none."""
    words = outcome_words(path, replace(columns, outcomes=""))
    guesses = {each.key: _usual(each.key) for each in words if each.meaning is None}
    needed = {key: value for key, value in guesses.items() if value is not None}
    return replace(columns, outcomes=meanings_text(needed))


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


def other_columns(path: Path, columns: Columns) -> list[str]:
    """Columns that are neither context nor email nor outcome. Raises DataError."""
    header, _ = open_table(path)
    used = set(find_columns(path, header, (columns.context, columns.email, columns.outcome)))
    return [name for place, name in enumerate(header) if place not in used]


def _usual(key: str) -> int | None:
    return _KNOWN.get(key.replace("_", " "))


def _fit(role: str, name: str, values: Sequence[str]) -> float:
    """How well a column fits a role; 1 is enough."""
    filled = [value for value in values if value.strip()]
    by_name = _named(name, NAMES[role].split())
    if not filled:
        return 0.0
    words = sum(len(value.split()) for value in filled) / len(filled)
    if sum(bool(_ADDRESS.fullmatch(value)) for value in filled) > len(filled) / 2:
        return 0.0
    if role == "outcome":
        different = {outcome_key(value) for value in filled}
        understood = {key for key in different if parse_outcome(key) is not None or _usual(key) is not None}
        known = sum(outcome_key(value) in understood for value in filled) / len(filled)
        # a column of 1 and 0, say of visits, is no outcome unless it is called so
        plain = different <= {"0", "1", "2", "yes", "no", "true", "false"}
        return 0.0 if len(different) > MOST_WORDS or words > 6 else by_name + known * (0.4 if plain else 1.2)
    if role == "email":
        return 3 * by_name * (words >= 4) + min(words, 60) / 15  # a name outweighs any length
    return by_name * (words >= 1.5) + min(words, 12) / 15


def _named(name: str, hints: Collection[str]) -> float:
    """1 where the name is a hint, less where a hint is a word in it."""
    if name in hints:
        return 1.0
    parts = re.findall(r"[a-z]+", name)
    places = [place for place, hint in enumerate(hints) if hint in parts]
    return 0.8 - 0.2 * min(places) / len(hints) if places else 0.0
