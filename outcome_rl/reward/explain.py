"""Which sentences of an email raise or lower its reward: each is left out once (Robnik-Šikonja & Kononenko 2008)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..text.checks import MAX_CHARACTERS
from .interface import Scorer

_BOUNDARY = re.compile(r"(?<=[.!?])\s+|\n")
MOST_SENTENCES = 60
"""Of a longer text the first ones are explained."""


@dataclass(frozen=True)
class SentenceEffect:
    """``effect``: reward of the whole email less its reward without this sentence, in payoff units."""

    sentence: str
    effect: float


def sentences(email: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends; a line break ends one too. Those without a word are left out."""
    text = email[:MAX_CHARACTERS]
    ends = [match.span() for match in _BOUNDARY.finditer(text)]
    starts, stops = [0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)]
    spans = [(a, b) for a, b in zip(starts, stops, strict=True) if re.search(r"\w", text[a:b])]
    return spans[:MOST_SENTENCES]


def explain(scorer: Scorer, context: str, email: str) -> list[SentenceEffect]:
    """Each sentence with its effect, in the order of the email; one score of the email and one for each sentence.

    Effects do not add up to the reward: sentences that say the same cover for each other.
    """
    spans = sentences(email)
    without = [(email[:start] + email[end:]).strip() for start, end in spans]
    rewards = scorer.score([context] * (len(without) + 1), [email, *without]).rewards
    return [
        SentenceEffect(email[start:end].strip(), float(rewards[0] - reward))
        for (start, end), reward in zip(spans, rewards[1:], strict=True)
    ]
