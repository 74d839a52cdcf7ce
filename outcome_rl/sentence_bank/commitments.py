"""What a sentence commits an email to: whom it tells of, and that a price is given where one was announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..text.claims import find_claims
from .slots import slots_in, without_slots
from .units import FRAME, Key, Unit, in_order

OWN_NAME = 0.1
"""Share of the contexts from which on a name is the seller's own, or a product's, and not a customer's."""
ANNOUNCED = 0.8
"""Share of a sentence's uses that a price stood behind, from which on it announces one."""
FEWEST = 3
"""Uses that it takes to know that."""


@dataclass(frozen=True)
class Commitments:
    """Of sentences by their key. tells_of: customers and people that each names, in small letters. owes_price: those
    that an amount of money nearly always stood behind. gives_price: what has stood there with one.
    """

    tells_of: Mapping[Key, frozenset[str]]
    gives_price: frozenset[Key]
    owes_price: frozenset[Key]

    @staticmethod
    def learn(units: Mapping[Key, Unit], contexts: Sequence[str]) -> Commitments:
        """From all sentences of a file."""
        known = [context.lower() for context in contexts]
        told: dict[Key, frozenset[str]] = {}
        own: dict[str, bool] = {}
        priced: set[Key] = set()
        for key, unit in units.items():
            if key[0] in FRAME:
                continue
            claims = find_claims(without_slots(key[1]) if slots_in(key[1]) else unit.original, "")
            names = {claim.text.lower() for claim in claims if claim.kind in ("company", "name")}
            for name in names - own.keys():
                own[name] = sum(name in context for context in known) > OWN_NAME * len(known)
            told[key] = frozenset(name for name in names if not own[name])
            if any(claim.kind == "price" for claim in claims):
                priced.add(key)
        said = [[key for key in keys if key[0] not in FRAME] for keys in in_order(units).values()]
        behind = Counter(pair for keys in said for pair in pairwise(keys) if pair[1] in priced)
        owing = _announcing(Counter(key for keys in said for key in keys), behind, priced)
        return Commitments(told, frozenset(second for first, second in behind if first in owing), owing)


def _announcing(said: Counter[Key], behind: Counter[tuple[Key, Key]], priced: set[Key]) -> frozenset[Key]:
    answered: Counter[Key] = Counter()
    for (first, _), n in behind.items():
        answered[first] += n
    return frozenset(
        key for key, n in said.items() if key not in priced and n >= FEWEST and answered[key] >= ANNOUNCED * n
    )
