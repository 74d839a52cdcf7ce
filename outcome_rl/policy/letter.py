"""An email in the making: which sentences of the bank may come next, and how likely each is to begin with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..sentence_bank.bank import ASK, BODY, CLOSE, GREETING, OPENING, SIGN_OFF, SUBJECT, Sentence
from ..sentence_bank.order import SentenceOrder
from .parts import Part, clash

KAPPA = 1.0
"""How many emails it takes in which one sentence stood behind another until that counts as much as the rest."""
TOLD_TWICE = 0.5
"""What each sentence of a whole email adds to how likely the email is."""
FITS = 2.0
"""What an email's fit to the context adds to how likely it is, see :mod:`outcome_rl.sentence_bank.context_fit`."""
SAYS_MORE = 2.0
"""What the logarithm of a whole email's words adds: a short one leaves out what is sold, or why it is said to you."""
SAYS_ENOUGH = 100
"""Words beyond which nothing is added."""
_FRAME = (SUBJECT, GREETING, SIGN_OFF)
BACKWARDS = 0.1
"""How much earlier than the sentence before it a sentence may stand in the seller's emails."""


@dataclass(frozen=True)
class LetterPlan:
    """What may be said to one context: the parts of each place, and how many of the body. whole: the emails that may be
    written, of the parts between greeting and sign-off, where they are said whole; fits: how much likelier each was
    written to the context than to any, a logarithm.
    """

    parts: Mapping[str, tuple[Part, ...]]
    fewest: int
    most: int
    places: tuple[str, ...]
    order: SentenceOrder
    must_name: bool
    whole: tuple[tuple[Part, ...], ...] = ()
    fits: tuple[float, ...] = ()

    @cached_property
    def likely(self) -> tuple[float, ...]:
        """How likely each whole email is by its sentences, a logarithm; 0 where each is as usual in its place. What
        stands in one email again and again is answered with it, so that its sentences tell the same more than once.
        """
        usual = {place: float(np.mean([part.weight for part in own])) for place, own in self.parts.items() if own}
        return tuple(
            TOLD_TWICE * sum(p.weight - usual[p.sentence.place] for p in email)
            + FITS * fit
            + SAYS_MORE * math.log(min(SAYS_ENOUGH, sum(len(p.text.split()) for p in email)))
            for email, fit in zip(self.whole, self.fits, strict=True)
        )

    @property
    def followed(self) -> Mapping[tuple[str, str], float]:
        """How often one sentence stood behind another in the seller's emails."""
        return self.order.bank.followed


