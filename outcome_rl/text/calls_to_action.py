"""Calls to action: where an email asks its reader for something, and for what.

Word lists of one sentence at a time, in English and German; measured on labelled sentences in the tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from . import asks_english, asks_german
from .remembered import SENTENCES, remembered
from .sentences import MAX_CHARACTERS, URL, sentences, without_links
from .subject_line import subject_line

KINDS = ("meeting", "demo", "interest", "reply", "link", "referral", "document", "trial", "purchase")

_CALENDAR = re.compile(
    r"""(?:https?://)?(?:www\.)?[^\s/]{0,100}(?:\bcal\.|calendly|calendar|kalender|savvycal|tidycal
        |zcal\.co|koalendar
    |youcanbook|doodle\.com|chilipiper|meetings?\.|\bmeet\.|bookings?\.|outlook\.office\S{0,100}book)
    | (?:https?://|www\.)\S{1,200}/(?:book|meet|demo|termin|buchen|calendar|schedule)""",
    re.I | re.X,
)
_BEFORE_LINK = re.compile(
    r"\b(?:here|calendar|kalender|link\b(?!-)|slot|time|book|register|watch|see|read|sign up|hier|termin|demo|trial)\b",
    re.I,
)
_KIND_WORDS: tuple[tuple[str, str], ...] = (
    ("link", r"\bclick|\bklick|\blink---|\b(?:here|hier)\s?:"),
    ("referral", r"""\bwho(?:m|ever)?\b
        |(?:right|wrong|best)\s(?:person|people|colleague|contact|desk|inbox|place|address)
        |point(?:er)?\s(?:me\s)?to\b|someone|somebody|anyone\selse
        |introductions?\b|introduc\w*\s(?:me|us)\b|\ba\sname\swould|in\stouch\swith\sthem|in\scharge|forward\s(?:it|this|one)|\bwer\b|zuständig|ansprechpartner|verweis|weiterleit
        |(?:richtige|falsche|bessere)[nrm]?\s(?:person|adresse|stelle)|\bihnen\srichtig|jemand\sander"""),
    ("purchase", r"""\b(?:order|buy|purchase|contract|sign(?!\sin)|upgrade|quote|discount|licen[cs]es?|put\syou\sdown
        |seats|subscribe|pay)\b
        |\bbestell|\bkauf|\bangebot|unterschreib"""),
    ("trial",
            r"\b(?:trial|try|test|pilot|free\s(?:account|month)|switch\sit\son|lend|testen|kostenlos\w*"
            r"|probier\w*|pilot\w*)\b"),
    ("demo", r"""\b(?:demo\w*|introduce\s(?:our|the|my|you\sto)|show|walk\syou|walk-?through|tour
        |zeig\w*|vorführ\w*|vorstell\w*|präsentier\w*)\b"""),
    ("meeting", r"""\b(?:call|calls|talk|chat|meet|meeting|minutes?|coffee|lunch|visit|drop\sby|stop\sby|speak
        |connect|calendar|diary|appointment
        |slot|time\s(?:to|that|for)|ring|phone|(?:mon|tues|wednes|thurs|fri|satur|sun)day
        |tomorrow|next\sweek|conversation|hour|quarter
        |gespräch|telefon\w*|rufe?n?|anruf\w*|termin|treffen|sprechen|minuten|zeit|(?:mon|diens
        |donners|frei|sams|sonn)tag|mittwoch
        |erreiche|kalender|a\stime|free\s(?:on|this|next|at)|be\sthere|any\sslot)\b"""),
    ("document", r"""\b(?:send|share|copy|summary|pages|report|checklist|sample|guide|brochure|figures|document\w*
        |one-pager|price\slist|attached
        |schick\w*|send\w*|zusend\w*|seiten|preisliste|beispiel|unterlagen|plan)\b"""),
    ("interest", r"""\b(?:interest\w*|curious|useful|worth|sound\w*|help|make\ssense|thoughts\?|match|of\suse
        |open\sto|learn\w*|hear(?!\sfrom)|how\?|on\syour
        |look(?!(?:ing)?\sforward)|consider|on\syour\smind|topic|interesse|interessant|klingt|lohnt|neugierig|etwas\sfür|thema|beschäftigt)\b"""),
)  # fmt: skip
_SENDS_TO_US = re.compile(
    r"\b(?:send|schick\w*|senden|give|tell|call|write|let)\s(?:sie\s)?(?:me|us|mir|uns)\b|\bwrite back\b|\breply\b"
    r"|hear(?:ing)? from|\bantworte\w*|\brückmeldung|\bantwort\b|\bschreiben sie\b|\bget in touch|\bcontact us\b",
    re.I,
)


@dataclass(frozen=True)
class Ask:
    """A call to action: ``kind`` is one of :data:`KINDS`; ``text`` stands at ``start:end`` of the email."""

    kind: str
    text: str
    start: int
    end: int


def find_asks(text: str, language: str | None = None) -> tuple[Ask, ...]:
    """The asks of an email in their order, at most one of a sentence.

    ``language``: ``en`` or ``de`` looks for that language's asks alone, None for both; of any other language only
    links to a calendar are found. Looks at the first :data:`~.sentences.MAX_CHARACTERS` characters.
    """
    text = text[:MAX_CHARACTERS]
    bare = without_links(text)
    asks = []
    for start, end in sentences(bare):
        found = _in_sentence(bare[start:end], text[start:end], language)
        if found:
            kind, first, last = found
            asks.append(Ask(kind, text[start + first : start + last], start + first, start + last))
    return tuple(asks)


@remembered(SENTENCES)
def _in_sentence(bare: str, written: str, language: str | None) -> tuple[str, int, int] | None:
    """Kind, start and end of the ask in a sentence; ``bare`` is the sentence without its links."""
    if subject_line(written) is not None:
        return None
    link = URL.search(written)
    if link and (_CALENDAR.match(link.group()) or _BEFORE_LINK.search(bare)) and not _is_statement(bare):
        return "link", 0, len(written.rstrip())
    straight = bare.replace("’", "'")
    matches = [match for pattern in _patterns(language) if (match := pattern.search(straight))]
    if not matches:
        return None
    first = min(match.start() for match in matches)
    lead = re.match(r"[\s,;:–—(!]*", bare[first:])
    first += lead.end() if lead else 0
    return _kind_of(bare[first:]), first, len(bare.rstrip())


def _is_statement(bare: str) -> bool:
    """Whether a link only says where something is: "The brochure is on our website: ..."."""
    return bool(
        re.search(r"\b(?:is|are|was|were|liegt|steht|finden sich)\b(?!.*\bcalendar\b)(?!.*\bkalender\b)", bare, re.I)
    )


def _kind_of(ask: str) -> str:
    for kind, pattern in _kinds():
        if pattern.search(ask):
            if kind in ("document", "meeting") and _SENDS_TO_US.search(ask) and not re.search(r"\bring\b|call me", ask):
                return "reply"
            return kind
    return "reply"


@cache
def _patterns(language: str | None) -> tuple[re.Pattern[str], ...]:
    languages = {"en": (asks_english,), "de": (asks_german,), None: (asks_english, asks_german)}.get(language, ())
    return tuple(re.compile(pattern, re.I | re.X) for module in languages for _, pattern in module.PATTERNS)


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern, re.I | re.X)) for kind, pattern in _KIND_WORDS)
