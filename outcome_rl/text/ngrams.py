"""Words as numbers and runs of words as hashes, so that a hundred thousand emails are counted in arrays."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np

_MIX = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)
BLOCK = 2**20
"""Words that are hashed at once, where the runs of all texts are."""
PART_BITS = 4
"""Runs are given out in two to the power of so many parts, by the first bits of their hashes."""


@dataclass(frozen=True)
class Words:
    """The words of N texts, one text after the other: text ``i`` is ``ids[starts[i] : starts[i + 1]]``.

    ``ids`` (W,) are positions in ``vocabulary``; ``starts`` (N + 1,).
    """

    ids: np.ndarray
    starts: np.ndarray
    vocabulary: Sequence[str]

    @cached_property
    def text_of(self) -> np.ndarray:
        """The text of each word, (W,); kept once it was asked for."""
        return self.texts_between(0, len(self.ids))

    def texts_between(self, first: int, last: int) -> np.ndarray:
        """The texts of the words from position ``first`` on, before ``last``."""
        low, high = np.searchsorted(self.starts, (first, max(first, last - 1)), side="right") - 1
        bounds = np.clip(self.starts[low : high + 2], first, last)
        return np.repeat(np.arange(low, low + len(bounds) - 1, dtype=np.int32), np.diff(bounds))

    def text_at(self, position: np.ndarray) -> np.ndarray:
        """The text of the words there; quickest for positions that ascend."""
        return np.searchsorted(self.starts, position, side="right").astype(np.int32) - np.int32(1)

    def spoken(self, start: int, length: int) -> str:
        """``length`` words from position ``start`` on."""
        return " ".join(self.vocabulary[word] for word in self.ids[start : start + length])

    def of_texts(self, first: int, last: int) -> Words:
        """The words of the texts from ``first`` to ``last``, without copying them."""
        start, end = self.starts[first], self.starts[last + 1]
        return Words(self.ids[start:end], self.starts[first : last + 2] - start, self.vocabulary)


def number_words(texts: Iterable[str], pattern: str) -> Words:
    """Number the matches of ``pattern`` in the lower-cased texts."""
    known: defaultdict[str, int] = defaultdict(count().__next__)
    find = re.compile(pattern).findall
    ids, starts = array("i"), array("q", [0])
    for text in texts:
        ids.extend(map(known.__getitem__, find(text.lower())))
        starts.append(len(ids))
    return Words(
        np.frombuffer(ids, dtype=np.int32) if ids else np.zeros(0, np.int32), np.array(starts, np.int64), list(known)
    )


def hashed_runs(words: Words, longest: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For 1 to ``longest`` words: where runs of that many words start (positions, ascending), and their hashes.

    A run never crosses from one text into the next. 64 bits: among ten million runs, two that differ share a hash
    with a probability of one in 400,000.
    """
    position = np.arange(len(words.ids), dtype=np.int32)
    value = _scatter(words.ids.astype(np.uint64) + np.uint64(1))
    single = value
    for length in range(1, longest + 1):
        if length > 1:
            inside = position + length - 1 < len(words.ids)
            position, value = position[inside], value[inside]
            inside = words.text_of[position] == words.text_of[position + length - 1]
            position, value = position[inside], value[inside]
            value = _scatter(value * _MIX + single[position + length - 1])
        yield position, value


def runs_by_hash(words: Words, length: int, alive: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The runs of ``length`` words in parts, each with (positions, hashes) as :func:`hashed_runs` has them: the hashes
    of a part come before those of the next, and within it the positions ascend.

    Only runs that start, and of more than one word start and go on, where ``alive`` (W + 1,) holds.
    """
    parts: list[list[np.ndarray]] = [[] for _ in range(2**PART_BITS)]
    last = max(0, len(words.ids) - length + 1)
    for start in range(0, last, BLOCK):
        end = min(start + BLOCK, last)
        text = words.texts_between(start, end + length - 1)
        position = np.arange(start, end, dtype=np.int32)[text[: end - start] == text[length - 1 :]]
        if length > 1:
            position = position[alive[position] & alive[position + 1]]
        part = (_hash_at(words, position, length) >> np.uint64(64 - PART_BITS)).astype(np.uint8)
        order = np.argsort(part, kind="stable")
        ends = np.searchsorted(part[order], np.arange(1, 2**PART_BITS))
        for each, chosen in zip(parts, np.split(order, ends), strict=True):
            each.append(position[chosen])
    parts.reverse()
    while parts:
        position = np.concatenate(parts.pop() or [np.zeros(0, np.int32)])
        yield position, _hash_at(words, position, length)  # once more: to keep them all takes twice the memory


def _hash_at(words: Words, position: np.ndarray, length: int) -> np.ndarray:
    """The hashes of the runs that start there."""
    value = _scatter(words.ids[position].astype(np.uint64) + np.uint64(1))
    for offset in range(1, length):
        value = _scatter(value * _MIX + _scatter(words.ids[position + offset].astype(np.uint64) + np.uint64(1)))
    return value


def _scatter(value: np.ndarray) -> np.ndarray:
    """Spread nearby numbers over all 64 bits (the finalizer of splitmix64, shortened); wraps around on purpose."""
    value = (value ^ (value >> np.uint64(30))) * _SPREAD
    return value ^ (value >> np.uint64(31))
