"""Which email a lead got last, where a tool keeps it in a cell of JSON, as Instantly's status_summary does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .layouts import Layout

_STEP_ID = re.compile(r'"step_?id"\s*:\s*"\d{1,3}_(\d{1,3})_(\d{1,3})"', re.I)
"""Sequence, step and variant, each counted from 0."""


def last_step(cell: str) -> tuple[str, str] | None:
    """(step, variant) as the tool counts them; None where the cell does not tell."""
    found = _STEP_ID.search(cell)
    return (found[1], found[2]) if found else None


def with_last_steps(layout: Layout, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Layout:
    """The layout without that column where none of its cells tells a step."""
    if (column := layout.columns.get("last_step", "")) not in header:
        return layout
    place = header.index(column)
    if any(last_step(row[place]) for row in rows):
        return layout
    return replace(layout, columns={role: name for role, name in layout.columns.items() if role != "last_step"})
