"""The numbers of an email that state something, rather than propose a time, count its own pages or mark a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .calls_to_action import find_asks
from .dates import past_dates
from .numbers import NUMBER, PERCENT, Quantity, quantities_in
from .sentences import Span, overlaps, sentences

_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d ()./-]{7,24}\d(?![\w.])")
_ROUND_THE_CLOCK = re.compile(r"\b24/7\b")
_CLOCK = re.compile(r"^(?:[:.]\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.|o'clock|uhr)\b", re.I)
_TIME_UNIT = re.compile(r"^[\s-]?(?:minutes?|mins?|hours?|hrs?|minuten?|stunden?|quarter)\b", re.I)
_OWN_PAPER = re.compile(
    r"^[\s-](?:\w+[\s-])?(?:pages?|questions?|things?|ways?|reasons?|lines?|words?|steps?|points?"
    r"|sentences?|options?|examples?|slots?|minutes?\s(?:clip|video)"
    r"|minute|seiten?|fragen?|punkte?|zeilen?|schritte?|wege?)\b",
    re.I,
)
_AT = re.compile(r"\b(?:at|um|gegen|by|around|before|after|ab)\s$", re.I)
_PLACE = re.compile(r"\b(?:soc|iso|annex|part|version|page|seite|step|schritt|chapter|kapitel|option)\s$", re.I)
_MEETING = re.compile(
    r"\b(?:call|chat|talk|meeting|demo\w*|visit|show|walk|look|coffee|slot|appointment|session|lunch"
    r"|gespräch|telefonat|termin|anruf)\b",
    re.I,
)
_WEEKDAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun|diens|donners|frei|sams|sonn|mon)(?:day|tag)"
    r"|mittwoch|tomorrow|morgen)\b",
    re.I,
)
_GUESS = re.compile(r"\?\s*$|\b(?:may|might|could|perhaps|maybe)\b", re.I)
_AFTER_MARK = re.compile(r"[.)]\s|:")
_LIST_MARK = re.compile(r"(?:^|\n)\s*\(?$")
NEAR = 20
"""Characters before a number in which the word that goes with it ends; more than the longest such word has."""


def stated_numbers(text: str, language: str) -> Iterator[tuple[str, Span, Quantity | None]]:
    """Kind, span and worth of each number that states something; phone numbers and 24/7 have no worth.

    ``language``: ``en``, ``de``, or empty for any other. Dates in the past are left to :func:`~.dates.past_dates`.
    """
    spans = sentences(text) or [(0, len(text))]
    asks = [(ask.start, ask.end) for ask in find_asks(text, language or None)]
    taken = [span for span, _ in past_dates(text)]
    for span in _special(text):
        taken.append(span)
        yield NUMBER, span, None
    at = 0
    for quantity in quantities_in(text):
        while at < len(spans) - 1 and spans[at][1] <= quantity.start:
            at += 1
        span = (quantity.start, quantity.end)
        if not overlaps(span, taken) and not _is_harmless(quantity, text, spans[at], overlaps(spans[at], asks)):
            yield quantity.kind, span, quantity


def _special(text: str) -> Iterator[Span]:
    """Where phone numbers and 24/7 stand."""
    for match in _PHONE.finditer(text):
        if sum(map(str.isdigit, match.group())) >= 8 and not re.fullmatch(r"[\d ]+", match.group()):
            yield match.span()
    for match in _ROUND_THE_CLOCK.finditer(text):
        yield match.span()


def _is_harmless(quantity: Quantity, text: str, sentence: Span, asks: bool) -> bool:
    """Whether a number states nothing: a list's mark, a time to meet, the length of a call, the pages of a paper."""
    words = text[sentence[0] : sentence[1]]
    before, after = text[sentence[0] : quantity.start], text[quantity.end : sentence[1]]
    near = before[-NEAR:]
    if quantity.kind != NUMBER:  # "half of your orders may be late" guesses
        return quantity.kind == PERCENT and quantity.in_words and bool(_GUESS.search(words))
    if _LIST_MARK.search(text[max(0, quantity.start - 8) : quantity.start]) and _AFTER_MARK.match(after):
        return True
    alone = not (before.strip() + after.strip(" .!"))
    if alone or _PLACE.search(near) or _CLOCK.match(after) or _OWN_PAPER.match(after):
        return quantity.value <= 60
    if _AT.search(near) and (asks or _WEEKDAY.search(before + after)):
        return quantity.value <= 24
    if _TIME_UNIT.match(after) and (asks or _MEETING.search(words)):
        return quantity.value <= 90
    return quantity.value <= 10 and (asks or words.rstrip().endswith("?"))
