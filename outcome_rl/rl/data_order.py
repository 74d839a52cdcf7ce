"""Which data a step reads, and its random numbers: both follow from the seed and from what is behind it alone."""

from __future__ import annotations

import numpy as np


def seed_of_step(seed: int, step: int, purpose: int = 0) -> int:
    """A generator's seed for one step, so that a resumed run draws what an uninterrupted one does."""
    return int(np.random.SeedSequence([seed, step, purpose]).generate_state(1, np.uint64)[0] >> 1)


def batch_of_step(items: list[int], step: int, size: int, seed: int) -> list[int]:
    """The items of one step, where all steps are of one size."""
    return items_from(items, items_before(step, len(items), size), size, seed)


def items_before(step: int, count: int, size: int) -> int:
    """How many of ``count`` items the steps before this one have read, all passes together."""
    passes, place = divmod(step, -(-count // size))
    return passes * count + place * size


def items_from(items: list[int], read: int, size: int, seed: int) -> list[int]:
    """The next items where ``read`` are behind: each pass over all of them is shuffled anew, a pass's last step may be
    short.
    """
    number, place = divmod(read, len(items))
    order = np.random.default_rng([seed, number]).permutation(len(items))
    return [items[i] for i in order[place : place + size]]
