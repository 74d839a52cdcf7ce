"""The seller's emails as a whole: whether their sentences go together, and which of them may be sent to somebody else.

Some sellers put emails together from sentences that go with any other; others write an email once and send it again and
again, changed a little. Of those, an email that takes one sentence from here and one from there reads as if two people
had written it. So an email of theirs is said whole, with one sentence at most exchanged for another that the seller has
said in its place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from .bank import ASK, BODY, OPENING, SUBJECT, Key, Skeleton
from .commitments import refers_to_before
from .units import FRAME, Unit, in_order

FEWEST = 3
"""Emails that a sentence stands in for its company to tell something."""
MOST_COMPARED = 2000
"""Sentences and emails that are compared, those said most often and the first ones."""
MOST_KEPT = 5000
"""Emails of the seller that are kept, those that were answered first."""
MOST_WAYS = 1000
"""Emails that are made for one context at most."""
ENOUGH = 5
"""Emails for a context that are enough to choose from."""
MANY, HALF = 3, 0.5
"""Neighbours that a sentence must have had not to depend on them, and the share of an email's other sentences that it
must have stood with, where emails are few."""
SHORTEST = 3
"""Sentences that must be left of an email, its subject among them."""
_EDGE: Key = ("", "")
"""Before the first sentence and behind the last."""


def skeletons_of(
    units: Mapping[Key, Unit], outcomes: Sequence[int], kept: Collection[Key], with_subject: bool
) -> tuple[Skeleton, ...]:
    """Each different email of the seller's as the sentences of the bank that it is made of, between greeting and
    sign-off; ``kept``: those that the bank has. with_subject: whether emails have a subject; those that differ are left
    out where they do, and theirs where they do not.
    """
    ranked = sorted(in_order(units).items(), key=lambda own: (-outcomes[own[0]], own[0]))
    without = FRAME if with_subject else (SUBJECT, *FRAME)
    bodies = ([key for key in keys if key[0] not in without] for _, keys in ranked)
    said = (
        tuple((place, text if (place, text) in kept else "") for place, text in keys)
        for keys in bodies
        if not with_subject or [place for place, _ in keys[:1]] == [SUBJECT]
    )
    return tuple(dict.fromkeys(filter(_can_be_said, said)))[:MOST_KEPT]


def _can_be_said(keys: Skeleton) -> bool:
    """Whether there is something below the subject, and nothing is said twice."""
    known = [key for key in keys if key[1]]
    return any(place != SUBJECT for place, _ in known) and len({*known}) == len(known)


def cohesion(units: Mapping[Key, Unit], rows: int) -> float:
    """How much of what keeps the sentences of an email together is more than chance: 0 where any stands beside any
    other, as in a single template, near 1 where there are many and each stands beside the same ones each time.

    Of the pairs of sentences in an email, it compares the share that stand together in another one with the share that
    would if sentences were dealt out; among so many emails that half of the latter would at most.
    """
    compared, rows = [{*keys} for keys in list(in_order(units).values())[:MOST_COMPARED]], min(rows, MOST_COMPARED)
    said = Counter(key for keys in compared for key in keys if key[0] not in FRAME)
    ranked = sorted((key for key in said if said[key] >= FEWEST), key=lambda key: (-said[key], key))[:MOST_COMPARED]
    numbers = {key: number for number, key in enumerate(ranked)}
    counts = np.array([said[key] for key in ranked], dtype=float)
    together: dict[tuple[int, int], int] = defaultdict(int)
    for keys in compared:
        for pair in combinations(sorted({numbers[key] for key in keys if key in numbers}), 2):
            together[pair] += 1
    if not together:
        return 0.0
    pairs, seen = np.array(list(together)), np.array(list(together.values()), dtype=float)
    dealt_out = (counts[pairs[:, 0]] - 1) * (counts[pairs[:, 1]] - 1) / max(1, rows - 1)

    def met(others: np.ndarray, share: float) -> float:
        """Of the pairs with so many other emails, those that are in one of such a share of the emails."""
        return float(np.average(1 - np.exp(-share * others), weights=seen))

    share = 1.0
    while met(dealt_out, share) > HALF:
        share *= 0.9
    by_chance = met(dealt_out, share)
    return round(max(0.0, (met(seen - 1, share) - by_chance) / (1 - by_chance)), 3)


@dataclass(frozen=True)
class Way:
    """An email that may be written: its sentences, and the number of the one that is not as the seller had it there."""

    keys: tuple[Key, ...]
    exchanged: int | None = None


class WholeEmails:
    """What may be said in the place of what, by the seller's own emails."""

    def __init__(self, skeletons: Sequence[Skeleton]) -> None:
        self._skeletons = skeletons
        self._behind: dict[Key, set[Key]] = defaultdict(set)
        self._before: dict[Key, set[Key]] = defaultdict(set)
        self._beside: dict[Key, set[Key]] = defaultdict(set)
        for keys in skeletons:
            known = [key for key in keys if key[1]]
            for key in known:
                self._beside[key].update(known)
            for first, second in pairwise((_EDGE, *keys, _EDGE)):
                if (first[1] or first is _EDGE) and (second[1] or second is _EDGE):
                    self._behind[first].add(second)
                    self._before[second].add(first)

    def ways(self, available: Collection[Key]) -> list[Way]:
        """Emails of sentences that are all ``available``, at most :data:`MOST_WAYS`: the seller's own and those in
        which one sentence is exchanged. What is exchanged has stood between the same neighbours, and in an email with
        each of the others; where that leaves few, it is enough that its neighbours have had many, and that it has stood
        in an email with half of the others. Where nothing is found, an email is what is left of one of the seller's.
        """
        available, by_place = {*available}, _by_place(available)
        closed = (self._closed(keys, available) for keys in self._skeletons)
        emails = dict.fromkeys((*self._skeletons, *filter(_states, closed)))
        incomplete = [(keys, [n for n, key in enumerate(keys) if key not in available]) for keys in emails]
        found = {keys: Way(keys) for keys, missing in incomplete if not missing}
        for strict, enough in ((True, MOST_WAYS), (False, ENOUGH)):
            for keys, missing in incomplete:
                if len(found) >= enough:
                    break
                if len(missing) == 1 or (strict and not missing):
                    for number in missing or range(len(keys)):
                        for way in self._exchanged(keys, number, by_place[keys[number][0]], strict):
                            found.setdefault(way.keys, way)
        if not found:
            left = (_left_of(keys, available) for keys in self._skeletons)
            found = {
                keys: Way(keys) for keys in left if len(keys) >= SHORTEST and all(map(available.__contains__, keys))
            }
        return [way for keys, way in found.items() if _states(keys) or keys in emails][:MOST_WAYS]

    def _closed(self, keys: Skeleton, available: Collection[Key]) -> Skeleton:
        """An email without what is missing within it, where what is left has stood so elsewhere."""
        kept = list(keys)
        for number in range(len(keys) - 2, 0, -1):
            missing = kept[number] not in available and kept[number][0] != ASK
            if missing and kept[number + 1] in self._behind[kept[number - 1]]:
                del kept[number]
        return tuple(kept)

    def _exchanged(self, keys: Skeleton, number: int, offered: Mapping[Key, None], strict: bool) -> Iterator[Way]:
        """The emails in which the sentence of that number is another one, of those ``offered`` in its place."""
        first, _, last = (_EDGE, *keys, _EDGE)[number : number + 3]
        others = (*keys[:number], *keys[number + 1 :])
        between = self._behind[first] & self._before[last]
        for key in sorted(key for key in between if key in offered) if strict else offered:
            fits = key in between or (self._fits(first, key) and self._fits(key, last))
            if fits and self._goes_with(key, others, strict):
                yield Way((*keys[:number], key, *keys[number + 1 :]), number)

    def _goes_with(self, key: Key, others: Sequence[Key], strict: bool) -> bool:
        """Whether a sentence has stood in an email with the others of one."""
        share = len(self._beside[key].intersection(others)) / max(1, len(others))
        return share == 1 if strict else share >= HALF

    def _fits(self, first: Key, second: Key) -> bool:
        """Whether one sentence may stand behind another: it has, or both have had many neighbours there."""
        many = len(self._behind[first]) >= MANY and len(self._before[second]) >= MANY
        return many or second in self._behind[first]


def _states(keys: Sequence[Key]) -> bool:
    """Whether an email says something besides what it asks for: "Do you want their number?" needs them."""
    return any(place in (OPENING, BODY) for place, _ in keys)


def _by_place(available: Collection[Key]) -> Mapping[str, Mapping[Key, None]]:
    """The sentences of each place, in order."""
    found: dict[str, dict[Key, None]] = defaultdict(dict)
    for key in sorted(available):
        found[key[0]][key] = None
    return found


def _left_of(keys: Skeleton, available: Collection[Key]) -> Skeleton:
    """An email without what is missing above sentences that stand for themselves; its subject, its asks and its end
    stay.
    """
    kept = list(keys)
    for number in range(len(keys) - 2, -1, -1):
        missing = kept[number] not in available and kept[number][0] not in (SUBJECT, ASK)
        if missing and not refers_to_before(kept[number + 1][1]):
            del kept[number]
    return tuple(kept)
