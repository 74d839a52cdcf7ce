"""Names in an email: of persons, companies, products and places, by the place where they stand and by capital letters.

Word lists and capital letters, not a trained model: an unusual name at the beginning of a sentence is missed, and an
ordinary word that somebody capitalises is taken for a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .capitals import OPENERS, is_first_name, is_ordinary
from .merge_fields import without_fields
from .sentences import MAX_CHARACTERS, overlaps, sentences, without_links
from .signatures import (
    CAPITALISED,
    COMPANY,
    GREETING,
    PERSON,
    SEQUENCE,
    SIGNATURE,
    Name,
    body_start,
    greeting,
    name_words,
    signature,
    signature_lines,
)

__all__ = ["COMPANY", "GREETING", "PERSON", "SIGNATURE", "SOMEONE", "Name", "name_words", "names_in"]

_AFTER_NAME_IS = re.compile(r"(?:name is|name's)\s$", re.I)
_ACTS = re.compile(
    r"\s(?:(?:has|had|have|also|already|once)\s)?(?:runs?|uses|used|cut|cuts|saved?|doubled|suggested"
    r"|told|said|recommended|gave|asked|mentioned|wrote"
    r"|switched|brought|chose|reduced|reported|thought|pointed|costs|is\sa|is\san|made|grew|moved"
    r"|joined|helps|built)\b"
)
_COMMON_ENDING = re.compile(r"(?:s|ing|tion|sion|ment|ness|ity|ance|ence|ware|ship|hood|body|one|thing)$")
_GERMAN_NAMES = re.compile(
    rf"""(?:Frau|Herrn?)\s(?:Dr\.?\s)?(?P<titled>{CAPITALISED}(?:[ \t]{CAPITALISED})?)
    | (?P<firm>(?:{CAPITALISED}[ \t]){{1,3}}(?:GmbH|AG|KG|SE|OHG|UG|e\.V\.)(?:\s&\sCo\.?\sKG)?)
    | (?:Firmen|Kunden|Unternehmen|Marken|Betriebe)\swie\s(?P<listed>{CAPITALISED}(?:,\s{CAPITALISED})*(?:\s(?:und
    |oder)\s{CAPITALISED})?)
    | (?:Mein\sName\sist|mein\sName\sist|ich\sbin|Ich\sbin)\s(?P<own>{CAPITALISED}(?:[ \t]{CAPITALISED})?)
    | (?P<humped>\b[A-ZÄÖÜ][a-zäöü]+[A-Z]\w*)
    | (?P<full>{CAPITALISED})[ \t](?P<last>{CAPITALISED})""",
    re.X,
)
_OPENS = re.compile(r"[:\"“”„(–—•*>-]\s*$|\d[.)]\s$|^\W+$")
_HUMP = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}")
_JOINTS = frozenset({"of", "and", "&"})
MAX_KNOWN = 40
"""So many names are looked for a second time."""
SOMEONE = "Someone"
"""Who stands for a recipient whose name is not known; nobody is greeted so."""


def names_in(email: str, language: str = "en") -> tuple[Name, ...]:
    """The names of an email in their order; ``language``: ``en`` or ``de``, where every noun has a capital."""
    text = without_fields(without_links(email[:MAX_CHARACTERS]))
    greeted = greeting(text)
    found = [*([greeted] if greeted else []), *signature(text)]
    found += _again(text, found)
    taken = [(name.start, name.end) for name in found] + signature_lines(text)
    body = _german_body(text) if language == "de" else _english_body(text)
    found += [name for name in body if not overlaps((name.start, name.end), taken)]
    found += _again(text, found)
    return tuple(sorted(found, key=lambda name: name.start))


def _again(text: str, found: Sequence[Name]) -> list[Name]:
    """Further mentions of the names found: "Relay assigns ..." in the email of somebody who signs for Relay."""
    parts = {part: name for name in found for part in [name.text, *re.findall(CAPITALISED, name.text)]}
    known = [part for part in parts if len(part) > 2 and not is_ordinary(part.split()[0])]
    if not known:
        return []
    longest_first = sorted(known, key=len, reverse=True)[:MAX_KNOWN]
    taken = [(name.start, name.end) for name in found]
    matches = re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", text)
    return [
        Name(match.group(), parts[match.group()].role, *match.span())
        for match in matches
        if not overlaps(match.span(), taken)
    ]


def _english_body(text: str) -> Iterator[Name]:
    body = body_start(text)
    small = frozenset(re.findall(r"\b[a-z][\w'’-]*", text))
    for start, end in sentences(text):
        sentence = text[start:end]
        if start < body or _is_title_case(sentence):
            continue
        for match in SEQUENCE.finditer(sentence):
            at = match.start()
            if at and (sentence[at - 1].isalnum() or sentence[at - 1] == "_"):
                continue
            words = _kept(sentence, at, match.group(), small)
            if not words:
                continue
            at += match.group().index(words)
            introduced = _AFTER_NAME_IS.search(sentence[max(0, at - 12) : at])
            role = PERSON if introduced or is_first_name(words.split()[0]) else COMPANY
            yield Name(words, role, start + at, start + at + len(words))


def _kept(sentence: str, at: int, words: str, small: frozenset[str]) -> str:
    """The part of a run of capitalised words that is a name; empty where none is."""
    parts = words.split()
    if at == 0 or _OPENS.search(sentence[:at][-4:]):
        if len(parts) == 1:
            return words if _is_name_at_start(words, sentence[at + len(words) :], small) else ""
        if not _is_known(parts[0]) and (parts[0].lower() in OPENERS or is_ordinary(parts[0])):
            parts = parts[1:]
    while parts and (parts[0] in _JOINTS or is_ordinary(parts[0], small)):
        parts = parts[1:]
    while parts and (parts[-1] in _JOINTS or is_ordinary(parts[-1], small)):
        parts = parts[:-1]
    return words[words.index(parts[0]) : words.rindex(parts[-1]) + len(parts[-1])] if parts else ""


def _is_name_at_start(word: str, rest: str, small: frozenset[str]) -> bool:
    """Whether a single capitalised word at the beginning of a sentence is a name, from itself and what it does."""
    if is_ordinary(word, small) or word.lower() in OPENERS:
        return False
    return _is_known(word) or (bool(_ACTS.match(rest)) and not _COMMON_ENDING.search(word))


def _is_known(word: str) -> bool:
    return is_first_name(word) or bool(_HUMP.search(word))


def _german_body(text: str) -> Iterator[Name]:
    for match in _GERMAN_NAMES.finditer(text, body_start(text)):
        kind = match.lastgroup or ""
        if kind == "last":
            if is_first_name(match["full"]) and not is_ordinary(match["last"]):
                yield Name(match.group(), PERSON, *match.span())
        elif kind == "listed":
            for part in re.finditer(CAPITALISED, match["listed"]):
                at = match.start("listed")
                yield Name(part.group(), COMPANY, at + part.start(), at + part.end())
        else:
            yield Name(match[kind], PERSON if kind in ("titled", "own") else COMPANY, *match.span(kind))


def _is_title_case(sentence: str) -> bool:
    """Whether most words of a line of four or more have a capital: a heading, where capitals tell nothing."""
    words = re.findall(r"[^\W\d_]+", sentence)
    return len(words) >= 4 and sum(word[0].isupper() for word in words) > 0.6 * len(words)
