"""What stands before a name: Mr, Frau, Dr."""

from __future__ import annotations

FORMS_OF_ADDRESS = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "frau", "herr", "herrn", "madame", "mme", "monsieur", "señor", "señora"}
)
TITLES = FORMS_OF_ADDRESS | {"dr", "prof"}
"""In small letters, without a full stop."""
WRITTEN = "|".join(sorted((title.capitalize() for title in TITLES), key=lambda title: (-len(title), title)))
"""The same as a pattern, with the capital that they are written with, longer ones first."""


def is_title(word: str) -> bool:
    """Whether a word is a title such as "Mr" or "Frau"."""
    return word.rstrip(".,").lower() in TITLES
