"""Words of a context inside a sentence become slots, and are filled again from another context."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from ..text.capitals import is_first_name
from ..text.sentences import OF_A_NAME

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


MOST_COUNTED = 4
"""Words of a value from which on it is a long one."""
EXPECTED, HARDLY = 2.0, 0.25
"""Emails that must be expected to name the values of a form for it to be told that they do not, and the share of these
up to which they hardly do.
"""
LONG = 5
"""Letters of a value that may begin a longer word: "planner" names itself in "planners"."""


def is_named(value: str, text: str) -> bool:
    """Whether a text names a value: as words of its own, in any letters."""
    end = "" if len(value) >= LONG else r"(?!\w)"
    return re.search(rf"(?<!\w){re.escape(value)}{end}", text, re.I) is not None


def form_of(number: int, value: str) -> str:
    """What a value looks like: its field, whether it begins with a capital, a small letter or a digit, and of how many
    words it is.
    """
    return f"{number} {_begins(value)} {min(len(value.split()), MOST_COUNTED)}"


def kind_of(number: int, value: str) -> str:
    """What a value may stand for, coarser: its field, how it begins, whether it is a person, whether a long remark."""
    words, begins = value.split(), _begins(value)
    if begins == "capital" and len(words) < MOST_COUNTED and is_first_name(words[0]):
        begins = "person"
    return f"{number} {begins}{' remark' if begins == 'small' and len(words) >= MOST_COUNTED else ''}"


def _begins(value: str) -> str:
    first = next(filter(str.isalnum, value), "")
    return "digit" if first.isdigit() else "capital" if first.isupper() else "small"


def kinds_said(said: Collection[str], values: Iterable[Values]) -> frozenset[str]:
    """The kinds of values that a sentence names as it is ``said``; ``values``: of the contexts that it was said to."""
    all_said = "\n".join(sorted(said))
    return frozenset(kind_of(*pair) for pair in {*chain(*values)} if is_named(pair[1], all_said))


def unsaid_forms(fields: Collection[int], values: Sequence[Values], emails: Sequence[str]) -> frozenset[str]:
    """The forms in which a field's values hardly stand in the emails, though others do: where "German" is said again
    and again and "wants more from Italy" never is, they are two things in one place of the context.
    """
    counts: Counter[str] = Counter()
    said: Counter[str] = Counter()
    of_field: dict[int, set[str]] = defaultdict(set)
    for own, email in zip(values, emails, strict=True):
        lowered = email.lower()
        for number, value in own:
            if number in fields:
                form = form_of(number, value)
                of_field[number].add(form)
                counts[form] += 1
                said[form] += value.lower() in lowered and is_named(value, email)
    found: set[str] = set()
    for forms in of_field.values():
        rate = sum(said[form] for form in forms) / sum(counts[form] for form in forms)
        for form in forms:
            expected = rate * counts[form]
            if expected >= EXPECTED and said[form] < HARDLY * expected:
                found.add(form)
    return frozenset(found)


_ENDING = re.compile(r"[\s.,;:!?…]+$")


def _within(value: str, following: str) -> str:
    """A value as it stands within a sentence: "execution." of a context ends none of ours; "Hale & Co." keeps its dot.

    ``following``: the sign behind it.
    """
    bare = _ENDING.sub("", value)
    last = bare.split()[-1] if bare else ""
    if not bare or bare == value:
        return value
    of_a_name = last in OF_A_NAME or "." in last or len(last) == 1
    return f"{bare}." if of_a_name and value.startswith(f"{bare}.") and following != "." else bare


def filled(text: str, values: Mapping[int, str]) -> str:
    """A sentence with its slots filled; an article in front of one fits the word, the first letter the sentence, and
    how a value ends what follows it.
    """

    def value(match: re.Match[str]) -> str:
        found = _within(values[int(match[1])], match.string[match.end() :][:1])
        return found[:1].lower() + found[1:] if match[2] else found

    def article(match: re.Match[str]) -> str:
        slot = _SLOT.match(text, match.end())
        following = value(slot) if slot else ""
        return f"{match[1]}{'n' if following[:1].lower() in 'aeiou' else ''} "

    told = _SLOT.sub(value, _ARTICLE.sub(article, text))
    return told[:1].upper() + told[1:] if _SLOT.match(text) else told
