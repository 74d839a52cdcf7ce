"""Names that merge fields were filled with: where many emails have one sentence, each with another name in it.

"A page from Ateliers Mourier's website" here, "from Pulmoline Inc's website" there: nobody else may be told of either,
so the field stands there again, and all of them are one sentence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..text.capitals import is_first_name, is_ordinary
from ..text.email_parts import BodySentence, EmailParts
from .bank import FIRST_NAME

COMPANY, CITY = "{{company}}", "{{city}}"
FEWEST_NAMES, MOST_AGAIN = 8, 0.6
"""Different names in a sentence from which on they are taken for the recipients', and the least share of its emails
whose names differ: customers that a seller likes to tell of come again."""
FEWEST_KNOWN, MOST_KNOWN_AGAIN = 3, 0.2
"""The same where most of them are firms of recipients by other sentences."""
FEWEST_LETTERS = 6
"""Letters around names that make a sentence the same; "ORDER NOW!" and "CALL US!" are two."""
MOST_RUNS = 8
"""Names of a sentence that are looked at."""
_WORD = r"[^\W\d_a-zß-öø-ÿ][\w&.’'-]*"
_NAME = re.compile(rf"(?<![\w{{]){_WORD}(?:\s(?:(?:of|the|and|&|de|du|la|le|van|von|der|y|e|und)\s)?{_WORD})*")
_ANY_NAME = r"(\w[^\n]{0,59}?)"
"""What may stand where names change: also one in small letters, "the Damson Kitchen"."""
_BEHIND = re.compile(r"(?:['’]s?|[.,]+)$")
_IN, _AS = re.compile(r"\b(?:in|near|around|across|à|en|aus|nach)\s$", re.I), re.compile(r"\b(?:as|als)\s$", re.I)

Said = Mapping[str, Sequence[int]]
"""Rows of the emails that have each text."""


@dataclass(frozen=True)
class _Frame:
    """A sentence in which names change; ``opened``: with fields in their places."""

    pattern: re.Pattern[str]
    opened: str
    fields: tuple[str, ...]


def with_fields_again(parts: Sequence[EmailParts], contexts: Sequence[str]) -> list[EmailParts]:
    """The same emails with merge fields where the names of their recipients stand, but for names that the contexts
    tell: these are filled in from there.
    """
    said: defaultdict[str, list[int]] = defaultdict(list)
    for row, email in enumerate(parts):
        for text in (email.subject, *(sentence.text for sentence in email.body), email.sign_off):
            if text:
                said[text].append(row)
    opened, firms = _opened(said, list(_frames(said, contexts)))
    if firms:
        known, _ = _opened(said.keys() - opened.keys(), list(_frames(said, contexts, firms)))
        opened |= known
    return [_rewritten(email, opened) for email in parts] if opened else list(parts)


def _rewritten(email: EmailParts, opened: Mapping[str, str]) -> EmailParts:
    body = tuple(BodySentence(opened.get(each.text, each.text), each.starts_paragraph) for each in email.body)
    subject, sign_off = (opened.get(text, text) for text in (email.subject, email.sign_off))
    return replace(email, subject=subject, body=body, sign_off=sign_off)


def _opened(texts: Collection[str], frames: Sequence[_Frame]) -> tuple[dict[str, str], set[str]]:
    """(the texts that fit a frame, as it has them opened; the firms in them)."""
    opened, firms = {}, set[str]()
    for text in texts if frames else ():
        for frame in frames:
            if match := frame.pattern.fullmatch(text):
                opened[text] = frame.opened
                firms |= {name for name, each in zip(match.groups(), frame.fields, strict=True) if each == COMPANY}
                break
    return opened, firms


def _frames(said: Said, contexts: Sequence[str], firms: Collection[str] = ()) -> Iterator[_Frame]:
    """The sentences in which names change with the recipient; ``firms``: known from other sentences."""
    groups: defaultdict[tuple[str, ...], dict[tuple[str, ...], Sequence[int]]] = defaultdict(dict)
    for text, rows in said.items():
        runs = list(_NAME.finditer(text))[:MOST_RUNS]
        ends, starts = [0, *(run.end() for run in runs)], [*(run.start() for run in runs), len(text)]
        pieces = tuple(text[end:start] for end, start in zip(ends, starts, strict=True))
        groups[pieces][tuple(run.group() for run in runs)] = rows
    fewest = FEWEST_KNOWN if firms else FEWEST_NAMES
    for pieces, members in groups.items():
        is_sentence = len(members) >= fewest and sum(map(str.isalpha, "".join(pieces))) >= FEWEST_LETTERS
        if is_sentence and (frame := _frame(pieces, members, contexts, firms)):
            yield frame


def _frame(
    pieces: Sequence[str],
    members: Mapping[tuple[str, ...], Sequence[int]],
    contexts: Sequence[str],
    firms: Collection[str],
) -> _Frame | None:
    """The frame of texts that are alike but for names; None where some change that are not the recipients'."""
    pattern, opened, fields = re.escape(pieces[0]), pieces[0], []
    named: dict[str, list[str]] = {}
    emails = sum(map(len, members.values()))
    for place, piece in enumerate(pieces[1:]):
        names = [names[place] for names in members]
        if len(set(names)) == 1:
            pattern, opened = pattern + re.escape(names[0] + piece), opened + names[0] + piece
            continue
        shared, ending = _shared_words(names), _ending_of(names)
        bare = [name[len(shared) : len(name) - len(ending)] for name in names]
        told = sum(name in contexts[row] for name, rows in zip(bare, members.values(), strict=True) for row in rows)
        alike = all(name.endswith(ending) for name in names) and all(bare) and 2 * told < emails
        field = _field_of(opened + shared, ending, bare)
        if not alike or not field or not _changes(set(bare), emails, firms):
            return None
        if named.setdefault(field, bare) != bare:  # "We did for Nordval what we could do for Acmora": whose is whose?
            return None
        pattern += re.escape(shared) + _ANY_NAME + re.escape(ending + piece)
        opened += shared + field + ending + piece
        fields.append(field)
    return _Frame(re.compile(pattern), opened, tuple(fields)) if fields else None


