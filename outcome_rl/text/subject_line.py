"""The first line of an email where it is the subject: ``Subject: …``, in the languages that exports are written in."""

from __future__ import annotations

import re

LABEL = r"(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp)[ \t]*:"
"""What such a line begins with, as a pattern; case does not matter."""
_LINE = re.compile(rf"\s*{LABEL}[ \t]*+([^\n]*+)\n?", re.I)


def split_subject(email: str) -> tuple[str | None, str]:
    """(subject, what stands below it); the subject is None where the email has no such line."""
    match = _LINE.match(email)
    return (match[1].strip(), email[match.end() :]) if match else (None, email)


def subject_line(email: str) -> str | None:
    """What stands behind ``Subject:`` at an email's beginning, or None."""
    return split_subject(email)[0]
