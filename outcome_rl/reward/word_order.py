"""Which words follow which: what tells a sentence from its words in any order."""

from __future__ import annotations

import gzip
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

COMMON_WORDS = 400
"""Words that stand for themselves in the statistics of word order; the others stand for their ending."""
MOST_TOKENS = 1000
"""Longer texts are read up to here."""
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[^\w\s]")


@lru_cache(maxsize=1)
def reference_texts() -> tuple[str, ...]:
    """Some six hundred emails that a small language model wrote freely: real language in other words than the file's.

    A file of ten templates has the words of ten templates in their order; by it alone, all else would be debris.
    """
    with resources.files("outcome_rl.reward").joinpath("reference_texts.json.gz").open("rb") as packed:
        return tuple(json.loads(gzip.decompress(packed.read())))


@dataclass(frozen=True)
class WordOrder:
    """Which kinds of words follow which: counts of pairs, of first and of all words. Learned from real emails."""

    common: frozenset[str]
    pairs: Counter
    singles: Counter

    @staticmethod
    def learn(emails: Sequence[str]) -> WordOrder:
        """From emails that people have sent."""
        words = [tokens_of(email) for email in emails]
        counted = Counter(word for email in words for word in email)
        common = frozenset(word for word, _ in counted.most_common(COMMON_WORDS))
        kinds = [[_kind(word, common) for word in email] for email in words]
        pairs = Counter(pair for email in kinds for pair in pairwise(email))
        return WordOrder(common, pairs, Counter(kind for email in kinds for kind in email))

    def score(self, tokens: list[str]) -> float:
        """Mean log-likelihood ratio of the order against words drawn at random, nats a word; about 0 if shuffled."""
        kinds = [_kind(token, self.common) for token in tokens]
        total = sum(self.singles.values()) + 1
        gains = []
        for first, second in pairwise(kinds):
            alone = (self.singles[second] + 0.1) / total
            after = (self.pairs[first, second] + 5 * alone) / (self.singles[first] + 5)
            gains.append(math.log(after / alone))
        return sum(gains) / len(gains) if gains else 0.0


def tokens_of(text: str) -> list[str]:
    """Words, numbers and signs in small letters, of the beginning of a long text."""
    return [token.lower() for token in _TOKEN.findall(text[: 8 * MOST_TOKENS])[:MOST_TOKENS]]


def _kind(token: str, common: frozenset[str]) -> str:
    if token in common:
        return token
    return f"-{token[-3:]}" if token[0].isalpha() else "#"