def _changes(names: Collection[str], emails: int, firms: Collection[str]) -> bool:
    """Whether the names in a sentence of so many emails change with the recipient."""
    if firms:
        known = len(set(firms) & set(names))
        return len(names) >= max(FEWEST_KNOWN, MOST_KNOWN_AGAIN * emails) and 3 * known >= 2 * len(names)
    return len(names) >= max(FEWEST_NAMES, MOST_AGAIN * emails)


def _field_of(before: str, ending: str, names: Sequence[str]) -> str:
    """What changes behind some words; ``""`` where it is no name: a day, a title, what somebody is."""
    if 2 * sum(is_first_name(name) for name in names) >= len(names):
        return FIRST_NAME
    if _AS.search(before) or 2 * sum(is_ordinary(name.capitalize()) for name in names) >= len(names):
        return ""
    return CITY if _IN.search(before) and not ending.startswith(("'", "’")) else COMPANY


def _ending_of(names: Sequence[str]) -> str:
    """What stands behind each of some names: an apostrophe, with an s or without, or a full stop or comma, which is the
    name's own where only some have it ("Clinitube B.V.", "Kraus GmbH").
    """
    found = [match.group() if (match := _BEHIND.search(name)) else "" for name in names]
    return "" if "" in found and not any(each.startswith(("'", "’")) for each in found) else found[0]


def _shared_words(names: Sequence[str]) -> str:
    """The words that all of some names begin with, with the space behind: "Would " of a sentence that begins so."""
    first = {name.split(" ", 1)[0] for name in names}
    if len(first) > 1 or not all(" " in name for name in names):
        return ""
    word = f"{first.pop()} "
    return word + _shared_words([name[len(word) :] for name in names])
