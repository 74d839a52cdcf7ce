"""What stands in a user's file, as it can stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence


def one_line(text: str, longest: int) -> str:
    """The text on one line, cut where it is long, without what a terminal would obey."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 10 * longest]).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def quote(text: str, longest: int = 80) -> str:
    """The same in quotes."""
    return f"'{one_line(text, longest)}'"


def quote_some(texts: Sequence[str], most: int = 20, longest: int = 40) -> str:
    """The first of them with commas between, and how many more there are; ``none`` where there is none."""
    shown = ", ".join(quote(text, longest) for text in texts[:most]) or "none"
    return shown + (f" and {len(texts) - most:,} more" if len(texts) > most else "")
