"""What stands before a name: Mr, Frau, Dr; Dear, Hello, Guten Tag."""

from __future__ import annotations

FORMS_OF_ADDRESS = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "frau", "herr", "herrn", "madame", "mme", "monsieur", "señor", "señora"}
)
TITLES = FORMS_OF_ADDRESS | {"dr", "prof"}
"""In small letters, without a full stop."""
WRITTEN = "|".join(sorted((title.capitalize() for title in TITLES), key=lambda title: (-len(title), title)))
"""The same as a pattern, with the capital that they are written with, longer ones first."""

SALUTATION = (
    r"(?:hi|hiya|hello|hey|dear|good[ ](?:morning|afternoon|evening|day)|greetings|guten[ ](?:tag|morgen|abend)|hallo"
    r"|moin(?:[ ]moin)?|servus|grüß[ ](?:gott|dich|euch)|lieber?|sehr[ ]geehrter?|bonjour|buenos[ ]d[ií]as|hola|ciao"
    r"|hoi)"
)
"""What a greeting begins with, as a pattern, in small letters."""
SHORT_SALUTATION = r"(?:morning|afternoon|evening|morgen|mahlzeit)"
"""The same where nothing follows but a name: "Morning Ana,"; "Morning deliveries are ..." is none."""


def is_title(word: str) -> bool:
    """Whether a word is a title such as "Mr" or "Frau"."""
    return word.rstrip(".,").lower() in TITLES
