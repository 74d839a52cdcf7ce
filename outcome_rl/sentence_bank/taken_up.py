"""What an email takes up of the one context that it was written for: a name, a number, a thing that few others have.

"A free drawing for Marigold's", "a swap for your 18 units" and "ask your landlord first" are for whoever has a
Marigold's, 18 units or a landlord. What was written for one of them suits the next who has one, and nobody else.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .suitability import SHORTEST, telling_words

_NAME = re.compile(r"(?<=[a-z,;:] )[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)*")
"""Words with capitals within a sentence."""
RARE = 0.03
"""Share of the contexts, and of the emails, that have a word by chance as well."""
BY_CHANCE = 0.002
"""How unlikely it must be that all recipients of a sentence have a word of it by chance."""
BY_LOT = 0.01
"""How unlikely it must be that recipients drawn by lot have any word in common, for a sentence to be kept to those who
have it too.
"""
USUAL = 0.1
"""Share of the emails from which on a word of theirs answers nothing in one context."""
MOST_GAIN = 2.5
"""The most that it counts to take a word of the context up, a logarithm."""


@dataclass(frozen=True)
class TakenUp:
    """``contexts``: the words of each row's context. ``rare``: those that hardly any context or email has. ``usual``:
    those that tell nothing if an email has them too. ``shares``: the
    share of the contexts that have each word. ``gain``: how much likelier than by chance an email has the others
    of its context, a logarithm: 0 for a seller who writes the same to everybody.
    """

    contexts: Sequence[frozenset[str]]
    rare: frozenset[str]
    usual: frozenset[str]
    shares: Mapping[str, float]
    gain: float

    @staticmethod
    def learn(contexts: Sequence[str], emails: Sequence[Sequence[str]]) -> TakenUp:
        """From the contexts and the sentences of their emails."""
        own = [telling_words(context) for context in contexts]
        said = [frozenset().union(*map(telling_words, sentences)) for sentences in emails]
        described, used = (Counter(word for words in each for word in words) for each in (own, said))
        rare, many = RARE * len(contexts), USUAL * len(contexts)
        usual = {word for word, n in described.items() if n > rare} | {word for word, n in used.items() if n > many}
        return TakenUp(
            own,
            frozenset(word for word, n in described.items() if n <= rare and used[word] <= rare),
            frozenset(usual),
            {word: n / len(contexts) for word, n in described.items()},
            _gain(own, said, usual),
        )

    def of(self, rows: Sequence[int], text: str) -> frozenset[str]:
        """The words and numbers that the context of each of the emails ``rows``, in which a sentence stands, has, and
        that are no coincidence. Of its own words: rare ones, those of names, and those that so many recipients hardly
        have by chance. Of others: those that are so unlikely that no word would be as likely by chance, so that "if
        the price was too much" is for whoever was quoted one.
        """
        common = self.contexts[rows[0]].intersection(*(self.contexts[row] for row in rows))
        own, named = telling_words(text), telling_words(" ".join(_NAME.findall(text)))
        chance = {word: self.shares[word] ** len({self.contexts[row] for row in rows}) for word in common}
        return frozenset(
            word
            for word in common
            if chance[word] * len(self.shares) <= BY_LOT
            or (word in own and (word in self.rare or word in named or word[0].isdigit() or chance[word] <= BY_CHANCE))
        )


def answers(context: frozenset[str], text: frozenset[str], usual: frozenset[str]) -> bool:
    """Whether a text has a word of the context, or its beginning, that is not usual; of words, see
    :func:`~.suitability.telling_words`.
    """
    begun = _by_beginning(text - usual)
    return any(_same(word, begun) for word in context - usual)


def _gain(contexts: Sequence[frozenset[str]], emails: Sequence[frozenset[str]], usual: Collection[str]) -> float:
    having, using = _rows_by_word(contexts, usual), _rows_by_word(emails, usual)
    begun, seen, expected = _by_beginning(using), 0, 0.0
    for word, rows in having.items():
        if not word[0].isdigit():
            users = {row for other in _same(word, begun) for row in using[other]}
            seen += len(users & rows)
            expected += len(users) * len(rows) / max(1, len(contexts))
    return round(min(MOST_GAIN, max(0.0, math.log((seen + 1) / (expected + 1)))), 2)


def _rows_by_word(texts: Sequence[frozenset[str]], usual: Collection[str]) -> Mapping[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for row, words in enumerate(texts):
        for word in words.difference(usual):
            found[word].add(row)
    return found


def _by_beginning(words: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        found[word[:SHORTEST]].append(word)
    return found


def _same(word: str, begun: Mapping[str, list[str]]) -> list[str]:
    """The words that begin with this one, or that it begins with; numbers only as they are."""
    near = begun.get(word[:SHORTEST], ())
    if word[0].isdigit():
        return [other for other in near if other == word]
    return [other for other in near if other.startswith(word) or word.startswith(other)]
