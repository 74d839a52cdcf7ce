"""Emails in the seller's own words: the language model chooses which sentence of the bank comes next.

An email is a greeting, an opening, some sentences, one ask, perhaps a closing sentence and the sign-off. At each of these
places the sentences that suit the context are the options of :mod:`outcome_rl.engine.constrained`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .prompts import encode_text
from .sentence_bank import BODY, CLOSE, GREETING, OPENING, SENDER_NAME, SIGN_OFF, SUBJECT, Sentence, SentenceBank
from .sentence_fit import terms
from .slots import filled

ALIKE = 0.5
"""Share of the smaller sentence's words that two sentences of one email may have in common at most."""
BACKWARDS = 0.34
"""How much earlier than the sentence before it a sentence may stand in the seller's emails."""


@dataclass(frozen=True)
class _Part:
    """A sentence as it stands in the email for one context."""

    sentence: Sentence
    text: str
    tokens: tuple[int, ...]
    terms: frozenset[str]


@dataclass(frozen=True)
class _Plan:
    """What may be said to one context: the parts of each place, and how many of the body."""

    parts: Mapping[str, tuple[_Part, ...]]
    fewest: int
    most: int
    places: tuple[str, ...]


class OwnWords:
    """Makes the script of an email for a context; ``bank`` is the seller's."""

    def __init__(self, bank: SentenceBank, tokenizer: Any) -> None:
        self.bank, self.tokenizer = bank, tokenizer
        self._tokens: dict[str, tuple[int, ...]] = {}
        self._plans: dict[str, _Plan] = {}

    def script(self, context: str) -> Letter:
        """An empty email for a context; its options are the first sentences that suit it."""
        if context not in self._plans:
            self._plans[context] = self._plan(context)
        return Letter(self._plans[context])

    def _plan(self, context: str) -> _Plan:
        values = dict(self.bank.fields.values(context))
        parts: dict[str, list[_Part]] = {place: [] for place in self.bank.places}
        for sentence in self.bank.suited_to(context):
            if sentence.place in parts:
                parts[sentence.place].append(self._part(sentence, values))
        places = tuple(place for place in self.bank.places if parts[place])
        fewest, most = self.bank.body_range
        available = len(parts.get(BODY, ()))
        kept = {place: tuple(own) for place, own in parts.items()}
        return _Plan(kept, min(fewest, available), min(most, available), places)

    def _part(self, sentence: Sentence, values: Mapping[int, str]) -> _Part:
        text = filled(sentence.text, values)
        shown = self._shown(sentence, text)
        if shown not in self._tokens:
            self._tokens[shown] = tuple(encode_text(self.tokenizer, shown))
        return _Part(sentence, shown, self._tokens[shown], terms(text) - {text.lower()})

    def _shown(self, sentence: Sentence, text: str) -> str:
        """The sentence with what stands between it and the one before."""
        if sentence.place == SUBJECT:
            return f"Subject: {text}"
        first = self.bank.places.index(sentence.place) == 0
        gap = " " if sentence.place == CLOSE or (sentence.place == BODY and not sentence.starts_paragraph) else "\n\n"
        if sentence.place == OPENING and not self.bank.greeting_has_line:
            gap = " "
        behind = f"\n{SENDER_NAME}" if sentence.place == SIGN_OFF else ""
        return f"{'' if first else gap}{text}{behind}"


@dataclass(frozen=True)
class Letter:
    """An email in the making, a :class:`outcome_rl.engine.constrained.Script`; ``done``: the parts chosen so far."""

    plan: _Plan
    place: int = 0
    done: tuple[_Part, ...] = ()

    @property
    def text(self) -> str:
        """The email as far as it goes."""
        return "".join(part.text for part in self.done).strip()

    @property
    def options(self) -> tuple[tuple[int, ...], ...]:
        return tuple(part.tokens for _, part in self._next)

    def choose(self, option: int) -> Letter:
        place, part = self._next[option]
        return Letter(self.plan, place, (*self.done, part))

    @cached_property
    def _next(self) -> list[tuple[int, _Part]]:
        """(place, part) of what may come next: more of the body while there may be more, or the next place."""
        found: list[tuple[int, _Part]] = []
        number = self.place
        if self.done:
            if self.plan.places[number] == BODY:
                count = sum(part.sentence.place == BODY for part in self.done)
                if count < self.plan.most:
                    found += self._fresh(number)
                if count < self.plan.fewest and found:
                    return found
            number += 1
        while number < len(self.plan.places):
            place = self.plan.places[number]
            if not (place == BODY and self.plan.most == 0):
                found += self._fresh(number)
                optional = place == CLOSE or (place == BODY and self.plan.fewest == 0)
                if found and not optional:
                    break
            number += 1
        return found

    def _fresh(self, number: int) -> list[tuple[int, _Part]]:
        """The parts of a place that do not repeat what stands there already."""
        said = [part for part in self.done if part.sentence.place not in (SUBJECT, GREETING, SIGN_OFF)]
        bodies = [part.sentence.position for part in self.done if part.sentence.place == BODY]
        found = []
        for part in self.plan.parts[self.plan.places[number]]:
            backwards = part.sentence.place == BODY and bodies and part.sentence.position < bodies[-1] - BACKWARDS
            if not backwards and not any(_alike(part, other) for other in said):
                found.append((number, part))
        return found


def _alike(one: _Part, other: _Part) -> bool:
    smaller = min(len(one.terms), len(other.terms))
    return smaller > 0 and len(one.terms & other.terms) > ALIKE * smaller