@dataclass(frozen=True)
class Letter:
    """An email in the making, a :class:`outcome_rl.engine.constrained.Script`.

    done: the parts chosen so far. choices: the number of each among the options that there were.
    """

    plan: LetterPlan
    place: int = 0
    done: tuple[Part, ...] = ()
    choices: tuple[int, ...] = ()

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
            before = self._before[0].text
            behind = np.array([self.plan.followed.get((before, part.sentence.text), 0.0) for _, part in self._next])
            share = (KAPPA * share + behind) / (KAPPA + behind.sum())
        own = np.log(share) + [part.leaning for _, part in self._next]
        return tuple((own - np.logaddexp.reduce(own)).tolist())

    def choose(self, option: int) -> Letter:
        """The email with that sentence behind it."""
        place, part = self._next[option]
        return replace(self, place=place, done=(*self.done, part), choices=(*self.choices, option))

    def draw(self, generator: np.random.Generator) -> int:
        """An option by the seller's own weights."""
        return int(generator.choice(len(self.weights), p=np.exp(self.weights)))

    def finish(self, wanted: Sequence[Part], generator: np.random.Generator) -> Letter:
        """The email completed with the first of the ``wanted`` parts that may come next, in their order, and by the
        seller's own weights where none may.
        """
        letter, left = self, list(wanted)
        while letter.options:
            option, skipped = letter._first_of(left)
            left = left[skipped:]
            letter = letter.choose(letter.draw(generator) if option is None else option)
        return letter

    def _first_of(self, wanted: Sequence[Part]) -> tuple[int | None, int]:
        """The option that is the first of some parts that is one at all, and how many parts that leaves behind."""
        options = [part for _, part in self._next]
        for number, part in enumerate(wanted):
            if part in options:
                return options.index(part), number + 1
        return None, 0

    @property
    def _unnamed(self) -> bool:
        """Whether the topic has still to be named."""
        return self.plan.must_name and not any(part.names_topic for part in self.done)

    @property
    def _unnamed_in_body(self) -> bool:
        """The same below the subject, where nothing can refer to."""
        said = (part for part in self.done if part.sentence.place != SUBJECT)
        return self.plan.must_name and not any(part.names_topic for part in said)

    @property
    def _body_count(self) -> int:
        return sum(part.sentence.place == BODY for part in self.done)

    @cached_property
    def _next(self) -> list[tuple[int, Part]]:
        """(place, part) of what may come next and belongs behind the sentence before."""
        found = self._possible()
        for before in self._before:
            fitting = self.plan.order.fitting(before, [part.sentence for _, part in found])
            found = [own for own, fits in zip(found, fitting, strict=True) if fits]
        return found

    @property
    def _before(self) -> list[Sentence]:
        """What the next sentence stands behind, that which tells most of it first: the last one and, where that is a
        greeting, the subject above it.
        """
        last = [part.sentence for part in reversed(self.done[-2:])]
        if [sentence.place for sentence in last] == [GREETING, SUBJECT]:
            return last[::-1]
        return last[:1]

    def _possible(self) -> list[tuple[int, Part]]:
        """(place, part) of what may be said next: more of the body while there may be more, or the next place."""
        found: list[tuple[int, Part]] = []
        number = self.place
        if self.done:
            if self.plan.places[number] == BODY:
                found = self._body(number)
                must_go_on = self._body_count < self.plan.fewest or self._price_owed or self._can_still_name(found)
                if found and must_go_on:
                    return found
            number += 1
        while number < len(self.plan.places):
            place = self.plan.places[number]
            own = self._body(number) if place == BODY else self._fresh(number)
            if not own and place in (OPENING, ASK):
                own = self._all(number)  # better said again than not at all
            found += own
            needed = self.plan.fewest > 0 or self._price_owed or self._can_still_name(own)
            optional = place == CLOSE or (place == BODY and not needed)
            if found and not optional:
                break
            number += 1
        return found

    def _body(self, number: int) -> list[tuple[int, Part]]:
        """What the body may go on with: with the price where that was announced; in its last sentence the topic has to
        be named if it was not before.
        """
        if self._body_count >= self.plan.most:
            return []
        fresh = self._fresh(number)
        priced = [own for own in fresh if own[1].sentence.gives_price] if self._price_owed else []
        if priced:
            return priced
        if self._can_still_name(fresh) and self._body_count >= self.plan.most - 1:
            return [own for own in fresh if own[1].names_topic]
        return fresh

    @property
    def _price_owed(self) -> bool:
        """Whether the sentence before has announced a price."""
        return bool(self.done) and self.done[-1].sentence.owes_price

    def _can_still_name(self, found: list[tuple[int, Part]]) -> bool:
        """Whether the topic is still to be named, and one of these would."""
        return self._unnamed and any(part.names_topic for _, part in found)

    def _all(self, number: int) -> list[tuple[int, Part]]:
        return [(number, part) for part in self.plan.parts[self.plan.places[number]]]

    def _fresh(self, number: int) -> list[tuple[int, Part]]:
        """The parts of a place that do not repeat what was said already; greetings and the like repeat nothing."""
        if self.plan.places[number] in _FRAME:
            return self._all(number)
        said = [part for part in self.done if part.sentence.place not in _FRAME]
        bodies = [
            part.sentence.position for part in said if part.sentence.place == BODY and not part.sentence.gives_price
        ]
        found = []
        for part in self.plan.parts[self.plan.places[number]]:
            paid = part.sentence.gives_price and self._price_owed
            backwards = part.sentence.place == BODY and bodies and part.sentence.position < bodies[-1] - BACKWARDS
            dangling = part.sentence.refers_back and self._unnamed_in_body and not paid
            dangling |= part.sentence.of_that_customer and not any(other.sentence.tells_of for other in said)
            clashes = any(clash(part, other) for other in said)
            if not backwards and not dangling and not clashes:
                found.append((number, part))
        return found
