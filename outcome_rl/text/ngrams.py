"""Words as numbers and runs of words as hashes, so that a hundred thousand emails are counted in arrays."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

_MIX = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True)
class Words:
    """The words of N texts, one text after the other: text ``i`` is ``ids[starts[i] : starts[i + 1]]``.

    ``ids`` (W,) are positions in ``vocabulary``; ``starts`` (N + 1,); ``text_of`` (W,) is the text of each word.
    """

    ids: np.ndarray
    starts: np.ndarray
    text_of: np.ndarray
    vocabulary: Sequence[str]

    def spoken(self, start: int, length: int) -> str:
        """``length`` words from position ``start`` on."""
        return " ".join(self.vocabulary[word] for word in self.ids[start : start + length])

    def of_texts(self, first: int, last: int) -> Words:
        """The words of the texts from ``first`` to ``last``, without copying them."""
        start, end = self.starts[first], self.starts[last + 1]
        starts = self.starts[first : last + 2] - start
        return Words(self.ids[start:end], starts, self.text_of[start:end] - np.int32(first), self.vocabulary)


def number_words(texts: Iterable[str], pattern: str) -> Words:
    """Number the matches of ``pattern`` in the lower-cased texts."""
    known: defaultdict[str, int] = defaultdict(count().__next__)
    find = re.compile(pattern).findall
    ids, starts = array("i"), [0]
    for text in texts:
        ids.extend(map(known.__getitem__, find(text.lower())))
        starts.append(len(ids))
    lengths = np.diff(starts)
    return Words(
        np.frombuffer(ids, dtype=np.int32) if ids else np.zeros(0, np.int32),
        np.array(starts),
        np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        list(known),
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


def _scatter(value: np.ndarray) -> np.ndarray:
    """Spread nearby numbers over all 64 bits (the finalizer of splitmix64, shortened); wraps around on purpose."""
    value = (value ^ (value >> np.uint64(30))) * _SPREAD
    return value ^ (value >> np.uint64(31))
