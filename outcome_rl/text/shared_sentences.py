"""The sentence that most of a set of emails have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .email_parts import email_parts
from .sentences import sentences

FEWEST_EMAILS = 4
FEWEST_WORDS = 4
"""Of a sentence: "Sound good?" in every email is nothing to tell."""
MOST = 0.5
"""Part of the emails from which on a sentence is told."""


@dataclass(frozen=True)
class SharedSentence:
    """``sentence`` stands in ``count`` emails ``of`` so many."""

    sentence: str
    count: int
    of: int


def most_shared(emails: Sequence[str]) -> SharedSentence | None:
    """The sentence of a body, word for word, that stands in the most emails; the longest of several.

    None where the emails are few, or no sentence stands in half of them.
    """
    if len(emails) < FEWEST_EMAILS:
        return None
    counts = Counter(sentence for email in emails for sentence in _sentences(email))
    long = [(count, len(text), text) for text, count in counts.items() if len(text.split()) >= FEWEST_WORDS]
    count, _, sentence = max(long, default=(0, 0, ""))
    return SharedSentence(sentence, count, len(emails)) if count >= MOST * len(emails) else None


def _sentences(email: str) -> set[str]:
    """Those of the body, one by one: :func:`email_parts` leaves together what refers to each other."""
    return {part.text[start:end] for part in email_parts(email).body for start, end in sentences(part.text)}
