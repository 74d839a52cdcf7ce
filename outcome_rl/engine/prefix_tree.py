"""Options of tokens as a tree: what they begin with alike stands there once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np


@dataclass(frozen=True, slots=True)
class Node:
    """A branching of a prefix tree of options, or the end of one.

    run: the tokens that are certain before it. children: what follows each token that may come next; none where
    ``option`` ends. weight: log of the sum of its options' weights.
    """

    run: tuple[int, ...] = ()
    children: Mapping[int, Node] = field(default_factory=dict)
    option: int | None = None
    weight: float = -math.inf


@lru_cache(maxsize=512)
def prefix_tree(options: tuple[tuple[int, ...], ...], weights: tuple[float, ...]) -> Node:
    """The tree of some options. One that goes on where another one ends can never be chosen."""
    return _grown(range(len(options)), options, weights, 0)


def _grown(numbers: Sequence[int], options: Sequence[tuple[int, ...]], weights: Sequence[float], depth: int) -> Node:
    """The tree of the options of these numbers, which are alike up to ``depth``."""
    first, begun = options[numbers[0]], depth
    while True:
        ended = numbers if len(numbers) == 1 else [n for n in numbers if len(options[n]) == depth]
        if ended:  # some may be the same
            weight = float(np.logaddexp.reduce([weights[n] for n in ended]))
            return Node(options[ended[0]][begun:], option=ended[0], weight=weight)
        branches: dict[int, list[int]] = {}
        for number in numbers:
            branches.setdefault(options[number][depth], []).append(number)
        if len(branches) > 1:
            children = {token: _grown(own, options, weights, depth + 1) for token, own in branches.items()}
            weight = float(np.logaddexp.reduce([child.weight for child in children.values()]))
            return Node(first[begun:depth], children, weight=weight)
        depth += 1
