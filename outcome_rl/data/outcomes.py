"""How an outcome may be written, and what other words mean."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ..errors import ConfigError
from ..outcomes import OUTCOMES

OUTCOME_NAMES = {
    **{str(value): value for value in range(3)},
    **{name: value for value, name in enumerate(OUTCOMES)},
    "no reply": 0,
    "none": 0,
    "reply": 1,
    "replied": 1,
    "conversion": 2,
    "converted": 2,
}
"""How an outcome may be written (compared in lower case, ``-`` read as a space)."""
SKIP = "skip"
"""Said of an outcome whose rows are to be left out."""
LEFT_OUT = -1
"""What :func:`parse_outcome` gives for it."""
REST = "*"
"""Stands for all outcomes that are not known and of which nothing else is said."""
_NUMBER = re.compile(r"[-−–]?\d+(?:[.,]0*)?")


def parse_outcome(text: str, meanings: Mapping[str, int] = MappingProxyType({})) -> int | None:
    """0, 1 or 2 from a number or a name, or what ``meanings`` says of it; None where it is none of these.

    What is said of :data:`REST` holds for all others; an empty cell is never an answer.
    """
    key = outcome_key(text)
    rest = meanings.get(REST)
    return meanings.get(key, OUTCOME_NAMES.get(key, rest if key or rest in (0, LEFT_OUT) else None))


def outcome_key(text: str) -> str:
    """Outcomes that are written differently and mean the same have the same key: ``No-Reply`` and ``no reply``."""
    key = " ".join(text.split())
    if re.fullmatch(_NUMBER, key):  # -1 is not 1, and 1,0 is
        return re.sub(r"[.,]0*$", "", key.replace("−", "-").replace("–", "-"))
    return " ".join(key.lower().replace("-", " ").split())


def outcome_meanings(text: str) -> dict[str, int]:
    """``"none=0,answered=1,bounced=skip"`` as a mapping of keys to 0, 1, 2 or :data:`LEFT_OUT`.

    A word with a comma in it stands in quotes with its meaning: ``"no, thanks=0"``.

    Raises:
        ConfigError: a part is not ``WORD=MEANING``, or the meaning is none of the allowed.
    """
    found: dict[str, int] = {}
    for word, value in meanings_as_written(text):
        if found.setdefault(outcome_key(word), value) != value:
            raise ConfigError(f"outcomes: '{word.strip()[:40]}' is given two meanings; leave one of them")
    return found


def meanings_as_written(text: str) -> list[tuple[str, int]]:
    """(word, meaning) of each part of ``"Closed - Won=2,=0"``. Raises ConfigError as :func:`outcome_meanings` does."""
    found = []
    for part in next(csv.reader([" ".join(text.split())], skipinitialspace=True), []):
        word, sign, meaning = part.rpartition("=")
        value = LEFT_OUT if meaning.strip().lower() == SKIP else parse_outcome(meaning)
        if not sign or value is None:
            allowed = ", ".join([*map(str, range(3)), *OUTCOMES, SKIP])
            raise ConfigError(
                f"outcomes: '{part[:60]}' is not WORD=MEANING with a meaning of {allowed}; write it as none=0,won=2"
            )
        found.append((word.strip(), value))
    return found


def meanings_text(meanings: Mapping[str, int]) -> str:
    """The inverse of :func:`outcome_meanings`."""
    parts = [f"{word}={SKIP if value == LEFT_OUT else value}" for word, value in meanings.items()]
    return row_text(parts) if parts else ""


def row_text(parts: Sequence[str]) -> str:
    """Parts on one line with commas between them; one that has a comma itself stands in quotes."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(parts)
    return line.getvalue()
