"""Emails in the seller's own words: the language model chooses which sentence of the bank comes next.

An email is a greeting, an opening, some sentences, one ask, perhaps a closing sentence and the sign-off. At each of
these places the sentences that suit the context are the options of :mod:`outcome_rl.engine.constrained`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..config import OWN_WORDS
from ..engine.constrained import Script, follow, sample_scripts
from ..sentence_bank.bank import (
    ASK,
    BODY,
    CLOSE,
    FIRST_NAME,
    GREETING,
    OPENING,
    SENDER_NAME,
    SIGN_OFF,
    SUBJECT,
    Sentence,
    SentenceBank,
)
from ..sentence_bank.slots import filled, is_named, with_slots
from ..sentence_bank.suitability import terms
from ..sentence_bank.units import sentences_of
from .prompts import encode_prompts, encode_text
from .writing import Request, SupportsWriting, Written

ALIKE = 0.5
"""Share of the smaller sentence's words that two sentences of one email may have in common at most."""
KAPPA = 1.0
"""How many emails it takes in which one sentence stood behind another until that counts as much as the rest."""
_FRAME = (SUBJECT, GREETING, SIGN_OFF)
BACKWARDS = 0.1
"""How much earlier than the sentence before it a sentence may stand in the seller's emails."""


@dataclass(frozen=True)
class _Part:
    """A sentence as it stands in the email for one context."""

    sentence: Sentence
    text: str
    tokens: tuple[int, ...]
    terms: frozenset[str]
    leaning: float
    names_topic: bool


@dataclass(frozen=True)
class _Plan:
    """What may be said to one context: the parts of each place, and how many of the body."""

    parts: Mapping[str, tuple[_Part, ...]]
    fewest: int
    most: int
    places: tuple[str, ...]
    followed: Mapping[tuple[str, str], float]
    must_name: bool


