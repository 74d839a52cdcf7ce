"""Names that merge fields were filled with: where many emails have one sentence, each with another name in it.

"A page from Ateliers Mourier's website" here, "from Pulmoline Inc's website" there: nobody else may be told of either,
so the field stands there again, and all of them are one sentence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..text.capitals import is_first_name
from ..text.email_parts import BodySentence, EmailParts
from .bank import FIRST_NAME

COMPANY, CITY = "{{company}}", "{{city}}"
FEWEST_NAMES = 8
"""Different names in a sentence from which on they are taken for the recipients'."""
MOST_AGAIN = 0.6
"""Least share of a sentence's emails whose names differ: customers that a seller likes to tell of come again."""
FEWEST_LETTERS = 6
"""Letters around names that make a sentence the same; "ORDER NOW!" and "CALL US!" are two."""
MOST_RUNS = 8
"""Names of a sentence that are looked at."""
LONGEST_NAME = 60
_WORD = r"[^\W\d_a-zß-öø-ÿ][\w&.’'-]*"
_NAME = re.compile(rf"(?<![\w{{]){_WORD}(?:\s(?:(?:of|the|and|&|de|du|la|le|van|von|der|y|e|und)\s)?{_WORD})*")
_POSSESSIVE = re.compile(r"['’]s?$|[.,]+$")
_IN = re.compile(r"\b(?:in|near|around|across)\s$", re.I)


@dataclass(frozen=True)
class _Member:
    """The names in one of the texts that are alike but for names, and the contexts of the emails that have it."""

    names: list[str]
    contexts: tuple[str, ...]


@dataclass(frozen=True)
class _Frame:
    """What stands around a name that changes, and the field that it stands for."""

    before: str
    behind: str
    field: str

    def name_in(self, text: str) -> str:
        """The name that stands in the frame; empty where it does not fit."""
        end = len(text) - len(self.behind)
        if not (text.startswith(self.before) and text.endswith(self.behind) and end > len(self.before)):
            return ""
        name = text[len(self.before) : end]
        return name if len(name) <= LONGEST_NAME and name[:1].isalnum() and "\n" not in name else ""


def with_fields_again(parts: Sequence[EmailParts], contexts: Sequence[str]) -> list[EmailParts]:
    """The same emails with merge fields where the names of their recipients stand, but for names that the contexts
    tell: these are filled in from there.
    """
    said: defaultdict[str, list[int]] = defaultdict(list)
    for row, email in enumerate(parts):
        for text in (email.subject, *(sentence.text for sentence in email.body), email.sign_off):
            if text:
                said[text].append(row)
    opened = _opened(said, contexts)
    return [_rewritten(email, opened) for email in parts] if opened else list(parts)


def _rewritten(email: EmailParts, opened: dict[str, str]) -> EmailParts:
    body = tuple(BodySentence(opened.get(each.text, each.text), each.starts_paragraph) for each in email.body)
    subject, sign_off = (opened.get(text, text) for text in (email.subject, email.sign_off))
    return replace(email, subject=subject, body=body, sign_off=sign_off)


def _opened(said: dict[str, list[int]], contexts: Sequence[str]) -> dict[str, str]:
    """The texts that hold a recipient's name, with fields; one with two is opened twice."""
    opened: dict[str, str] = {}
    now, firms = dict(said), set[str]()
    for _ in range(2):
        frames = _frames(now, contexts)
        if not frames:
            break
        found = {}
        for text in now:
            if frame := next((frame for frame in frames if frame.name_in(text)), None):
                name = frame.name_in(text)
                found[text] = f"{frame.before}{frame.field}{frame.behind}"
                firms |= {name} if frame.field == COMPANY else set()
        opened = {text: found.get(own, own) for text, own in opened.items()} | {
            text: own for text, own in found.items() if text in said
        }
        later: defaultdict[str, list[int]] = defaultdict(list)
        for text, rows in now.items():
            later[found.get(text, text)] += rows
        now = dict(later)
    for text, rows in said.items() if firms else ():
        own = _without_firms(opened.get(text, text), firms, [contexts[row] for row in rows])
        if own != text:
            opened[text] = own
    return opened


def _without_firms(text: str, firms: set[str], contexts: Sequence[str]) -> str:
    """The text with fields for the recipients' firms that are known from other sentences."""

    def field(match: re.Match[str]) -> str:
        name = _POSSESSIVE.sub("", match.group())
        told = name not in firms or any(name in context for context in contexts)
        return match.group() if told else f"{COMPANY}{match.group()[len(name) :]}"

    return _NAME.sub(field, text)


def _frames(said: dict[str, list[int]], contexts: Sequence[str]) -> list[_Frame]:
    """Where names change; the longest frames first."""
    groups: defaultdict[tuple[str, ...], list[_Member]] = defaultdict(list)
    for text, rows in said.items():
        runs = [(match.start(), match.end()) for match in _NAME.finditer(text)][:MOST_RUNS]
        names = [text[start:end] for start, end in runs]
        ends = [0, *(end for _, end in runs)]
        starts = [*(start for start, _ in runs), len(text)]
        groups[tuple(text[end:start] for end, start in zip(ends, starts, strict=True))].append(
            _Member(names, tuple(contexts[row] for row in rows))
        )
    found = set()
    for pieces, members in groups.items():
        if len(members) >= FEWEST_NAMES and sum(map(str.isalpha, "".join(pieces))) >= FEWEST_LETTERS:
            found |= {frame for place in range(len(pieces) - 1) if (frame := _frame(pieces, members, place))}
    return sorted(found, key=lambda frame: -len(frame.before) - len(frame.behind))


def _frame(pieces: tuple[str, ...], members: Sequence[_Member], place: int) -> _Frame | None:
    """The frame around the name at ``place`` of a sentence, None where it is not one that changes with the recipient.

    All other names of the sentence have to be the same.
    """
    names = [each.names[place] for each in members]
    others = {tuple(each.names[:place] + each.names[place + 1 :]) for each in members}
    emails = sum(len(each.contexts) for each in members)
    if len(others) > 1 or len(set(names)) < max(FEWEST_NAMES, MOST_AGAIN * emails):
        return None
    shared = _shared_words(names)
    bare = [_POSSESSIVE.sub("", name[len(shared) :]) for name in names]
    behind = {name[len(shared) + len(own) :] for name, own in zip(names, bare, strict=True)}
    told = sum(name in context for name, each in zip(bare, members, strict=True) for context in each.contexts)
    if len(behind) > 1 or not all(bare) or 2 * told >= emails:
        return None
    own = members[0].names
    before = "".join(piece + name for piece, name in zip(pieces, own[:place], strict=False)) + pieces[place] + shared
    after = behind.pop() + "".join(
        piece + name for piece, name in zip(pieces[place + 1 :], [*own[place + 1 :], ""], strict=True)
    )
    people = sum(is_first_name(name) for name in bare)
    is_place = _IN.search(before) and not after.startswith(("'", "’"))
    field = FIRST_NAME if 2 * people >= len(bare) else CITY if is_place else COMPANY
    return _Frame(before, after, field)


def _shared_words(names: Sequence[str]) -> str:
    """The words that all of some names begin with, with the space behind: "Would " of a sentence that begins so."""
    first = {name.split(" ", 1)[0] for name in names}
    if len(first) > 1 or not all(" " in name for name in names):
        return ""
    word = f"{first.pop()} "
    return word + _shared_words([name[len(word) :] for name in names])
