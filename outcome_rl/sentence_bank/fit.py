"""Whom a sentence does not suit, learned from which words stand in emails for which contexts."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
STEM = 6
"""Words are compared by their first letters, so that rota and rotas are one."""
SHORTEST = 4
"""Letters of a word that tells something; numbers always do."""
EVIDENCE = 8.0
"""Nats of evidence that make a sentence unsuited. A word and an attribute are compared some hundred times for each
sentence, so that by chance one of twenty sentences has more."""
RARE = 3
"""Emails that a word must stand in for anything to be known of it."""
MOST_RARE = 0.25
"""Share of a sentence's words of which nothing is known; with more, it is kept to its own topic."""
PRIOR = 4.0
"""Emails' worth of doubt whether a sentence leans to a context."""
LEANS, MOST_LEANING = 0.3, 2.5
"""Log-ratios below and above which it is not counted."""
COMMON_ATTRIBUTE = 0.8
"""An attribute of more of the contexts tells none apart."""
RARE_ATTRIBUTE = 5
"""Contexts that an attribute must be in."""


@dataclass(frozen=True)
class Fit:
    """In how many of ``rows`` emails a word or whole sentence stands, an attribute holds, and both do.

    Attributes are words of the context, or ``field=value``; the values of a field exclude each other.
    """

    rows: int
    words: Counter[str]
    attributes: Counter[str]
    together: dict[str, Counter[str]]

    @staticmethod
    def learn(attributes: Sequence[frozenset[str]], texts: Sequence[Sequence[str]]) -> Fit:
        """From the attributes of each context and the sentences of its email."""
        counted = Counter(attribute for own in attributes for attribute in own)
        most = COMMON_ATTRIBUTE * len(attributes)
        telling = {name for name, n in counted.items() if n >= RARE_ATTRIBUTE and (n <= most or "=" in name)}
        words: Counter[str] = Counter()
        together: dict[str, Counter[str]] = defaultdict(Counter)
        for own, sentences in zip(attributes, texts, strict=True):
            for term in {term for sentence in sentences for term in terms(sentence)}:
                words[term] += 1
                together[term].update(own & telling)
        return Fit(len(attributes), words, Counter({name: counted[name] for name in telling}), together)

    def unsuited(self, text: str) -> frozenset[str]:
        """Attributes of contexts for which the sentence's words are used far less often than elsewhere."""
        return frozenset(name for term in terms(text) for name in self._avoided(term))

    def _avoided(self, term: str) -> Iterable[str]:
        """Attributes that a word, or a sentence, is hardly ever seen with, though it is seen with others."""
        seen = self.together[term]
        where: Counter[str] = Counter()  # by field: contexts with those of its values that the term is seen with
        for name in seen:
            where[_field(name)] += self.attributes[name]
        for name, size in self.attributes.items():
            field = _field(name)
            rate = self.words[term] / (where[field] if field and where[field] else self.rows)
            if _evidence(seen[name], size * min(rate, 0.95)) > EVIDENCE:
                yield name

    def leaning(self, text: str) -> dict[str, float]:
        """``field=value`` that the sentence is for above all, and how much likelier it is there, a logarithm."""
        found: dict[str, float] = {}
        for term in terms(text):
            n, seen = self.words[term], self.together[term]
            for name, both in seen.items():
                share = self.attributes[name] / self.rows
                if _field(name) and not name.endswith(("=", "=*")):
                    ratio = math.log((both + PRIOR * share) / ((n + PRIOR) * share))
                    if ratio > LEANS:
                        found[name] = max(found.get(name, 0.0), round(min(ratio, MOST_LEANING), 2))
        return found

    def only_topics(
        self, rows: Sequence[int], text: str, values: Sequence[Sequence[tuple[int, str]]], topic: int | None
    ) -> tuple[str, ...]:
        """The topics that a sentence with many rare words is kept to: those of the emails that had it."""
        said = [term for term in terms(text) if " " not in term]
        rare = sum(self.words[term] < RARE for term in said)
        if topic is None or rare <= MOST_RARE * len(said):
            return ()
        return tuple({value.lower() for row in rows for number, value in values[row] if number == topic})


def _field(attribute: str) -> str:
    """The field of ``field=value``; empty for a word."""
    return attribute.partition("=")[0] if "=" in attribute else ""


def _evidence(seen: int, expected: float) -> float:
    """Log-likelihood ratio of so few emails against as many as expected, nats (Poisson)."""
    if seen >= expected:
        return 0.0
    return expected - (seen * (1 + math.log(expected / seen)) if seen else 0.0)


def terms(text: str) -> frozenset[str]:
    """What is counted of a sentence: the beginnings of its telling words, and the sentence itself."""
    words = _WORD.findall(text.lower())
    return frozenset(_telling(words)) | {text.lower()}


def _telling(words: Iterable[str]) -> Iterable[str]:
    return (word[:STEM] for word in words if len(word) >= SHORTEST or word[0].isdigit())
