"""What contexts that are written freely can be told apart by: words that exclude each other.

"Hotel in Trim, 40 staff, cold" and "cold, first email; the principal of a school in Ennis" have no common form. But
where one is a hotel it is no school and no warehouse, and who is cold was not referred: words of which contexts have
one, and hardly ever two, are the values of something, whatever it is called.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .columns import MOST_CHARACTERS
from .suitability import telling_words

LEAST, MOST = 0.06, 0.7
"""Share of the contexts that a word must be in."""
HARDLY = 0.12
"""How often, by what chance would have, two words that exclude each other may meet."""
EXPECTED = 4.0
"""Contexts in which chance must have two words meet for it to tell something that they do not."""
COVERED = 0.3
"""Share of the contexts that must have one of the words."""
MOST_KINDS, MOST_WORDS = 10, 300

Kind = tuple[str, ...]
"""The words that exclude each other, those that most contexts have first."""


def words_of(context: str) -> frozenset[str]:
    """The beginnings of a context's telling words; numbers exclude nothing."""
    return frozenset(word for word in telling_words(context[:MOST_CHARACTERS]) if not word[0].isdigit())


def kinds_of(contexts: Sequence[str]) -> tuple[Kind, ...]:
    """The kinds that these contexts tell, those that tell most of them first."""
    own = [words_of(context) for context in contexts]
    counts: dict[str, int] = {}
    for words in own:
        for word in words:
            counts[word] = counts.get(word, 0) + 1
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    usable = [word for word in ranked if LEAST * len(own) <= counts[word] <= MOST * len(own)][:MOST_WORDS]
    if len(usable) < 2:
        return ()
    has = np.array([[word in words for word in usable] for words in own], dtype=float)
    meet, by_chance = has.T @ has, np.outer(has.sum(0), has.sum(0)) / len(own)
    exclude = (meet <= HARDLY * by_chance) & (by_chance >= EXPECTED)
    return _cliques(usable, has > 0, exclude)


def _cliques(words: Sequence[str], has: np.ndarray, exclude: np.ndarray) -> tuple[Kind, ...]:
    """From each word on that is in none before, with each other that excludes all that are taken."""
    found: list[tuple[float, Kind]] = []
    taken: set[int] = set()
    for first in range(len(words)):
        members = [] if first in taken else [first]
        for other in range(len(words)) if members else ():
            if other != first and all(exclude[other, member] for member in members):
                members.append(other)
        covered = float(has[:, members].any(1).mean()) if len(members) > 1 else 0.0
        if covered >= COVERED:
            taken.update(members)
            found.append((covered, tuple(words[member] for member in members)))
    kept: list[Kind] = []
    for _, kind in sorted(found, key=lambda each: (-each[0], each[1])):
        if all(len({*kind} - {*other}) > 1 for other in kept):  # else it tells what the other does
            kept.append(kind)
    return tuple(kept[:MOST_KINDS])


def attributes_of(context: str, kinds: Sequence[Kind]) -> list[str]:
    """``~number=word`` of each kind; without a word where the context has none of them or several."""
    own = words_of(context)
    found = [[word for word in kind if word in own] for kind in kinds]
    return [f"~{number}={words[0] if len(words) == 1 else ''}" for number, words in enumerate(found)]
