"""What was found in a text is remembered: a seller's emails have the same sentences again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

T = TypeVar("T")
Texts = TypeVarTuple("Texts")

SENTENCES, TEXTS = 4096, 128
"""How many of which it is remembered; of sentences, which are short, a few megabytes."""
LONGEST = 5000
"""Characters of texts that are remembered; emails are shorter. A plain cache would keep whatever a stranger uploads."""


def remembered(count: int) -> Callable[[Callable[[*Texts], T]], Callable[[*Texts], T]]:
    """A cache for a function of strings that gives the same for the same ones, and what nobody changes."""

    def decorated(find: Callable[[*Texts], T]) -> Callable[[*Texts], T]:
        kept = lru_cache(maxsize=count)(find)

        @wraps(find)
        def found(*texts: *Texts) -> T:
            length = sum(len(text) for text in texts if isinstance(text, str))
            return kept(*texts) if length <= LONGEST else find(*texts)

        return found

    return decorated
