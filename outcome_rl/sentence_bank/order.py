"""Whether an email's sentences belong together: how often the seller says such sentences one behind the other.

Most pairs of sentences that a writer puts together stand in none of the seller's emails, though pairs like them do. So
each pair is counted for all that resemble it: a kernel over the letters of the sentences, no model. It says of an email
how well it hangs together, and of a sentence whether another one may stand behind it; among those that may, it is no
guide to which does.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from .bank import Sentence, SentenceBank
from .slots import with_slots
from .units import neighbours, sentences_of

WIDTH = 0.25
"""Of the kernel, in cosine distance."""
LETTERS = (3, 5)
"""Letters of the pieces that sentences are compared by, inside words."""
DOUBT = 0.5
"""Pairs' worth of doubt about how often two sentences stand together."""
MOST_KNOWN = 2000
"""Sentences that are compared, those that stand beside others most often; of the rest nothing is known."""
FURTHEST = 2.0
"""Standard deviations from the seller's own emails that count: nothing is gained by order beyond them."""
RARE = 0.2
"""Share of the seller's own pairs of neighbours that, but for themselves, belong together less than others have to."""


class SentenceOrder:
    """How well the neighbours in an email fit each other, by a bank."""

    def __init__(self, bank: SentenceBank) -> None:
        self.bank = bank

    def fit(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """Of N emails, (N,): 0 as the seller's own on the mean, in their standard deviations, at most
        :data:`FURTHEST` either way. 0 where no two neighbours are known or the bank does not know what is usual.
        """
        if self.bank.usual_order is None or self.bank.usual_order[1] <= 0:
            return np.zeros(len(emails))
        mean, deviation = self.bank.usual_order
        found = [self.of_email(context, email) for context, email in zip(contexts, emails, strict=True)]
        fits = np.array([0.0 if own is None else (own - mean) / deviation for own in found])
        return np.clip(fits, -FURTHEST, FURTHEST)

    def of_email(self, context: str, email: str) -> float | None:
        """Mean over neighbouring sentences of how much more often such stand together than if order were left to
        chance, a logarithm; None where no two neighbours are known.
        """
        values = self.bank.fields.values(context)
        numbers = [
            (self._number(*one, with_slots(one[1], values)), self._number(*other, with_slots(other[1], values)))
            for one, other in neighbours(sentences_of(email))
        ]
        pairs = [(a, b) for a, b in numbers if a is not None and b is not None]
        return float(np.mean([self._lifts[pair] for pair in pairs])) if pairs else None

    def fitting(self, before: Sentence, options: Sequence[Sentence]) -> np.ndarray:
        """Which of some sentences may stand behind another one, (N,) of truth values: those that the seller has put
        there, those that belong there as well as the seller's own pairs do, all but the rarest, and those of which
        nothing is known. The best where none is.
        """
        first = self._number(before.place, before.text)
        if first is None or not options:
            return np.ones(len(options), dtype=bool)
        lifts = np.array([self._lift(first, option) for option in options])
        kept: np.ndarray = lifts >= min(self._least, lifts.max())
        return kept

    def _lift(self, first: int, option: Sentence) -> float:
        second = self._number(option.place, option.text)
        said = (self._known[first][1], option.text) in self.bank.followed
        return math.inf if said or second is None else float(self._lifts[first, second])

    def _number(self, place: str, *texts: str) -> int | None:
        return next((self._numbers[place, text] for text in texts if (place, text) in self._numbers), None)

    @cached_property
    def _known(self) -> list[tuple[str, str]]:
        """(place, text) of the sentences that are compared: those that stand beside another one of the bank."""
        said: dict[str, float] = defaultdict(float)
        there = {sentence.text for sentence in self.bank.sentences}  # a seller may have struck out the others
        for pair, count in self.bank.followed.items():
            if there.issuperset(pair):
                for text in pair:
                    said[text] += count
        ranked = sorted(self.bank.sentences, key=lambda sentence: (-said[sentence.text], sentence.text))
        return [(sentence.place, sentence.text) for sentence in ranked[:MOST_KNOWN] if said[sentence.text]]

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], int]:
        return {key: number for number, key in enumerate(self._known)}

    @cached_property
    def _lifts(self) -> np.ndarray:
        """Of each two known sentences, (N, N), the first one's number first."""
        together, by_chance, _ = self._counts
        lifts: np.ndarray = np.log((together + DOUBT) / (by_chance + DOUBT))
        return lifts

    @cached_property
    def _least(self) -> float:
        """The lift that all but the rarest of the seller's own pairs have, as the other emails see them."""
        together, by_chance, behind = self._counts
        said = behind > 0
        without_one = together[said] - np.minimum(behind[said], 1.0)
        lifts = np.log((without_one + DOUBT) / (by_chance[said] + DOUBT))
        ranked = np.argsort(lifts)
        below = np.cumsum(behind[said][ranked])
        return float(lifts[ranked[np.searchsorted(below, RARE * below[-1])]])

    @cached_property
    def _counts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each two known sentences, (N, N): how often sentences like them stood together, how often they would by
        chance, how often they did themselves.
        """
        texts = [text for _, text in self._known]
        numbers = {text: number for number, text in enumerate(texts)}
        behind = np.zeros((len(texts), len(texts)))
        for (first, second), count in self.bank.followed.items():
            if first in numbers and second in numbers:
                behind[numbers[first], numbers[second]] += count
        pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=LETTERS, sublinear_tf=True).fit_transform(texts)
        places = np.array([place for place, _ in self._known])
        alike = np.exp(((pieces @ pieces.T).toarray() - 1) / WIDTH) * (places[:, None] == places)
        by_chance = np.outer(alike @ behind.sum(1), alike @ behind.sum(0)) / behind.sum()
        return alike @ behind @ alike.T, by_chance, behind


def usual_order(bank: SentenceBank, contexts: Sequence[str], emails: Sequence[str]) -> tuple[float, float] | None:
    """Mean and standard deviation of the seller's own emails; None where hardly any has neighbours that are known."""
    if not bank.followed:
        return None
    order = SentenceOrder(bank)
    found = [order.of_email(context, email) for context, email in zip(contexts, emails, strict=True)]
    known = [own for own in found if own is not None]
    return (round(float(np.mean(known)), 4), round(float(np.std(known)), 4)) if len(known) > 1 else None
