"""Columns called "State": where somebody lives, or what became of an email; the columns beside and the cells tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .meanings import is_flag, known_word, word_key
from .role_names import spaced
from .state_columns import is_state_word

_STATE = re.compile(r"\bstate\b(?! (?:at|on|date|changed|since|reason)\b)")
_PLACES = re.compile(r"\b(?:city|town|country|zip(?: code)?|postal(?: code)?|postcode|province|county|street)\b")
_PLAINLY = re.compile(r"\bstate (?:province|region|county|territory)\b|\b(?:province|region) state\b|\bus state\b")


def without_states(name: str) -> str:
    """A column's name without the word that may be a place."""
    return _STATE.sub(" ", spaced(name))


def is_called_state(name: str) -> bool:
    """Whether a column is called "State", or "Billing state", which may be a place."""
    return _STATE.search(spaced(name)) is not None


def is_place(name: str, header: Sequence[str], values: Iterable[str]) -> bool:
    """Whether a column of states is one of places: a column of cities, countries or postal codes of the same owner
    stands beside it, or its name says so, and no cell says what becomes of an email.
    """
    words = spaced(name)
    whose = " ".join(_STATE.sub(" ", words).split())
    beside = {" ".join(_PLACES.sub(" ", spaced(each)).split()) for each in header if _PLACES.search(spaced(each))}
    if whose not in beside and not _PLAINLY.search(words):
        return False
    return not any(is_state_word(word_key(value)) or (known_word(value) and not is_flag(value)) for value in values)
