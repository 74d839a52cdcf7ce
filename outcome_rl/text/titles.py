"""What stands before a name: Mr, Frau, Dr."""

from __future__ import annotations

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "herr", "herrn", "frau"})
"""In small letters, without a full stop."""


def is_title(word: str) -> bool:
    """Whether a word is a title such as "Mr" or "Frau"."""
    return word.rstrip(".,").lower() in TITLES
