"""Cases drawn at random, for the worlds that sell the shared goods."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from .banks import bank
from .goods import GOODS, PEOPLE, Case
from .situation import Product

SIZES = (8, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200)


def draw_case(
    rng: random.Random, relations: Mapping[str, float], products: Sequence[Product] = GOODS, roles: Sequence[str] = ()
) -> Case:
    """One case; ``relations``: how often each beginning of a contact occurs."""
    role = rng.choice(list(roles or PEOPLE))
    return Case(
        role=role,
        title=rng.choice(PEOPLE[role]),
        product=rng.choice(list(products)),
        relation=rng.choices(list(relations), list(relations.values()))[0],
        size=rng.choice(SIZES),
    )


def someone(rng: random.Random) -> str:
    """The first name of somebody who is written to."""
    return str(rng.choice(bank("names")["greeted"]))


def sender(rng: random.Random) -> str:
    """The first name of somebody who writes."""
    return str(rng.choice(bank("names")["senders"]))
