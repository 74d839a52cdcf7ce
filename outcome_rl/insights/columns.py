"""Columns that a file may have beside context, email and outcome, as factors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..data.csv_io import open_table, read_columns
from .factors import COLUMN, CONTEXT, TEMPLATE, Factor, category_factor

NAMES = ("step", "sent_at", "template", "variant", "segment", "sender", "product", "campaign")
"""The columns that are looked at, by name."""
STEP_NOTE = "Later steps go only to people whom the earlier ones did not move."
LONGEST = 60

_Phrase = Callable[[str], str]
_COLUMNS: dict[str, tuple[str, str, _Phrase]] = {
    "step": ("Step of the sequence", COLUMN, lambda value: f"of step {value}"),
    "template": ("Template", TEMPLATE, lambda value: f"from the template {quote(value)}"),
    "variant": ("Variant", TEMPLATE, lambda value: f"of variant {quote(value)}"),
    "segment": ("Segment", CONTEXT, lambda value: f"to the segment {quote(value)}"),
    "product": ("Product", CONTEXT, lambda value: f"about {quote(value)}"),
    "sender": ("Sender", COLUMN, lambda value: f"sent by {quote(value)}"),
    "campaign": ("Campaign", COLUMN, lambda value: f"of the campaign {quote(value)}"),
}


def column_factors(columns: Mapping[str, Sequence[str]]) -> list[Factor]:
    """A factor of each known column but ``sent_at`` that has values with enough rows."""
    found = []
    for name, (title, kind, phrase) in _COLUMNS.items():
        if name not in columns:
            continue
        factor = category_factor(name, title, kind, columns[name], phrase, 50 if kind == TEMPLATE else 20)
        if factor.differs():
            note = STEP_NOTE if name == "step" else ""
            found.append(Factor(name, title, kind, factor.codes, factor.labels, factor.phrases, note))
    return found


def quote(text: str) -> str:
    """The text on one line in quotes, cut where it is long."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 10 * LONGEST]).split())
    return f"“{line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + '…'}”"


def read_columns_beside(path: Path, rows: Sequence[int], used: Sequence[str]) -> dict[str, list[str]]:
    """The columns of :data:`NAMES` that a table has, for these ``rows``; those ``used`` otherwise are left out.

    Raises:
        DataError: the file cannot be read.
    """
    header, _ = open_table(path)
    lowered, taken = [name.lower() for name in header], {name.lower() for name in used}
    # of two that differ in capitals alone the second one is called "segment (2)"
    once = [name for name in NAMES if lowered.count(name) == 1 and f"{name} (2)" not in lowered]
    names = [name for name in once if name not in taken]
    wanted: set[int] = set(rows)
    found: dict[str, list[str]] = {name: [] for name in names}
    if names:
        for record, *values in read_columns(path, names):
            if record.number in wanted:
                for name, value in zip(names, values, strict=True):
                    found[name].append(value)
    return found
