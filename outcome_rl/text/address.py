"""How a German sentence addresses its reader."""

from __future__ import annotations

import re

_FAMILIAR = re.compile(r"\b(?:[Dd]u|[Dd]ir|[Dd]ich|[Dd]ein\w*|[Ee]uch|[Ee]uer\w*|[Ee]ure\w*)\b")
_POLITE = re.compile(r"\b(?:Ihnen|Ihr(?:e[mnrs]?)?)\b|(?<=[\w,;] )Sie\b|^Sie (?:sind|\w+e[nt])\b")
_GERMAN = re.compile(
    r"\b(?:und|oder|ist|sind|nicht|auf|für|mit|ein(?:e[mnrs]?)?|der|die|das|es|wie|was|hast|habt|haben|ich|wir|wenn|dass|soll)\b",
    re.I,
)


def address_of(text: str) -> str:
    """``"du"``, ``"Sie"``, or nothing where a sentence is not German, addresses nobody or mixes both."""
    familiar, polite = _FAMILIAR.search(text), _POLITE.search(text)
    if bool(familiar) == bool(polite) or not _GERMAN.search(text):
        return ""
    return "du" if familiar else "Sie"
