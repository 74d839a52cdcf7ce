"""The names above and below an email: whom it greets, who signs it, and for which company."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .capitals import ROLES, is_first_name, is_ordinary
from .sentences import Span
from .subject_line import split_subject
from .titles import SALUTATION, SHORT_SALUTATION, WRITTEN

GREETING, SIGNATURE, PERSON, COMPANY = "greeting", "signature", "person", "company"

CAPITALISED = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’&-]{0,60}"
"""A word with a capital; bounded, for it is tried at each letter of a word that has none but capitals."""
TITLE = rf"(?:(?:{WRITTEN})\b\.?\s?(?:Dr\.?\s)?)"
SEQUENCE = re.compile(rf"(?:[A-Z]\.[ \t]?){{0,5}}{CAPITALISED}(?:[ \t](?:(?:&|de|van|von)[ \t])?{CAPITALISED})*")
"""A run of capitalised words: "J. Kranz", "Fellbridge Advisory"."""

_GREETING = re.compile(
    rf"""\s*(?:{SALUTATION}
    |{SHORT_SALUTATION}(?=[ \t]+(?-i:{CAPITALISED})(?:[ \t](?-i:{CAPITALISED}))?[ \t]*+(?:[,!\n]|$)))
    \b,?[ \t]+(?:again\s)?
    (?P<all>(?-i:{TITLE})?(?P<name>(?-i:{CAPITALISED})(?:[ \t](?-i:{CAPITALISED})){{0,2}}))""",
    re.I | re.X,
)
_VOCATIVE = re.compile(rf"\s*(?P<all>(?P<title>{TITLE})?(?P<name>{CAPITALISED}(?:[ \t]{CAPITALISED})?)),")
_CLOSING = re.compile(
    r"""[ \t]*(?:(?:with\s)?(?:best|kind|kindest|warm|many|sunny|friendly)\s(?:regards|wishes
        |greetings?)|best|regards|sincerely|thanks(?:\sagain)?|thank\syou
    |many\sthanks|cheers|yours(?:\s\w+)?|warmly|cordially|respectfully|take\scare|all\sthe\sbest
    |talk\ssoon|mit\sfreundlichen?\sgr(?:üßen|uß|üssen)
    |(?:viele|liebe|beste|herzliche|freundliche|schöne)\sgrüße|gruß|lg|mfg|tschüss
    |bis\sbald)\b[^\S\n]*[,!.–-]*[ \t]*""",
    re.I | re.X,
)
_NAME_LINE = re.compile(
    rf"[ \t]*(?:{CAPITALISED}\.?)(?:[ \t](?:{CAPITALISED}\.?|of|and|&|de|van|von|der|da|the)){{0,4}}[ \t]*$"
)
_AWAY = re.compile(r"[ \t]*(?:from|aus)[ \t][^\n]*")  # "Kind regards from Ulm," and below it the name


@dataclass(frozen=True)
class Name:
    """A name at ``start:end``; ``role``: greeting, signature, person or company (any other name)."""

    text: str
    role: str
    start: int
    end: int

    @property
    def words(self) -> tuple[str, ...]:
        """The words that may be names."""
        return name_words(self.text)


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name, to compare: small letters, without genitive and full stops."""
    words = re.findall(r"[^\W_]+(?:['’&-][^\W_]+)*", text)
    return tuple(re.sub(r"['’]s?$", "", word.casefold()) for word in words)


def body_start(text: str) -> int:
    """Where the text begins after its subject line and white space."""
    return len(text) - len(split_subject(text)[1].lstrip())


def greeting(text: str) -> Name | None:
    """The name that the email greets, its title included; None where it greets nobody by name."""
    start = body_start(text)
    match = _GREETING.match(text, start)
    if not match or is_ordinary(match["name"].split()[0]):
        match = _VOCATIVE.match(text, start)
        if not match or not (match["title"] or is_first_name(match["name"].split()[0])):
            return None
    return Name(match["all"], GREETING, *match.span("all"))


def signature_start(text: str) -> int | None:
    """Where the names under an email begin: after a closing phrase, or its last lines if they are but names."""
    lines = [(match.start(), match.group()) for match in re.finditer(r"[^\n]+", text)]
    for start, line in reversed(lines[-6:]):
        match = _CLOSING.match(line)
        if match and len(line.split()) <= 8 and start > 0:
            return start + match.end()
    named = 0
    for _, line in reversed(lines[-3:]):
        if not (_NAME_LINE.match(line) and len(line.split()) <= 4):
            break
        named += 1
    if not 0 < named < len(lines) or is_ordinary(lines[-named][1].split()[0]):
        return None
    start = lines[-named][0]
    after_sentence = text[:start].rstrip()[-1:] in '.!?…,)"”_'
    return start if after_sentence and len(lines[-1][1].strip()) > 1 else None


def signature(text: str) -> Iterator[Name]:
    """The names under the email: the first is the sender's, further ones are companies; positions are left out."""
    start = signature_start(text)
    if start is None:
        return
    away = _AWAY.match(text, start)
    if away:
        for found in SEQUENCE.finditer(text, start, away.end()):
            yield Name(found.group(), COMPANY, *found.span())
        start = away.end()
    role = SIGNATURE
    for line in re.finditer(r"[^\n,|/–]+", text[start:]):
        for found in SEQUENCE.finditer(line.group()):
            words = found.group().split()
            if len(found.group()) < 2 or all(map(is_ordinary, words)) or any(word.lower() in ROLES for word in words):
                continue
            at = start + line.start() + found.start()
            yield Name(found.group(), role, at, at + len(found.group()))
            role = COMPANY


def signature_lines(text: str) -> list[Span]:
    """The lines of a signature of up to six words, those with positions and departments too."""
    start = signature_start(text)
    if start is None:
        return []
    lines = re.finditer(r"[^\n]+", text[start:])
    return [(start + line.start(), start + line.end()) for line in lines if len(line.group().split()) <= 6]
