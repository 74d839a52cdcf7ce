"""Names in an email: of persons, companies, products and places, by the place where they stand and by capital letters.

A word list and capital letters, not a trained model: unusual names at the beginning of a sentence are missed, and an
ordinary word that somebody capitalises is taken for a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .first_names import FIRST_NAMES, NOT_NAMES, OPENERS, ROLES
from .merge_fields import without_fields
from .sentences import MAX_CHARACTERS, sentences, without_links

GREETING, SIGNATURE, PERSON, COMPANY = "greeting", "signature", "person", "company"

_CAP = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’&-]*"
_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Frau|Herrn?|Madame|Monsieur|Señora?)\b\.?\s?(?:Dr\.?\s)?)"
_GREETING = re.compile(
    rf"""\s*(?:hi|hello|hey|dear|good\s(?:morning|afternoon|evening|day)|greetings|hallo|liebe[rs]?|moin|servus
    |guten\s(?:tag|morgen|abend)|sehr\sgeehrte[r]?|bonjour|hola|ciao|hoi)\b,?[ \t]+(?:again\s)?
    (?P<all>(?-i:{_TITLE})?(?P<name>(?-i:{_CAP})(?:[ \t](?-i:{_CAP})){{0,2}}))""",
    re.I | re.X,
)
_VOCATIVE = re.compile(rf"\s*(?P<all>(?P<title>{_TITLE})?(?P<name>{_CAP}(?:[ \t]{_CAP})?)),")
_SUBJECT_LINE = re.compile(r"[ \t]*(?:subject|betreff)[ \t]*:[^\n]*\n?", re.I)
_CLOSING = re.compile(
    r"""[ \t]*(?:(?:with\s)?(?:best|kind|kindest|warm|many|sunny|friendly)\s(?:regards|wishes|greetings?)|best|regards|sincerely|thanks(?:\sagain)?|thank\syou
    |many\sthanks|cheers|yours(?:\s\w+)?|warmly|cordially|respectfully|take\scare|all\sthe\sbest|talk\ssoon|mit\sfreundlichen?\sgr(?:üßen|uß|üssen)
    |(?:viele|liebe|beste|herzliche|freundliche|schöne)\sgrüße|gruß|lg|mfg|tschüss|bis\sbald)\b[^\S\n]*[,!.–-]*[ \t]*""",
    re.I | re.X,
)
_NAME_LINE = re.compile(rf"[ \t]*(?:{_CAP}\.?)(?:[ \t](?:{_CAP}\.?|of|and|&|de|van|von|der|da|the)){{0,4}}[ \t]*$")
_SEQUENCE = re.compile(rf"(?:[A-Z]\.[ \t]?)*{_CAP}(?:[ \t](?:(?:&|of|and|de|van|von)[ \t])?{_CAP})*")
_GIVEN_AS_NAME = re.compile(r"(?:name is|name's|i am|i'm|this is|colleague|from|mein name ist|ich bin)\s$", re.I)
_ACTS = re.compile(
    r"\s(?:(?:has|had|have|also|already|once)\s)?(?:runs?|uses|used|cut|cuts|saved?|doubled|suggested|told|said|recommended|gave|asked|mentioned|wrote"
    r"|switched|brought|chose|reduced|reported|thought|pointed|costs|is\sa|is\san|made|grew|moved|joined|helps|built)\b"
)
_COMMON_ENDING = re.compile(r"(?:s|ing|tion|sion|ment|ness|ity|ance|ence|ware|ship|hood|body|one|thing)$")
_GERMAN_NAMES = re.compile(
    rf"""(?:Frau|Herrn?)\s(?:Dr\.?\s)?(?P<titled>{_CAP}(?:[ \t]{_CAP})?)
    | (?P<firm>(?:{_CAP}[ \t]){{1,3}}(?:GmbH|AG|KG|SE|OHG|UG|e\.V\.)(?:\s&\sCo\.?\sKG)?)
    | (?:Firmen|Kunden|Unternehmen|Marken|Betriebe)\swie\s(?P<listed>{_CAP}(?:,\s{_CAP})*(?:\s(?:und|oder)\s{_CAP})?)
    | (?:Mein\sName\sist|mein\sName\sist|ich\sbin|Ich\sbin)\s(?P<own>{_CAP}(?:[ \t]{_CAP})?)
    | (?P<humped>\b[A-ZÄÖÜ][a-zäöü]+[A-Z]\w*)
    | (?P<full>{_CAP})[ \t](?P<last>{_CAP})""",
    re.X,
)
_LIST_OF_NAMES = re.compile(r"\s?(?:,|und|oder|&)\s?")


@dataclass(frozen=True)
class Name:
    """A name at ``start:end``; ``role``: greeting, signature, person or company (any other name)."""

    text: str
    role: str
    start: int
    end: int

    @property
    def words(self) -> tuple[str, ...]:
        return name_words(self.text)


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name, to compare: small letters, without genitive and full stops."""
    words = re.findall(r"[^\W_]+(?:['’&-][^\W_]+)*", text)
    return tuple(re.sub(r"['’]s?$", "", word.casefold()) for word in words)


