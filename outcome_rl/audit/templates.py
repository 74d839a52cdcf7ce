"""Phrases that many emails share, and the emails that consist of them: filled templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..data.dataset import EmailData
from ..text.checks import EXAMINED
from ..text.ngrams import Words, hashed_runs, number_words
from ..text.quoted import quote
from .findings import Finding, count_of

WORD = r"[^\W_]+(?:['’][^\W_]+)*"
LONGEST = 4
FEWEST_TEXTS = 5
TEMPLATE_SHARE = 0.7
"""Share of an email's words that stand in runs of four which other emails have too, for a filled template."""


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


def frequent_phrases(words: Words, fewest: int, longest: int = LONGEST) -> list[Phrases]:
    """Phrases of 1 to ``longest`` words in at least ``fewest`` texts each.

    A phrase is looked at only where both phrases shorter by a word are frequent (Agrawal and Srikant 1994, "Fast
    algorithms for mining association rules"), which leaves few of the long ones.
    """
    alive = np.ones(len(words.ids) + 1, dtype=bool)
    found = []
    for length, (position, value) in enumerate(hashed_runs(words, longest), start=1):
        if length > 1:
            kept = alive[position] & alive[position + 1]
            position, value = position[kept], value[kept]
        phrases = _count(words, length, position, value, fewest)
        alive[:] = False
        alive[phrases.positions] = True
        found.append(phrases)
    return found


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


def different_emails(data: EmailData) -> tuple[EmailData, list[list[int]]]:
    """Each pair of an email and an outcome once, and the line numbers that each stands for.

    The same email sent a hundred times is one observation of its words, not a hundred.
    """
    rows_of: dict[tuple[str, int], list[int]] = {}
    first = []
    for place, (email, outcome) in enumerate(zip(data.emails, data.outcomes, strict=True)):
        key = (" ".join(email[:EXAMINED].lower().split()), outcome)
        if key not in rows_of:
            rows_of[key] = []
            first.append(place)
        rows_of[key].append(data.rows[place])
    return data.take(first), list(rows_of.values())


@dataclass(frozen=True)
class PhraseCounts:
    """The different emails of a file, the line numbers behind each, their words, and the frequent phrases."""

    data: EmailData
    rows_of: list[list[int]]
    words: Words
    phrases: list[Phrases]

    def rows(self, texts: Iterable[int]) -> tuple[int, ...]:
        """Line numbers of these texts, ascending."""
        return tuple(sorted(row for text in texts for row in self.rows_of[text]))


def count_phrases(data: EmailData) -> PhraseCounts:
    """Count the phrases of 1 to 4 words that occur in five or more different emails."""
    different, rows_of = different_emails(data)
    words = number_words((email[:EXAMINED] for email in different.emails), WORD)
    return PhraseCounts(different, rows_of, words, frequent_phrases(words, FEWEST_TEXTS))


def template_findings(found: PhraseCounts) -> list[Finding]:
    """Emails most of whose words stand in runs of four that many other emails have too."""
    words, longest, texts = found.words, found.phrases[-1], len(found.data)
    often = max(FEWEST_TEXTS, texts // 1000)
    frequent = np.flatnonzero(np.diff(longest.bounds) >= often)
    covered = covered_words(words, longest, frequent)
    total = np.r_[0, np.cumsum(covered)]
    lengths = np.diff(words.starts)
    share = (total[words.starts[1:]] - total[words.starts[:-1]]) / np.maximum(lengths, 1)
    filled = np.flatnonzero((share >= TEMPLATE_SHARE) & (lengths >= 2 * LONGEST))
    if len(filled) < max(often, texts / 100):
        return []
    message = (
        f"{count_of(len(filled), 'different email')} of {texts:,} seem to be filled templates: on average "
        f"{share[filled].mean():.0%} of their words stand in passages that {often} or more emails share, as "
        f"{quote(_passage(words, covered, filled[0]))}"
    )
    advice = (
        "They count as what they are, instances of templates: a model learns which template suits whom, not which of "
        "its words do. Check that each has every outcome; differently worded emails teach it more."
    )
    return [Finding("template", "warning", message, advice, found.rows(filled))]


def covered_words(words: Words, phrases: Phrases, chosen: np.ndarray) -> np.ndarray:
    """Which words stand in an occurrence of one of the chosen phrases, (W,)."""
    covered = np.zeros(len(words.ids), dtype=bool)
    if len(chosen):
        starts = phrases.positions[np.isin(phrases.phrase_at, chosen)]
        for offset in range(phrases.length):
            covered[starts + offset] = True
    return covered


def _passage(words: Words, covered: np.ndarray, text: int) -> str:
    """The longest stretch of a text's covered words."""
    start, end = words.starts[text], words.starts[text + 1]
    edges = np.flatnonzero(np.diff(np.r_[False, covered[start:end], False].astype(np.int8)))
    begins, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - begins))
    return words.spoken(start + begins[longest], int(ends[longest] - begins[longest]))
