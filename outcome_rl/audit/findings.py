"""What an audit says: findings, and how to put their rows into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SEVERITIES = ("problem", "warning", "note")
"""A problem makes what is learned worthless, a warning may, a note is good to know."""


@dataclass(frozen=True)
class Finding:
    """Something in the data that could fool a model: ``message``, and as ``advice`` what to do about it.

    ``kind``: one word for scripts; ``severity``: one of :data:`SEVERITIES`; ``rows``: line numbers of the file, as in
    EmailData, none where it is about the whole of it.
    """

    kind: str
    severity: str
    message: str
    advice: str
    rows: tuple[int, ...] = ()


def rows_in_words(rows: Sequence[int], shown: int = 3) -> str:
    """``rows 3, 17, 20 and 12 more``; nothing for findings about the whole file."""
    if not rows:
        return ""
    if len(rows) == 1:
        return f"row {rows[0]}"
    if len(rows) <= shown + 1:
        return f"rows {', '.join(map(str, rows[:-1]))} and {rows[-1]}"
    return f"rows {', '.join(map(str, rows[:shown]))} and {len(rows) - shown:,} more"
