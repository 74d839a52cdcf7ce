"""What a note in somebody's own words says of an email, where its words leave no doubt: "tasting booked 16.03.".

Of people's own sheets: wary, for a note that asks, hopes, denies or tells of two things is asked for. What is told is a
proposal, which is shown with the words that tell it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from ..text.automatic_replies import is_automatic_text
from ..text.refusals import says_more
from . import saying_words as words
from .meanings import Meaning

MOST_WORDS = 14
"""Words of a note; longer ones tell a story."""


@dataclass(frozen=True)
class Saying:
    """What a note says, and the words of it that do."""

    meaning: Meaning
    told_by: str


@lru_cache(maxsize=4096)
def read_saying(note: str) -> Saying | None:
    """What a note says; None: it has to be asked for."""
    note = " ".join(normalize("NFC", note).split())
    if not note or len(note.split()) > MOST_WORDS or not any(sign.isalpha() for sign in note):
        return None
    if words.TOO_EARLY.fullmatch(note.rstrip(".!")):
        return Saying(Meaning.RUNNING, note)
    if words.NOT_YET.fullmatch(note.rstrip(".!")):
        return Saying(Meaning.SILENT, note)
    if "?" in note:
        return None
    told, rest = _told(words.THEN_NOTHING.sub("", note))
    meaning = _one(set(told))
    if meaning is None or _is_doubtful(meaning, told, rest):
        return None
    parts = [part for kind, part in told.items() if kind in (meaning, _YES, _ON, _ASKED)]
    return Saying(meaning, ", ".join(sorted(parts, key=note.find)))


_ASKED, _YES, _ON = "asked", "yes", "on"
_KINDS: tuple[tuple[Meaning | str, re.Pattern[str]], ...] = (
    (Meaning.UNSENT, words.UNSENT),
    (Meaning.BOUNCED, words.BOUNCED),
    (Meaning.AUTOMATIC, words.AUTOMATIC),
    (Meaning.NEGATIVE, words.NEGATIVE),
    (Meaning.NONE, words.NONE),
    (Meaning.CONVERSION, words.CONVERSION),
    (_YES, words.SAID_YES),
    (_ON, words.VISIT_ON),
    (_ASKED, words.ASKED),
    (Meaning.REPLY, words.ANSWERED),
)
"""What a note may say, in the order in which it is looked for; what one has found is none of the others'."""


def _told(note: str) -> tuple[dict[Meaning | str, str], str]:
    """(the words that say each thing, what is left of the note)."""
    if note.count('"') + note.count("“") and is_automatic_text(note):
        return {Meaning.AUTOMATIC: note}, ""
    told: dict[Meaning | str, str] = {}
    for kind, pattern in _KINDS:
        if found := [match.group().strip() for match in pattern.finditer(note)]:
            told[kind] = found[0].strip(" ,;!(")
            note = pattern.sub(" ,", note)
    return told, note


def _one(told: set[Meaning | str]) -> Meaning | None:
    """The one thing that a note says; None where it says nothing, or two that do not go together."""
    answered = told & {Meaning.REPLY, _ASKED, _YES}
    if Meaning.CONVERSION in told:
        return Meaning.CONVERSION if told <= {Meaning.CONVERSION, Meaning.REPLY, _YES, _ON} else None
    if _ON in told:
        return Meaning.CONVERSION if told <= {_ON, Meaning.REPLY, _YES} and answered else None
    if Meaning.NEGATIVE in told:
        return Meaning.NEGATIVE if told <= {Meaning.NEGATIVE, Meaning.REPLY} else None
    if answered:
        return Meaning.REPLY if told == answered and told != {_YES} else None
    (only, *more) = told or {_ON}
    return only if isinstance(only, Meaning) and not more else None


def _is_doubtful(meaning: Meaning, told: dict[Meaning | str, str], rest: str) -> bool:
    """Whether what is left of a note takes something back, or may mean more."""
    if meaning is Meaning.CONVERSION:
        rest = words.PLAIN.sub(" ", rest)
    if meaning is Meaning.NEGATIVE:
        return says_more(rest) or any(each.search(rest) for each in (words.LATER, words.A_MEETING))
    if meaning is Meaning.REPLY:
        return words.DENIED.search(rest) is not None or words.A_MEETING.search(rest) is not None
    if meaning is Meaning.AUTOMATIC:
        return _SAYS_MORE.search(rest) is not None
    return meaning is not Meaning.UNSENT and any(sign.isalnum() for sign in rest)


_SAYS_MORE = re.compile(
    r"\b(?:then|later|but|after\w*|real|next|again|answer\w*|repl(?:y|ied|ies)|order\w*|meeting|booked|wants?|asked"
    r"|person\w*"
    r"|dann|später|aber|puis|mais|luego|pero|poi|ma|daarna|maar|depois|mas)\b",
    re.I,
)
"""What makes an automatic answer not the only one."""
