"""The sentences of many emails: each by its place and its text with slots, with the emails that have it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..text.calls_to_action import find_asks
from ..text.email_parts import EmailParts, email_parts
from .bank import ASK, BODY, CLOSE, FIRST_NAME, GREETING, OPENING, PLACES, SIGN_OFF, SUBJECT, Key
from .fields import Value
from .people import first_name, with_fields
from .slots import opened

Values = Sequence[Value]

FRAME = (GREETING, SIGN_OFF)
"""Places that hold no statement."""
_REPLY = re.compile(r"^(?:(?:re|aw|antw|fwd?|wg)\s?:(?:\s+|$))+", re.I)
"""In front of a subject: the mail program sets it where there is something to reply to; who writes anew does not."""
MOST_SENTENCES = 500
"""Sentences of an email that are looked at, the first ones; none has so many, but a cell of a file may."""


@dataclass
class Unit:
    """What is known of one sentence while the bank is made; ``rows``: the emails that have it, ``said``: as they do,
    slots filled.
    """

    original: str
    counts: list[int] = field(default_factory=lambda: [0, 0, 0])
    positions: list[float] = field(default_factory=list)
    paragraphs: int = 0
    rows: list[int] = field(default_factory=list)
    said: set[str] = field(default_factory=set)


def units_of(parts: Sequence[EmailParts], values: Sequence[Values], outcomes: Sequence[int]) -> dict[Key, Unit]:
    """Every sentence by its place and its text with slots."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    rows: list[tuple[int, str, float, bool]] = []
    for row, email in enumerate(parts):
        for text, place, position, paragraph in placed(email):
            seen[text][place] += 1
            rows.append((row, text, position, paragraph))
    slotted = opened([(row, text) for row, text, _, _ in rows], values)
    units: dict[Key, Unit] = {}
    for (row, text, position, paragraph), open_text in zip(rows, slotted, strict=True):
        place = seen[text].most_common(1)[0][0]
        unit = units.setdefault((place, open_text), Unit(text))
        unit.counts[outcomes[row]] += 1
        unit.positions.append(position)
        unit.paragraphs += paragraph
        unit.rows.append(row)
        unit.said.add(text)
    return units


def in_order(units: Mapping[Key, Unit]) -> dict[int, list[Key]]:
    """The keys of what each row says, from its subject to its end."""
    by_row: dict[int, list[tuple[int, float, Key]]] = defaultdict(list)
    for key, unit in units.items():
        order = PLACES.index(key[0]) if key[0] in (SUBJECT, *FRAME) else PLACES.index(BODY)
        for row, position in zip(unit.rows, unit.positions, strict=True):
            by_row[row].append((order, position, key))
    return {row: [key for _, _, key in sorted(said)] for row, said in by_row.items()}


def neighbours(said: Sequence[Key]) -> list[tuple[Key, Key]]:
    """What stands behind what in one email. A greeting tells nothing of what it stands between, so that the opening
    stands behind the subject too.
    """
    pairs = list(pairwise(said))
    if [place for place, _ in said[:2]] == [SUBJECT, GREETING]:
        pairs += zip(said[:1], said[2:3], strict=False)
    return pairs


def sentences_of(email: str) -> list[tuple[str, str]]:
    """(place, text) of an email's sentences in order, without slots; a merge field wherever the name greeted stands."""
    return [(place, text) for text, place, _, _ in placed(email_parts(email))]


def placed(email: EmailParts) -> list[tuple[str, str, float, bool]]:
    """(text, place, position, whether it starts a paragraph) of the parts of one email."""
    found, name = [], first_name(email.greeting)
    if email.subject:
        subject = _REPLY.sub("", email.subject)
        found += [(_unnamed(subject, name), SUBJECT, 0.0, True)] if subject else []
    if email.greeting:
        found.append((with_fields(email.greeting), GREETING, 0.0, True))
    body = email.body[:MOST_SENTENCES]
    asks = _asks([sentence.text for sentence in body])
    for i, sentence in enumerate(body):
        place = OPENING if i == 0 else ASK if i in asks else CLOSE if asks and i > asks[-1] else BODY
        text = _unnamed(sentence.text, name)
        found.append((text, place, i / max(1, len(body) - 1), sentence.starts_paragraph))
    if email.sign_off:
        found.append((email.sign_off, SIGN_OFF, 1.0, True))
    return found


def _asks(body: Sequence[str]) -> list[int]:
    """Numbers of the sentences that ask for something; the question that an email ends with asks for an answer at
    least, however it is put.
    """
    asking = {text for text in set(body) if find_asks(text)}
    asks = [i for i, text in enumerate(body) if text in asking]
    questions = [i for i, text in enumerate(body) if "?" in text]
    ends_with = [i for i in questions[-1:] if i >= max(1, len(body) - 2)]
    return asks or ends_with


def _unnamed(text: str, name: str) -> str:
    """A text with a merge field wherever somebody of that name is spoken to, which commas tell; other people and firms
    may have the name, "May" and "Will" are words.
    """
    if not name or name not in text:
        return text
    return re.sub(rf"(?:^{name}(?=,)|(?<=,\s){name}(?=\s*(?:[,.!?–-]|$)))", FIRST_NAME, text)