class OwnWords:
    """Makes the script of an email for a context; ``bank`` is the seller's."""

    def __init__(self, bank: SentenceBank, tokenizer: Any) -> None:
        self.bank, self.tokenizer = bank, tokenizer
        self._tokens: dict[str, tuple[int, ...]] = {}
        self._terms: dict[str, frozenset[str]] = {}
        self._plans: dict[str, _Plan] = {}

    @property
    def name(self) -> str:
        """As the settings call it."""
        return OWN_WORDS

    def script(self, context: str) -> Letter:
        """An empty email for a context; its options are the first sentences that suit it."""
        if context not in self._plans:
            self._plans[context] = self._plan(context)
        return Letter(self._plans[context])

    def write(self, source: SupportsWriting, request: Request) -> Written:
        """Emails whose every sentence is of the bank; see :class:`outcome_rl.policy.writing.Writing`."""
        prompts = encode_prompts(source.tokenizer, request.contexts)
        on_texts = request.on_texts
        batch, letters = sample_scripts(
            source.model,
            source.base,
            prompts,
            [self.script(context) for context in request.contexts],
            request.samples,
            source.tokenizer.eos_token_id,
            request.generator,
            request.params.temperature,
            keep_going=request.keep_going,
            numbers=request.numbers,
            on_progress=None if on_texts is None else (lambda so_far: on_texts([_text(letter) for letter in so_far])),
        )
        own = tuple(prompts[number] for number in request.wanted for _ in range(request.samples))
        return Written(own, batch, tuple(_text(letter) for letter in letters))

    def targets(
        self, tokenizer: Any, contexts: Sequence[str], emails: Sequence[str], longest: int
    ) -> list[Written | None]:
        """The seller's emails as choices from the bank; sentences that it does not have, or not there, are left out."""
        prompts = encode_prompts(tokenizer, contexts)
        return [self._target(p, c, e, tokenizer) for p, c, e in zip(prompts, contexts, emails, strict=True)]

    def _target(self, prompt: list[int], context: str, email: str, tokenizer: Any) -> Written | None:
        said = [text for _, text in sentences_of(email)]
        values = self.bank.fields.values(context)
        known = [{text, with_slots(text, values)} for text in said]

        def pick(letter: Script) -> int | None:
            assert isinstance(letter, Letter)
            while known:
                options = letter.sentences
                found = next((i for i, sentence in enumerate(options) if sentence.text in known[0]), None)
                known.pop(0)
                if found is not None:
                    return found
            return None

        batch, letter = follow(self.script(context), pick, tokenizer.eos_token_id)
        return Written((prompt,), batch, (_text(letter),)) if batch.decisions and len(batch.decisions.rows) else None

    def _plan(self, context: str) -> _Plan:
        values = dict(self.bank.fields.values(context))
        parts: dict[str, list[_Part]] = {place: [] for place in self.bank.places}
        here = self.bank.fields.attributes(context)
        for sentence in self.bank.suited_to(context):
            if sentence.place in parts:
                parts[sentence.place].append(self._part(sentence, values, here))
        places = tuple(place for place in self.bank.places if parts[place])
        must_name = self.bank.names_topic and any(part.names_topic for own in parts.values() for part in own)
        fewest, most = self.bank.body_range
        available = len(parts.get(BODY, ()))
        kept = {place: tuple(own) for place, own in parts.items()}
        return _Plan(kept, min(fewest, available), min(most, available), places, self.bank.followed, must_name)

    def _part(self, sentence: Sentence, values: Mapping[int, str], here: frozenset[str]) -> _Part:
        text = filled(sentence.text, values)
        name = next((values[number].split()[0] for number in self.bank.name_fields if number in values), FIRST_NAME)
        text = text.replace(FIRST_NAME, name)
        shown = self._shown(sentence, text)
        if shown not in self._tokens:
            self._tokens[shown] = tuple(encode_text(self.tokenizer, shown))
        if text not in self._terms:
            self._terms[text] = terms(text) - {text.lower()}
        leaning = sum(lean for name, lean in sentence.leaning.items() if name in here)
        named = self._names_topic(text, values)
        return _Part(sentence, shown, self._tokens[shown], self._terms[text], leaning, named)

    def _names_topic(self, text: str, values: Mapping[int, str]) -> bool:
        topic = self.bank.topic
        return topic is not None and topic in values and is_named(values[topic], text)

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
    def sentences(self) -> list[Sentence]:
        """What the options say."""
        return [part.sentence for _, part in self._next]

    @property
    def options(self) -> tuple[tuple[int, ...], ...]:
        """Token ids of each sentence that may come next; none where the email is complete."""
        return tuple(part.tokens for _, part in self._next)

    @cached_property
    def weights(self) -> tuple[float, ...]:
        """Log-probability of each option by the seller's own emails alone: what stands behind the sentence before, more
        often where the context is one that it is for.
        """
        usual = np.array([part.sentence.weight for _, part in self._next])
        share = np.exp(usual - np.logaddexp.reduce(usual))
        if self.done:
            before = self.done[-1].sentence.text
            behind = np.array([self.plan.followed.get((before, part.sentence.text), 0.0) for _, part in self._next])
            share = (KAPPA * share + behind) / (KAPPA + behind.sum())
        own = np.log(share) + [part.leaning for _, part in self._next]
        return tuple((own - np.logaddexp.reduce(own)).tolist())

    def choose(self, option: int) -> Letter:
        """The email with that sentence behind it."""
        place, part = self._next[option]
        return Letter(self.plan, place, (*self.done, part))

    @property
    def _unnamed(self) -> bool:
        """Whether the topic has still to be named."""
        return self.plan.must_name and not any(part.names_topic for part in self.done)

    @property
    def _body_count(self) -> int:
        return sum(part.sentence.place == BODY for part in self.done)

    @cached_property
    def _next(self) -> list[tuple[int, _Part]]:
        """(place, part) of what may come next: more of the body while there may be more, or the next place."""
        found: list[tuple[int, _Part]] = []
        number = self.place
        if self.done:
            if self.plan.places[number] == BODY:
                found = self._body(number)
                if found and (self._body_count < self.plan.fewest or self._can_still_name(found)):
                    return found
            number += 1
        while number < len(self.plan.places):
            place = self.plan.places[number]
            own = self._body(number) if place == BODY else self._fresh(number)
            if not own and place in (OPENING, ASK):
                own = self._all(number)  # better said again than not at all
            found += own
            optional = place == CLOSE or (place == BODY and self.plan.fewest == 0 and not self._can_still_name(own))
            if found and not optional:
                break
            number += 1
        return found

    def _body(self, number: int) -> list[tuple[int, _Part]]:
        """What the body may go on with; in its last sentence the topic has to be named if it was not before."""
        if self._body_count >= self.plan.most:
            return []
        fresh = self._fresh(number)
        if self._can_still_name(fresh) and self._body_count >= self.plan.most - 1:
            return [own for own in fresh if own[1].names_topic]
        return fresh

    def _can_still_name(self, found: list[tuple[int, _Part]]) -> bool:
        """Whether the topic is still to be named, and one of these would."""
        return self._unnamed and any(part.names_topic for _, part in found)

    def _all(self, number: int) -> list[tuple[int, _Part]]:
        return [(number, part) for part in self.plan.parts[self.plan.places[number]]]

    def _fresh(self, number: int) -> list[tuple[int, _Part]]:
        """The parts of a place that do not repeat what was said already; greetings and the like repeat nothing."""
        if self.plan.places[number] in _FRAME:
            return self._all(number)
        said = [part for part in self.done if part.sentence.place not in _FRAME]
        bodies = [part.sentence.position for part in self.done if part.sentence.place == BODY]
        found = []
        for part in self.plan.parts[self.plan.places[number]]:
            backwards = part.sentence.place == BODY and bodies and part.sentence.position < bodies[-1] - BACKWARDS
            if not backwards and not any(_alike(part, other) for other in said):
                found.append((number, part))
        return found


def _text(script: Script) -> str:
    assert isinstance(script, Letter)
    return script.text


def _alike(one: _Part, other: _Part) -> bool:
    smaller = min(len(one.terms), len(other.terms))
    return smaller > 0 and len(one.terms & other.terms) > ALIKE * smaller
