"""Dates and times that an email speaks of as past, in English and German: *last Tuesday*, *on 3 May*, *since 2009*."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .remembered import SENTENCES, remembered
from .sentences import Span, sentences

_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|apr|aug"
    r"|sept?|oct|nov|dec|januar|februar|märz|mai|juni|juli|oktober|dezember)"
)
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)"
_COUNT = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|a\sfew|several|some|\d{1,3}|einem?|einer|zwei"
    r"|drei|vier|fünf|einigen|wenigen)"
)
_PAST = re.compile(
    rf"""\b(?:(?:last|past|this\spast|previous|earlier\sthis)\s(?:week(?:end)?|month|year|quarter|night
        |spring|summer|autumn|fall|winter|{_DAY}|{_MONTH})
    | {_COUNT}\s(?:minutes?|hours?|days?|weeks?|months?|years?|quarters?)\sago | yesterday | the\sother\sday
    | (?:letzte[nsrm]?|vergangene[nsrm]?|vorige[nsrm]?)\s(?:woche|monat|jahr|quartal|sommer|winter
    |herbst|frühjahr|{_DAY}|{_MONTH})
    | vor\s{_COUNT}\s(?:minuten?|stunden?|tag\w*|wochen?|monat\w*|jahr\w*) | gestern | vorgestern | neulich
    | (?:since|in|from|founded|seit)\s(?:19|20)\d\d | (?:since|seit)\s(?:{_DAY}|{_MONTH}) )\b""",
    re.I | re.X,
)
_CALENDAR = re.compile(
    rf"""\b(?:on\s|am\s)?(?:(?:{_DAY}),?\s)?(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:of\s)?{_MONTH}
        |{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?)\b(?:,?\s(?:19|20)\d\d)?
    | \b(?:on\s|am\s)?(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}) | \b(?:in|im
    |last)\s{_MONTH}\b | \b(?:on|am)\s{_DAY}\b""",
    re.I | re.X,
)
_TO_COME = re.compile(
    r"""\b(?:will|would|can|could|may\s(?:i|we|you)|might|shall|should|until|till|by|before|from|next
        |every|each|free|available|suits?|if|takes\splace|is\son|are\son|offer|ends?
    |expires?|closes|deadline|open|meet\sme|visit\sus|join\sus|see\syou|wird|werden|würde|kann
    |könnte|möchte|bis|ab|nächste\w*|jede\w*|passt|falls|wenn|soll)\b""",
    re.I | re.X,
)
_HAPPENED = re.compile(
    r"""\b(?:was|were|had|did|saw|met|spoke|talked|wrote|sent|called|visited|attended|covered|came|went
        |told|asked|said|gave|left|joined|launched|switched|moved|started|released|shipped|read
    |found|showed|heard|signed|got|received|\w{3,}ed|war|waren|hatte[n]?|haben|habe|sprachen|schrieb
    |traf\w*|wurde[n]?)\b""",
    re.I | re.X,
)


def past_dates(text: str) -> Iterator[tuple[Span, str]]:
    """Span and words of each date in the past. In a question, or with words of what is to come, a date proposes."""
    for start, end in sentences(text):
        for first, after in _in_sentence(text[start:end]):
            yield (start + first, start + after), text[start + first : start + after]


@remembered(SENTENCES)
def _in_sentence(sentence: str) -> tuple[Span, ...]:
    if sentence.rstrip().endswith("?"):
        return ()
    spans = [match.span() for match in _PAST.finditer(sentence)]
    if not _TO_COME.search(sentence) and _HAPPENED.search(sentence):
        spans += [match.span() for match in _CALENDAR.finditer(sentence)]
    found: list[Span] = []
    for first, after in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not found or first >= found[-1][1]:
            found.append((first, after))
    return tuple(found)
