"""Runs of words that many texts share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..text.ngrams import Words, runs_by_hash

LONGEST = 4


@dataclass(frozen=True)
class Phrases:
    """Some of the runs of ``length`` words that occur in enough texts.

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
    """Phrases of 1 to ``longest`` words in at least ``fewest`` texts each, the shorter ones first, in parts.

    A phrase is looked at only where both phrases shorter by a word are frequent (Agrawal and Srikant 1994, "Fast
    algorithms for mining association rules"), which leaves few of the long ones. What is to be kept of a part is taken
    from it before the next is asked for: all of them need more memory than the emails.
    """
    alive = np.ones(len(words.ids) + 1, dtype=bool)
    for length in range(1, longest + 1):
        found = np.zeros(len(words.ids) + 1, dtype=bool)
        for position, value in runs_by_hash(words, length, alive):
            phrases = _count(words, length, position, value, fewest)
            found[phrases.positions] = True
            yield phrases
            del phrases
        alive = found


def _count(words: Words, length: int, position: np.ndarray, value: np.ndarray, fewest: int) -> Phrases:
    order = np.argsort(value, kind="stable")
    text = words.text_at(position)[order]
    position, value = position[order], value[order]
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
