"""An email in the making that is one of some whole ones; see :mod:`outcome_rl.sentence_bank.skeletons`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import is_

import numpy as np

from ..sentence_bank.bank import GREETING, SIGN_OFF, SUBJECT
from .letter import Letter
from .parts import Part


@dataclass(frozen=True)
class WholeLetter(Letter):
    """Goes on as one of ``plan.whole``, as likely as all that go on so are together. An email is as likely as its
    sentences, each beside the usual one of its place.
    """

    @cached_property
    def weights(self) -> tuple[float, ...]:
        """Log-probability of each option by the seller's own emails alone."""
        parts = [part for _, part in self._next]
        if parts and parts[0].sentence.place == GREETING:
            return tuple(_shares(parts).tolist())
        said, own = len(self._said), [-np.inf] * len(parts)
        numbers = {id(part): number for number, part in enumerate(parts)}
        ends = [part for part in parts if part.sentence.place == SIGN_OFF]
        for email, likely in self._begun:
            going_on = [(email[said], 0.0)] if len(email) > said else zip(ends, _shares(ends), strict=True)
            for part, share in going_on:
                own[numbers[id(part)]] = np.logaddexp(own[numbers[id(part)]], likely + share)
        return tuple((np.array(own) - np.logaddexp.reduce(own)).tolist())

    @property
    def _said(self) -> list[Part]:
        return [part for part in self.done if part.sentence.place not in (GREETING, SIGN_OFF)]

    @cached_property
    def _begun(self) -> list[tuple[tuple[Part, ...], float]]:
        """The emails that begin as this one, and how likely they are."""
        said, emails = self._said, zip(self.plan.whole, self.plan.likely, strict=True)
        return [own for own in emails if len(own[0]) >= len(said) and all(map(is_, own[0], said))]

    @cached_property
    def _next(self) -> list[tuple[int, Part]]:
        """(place, part) of what goes on with one of the emails; last, where one ends here, how to sign off."""
        numbers = {place: number for number, place in enumerate(self.plan.places)}
        framed, said = {part.sentence.place for part in self.done} & {GREETING, SIGN_OFF}, len(self._said)
        if GREETING in numbers and GREETING not in framed and (said or SUBJECT not in numbers):
            return self._all(numbers[GREETING])
        if SIGN_OFF in framed:
            return []
        coming = {id(email[said]): email[said] for email, _ in self._begun if len(email) > said}
        found = [(numbers[part.sentence.place], part) for part in coming.values()]
        ends = any(len(email) == said for email, _ in self._begun)
        return found + (self._all(numbers[SIGN_OFF]) if ends and SIGN_OFF in numbers else [])


def _shares(parts: Sequence[Part]) -> np.ndarray:
    """Log-probability of each of some parts."""
    own = np.array([part.weight for part in parts])
    return own - np.logaddexp.reduce(own)
