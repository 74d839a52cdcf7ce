"""Whom a context names as the recipient, to tell an email that greets somebody else."""

from __future__ import annotations

import re

from .capitals import ROLES, is_first_name
from .signatures import CAPITALISED, TITLE, Name, greeting, name_words

_PERSON = re.compile(rf"(?<!\w)(?P<title>{TITLE})?(?P<name>{CAPITALISED}(?:[ \t]{CAPITALISED}){{1,2}})")
_OF_OTHERS = re.compile(
    r"\b(?:by|from|of|via|through|with|knows?|colleagues?|sender|seller|von|durch|über|mit)\s*:?\s*$", re.I
)
"""In front of the name of somebody else: "referred by Saira Khan"."""
_BEGINS = re.compile(r"(?:^|[|·;:\n])\s*$")
_ROLE_FOLLOWS = re.compile(r"\s*[(,]\s?(?P<role>[\w-]+(?:\s[\w-]+){0,3})")
MAX_CONTEXT = 2000
"""Characters of a context that are looked at."""
_TITLES = frozenset(name_words("Mr Mrs Ms Miss Dr Prof Frau Herr Herrn Madame Monsieur Señor Señora"))


def recipient_named(context: str) -> str:
    """The recipient's name where a context gives one: a common first name with another, or a name with a position
    behind it, and not somebody who only sent them; else empty.
    """
    context = context[:MAX_CONTEXT]
    for match in _PERSON.finditer(context):
        before, behind = context[: match.start()], _ROLE_FOLLOWS.match(context, match.end())
        if _OF_OTHERS.search(before[-20:]):
            continue
        has_role = behind is not None and bool(ROLES & set(name_words(behind["role"])))
        first = match["name"].split()[0]
        if match["title"] or is_first_name(first) or (has_role and _BEGINS.search(before[-5:])):
            return match["name"]
    return ""


def greets_somebody_else(email: str, context: str) -> tuple[Name, str] | None:
    """The name that an email greets and the recipient's, where the context names one and none of it is greeted."""
    greeted = greeting(email)
    if not greeted:
        return None
    words = [word for word in greeted.words if word not in _TITLES]
    titled = len(words) < len(greeted.words)
    if not words or not (titled or is_first_name(words[0])) or set(words) & set(name_words(context)):
        return None
    recipient = recipient_named(context)
    return (greeted, recipient) if recipient else None
