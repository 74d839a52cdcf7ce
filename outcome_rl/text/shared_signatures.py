"""Signatures without a mark: the last lines, below a name, that most of a sender's emails have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from .footers import CONTACT, LONGEST_SIGNATURE_LINE, MOST_SIGNATURE_LINES, POSTSCRIPT, SIGN_OFF
from .quotes import Cut

FEWEST_EMAILS = 8
MOST = 0.5
"""Part of a sender's emails from which on a line may be of the signature."""
LAST_LINES = 18
"""Lines of an email, from its end, that are looked at: below a signature may stand a postscript."""
_NAME = re.compile(r"[^\W\d_a-z][\w'’.-]*(?: (?:[^\W\d_a-z][\w'’.-]*|de|van|von|der|da|la|le|du|di)){0,4},?")
_OWN = re.compile(r"[?!.:;]$|^\W*[-•*]\s")
"""A sentence, a point of a list: what is no line of a signature."""


def shared_lines(emails: Sequence[str]) -> frozenset[str]:
    """The lines that most of a sender's emails have near their end, by :func:`_key`; none where emails are few, or
    have one text.
    """
    if len(emails) < FEWEST_EMAILS or len(set(emails)) < FEWEST_EMAILS / 2:
        return frozenset()
    counts = Counter(key for email in emails for key in {_key(line) for _, line in _last_lines(email)})
    return frozenset(key for key, count in counts.items() if count > MOST * len(emails) and key)


def cut_shared_signature(text: str, shared: frozenset[str]) -> tuple[str, list[Cut]]:
    """The text without what stands below the name in a signature of such lines, where that tells how to reach them."""
    lines = text.split("\n")
    run: list[int] = []
    for place, line in reversed([*_last_lines(text)]):
        if _key(line) in shared:
            run.insert(0, place)
        elif run:
            break
    signed = next((number for number, place in enumerate(run) if SIGN_OFF.fullmatch(lines[place].strip())), -1)
    run = run[signed + 1 :]
    if len(run) < 2 or len(run) > MOST_SIGNATURE_LINES or not _NAME.fullmatch(lines[run[0]].strip()):
        return text, []
    tail = run[1:]
    if not any(CONTACT.search(lines[place]) for place in tail) or not any(line.strip() for line in lines[: run[0]]):
        return text, []
    kept = [line for place, line in enumerate(lines) if place not in tail]
    return "\n".join(kept).rstrip(), [Cut("signature", "\n".join(lines[place].strip() for place in tail))]


def _last_lines(text: str) -> Iterator[tuple[int, str]]:
    """The last lines that hold anything, with their places, in their order."""
    lines = text.split("\n")
    yield from [(place, line) for place, line in enumerate(lines) if line.strip()][-LAST_LINES:]


def _key(line: str) -> str:
    """A line to compare; ``""`` for one that is of no signature."""
    key = " ".join(line.split())
    return "" if len(key) > LONGEST_SIGNATURE_LINE or _OWN.search(key) or POSTSCRIPT.match(key) else key
