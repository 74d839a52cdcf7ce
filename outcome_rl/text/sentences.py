"""Where the sentences of an email begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .remembered import TEXTS, remembered

MAX_CHARACTERS = 20_000
"""Longer texts are examined up to here; no email is that long."""
MAX_SENTENCE = 500
"""Longer sentences are cut here, so that patterns that look for a second word stay quick."""

Span = tuple[int, int]
"""Where something begins and ends in a text."""

URL = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}", re.I)
_BOUNDARY = re.compile(
    r"""(?<![.!?…])[.!?…]++["'”’»)\]]*+(?=\s|$)  # a dot inside a word, a number or a link ends nothing
    | [。！？]
    | \n[ \t]*+\n                     # an empty line
    | \n(?![ \t]*+[a-zäöüß])          # a line break, unless the sentence runs on in small letters
    """,
    re.X,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:(?i:mr|mrs|ms|dr|prof|st|vs|approx|e\.g|i\.e|z\.\s?b|bzw|ca|inkl|evtl|ggf|hr|fr)|[A-HJ-Z])$"
)
OF_A_NAME = frozenset(["St", "Mt", "Ft", "Dept", "Bros", "Co", "Corp", "Inc", "Ltd", "Univ", "Dist", "Assn", "Mfg"])
"""What a full stop belongs to within the name of a firm or a place."""
_ENDS_A_NAME = re.compile(rf"\s(?:{'|'.join(sorted(OF_A_NAME))})$")
_DOTTED = re.compile(r"(?:^|[\s(])(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}$")
"""Letters with a full stop each, as in the name of a firm or a place: ``B.V.``, ``S.p.A.``, ``d.o.o.``, ``U.K.``"""
_NAME_GOES_ON = re.compile(r"\s*(?:[a-zäöüß&]|(?:KG|KGaA|OHG|Ltd|Inc|LLC)(?!\w))")
"""What follows such a full stop where the sentence runs on: small letters, or the rest of a firm's name."""
_NUMBER_SIGN = re.compile(r"(?:^|\s)n[or]$", re.I)
_ORDINAL = re.compile(r"(?:^|[\s(])\d{1,2}$")
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t]*\d{1,2}$")
_RUNS_ON = re.compile(r"\s*(?:[a-zäöüß]|(?:Jan|Feb|M[aä]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[ck]t|Nov|De[cz]|Quartal|Stock))")
_DIGIT = re.compile(r"\s*\d")


def sentences(text: str) -> list[Span]:
    """Spans of the sentences, without white space around them, none longer than :data:`MAX_SENTENCE`.

    A line break ends a sentence unless the next line goes on in small letters (mail programs wrap lines).
    """
    return list(_spans(text))


@remembered(TEXTS)
def _spans(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        if match.group() == "." and not _ends(text, match.start()):
            continue
        spans += _pieces(text, start, match.end())
        start = match.end()
    return (*spans, *_pieces(text, start, len(text)))


def _ends(text: str, dot: int) -> bool:
    """Whether the single dot there ends a sentence rather than an abbreviation, an initial or an ordinal number."""
    before = text[max(0, dot - 12) : dot]
    if _ABBREVIATION.search(before) or _LIST_NUMBER.search(before):
        return False
    if _ENDS_A_NAME.search(before) or _DOTTED.search(before):
        return not _NAME_GOES_ON.match(text, dot + 1)
    if _NUMBER_SIGN.search(before):
        return not _DIGIT.match(text, dot + 1)
    return not (_ORDINAL.search(before) and _RUNS_ON.match(text, dot + 1))


def _pieces(text: str, start: int, end: int) -> list[Span]:
    part = text[start:end]
    start, end = start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))
    return [(at, min(at + MAX_SENTENCE, end)) for at in range(start, end, MAX_SENTENCE)]


def without_links(text: str) -> str:
    """The text with each link as the word ``link`` and dashes, at its length: marks inside links mean nothing."""
    return URL.sub(lambda match: "link".ljust(len(match.group()), "-"), text)


def overlaps(span: Span, spans: Iterable[Span]) -> bool:
    """Whether a span shares a character with any of the others."""
    return any(span[0] < end and start < span[1] for start, end in spans)
