"""What an email states that stands neither in its context nor in the facts that its sender permits.

Numbers, prices, dates, names, results, earlier talks, reputation, relations, presence, offers and addresses, in English
and German; of other languages numbers, money and addresses alone. These are lists of words, not understanding: what
they find and miss is measured on labelled emails in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from . import claim_phrases_english, claim_phrases_german
from .claim_numbers import stated_numbers
from .common_words import english_or_german
from .dates import past_dates
from .grounds import Ground
from .merge_fields import without_fields
from .names import COMPANY, name_words, names_in
from .recipients import greets_somebody_else
from .remembered import SENTENCES, remembered
from .sentences import MAX_CHARACTERS, URL, Span, overlaps, sentences, without_links

OBSERVATION, ATTACHMENT = "observation", "attachment"
"""The kinds that :func:`~.findings.find_all` adds: what sellers write in one email, true there and nowhere else."""
KINDS = {
    "number": "a number that neither the context nor the permitted facts give",
    "percent": "a share that neither the context nor the permitted facts give",
    "price": "an amount of money that neither the context nor the permitted facts give",
    "date": "a date in the past that neither the context nor the permitted facts give",
    "name": "a person's name that nobody gave; a merge field such as {{first_name}} is safe",
    "greeting": "greets somebody else than the recipient whom the context names",
    "company": "the name of a company, a product or a place that neither the context nor the permitted facts give",
    "link": "an address that the permitted facts do not give",
    "result": "a result that the permitted facts do not give",
    "earlier_talk": "refers to an earlier talk or message; the context does not say that there was one",
    "reputation": "praise of the seller that the permitted facts do not give",
    "relation": "claims to know somebody or to have worked together; the context does not say so",
    "presence": "claims to have seen, read or visited something of the reader's; the context does not say so",
    "offer": "an offer or a deadline that the permitted facts do not give",
    ATTACHMENT: "says that something is attached, which whoever sends the email has to do",
    OBSERVATION: "tells of something seen or heard of one recipient; the context does not say that it is this one",
}
"""The kinds of claims, each with why it counts."""

_ADDRESS = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+|\b[\w-]{2,64}\.(?:com|net|org|io|co|eu|app|ai|de"
    r"|example)\b(?:/\S{0,200})?",
    re.I,
)
_TITLES = frozenset(name_words("Mr Mrs Ms Miss Dr Prof Frau Herr Herrn Sir Sirs Madam of and the de van von"))
_UNFINISHED = re.compile(r"(?:\s+(?:an?|the|and|or|of|from|to|by|for|with|your|our|my))+$", re.I)
"""Words at the end of a phrase that lead on to what is no part of it."""


@dataclass(frozen=True)
class Claim:
    """Something unfounded at ``start:end`` of the email; ``kind`` is one of :data:`KINDS`, ``why`` says it in words."""

    kind: str
    text: str
    start: int
    end: int
    why: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


def find_claims(email: str, context: str, facts: str = "") -> tuple[Claim, ...]:
    """What the email states without ground, in its order.

    ``facts``: what the sender may say, as free text (names, prices, customers, results). Fields such as
    ``{{first_name}}`` or ``[Company]`` are nobody's claim. Reads the email's first
    :data:`~.sentences.MAX_CHARACTERS` characters.
    """
    email = email[:MAX_CHARACTERS]
    ground = Ground.of(context, facts)
    bare = without_fields(email)
    language = english_or_german(bare)
    found = [*_links(bare, ground)]
    plain = _blanked(bare, [*_spans(found), *(match.span() for match in URL.finditer(bare))])
    if language:
        found += _phrases(plain, language, ground)
    found += _numbers(plain, language, ground, found)
    if language:
        found += _dates(plain, ground, found)
        found += _names(plain, language, ground, context)
    found.sort(key=lambda claim: (claim.start, claim.end))
    return tuple(replace(claim, text=email[claim.start : claim.end]) for claim in found)


def _links(text: str, ground: Ground) -> Iterator[Claim]:
    taken: list[Span] = []
    for pattern in (URL, _ADDRESS):
        for match in pattern.finditer(text):
            address = match.group().rstrip(".,;:!?)")
            span = (match.start(), match.start() + len(address))
            if overlaps(span, taken):
                continue
            taken.append(span)
            if address.casefold().removeprefix("https://").removeprefix("http://").rstrip("/") not in ground.text:
                yield _claim("link", text, *span)


def _phrases(text: str, language: str, ground: Ground) -> Iterator[Claim]:
    taken: list[Span] = []
    for start, end in sentences(without_links(text)):
        sentence = text[start:end].replace("’", "'")
        for kind, first, words in _in_sentence(sentence, language):
            span = (start + first, start + first + len(_UNFINISHED.sub("", words)))
            if overlaps(span, taken):
                continue
            taken.append(span)
            if not ground.bears_out(kind, words, sentence):
                yield _claim(kind, text, *span)


@remembered(SENTENCES)
def _in_sentence(sentence: str, language: str) -> tuple[tuple[str, int, str], ...]:
    """Kind, beginning and words of all that a sentence may claim."""
    return tuple(
        (kind, match.start(), match.group())
        for kind, pattern in _patterns(language)
        for match in pattern.finditer(sentence)
    )


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    patterns = (claim_phrases_german if language == "de" else claim_phrases_english).PATTERNS
    return tuple((kind, re.compile(pattern, re.I | re.X)) for kind, pattern in patterns)


def _numbers(text: str, language: str, ground: Ground, before: list[Claim]) -> Iterator[Claim]:
    taken = _spans(before)
    for kind, span, quantity in stated_numbers(text, language):
        known = quantity.is_one_of(ground.quantities) if quantity else text[slice(*span)].strip() in ground.text
        if not known and not overlaps(span, taken):
            yield _claim(kind, text, *span)


def _dates(text: str, ground: Ground, before: list[Claim]) -> Iterator[Claim]:
    taken = _spans(before)
    for span, written in past_dates(text):
        if not overlaps(span, taken) and written.casefold() not in ground.text:
            yield _claim("date", text, *span)


def _names(text: str, language: str, ground: Ground, context: str) -> Iterator[Claim]:
    wrong = greets_somebody_else(text, context)
    if wrong:
        greeted, recipient = wrong
        why = f"greets {greeted.text}, the recipient is {recipient}"
        yield Claim("greeting", greeted.text, greeted.start, greeted.end, why)
    for name in names_in(text, language):
        if wrong and (name.start, name.end) == (wrong[0].start, wrong[0].end):
            continue
        if name.words and not all(word in ground.words or word in _TITLES for word in name.words):
            yield _claim("company" if name.role == COMPANY else "name", text, name.start, name.end)


def _spans(claims: list[Claim]) -> list[Span]:
    return [(claim.start, claim.end) for claim in claims]


def _blanked(text: str, spans: list[Span]) -> str:
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text


def _claim(kind: str, text: str, start: int, end: int) -> Claim:
    return Claim(kind, text[start:end], start, end, KINDS[kind])
