"""Words of a context inside a sentence become slots, and are filled again from another context."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

_SLOT = re.compile(r"\{(\d+)(l?)\}")
_ARTICLE = re.compile(r"\b([Aa])n? (?=\{)")
FEWEST_VALUES = 2
"""Different values with which a sentence must have been seen for the place of the value to be a slot."""
SHORTEST = 3
"""Letters of a value that may become a slot, for shorter ones stand in too many words; or a number of two digits."""

Values = Sequence[tuple[int, str]]


def slots_in(text: str) -> tuple[int, ...]:
    """Numbers of the fields that a sentence needs."""
    return tuple(dict.fromkeys(int(match[1]) for match in _SLOT.finditer(text)))


def without_slots(text: str) -> str:
    """What a sentence says whatever its slots hold."""
    return _SLOT.sub("", text)


def opened(texts: Sequence[tuple[int, str]], values: Sequence[Values]) -> list[str]:
    """The texts (row, text) with slots; a slot stays closed unless the sentence was seen with several values in it.

    ``values``: the fields of each row's context.
    """
    slotted = [with_slots(text, values[row]) for row, text in texts]
    variants: dict[str, set[str]] = defaultdict(set)
    for open_text, (_, text) in zip(slotted, texts, strict=True):
        variants[_key(open_text)].add(text)
    return [
        open_text if open_text != text and len(variants[_key(open_text)]) >= FEWEST_VALUES else text
        for open_text, (_, text) in zip(slotted, texts, strict=True)
    ]


def _key(text: str) -> str:
    """Sentences that differ in an article in front of a slot are one."""
    return _ARTICLE.sub("a ", text)


def with_slots(text: str, values: Values) -> str:
    """The text with a slot for each value that stands in it, longest first; braces of its own are left alone."""
    spans: list[tuple[int, int, str]] = []
    for number, value in sorted(values, key=lambda own: -len(own[1])):
        if sum(map(str.isalpha, value)) < SHORTEST and not (value.isdigit() and len(value) > 1):
            continue
        for match in re.finditer(rf"(?<![\w{{]){re.escape(value)}(?![\w}}])", text, re.I):
            if all(match.end() <= start or match.start() >= end for start, end, _ in spans):
                lowered = value[:1].isupper() and match.group()[:1].islower()
                spans.append((*match.span(), f"{{{number}{'l' if lowered else ''}}}"))
    for start, end, slot in sorted(spans, reverse=True):
        text = text[:start] + slot + text[end:]
    return text


LONG = 5
"""Letters of a value that may begin a longer word: "planner" names itself in "planners"."""


def is_named(value: str, text: str) -> bool:
    """Whether a text names a value: as words of its own, in any letters."""
    end = "" if len(value) >= LONG else r"(?!\w)"
    return re.search(rf"(?<!\w){re.escape(value)}{end}", text, re.I) is not None


def filled(text: str, values: Mapping[int, str]) -> str:
    """A sentence with its slots filled; an article in front of one fits the word, the first letter the sentence."""

    def value(match: re.Match[str]) -> str:
        found = values[int(match[1])]
        return found[:1].lower() + found[1:] if match[2] else found

    def article(match: re.Match[str]) -> str:
        slot = _SLOT.match(text, match.end())
        following = value(slot) if slot else ""
        return f"{match[1]}{'n' if following[:1].lower() in 'aeiou' else ''} "

    told = _SLOT.sub(value, _ARTICLE.sub(article, text))
    return told[:1].upper() + told[1:] if _SLOT.match(text) else told
