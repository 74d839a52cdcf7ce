"""What an export whose texts stand elsewhere says of its emails: which steps there are, and under which subjects."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from ..text.merge_fields import FIELD
from ..text.merge_filling import SPINTAX
from .layouts import Shape
from .profiles import LOOKED_AT

if TYPE_CHECKING:
    from .reading import OpenTable

FEWEST_LETTERS = 4
"""Letters of a subject beside its merge fields, for it to tell one text from others."""


@dataclass(frozen=True)
class SentSteps:
    """Steps and subjects in an export's first rows. ``steps`` are counted from 0, as a column says them."""

    steps: frozenset[int] = frozenset()
    repeated: bool = False
    """Whether people have several rows, which are steps to them where no column says so."""
    shared: frozenset[str] = frozenset()
    """Subjects that several steps have, which tell no step."""

    def is_the_only(self, step: int | None) -> bool:
        """Whether no email is of another step than this one, so that a text without a step is its text."""
        return not self.repeated and len(self.steps) < 2 and (step is None or step in (self.steps or {0}))


NOTHING_SAID = SentSteps()


def sent_steps(tables: Sequence[OpenTable]) -> SentSteps:
    """What the first rows of an export's tables say."""
    steps: set[int] = set()
    of_subject: dict[str, set[int | None]] = defaultdict(set)
    to_one: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for table in tables:
        reader, leads = table.reader.fresh(), table.layout.shape is Shape.LEADS
        for record in islice(table.table.rows(), LOOKED_AT):
            entry = reader.read(record.cells)
            if entry is None or entry.sent is None:
                continue
            steps |= set() if entry.step is None else {entry.step}
            if subject := subject_key(reader.cell(record.cells, "subject")):
                of_subject[subject].add(entry.step)
                to_one[subject, "" if leads else entry.recipient].add(() if leads else tuple(record.cells))
    shared = {subject for subject, found in of_subject.items() if len(found) > 1}
    shared |= {subject for (subject, whose), rows in to_one.items() if whose and len(rows) > 1}
    return SentSteps(frozenset(steps), any(each.layout.repeated for each in tables), frozenset(shared))


def subject_key(subject: str) -> str:
    """A subject in small letters with single spaces; "Re: ..." is another one than without it."""
    return " ".join(subject.split()).lower()


def is_subject_of(subject: str, template: str) -> bool:
    """Whether a subject, as :func:`subject_key` gives it, is a template's with its merge fields filled."""
    pattern = _pattern(template)
    return pattern is not None and pattern.fullmatch(subject) is not None


@lru_cache(maxsize=1024)
def _pattern(template: str) -> re.Pattern[str] | None:
    """None: too little of the subject is the same in all emails."""
    parts = subject_key(SPINTAX.sub("\0", FIELD.sub("\0", template))).split("\0")
    if sum(sign.isalpha() for part in parts for sign in part) < FEWEST_LETTERS:
        return None
    return re.compile(".{0,80}?".join(map(re.escape, parts)))
