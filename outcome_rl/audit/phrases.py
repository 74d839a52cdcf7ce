"""Runs of words that many texts share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..text.ngrams import Words, runs_by_hash

LONGEST = 4


@dataclass(frozen=True)
class Phrases:
    """Runs of ``length`` words that occur in enough texts.

    ``example`` (P,) is a position in the words; the texts of phrase ``i`` are
    ``texts[bounds[i] : bounds[i + 1]]``, each once. ``positions`` are all words where one of the phrases starts, and
    ``phrase_at`` the number of that phrase.
    """

    length: int
    example: np.ndarray
    texts: np.ndarray
    bounds: np.ndarray
    positions: np.ndarray
    phrase_at: np.ndarray


def frequent_phrases(words: Words, fewest: int, longest: int = LONGEST) -> Iterator[Phrases]:
    """Phrases of 1 to ``longest`` words in at least ``fewest`` texts each, one length after the other.

    A phrase is looked at only where both phrases shorter by a word are frequent (Agrawal and Srikant 1994, "Fast
    algorithms for mining association rules"), which leaves few of the long ones. What is to be kept of one length is
    taken from it before the next is asked for: all of them need more memory than the emails.
    """
    alive = np.ones(len(words.ids) + 1, dtype=bool)
    for length in range(1, longest + 1):
        parts = runs_by_hash(words, length, alive)
        phrases = _joined(length, [_count(words, length, *part, fewest) for part in parts])
        alive[:] = False
        alive[phrases.positions] = True
        yield phrases
        del phrases


def _joined(length: int, parts: list[Phrases]) -> Phrases:
    """The phrases of all parts, numbered on."""
    numbers = np.cumsum([0, *(len(each.example) for each in parts)])
    for each, first in zip(parts, numbers, strict=False):
        each.phrase_at[:] += np.int32(first)
    sizes = [np.diff(each.bounds) for each in parts]
    names = ("example", "texts", "positions", "phrase_at")
    example, texts, positions, phrase_at = (_taken(parts, name) for name in names)
    return Phrases(length, example, texts, np.r_[0, np.cumsum(np.concatenate(sizes))], positions, phrase_at)


def _taken(parts: Sequence[Phrases], name: str) -> np.ndarray:
    return np.concatenate([getattr(each, name) for each in parts])


def _count(words: Words, length: int, position: np.ndarray, value: np.ndarray, fewest: int) -> Phrases:
    order = np.argsort(value, kind="stable")
    position, value = position[order], value[order]
    text = words.text_of[position]
    new_phrase = np.r_[True, value[1:] != value[:-1]][: len(value)]
    fresh = new_phrase | np.r_[True, text[1:] != text[:-1]][: len(value)]  # a text counts once a phrase
    number = np.cumsum(new_phrase, dtype=np.int32) - 1
    rows = np.bincount(number[fresh], minlength=int(new_phrase.sum()))
    often = rows >= fewest
    kept = fresh & often[number]
    return Phrases(
        length,
        position[new_phrase][often],
        text[kept],
        np.r_[0, np.cumsum(rows[often])],
        position[often[number]],
        (np.cumsum(often, dtype=np.int32) - 1)[number[often[number]]],
    )
