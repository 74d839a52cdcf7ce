"""Worlds whose contexts are read for what they say and whose emails a buyer judges by that."""

from __future__ import annotations

import random
from abc import abstractmethod
from collections.abc import Mapping

from .base import World
from .drawing import draw_case
from .goods import Case
from .judging import Buyer
from .situation import Situation


class JudgedWorld(World):
    """A world with a buyer, who knows the words that its contexts are written with."""

    buyer: Buyer

    @classmethod
    def situation(cls, context: str) -> Situation:
        return cls.buyer.vocabulary.read(context)

    def why(self, context: str, email: str) -> dict[str, float]:
        return self.buyer.why(self.situation(context), email)


class CaseWorld(JudgedWorld):
    """One whose contexts and emails are made from a case. ``relations``: how each contact began, and how often."""

    relations: Mapping[str, float]

    @abstractmethod
    def context(self, case: Case) -> str:
        """What the seller knows of a case, in words."""

    @abstractmethod
    def write(self, case: Case, rng: random.Random) -> str:
        """An email for it."""

    def draw(self, rng: random.Random) -> tuple[str, str]:
        case = draw_case(rng, self.relations)
        return self.context(case), self.write(case, rng)
