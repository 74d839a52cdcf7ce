"""Whom a sentence does not suit, learned from which words stand in emails for which contexts."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_FIELD = re.compile(r"\{\{[^{}]*\}\}")
STEM = 6
"""Words are compared by their first letters, so that rota and rotas are one."""
SHORTEST = 4
"""Letters of a word that tells something; numbers always do."""
EVIDENCE = 8.0
"""Nats of evidence that make a sentence unsuited. A word and an attribute are compared some hundred times for each
sentence, so that by chance one of twenty sentences has more."""
HARDLY = 0.25
"""Emails with a word and an attribute, by those expected, from which on it is used there after all, however sure it is
that it is used less."""
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
BY_LOT = 0.01
"""Share of sentences said to contexts drawn by lot that may be kept to some of them, all fields together."""
SPOKEN_OF = 0.5
"""Share of a value's telling words that a sentence which speaks of it takes up."""
DRAWS = 10_000
MOST_DRAWN = 64
"""Contexts of a sentence; of more, the quantile of so many serves, which is nearly the same."""


@dataclass(frozen=True)
class Suitability:
    """In how many of ``rows`` emails a word or whole sentence stands, an attribute holds, and both do.

    Attributes are words of the context, or ``field=value``; the values of a field exclude each other.
    """

    rows: int
    words: Counter[str]
    attributes: Counter[str]
    together: dict[str, Counter[str]]
    contexts: Sequence[frozenset[str]]

    @staticmethod
    def learn(attributes: Sequence[frozenset[str]], texts: Sequence[Sequence[str]]) -> Suitability:
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
        known = Counter({name: counted[name] for name in telling})
        return Suitability(len(attributes), words, known, together, [own & telling for own in attributes])

    def unsuited(self, rows: Sequence[int], text: str) -> frozenset[str]:
        """Attributes of contexts for which the words of a sentence, which stands in the emails ``rows``, are hardly
        ever used; not those for which it was itself said again and again.
        """
        said = Counter(name for row in rows for name in self.contexts[row])
        avoided = {name for term in terms(text) for name in self._avoided(term)}
        return frozenset(name for name in avoided if said[name] < RARE or self._hardly(said[name], len(rows), name))

    def _hardly(self, seen: int, said: int, name: str) -> bool:
        """Whether what is said so often is seen with an attribute far less often than chance would have it."""
        return seen < HARDLY * said * self.attributes[name] / self.rows

    def never_said_to(self, rows: Sequence[int], text: str) -> frozenset[str]:
        """Values of fields that a sentence, which stands in the emails ``rows``, was never said to, where it was said
        to few values of that field, or speaks of the very value of each context that it was said to.
        """
        said = Counter(name for row in rows for name in self.contexts[row] if _field(name))
        found: set[str] = set()
        fields = sorted({_field(name) for name in said})
        for field in fields:
            values = self._values[field]
            counts = np.array([said[name] for name in values])
            shares = np.array(list(values.values())) / sum(values.values())
            usual = _usual_distance(min(int(counts.sum()), MOST_DRAWN), tuple(shares.tolist()), BY_LOT / len(fields))
            spoken_of = all(_speaks_of(text, name) for name in values if said[name])
            if spoken_of or _distance(counts, shares) > usual + 1e-9:
                found |= {name for name in values if not said[name]}
        return frozenset(found)

    @cached_property
    def _values(self) -> dict[str, dict[str, int]]:
        """The attributes of each field in order, and how often each holds."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for name, size in sorted(self.attributes.items()):
            found[_field(name)][name] = size
        return found

    @cached_property
    def _found_avoided(self) -> dict[str, tuple[str, ...]]:
        """What :meth:`_avoided` has found, since sentences have words in common."""
        return {}

    def _avoided(self, term: str) -> tuple[str, ...]:
        """Attributes that a word, or a sentence, is hardly ever seen with, though it is seen with others."""
        if term not in self._found_avoided:
            self._found_avoided[term] = tuple(self._seek_avoided(term))
        return self._found_avoided[term]

    def _seek_avoided(self, term: str) -> Iterable[str]:
        seen = self.together[term]
        where: Counter[str] = Counter()  # by field: contexts with those of its values that the term is seen with
        for name in seen:
            where[_field(name)] += self.attributes[name]
        for name, size in self.attributes.items():
            field = _field(name)
            rate = self.words[term] / (where[field] if field and where[field] else self.rows)
            expected = size * min(rate, 0.95)
            if seen[name] < HARDLY * expected and _evidence(seen[name], expected) > EVIDENCE:
                yield name

    def leaning(self, text: str, rows: Sequence[int]) -> dict[str, float]:
        """``field=value`` that a sentence, which stands in the emails ``rows``, is for above all or rather not for, and
        how much likelier it is there, a logarithm: what its words lead one to expect, and more and more what is seen.
        """
        said = Counter(name for row in rows for name in self.contexts[row])
        by_words = self._leaning_of_words(text)
        found: dict[str, float] = {}
        for name, size in self.attributes.items():
            if _field(name) and not name.endswith(("=", "=*")):
                usual = len(rows) * size / self.rows
                ratio = math.log((said[name] + PRIOR * math.exp(by_words.get(name, 0.0))) / (usual + PRIOR))
                if abs(ratio) > LEANS:
                    found[name] = round(max(-MOST_LEANING, min(ratio, MOST_LEANING)), 2)
        return found

    def _leaning_of_words(self, text: str) -> dict[str, float]:
        """``field=value`` with which a word of the text is used above all, and how much more often, a logarithm."""
        found: dict[str, float] = {}
        for term in terms(text):
            n, seen = self.words[term], self.together[term]
            for name, both in seen.items():
                share = self.attributes[name] / self.rows
                if _field(name):
                    ratio = math.log((both + PRIOR * share) / ((n + PRIOR) * share))
                    found[name] = max(found.get(name, 0.0), min(ratio, MOST_LEANING))
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


def _speaks_of(text: str, attribute: str) -> bool:
    """Whether a text takes up most of the telling words of ``field=value``."""
    value = list(_telling(_WORD.findall(attribute.partition("=")[2].lower())))
    words = list(_telling(_WORD.findall(text.lower())))
    taken_up = sum(any(word.startswith(own) or own.startswith(word) for word in words) for own in value)
    return taken_up > 0 and taken_up >= SPOKEN_OF * len(value)


def _distance(counts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Log-likelihood ratio of counts (..., V) against these shares (V,), nats, (...)."""
    expected = counts.sum(-1, keepdims=True) * shares
    told: np.ndarray = np.where(counts > 0, counts * np.log(np.maximum(counts, 1) / np.maximum(expected, 1e-9)), 0).sum(
        -1
    )
    return told


@lru_cache(maxsize=4096)
def _usual_distance(n: int, shares: tuple[float, ...], rarely: float) -> float:
    """The distance from these shares that only such a share of ``n`` draws exceed."""
    drawn = np.random.default_rng(n).multinomial(n, shares, DRAWS)
    return float(np.quantile(_distance(drawn, np.array(shares)), 1 - rarely))


@lru_cache(maxsize=4096)
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
    return telling_words(text) | {text.lower()}


def telling_words(text: str) -> frozenset[str]:
    """The beginnings of a text's telling words, and its numbers."""
    return frozenset(_telling(_WORD.findall(_FIELD.sub(" ", text.lower()))))


def _telling(words: Iterable[str]) -> Iterable[str]:
    return (word[:STEM] for word in words if len(word) >= SHORTEST or word[0].isdigit())
