"""Two worlds in which no email is better than another: whoever finds a gain there has fooled himself.

``null_context``: the outcome depends on the context alone. ``null``: it depends on nothing. Their texts are those of
other worlds, so that the same emails can be seen with and without a truth.
"""

from __future__ import annotations

import random

from .base import World
from .stock import VOCABULARY, Stock

BY_RELATION = {"referral": 1.9, "price": 1.6, "webinar": 0.5, "fair": 0.3, "former": -0.4, "cold": -1.6}
BY_ROLE = {"founder": 0.7, "finance": -0.8, "operations": 0.3, "it": -0.5, "people": 0.4, "quality": -0.2}
ANY_REPLY = -0.4
"""Log-odds of any reply in the world that depends on nothing."""


class NullContext(World):
    """Who is asked decides; how, does not: the text may be anything, nonsense included."""

    name = "null_context"
    kind = "stock sentences; only the context matters"
    is_null = True
    size = 300
    gap = 1.5

    def draw(self, rng: random.Random) -> tuple[str, str]:
        return Stock().draw(rng)

    def why(self, context: str, email: str) -> dict[str, float]:
        situation = VOCABULARY.read(context)
        return {
            "base": ANY_REPLY,
            "relation": BY_RELATION.get(situation.relation, 0.0),
            "role": BY_ROLE.get(situation.role, 0.0),
        }


class Null(World):
    """Pure chance."""

    name = "null"
    kind = "stock sentences; nothing matters"
    is_null = True
    size = 300
    gap = 1.3

    def draw(self, rng: random.Random) -> tuple[str, str]:
        return Stock().draw(rng)

    def why(self, context: str, email: str) -> dict[str, float]:
        return {"base": ANY_REPLY}
