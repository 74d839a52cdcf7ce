"""The columns that a person names: whose they are, of one table or of several, however they are written."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from ..errors import ConfigError
from ..text.quoted import quote_some
from .layouts import name_key

CALLED = {"email": "text", "email_text": "text", "text": "text", "outcome": "outcome", "context": "context"}
"""What a person may call the roles."""


def columns_of_each(headers: Sequence[Sequence[str]], chosen: Mapping[str, str]) -> list[dict[str, str]]:
    """What was said of columns, for each of several tables that which it has.

    Raises:
        ConfigError: none of them has one of the columns.
    """
    if len(headers) < 2:
        return [dict(chosen) for _ in headers]
    found: list[dict[str, str]] = [{} for _ in headers]
    for role, name in chosen.items():
        several = CALLED.get(role, role) == "outcome" and not any(_has(header, name) for header in headers)
        names = _several(name) if several else [name] if name else []
        for each in names:
            if not any(_has(header, each) for header in headers):
                find_column([*dict.fromkeys(column for header in headers for column in header)], each)
        for header, own in zip(headers, found, strict=True):
            if there := [each for each in names if _has(header, each)]:
                own[role] = names_in_one(there)
    return found


def _has(header: Sequence[str], name: str) -> bool:
    return name_key(name) in {name_key(each) for each in header}


def names_in_one(names: Sequence[str]) -> str:
    """Several columns' names in one text, as ``--outcome-column`` takes them."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(list(dict.fromkeys(names)))
    return line.getvalue() if len(names) > 1 else "".join(names)


def _several(said: str) -> list[str]:
    parts = next(csv.reader([said], skipinitialspace=True), [])
    return [part.strip() for part in parts if part.strip()]


def chosen_columns(header: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """What a person said of columns, with the names as the header has them. Raises ConfigError: one is not there."""
    found = {}
    for role, name in chosen.items():
        if not name:
            continue
        if CALLED.get(role, role) == "outcome":
            outcome_columns(header, name)
        else:
            found[CALLED.get(role, role)] = find_column(header, name)
    return found


def find_column(header: Sequence[str], name: str) -> str:
    """A column by its name, however it is written. Raises ConfigError: it is not there."""
    names = {name_key(each): each for each in reversed(header)}
    if name_key(name) not in names:
        shown = quote_some(header)
        raise ConfigError(f"columns: column '{name}' is missing; the columns found are {shown}")
    return names[name_key(name)]


def outcome_columns(header: Sequence[str], said: str) -> tuple[str, ...]:
    """The columns that a person named for the outcome: ``Meeting booked, Replied`` are two where none is called so.

    Raises:
        ConfigError: one is not there.
    """
    if not said.strip():
        return ()
    if name_key(said) in {name_key(each) for each in header}:
        return (find_column(header, said),)
    return tuple(dict.fromkeys(find_column(header, part) for part in _several(said)))
