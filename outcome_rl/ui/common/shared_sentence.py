"""What is said of a sentence that stands in most of what a writer wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from ...text.shared_sentences import most_shared
from ..words import write as words
from . import html


def shared_in_words(emails: Iterable[str]) -> str:
    """The sentence that most of the emails after teaching have in common, and what can be done about it."""
    found = most_shared(list(emails))
    return html.aside(words.SHARED.format(**asdict(found))) if found else ""
