"""What was found in a text is remembered: a seller's emails have the same sentences again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")

SENTENCES, TEXTS = 4096, 128
"""How many of which it is remembered."""
LONGEST = 5000
"""Characters of texts that are remembered, so that they never take much memory; emails are shorter."""


def remembered(count: int) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """For a function of strings that gives the same for the same ones, and what nobody can change."""

    def decorated(find: Callable[..., T]) -> Callable[..., T]:
        kept = lru_cache(maxsize=count)(find)

        @wraps(find)
        def found(*texts: str | None) -> T:
            return kept(*texts) if sum(len(text or "") for text in texts) <= LONGEST else find(*texts)

        return found

    return decorated