def names_in(email: str, language: str = "en") -> tuple[Name, ...]:
    """The names of an email in their order; ``language``: ``en`` or ``de``, where every noun has a capital."""
    text = without_fields(without_links(email[:MAX_CHARACTERS]))
    found = [*_greeting(text), *_signature(text)]
    subject = _SUBJECT_LINE.match(text)
    body = subject.end() if subject else 0
    taken = [(each.start, each.end) for each in found] + _short_lines(text, signature_start(text))
    for name in _german_body(text, body) if language == "de" else _english_body(text, body):
        if not any(name.start < end and start < name.end for start, end in taken):
            found.append(name)
    return tuple(sorted([*found, *_again(text, found)], key=lambda name: name.start))


def _short_lines(text: str, start: int | None) -> list[tuple[int, int]]:
    """The lines of a signature of up to six words: positions and departments, none of which are names."""
    if start is None:
        return []
    lines = re.finditer(r"[^\n]+", text[start:])
    return [(start + line.start(), start + line.end()) for line in lines if len(line.group().split()) <= 6]


def _again(text: str, found: Sequence[Name]) -> Iterator[Name]:
    """Further mentions of the names found, alone: "Relay assigns ..." of the company that signs as Relay."""
    parts = {part: name for name in found for part in [name.text, *re.findall(_CAP, name.text)] if len(part) > 2}
    known = sorted((part for part in parts if not _ordinary(part.split()[0])), key=len, reverse=True)[:40]
    if not known:
        return
    for match in re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", text):
        if not any(name.start < match.end() and match.start() < name.end for name in found):
            yield Name(match.group(), parts[match.group()].role, *match.span())


def body_start(text: str) -> int:
    """Where the text begins after its subject line and white space."""
    subject = _SUBJECT_LINE.match(text)
    start = subject.end() if subject else 0
    return start + len(text[start:]) - len(text[start:].lstrip())


def greeting_span(text: str) -> tuple[int, int] | None:
    """Where the name of the greeting stands, its title included; None where nobody is greeted by name."""
    start = body_start(text)
    match = _GREETING.match(text, start)
    if match and not _ordinary(match["name"].split()[0]):
        return match.span("all")
    match = _VOCATIVE.match(text, start)
    if match and (match["title"] or _is_first_name(match["name"].split()[0])):
        return match.span("all")
    return None


def _greeting(text: str) -> Iterator[Name]:
    span = greeting_span(text)
    if span:
        yield Name(text[slice(*span)], GREETING, *span)


def signature_start(text: str) -> int | None:
    """Where the names under an email begin: after a closing phrase, or its last line if that is but a name."""
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
    if 0 < named < len(lines) and not _ordinary(lines[-named][1].split()[0]):
        first, before = lines[-named][0], text[: lines[-named][0]].rstrip()
        if before[-1:] in ".!?…,)\"”_" and len(lines[-1][1].strip()) > 1:
            return first
    return None


def _signature(text: str) -> Iterator[Name]:
    """The first name of a signature is the sender's, further ones are companies."""
    start = signature_start(text)
    if start is None:
        return
    # "Kind regards from Ulm," and below it the name
    away = re.match(r"[ \t]*(?:from|aus)[ \t][^\n]*", text[start:])
    if away:
        yield from (
            Name(found.group(), COMPANY, start + found.start(), start + found.end())
            for found in _SEQUENCE.finditer(away.group())
        )
        start += away.end()
    role = SIGNATURE
    for match in re.finditer(r"[^\n,|/–]+", text[start:]):
        piece = match.group()
        for found in _SEQUENCE.finditer(piece):
            if len(found.group()) < 2 or any(word.lower() in ROLES for word in found.group().split()):
                continue
            if all(_ordinary(word) for word in found.group().split()):
                continue
            at = start + match.start() + found.start()
            yield Name(found.group(), role, at, at + len(found.group()))
            role = COMPANY


def _english_body(text: str, body: int) -> Iterator[Name]:
    small = set(re.findall(r"\b[a-z][\w'’-]*", text))
    for start, end in sentences(text):
        sentence = text[start:end]
        if start < body or _is_title_case(sentence):
            continue
        for match in _SEQUENCE.finditer(sentence):
            at, words = match.start(), match.group()
            if at and (sentence[at - 1].isalnum() or sentence[at - 1] == "_"):
                continue
            words = _kept(sentence, at, words, small)
            if not words:
                continue
            at += match.group().index(words)
            person = _is_first_name(words.split()[0]) or bool(
                re.search(r"(?:name is|name's)\s$", sentence[max(0, at - 12) : at], re.I)
            )
            yield Name(words, PERSON if person else COMPANY, start + at, start + at + len(words))


