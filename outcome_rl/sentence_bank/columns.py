"""Contexts that are several columns joined into one cell, as a CRM exports them: "Ana Fox, CFO | Foxglove (hotel; 40
rooms) | Leeds | LS: referral | step 2/3".

There, what varies stands in so many forms that hardly two contexts have the same one, but each column is told by where
it stands or by what it is called.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from ..text.sentences import OF_A_NAME
from ..text.titles import is_title

SEPARATORS = ("\n", "|", " · ", ";", " / ")
"""What may stand between columns; the first one that most contexts have does."""
FEWEST_COLUMNS = 3
"""Columns that most contexts must have."""
MOST_COLUMNS, MOST_CHARACTERS = 40, 4000
"""Of a context, as far as it is read."""
MOST = 0.8
"""Share of the contexts that counts as most."""
COMMON = 0.6
"""Share of a column that has a word for it to be no part."""
ALIKE = 0.2
"""Share of their values that two columns must have in common to be the same one."""
FEWEST_VALUES = 3
"""Different values that make a column one that varies."""
LONGEST_VALUE = 8
"""Words of a value."""
TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|[^\w\s]")
"""A word, with what joins it, or a mark."""
_LABEL = re.compile(r"\s*([^\W\d_][\w ]{0,20}?)\s*[:=]\s")
Part = tuple[str, str]
"""Where it stands and what it says."""


def separator_of(contexts: Sequence[str]) -> str:
    """What stands between the columns of these contexts; empty where they are not joined of columns."""
    for separator in SEPARATORS:
        if sum(context.count(separator) >= FEWEST_COLUMNS - 1 for context in contexts) >= MOST * max(1, len(contexts)):
            return separator
    return ""


def common_words(contexts: Sequence[str], separator: str) -> frozenset[str]:
    """``column word`` of the words that most contexts have in that column; numbers vary."""
    columns: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for context in contexts:
        for name, text in _columns(context, separator):
            columns[name] += 1
            seen.update({f"{name} {word}" for word in map(str.lower, TOKEN.findall(text)) if word[0].isalpha()})
    return frozenset(
        own for own, n in seen.items() if n >= COMMON * columns[own.rpartition(" ")[0]] and n >= FEWEST_VALUES
    )


def parts_of(context: str, separator: str, common: Collection[str]) -> list[Part]:
    """The parts of a context's columns; a part ends at a mark or at one of the :func:`common_words`."""
    return [part for name, text in _columns(context, separator) for part in _parts_of_column(name, text, common)]


def _columns(context: str, separator: str) -> list[Part]:
    """What each column is called, by its label or by how many without one stand before it, and what it says."""
    found: list[Part] = []
    unnamed = 0
    for column in context[:MOST_CHARACTERS].split(separator)[:MOST_COLUMNS]:
        label = _LABEL.match(column)
        if label:
            found.append((label[1].lower(), column[label.end() :]))
        else:
            found.append((f"#{unnamed}", column))
            unnamed += 1
    return found


def _parts_of_column(name: str, column: str, common: Collection[str]) -> list[Part]:
    spans: list[tuple[str, int, int]] = []  # the mark before it, where it begins and ends
    before, reading, last = "", False, ""
    for match in TOKEN.finditer(column):
        token = match.group()
        if reading and (token == "&" or (token == "." and (is_title(last) or last.capitalize() in OF_A_NAME))):
            spans[-1] = (spans[-1][0], spans[-1][1], match.end() if token == "." else spans[-1][2])
            continue
        last = token
        if not token[0].isalnum() or f"{name} {token.lower()}" in common:
            before, reading = token.lower(), False
        elif reading:
            spans[-1] = (*spans[-1][:2], match.end())
        else:
            spans.append((before, match.start(), match.end()))
            reading = True
    seen: Counter[str] = Counter()
    found = []
    for mark, start, end in spans:
        found.append((f"{name} {mark} {seen[mark]}", column[start:end]))
        seen[mark] += 1
    return found


def fields_of(contexts: Sequence[Sequence[Part]]) -> dict[str, int]:
    """The field of each place; places that share values are one, unless one context has both, and those that hardly
    vary are none (-1).
    """
    values: dict[str, set[str]] = defaultdict(set)
    beside: dict[str, set[str]] = defaultdict(set)
    for parts in contexts:
        here = {place for place, _ in parts}
        for place in here:
            beside[place] |= here
        for place, part in parts:
            if len(part.split()) <= LONGEST_VALUE:
                values[place].add(part.lower())
    groups: list[list[str]] = []
    for place in sorted(values, key=lambda place: (-len(values[place]), place)):
        own = next((group for group in groups if _is_one_of(place, group, values, beside)), None)
        if own is None:
            groups.append([place])
        else:
            own.append(place)
    varied = [group for group in groups if len(set().union(*(values[place] for place in group))) >= FEWEST_VALUES]
    numbers = {place: number for number, group in enumerate(varied) for place in group}
    return {place: numbers.get(place, -1) for place in sorted(values)}


def _is_one_of(
    place: str, group: Sequence[str], values: Mapping[str, set[str]], beside: Mapping[str, set[str]]
) -> bool:
    """Whether a place has what one of a group has, and stands beside none of them."""
    if beside[place].intersection(group):
        return False
    shared = (len(values[place] & values[other]) / min(len(values[place]), len(values[other])) for other in group)
    return any(share >= ALIKE for share in shared)


def named(parts: Sequence[Part], fields: Mapping[str, int]) -> dict[str, str]:
    """The values of the parts, in small letters, by the names of their fields."""
    found: dict[str, str] = {}
    for place, part in parts:
        name = name_of(place, fields.get(place, -1))
        found[name] = f"{found[name]} {part.lower()}" if name in found else part.lower()
    return found


def name_of(place: str, number: int) -> str:
    """What a field is called: by its number, or by where it stands if it hardly varies."""
    return str(number) if number >= 0 else f"rest {place}"
