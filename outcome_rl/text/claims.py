"""What an email states that stands neither in its context nor in the facts that its sender permits.

Numbers, prices, dates, names, results, earlier talks, reputation, relations, presence, offers and addresses. English and
German; of other languages numbers, money and addresses alone. Lists of words, not understanding: what they find and
miss is measured on labelled emails in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from . import claim_phrases as phrases
from .calls_to_action import find_asks
from .dates import past_dates
from .merge_fields import without_fields
from .names import COMPANY as COMPANY_NAME
from .names import name_words, names_in
from .numbers import NUMBER, PERCENT, Quantities, Quantity, quantities_in
from .sentences import MAX_CHARACTERS, URL, Span, sentences, without_links

KINDS = {
    "number": "a number that neither the context nor the permitted facts give",
    "percent": "a share that neither the context nor the permitted facts give",
    "price": "an amount of money that neither the context nor the permitted facts give",
    "date": "a date in the past that neither the context nor the permitted facts give",
    "name": "a person's name that nobody gave; a merge field such as {{first_name}} is safe",
    "company": "the name of a company, a product or a place that neither the context nor the permitted facts give",
    "link": "an address that the permitted facts do not give",
    "result": "a result that the permitted facts do not give",
    "earlier_talk": "refers to an earlier talk or message; the context does not say that there was one",
    "reputation": "praise of the seller that the permitted facts do not give",
    "relation": "claims to know somebody or to have worked together; the context does not say so",
    "presence": "claims to have seen, read or visited something of the reader's; the context does not say so",
    "offer": "an offer or a deadline that the permitted facts do not give",
}
"""The kinds of claims, each with why it counts."""
MAX_FACTS = 100_000
"""Characters of context and facts that are read."""

_ADDRESS = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+|\b[\w-]{2,64}\.(?:com|net|org|io|co|eu|app|ai|de|example)\b(?:/\S{0,200})?",
    re.I,
)
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d ()./-]{7,24}\d(?![\w.])")
_ROUND_THE_CLOCK = re.compile(r"\b24/7\b")
_CLOCK = re.compile(r"^(?:[:.]\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.|o'clock|uhr)\b", re.I)
_TIME_UNIT = re.compile(r"^[\s-]?(?:minutes?|mins?|hours?|hrs?|minuten?|stunden?|quarter)\b", re.I)
_OWN_PAPER = re.compile(
    r"^[\s-](?:\w+[\s-])?(?:pages?|questions?|things?|ways?|reasons?|lines?|words?|steps?|points?|sentences?|options?|examples?|slots?|minutes?\s(?:clip|video)"
    r"|minute|seiten?|fragen?|punkte?|zeilen?|schritte?|wege?)\b",
    re.I,
)
_AT = re.compile(r"\b(?:at|um|gegen|by|around|before|after|ab)\s$", re.I)
_PLACE = re.compile(r"\b(?:soc|iso|annex|part|version|page|seite|step|schritt|chapter|kapitel|option)\s$", re.I)
_MEETING = re.compile(
    r"\b(?:call|chat|talk|meeting|demo\w*|visit|show|walk|look|coffee|slot|appointment|session|lunch|gespräch|telefonat|termin|anruf)\b", re.I
)
_WEEKDAY = re.compile(r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun|diens|donners|frei|sams|sonn|mon)(?:day|tag)|mittwoch|tomorrow|morgen)\b", re.I)
_LIST_MARK = re.compile(r"(?:^|\n)\s*\(?$")
_ENGLISH_WORDS = frozenset("the and you your to of for is a that with we our i it on this have be are at may by or from".split())
_GERMAN_WORDS = frozenset(
    "der die das und sie ihnen ihr ihre ich wir ist ein eine für mit nicht auf zu den dem von uns bei darf haben wie es guten hallo"
    " damit im unser unsere unseres unserem unserer wer nur vielen noch seit jeder jedem jede läuft sich als auch oder aus nach"
    " werden wird sind kann hat einen einem einer ihrem ihren ihrer".split()
)
_NEITHER_WORDS = frozenset("le les des une est por para los las una che per di il het een voor wij oraz jest nie och att är ett".split())


@dataclass(frozen=True)
class Claim:
    """Something unfounded at ``start:end`` of the email; ``kind`` is one of :data:`KINDS`, ``why`` says it in words."""

    kind: str
    text: str
    start: int
    end: int
    why: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def find_claims(email: str, context: str, facts: str = "") -> tuple[Claim, ...]:
    """What the email states without ground, in its order.

    ``facts``: what the sender may say, as free text (names, prices, customers, results). Fields such as
    ``{{first_name}}`` or ``[Company]`` are nobody's claim. Reads the first :data:`~.sentences.MAX_CHARACTERS` characters.
    """
    email = email[:MAX_CHARACTERS]
    ground = _Ground.of(context[:MAX_FACTS], facts[:MAX_FACTS])
    bare = without_fields(email)
    language = _language(bare)
    found = [*_links(bare, ground)]
    plain = _blanked(bare, [(claim.start, claim.end) for claim in found] + [m.span() for m in URL.finditer(bare)])
    if language:
        found += _phrases(plain, language, ground)
    found += _numbers(plain, language, ground, found)
    if language:
        found += _dates(plain, ground, found)
        found += _names(plain, language, ground)
    return tuple(_as_written(claim, email) for claim in sorted(found, key=lambda claim: (claim.start, claim.end)))


@dataclass(frozen=True)
class _Ground:
    """What an email may state: words, numbers and ways the contact began, of the context and the facts."""

    text: str
    words: frozenset[str]
    quantities: Quantities
    topics: frozenset[str]

    @staticmethod
    def of(context: str, facts: str) -> _Ground:
        text = f"{context}\n{facts}"
        return _Ground(text.casefold(), frozenset(name_words(text)), Quantities.of(text), _topics(text))

    def holds(self, words: tuple[str, ...]) -> bool:
        """Whether all these words of more than two letters stand there."""
        telling = [word for word in words if len(word) > 2]
        return bool(telling) and all(word in self.words or word.rstrip("s") in self.words for word in telling)


def _topics(text: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _compiled_topics() if pattern.search(text))


@cache
def _compiled_topics() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern, re.I | re.X)) for name, pattern in phrases.TOPICS)


@cache
def _compiled(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    patterns = phrases.GERMAN if language == "de" else phrases.ENGLISH
    return tuple((kind, re.compile(pattern, re.I | re.X)) for kind, pattern in patterns)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I | re.X)


def _language(text: str) -> str:
    """``en``, ``de``, or empty for any other language: by the commonest words, for quickness."""
    words = re.findall(r"[^\W\d_]+", text[:4000].lower())
    english, german, neither = (
        sum(word in known for word in words) for known in (_ENGLISH_WORDS, _GERMAN_WORDS, _NEITHER_WORDS)
    )
    umlauts = any(letter in "äöüß" for letter in text[:4000].lower())
    if german > english and german >= neither:
        return "de"
    if neither > english and neither > german:
        return ""
    if english:
        return "en"
    return "de" if umlauts else "en" if text.isascii() else ""


def _links(text: str, ground: _Ground) -> Iterator[Claim]:
    taken: list[Span] = []
    for pattern in (URL, _ADDRESS):
        for match in pattern.finditer(text):
            address = match.group().rstrip(".,;:!?)")
            span = (match.start(), match.start() + len(address))
            if any(span[0] < end and start < span[1] for start, end in taken):
                continue
            taken.append(span)
            if address.casefold().removeprefix("https://").removeprefix("http://").rstrip("/") not in ground.text:
                yield _claim("link", text, *span)


def _phrases(text: str, language: str, ground: _Ground) -> list[Claim]:
    found: list[Claim] = []
    taken: list[tuple[int, int, str]] = []
    for start, end in sentences(without_links(text)):
        sentence = text[start:end]
        for kind, pattern in _compiled(language):
            for match in pattern.finditer(sentence.replace("’", "'")):
                span = (start + match.start(), start + match.end())
                if any(span[0] < last and first < span[1] for first, last, _ in taken):
                    continue
                taken.append((*span, kind))
                if not _founded(kind, match.group(), sentence, ground):
                    found.append(_claim(kind, text, *span))
    return found


def _founded(kind: str, words: str, sentence: str, ground: _Ground) -> bool:
    """Whether context or facts bear a phrase out."""
    if kind == phrases.EARLIER_TALK:
        return _talk_is_founded(words, sentence, ground)
    if kind == phrases.RELATION:
        return bool({"referral", "customer"} & ground.topics) and not re.search(r"colleague|kolleg|boss|chef|worked|working", words, re.I)
    if kind == phrases.PRESENCE:
        return bool(re.search(r"\b(?:stand|booth|fair|trade show)\b", words, re.I)) and "meeting" in ground.topics
    quantities = quantities_in(words)
    if kind == phrases.RESULT:
        return bool(quantities) and all(each.is_one_of(ground.quantities) for each in quantities)
    if quantities and not all(each.is_one_of(ground.quantities) for each in quantities):
        return False
    return ground.holds(tuple(word for word in name_words(words) if not word.isdigit() and word not in _FILLERS))


_FILLERS = frozenset("the our and are you your this that for with been was were get enjoy start".split())


def _talk_is_founded(words: str, sentence: str, ground: _Ground) -> bool:
    """Whether the context tells of the talk that the words refer to; its content it can hardly bear out."""
    if _pattern(phrases.TOLD).search(words):
        return False
    topics = _topics(words) or _topics(sentence)
    if _pattern(phrases.SPOKE).search(words) and not topics - phrases.IN_PERSON:
        return bool(phrases.IN_PERSON & ground.topics)
    if topics & ground.topics:
        return True
    generic = not topics - {"interest"} and _pattern(phrases.INTEREST).search(words)
    return bool(generic and phrases.INBOUND & ground.topics)


def _numbers(text: str, language: str, ground: _Ground, before: list[Claim]) -> Iterator[Claim]:
    taken = [(claim.start, claim.end) for claim in before]
    spans = sentences(text)
    asks = [(ask.start, ask.end) for ask in find_asks(text, language or None)]
    past = [span for span, _ in past_dates(text)]
    for pattern in (_PHONE, _ROUND_THE_CLOCK):
        for match in pattern.finditer(text):
            digits = re.sub(r"\D", "", match.group())
            if pattern is _PHONE and (len(digits) < 8 or re.fullmatch(r"[\d ]+", match.group())):
                continue
            if not _overlaps(match.span(), taken) and match.group().strip() not in ground.text:
                yield _claim(NUMBER, text, *match.span())
            taken.append(match.span())
    at = 0
    for quantity in quantities_in(text):
        span = (quantity.start, quantity.end)
        while at < len(spans) - 1 and spans[at][1] <= span[0]:
            at += 1
        if _overlaps(span, taken) or _overlaps(span, past) or quantity.is_one_of(ground.quantities):
            continue
        sentence = spans[at] if spans else (0, len(text))
        if not _is_harmless(quantity, text, sentence, _overlaps(sentence, asks)):
            yield _claim(quantity.kind, text, *span)


def _is_harmless(quantity: Quantity, text: str, sentence: Span, asks: bool) -> bool:
    """Whether a number states nothing: a list's mark, a time to meet, the length of a call, the pages of a paper."""
    if quantity.kind != NUMBER:
        guess = re.search(r"\?\s*$|\b(?:may|might|could|perhaps|maybe)\b", text[sentence[0] : sentence[1]], re.I)
        return quantity.kind == PERCENT and quantity.in_words and bool(guess)
    before, after = text[sentence[0] : quantity.start], text[quantity.end : sentence[1]]
    if _LIST_MARK.search(text[max(0, quantity.start - 8) : quantity.start]) and re.match(r"[.)]\s|:", text[quantity.end : quantity.end + 2]):
        return True
    if _PLACE.search(before) or _CLOCK.match(after) or _OWN_PAPER.match(after) or not (before.strip() + after.strip(" .!")):
        return quantity.value <= 60
    if _AT.search(before) and (asks or _WEEKDAY.search(before + after)):
        return quantity.value <= 24
    meeting = _MEETING.search(text[sentence[0] : sentence[1]])
    if _TIME_UNIT.match(after) and (asks or meeting):
        return quantity.value <= 90
    question = text[sentence[0] : sentence[1]].rstrip().endswith("?")
    return quantity.value <= 10 and (asks or question)


def _dates(text: str, ground: _Ground, before: list[Claim]) -> Iterator[Claim]:
    taken = [(claim.start, claim.end) for claim in before]
    for span, written in past_dates(text):
        if not _overlaps(span, taken) and written.casefold() not in ground.text:
            yield _claim("date", text, *span)


def _names(text: str, language: str, ground: _Ground) -> Iterator[Claim]:
    for name in names_in(text, language):
        if name.words and not all(word in ground.words or word in _TITLES for word in name.words):
            yield _claim("company" if name.role == COMPANY_NAME else "name", text, name.start, name.end)


_TITLES = frozenset("mr mrs ms miss dr prof frau herr herrn of and the de van von".split())


def _overlaps(span: Span, spans: list[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in spans)


def _blanked(text: str, spans: list[Span]) -> str:
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text


def _claim(kind: str, text: str, start: int, end: int) -> Claim:
    return Claim(kind, text[start:end], start, end, KINDS[kind])


def _as_written(claim: Claim, email: str) -> Claim:
    return Claim(claim.kind, email[claim.start : claim.end], claim.start, claim.end, claim.why)