def _kept(sentence: str, at: int, words: str, small: set[str]) -> str:
    """The part of a run of capitalised words that is a name; empty where none is."""
    parts = words.split()
    opens = at == 0 or bool(re.search(r"[:\"“”„(–—•*>,-]\s*$|\d[.)]\s$|^\W+$", sentence[:at][-4:])) and "," not in sentence[:at][-2:]
    if opens:
        first, rest = parts[0], sentence[at + len(words) :]
        known = _is_first_name(first) or bool(re.search(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}", first))
        alone = len(parts) == 1
        acts = alone and bool(_ACTS.match(rest)) and not _COMMON_ENDING.search(first) and first.lower() not in OPENERS
        genitive = bool(re.search(r"['’]s$", first)) and first.lower() not in small and _is_first_name(first)
        if alone and not (acts or genitive or (known and not _ordinary(first))):
            return ""
        if not alone and not known and (first.lower() in OPENERS or _ordinary(first)):
            parts = parts[1:]
    while parts and (_ordinary(parts[0], small) or parts[0] in ("of", "and", "&")):
        parts = parts[1:]
    while parts and (_ordinary(parts[-1], small) or parts[-1] in ("of", "and", "&")):
        parts = parts[:-1]
    if not parts:
        return ""
    first_at = words.index(parts[0])
    return words[first_at : words.rindex(parts[-1]) + len(parts[-1])]


def _german_body(text: str, body: int) -> Iterator[Name]:
    for match in _GERMAN_NAMES.finditer(text, body):
        kind = match.lastgroup or ""
        if kind == "last":
            if _is_first_name(match["full"]) and not _ordinary(match["last"]):
                yield Name(match.group(), PERSON, *match.span())
        elif kind == "listed":
            for part in re.finditer(_CAP, match["listed"]):
                at = match.start("listed")
                yield Name(part.group(), COMPANY, at + part.start(), at + part.end())
        else:
            yield Name(match[kind], PERSON if kind in ("titled", "own") else COMPANY, *match.span(kind))


def _is_title_case(sentence: str) -> bool:
    """Whether most words of a line of four or more have a capital: a heading, where capitals tell nothing."""
    words = re.findall(r"[^\W\d_]+", sentence)
    return len(words) >= 4 and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def _is_first_name(word: str) -> bool:
    return re.sub(r"['’]s?$", "", word).lower() in FIRST_NAMES and word.lower() not in {"will", "may", "mark", "hope"}


def _ordinary(word: str, small: set[str] | frozenset[str] = frozenset()) -> bool:
    """Whether a capitalised word is none of a name: a day, a title, an acronym, or written small elsewhere."""
    bare = re.sub(r"['’]s?$", "", word)
    lowered = bare.lower().rstrip(".")
    if lowered in NOT_NAMES or word.lower() in NOT_NAMES or lowered in small:
        return True
    acronym = re.fullmatch(r"[A-Z]{2,}s|PhDs?|[A-Z]{2,}-[a-z]+(?:-[a-z]+)*", bare)
    return bool(acronym) or bare.isupper() and (len(bare) > 1 or bare == "I") and bare not in ("SAP", "IBM", "BMW", "AWS", "DHL", "BASF")


def neutralise_names(email: str, context: str, facts: str = "", names: Sequence[str] = ()) -> str:
    """The email with merge fields in place of names, so that it can serve as an example for somebody else.

    The greeting's name (with its title) becomes ``{{first_name}}``, the signature's ``{{sender_name}}`` and
    ``{{sender_company}}``, also where they stand once more in the email; each of ``names`` (of receivers) becomes
    ``{{first_name}}``. Names that context or facts hold stay.
    """
    known = set(name_words(context)) | set(name_words(facts))
    fields: dict[str, str] = {name: "{{first_name}}" for name in names if name.strip()}
    spans: list[tuple[int, int, str]] = []
    text = without_fields(without_links(email[:MAX_CHARACTERS]))
    signed = [*_signature(text)]
    for name in [*_greeting(text), *signed]:
        if set(name.words) <= known:
            continue
        field = {GREETING: "{{first_name}}", SIGNATURE: "{{sender_name}}"}.get(name.role, "{{sender_company}}")
        spans.append((name.start, name.end, field))
        plain = re.sub(rf"^{_TITLE}", "", name.text)
        fields.setdefault(plain, field)
        if name.role != COMPANY:
            for part in plain.split():
                fields.setdefault(part, field)
    return _replaced(email, spans, fields)


def _replaced(email: str, spans: list[tuple[int, int, str]], fields: dict[str, str]) -> str:
    """The spans replaced, then every further mention of a name as a whole word."""
    for start, end, field in sorted(spans, reverse=True):
        email = email[:start] + field + email[end:]
    for name in sorted(fields, key=len, reverse=True):
        email = re.sub(rf"(?<![\w{{]){re.escape(name)}(?![\w}}])", fields[name].replace("\\", r"\\"), email)
    return email
