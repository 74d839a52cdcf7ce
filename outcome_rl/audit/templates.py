"""Phrases that many emails share, and the emails that consist of them: filled templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from ..data.dataset import EmailData
from ..outcomes import NUM_OUTCOMES
from ..text.checks import EXAMINED
from ..text.ngrams import Words, number_words
from ..text.quoted import quote
from .findings import Finding, count_of
from .phrases import LONGEST, Phrases, frequent_phrases
from .suspects import ChanceModel, Suspect, find_suspects

WORD = r"[^\W_]+(?:['’][^\W_]+)*"
FEWEST_TEXTS = 5
TEMPLATE_SHARE = 0.7
"""Share of an email's words that stand in runs of four which other emails have too, for a filled template."""


def different_emails(data: EmailData) -> tuple[EmailData, np.ndarray]:
    """(each pair of an email and an outcome once; which of them each row is, (N,)).

    The same email sent a hundred times is one observation of its words, not a hundred.
    """
    marks = bytearray()
    for email, outcome in zip(data.emails, data.outcomes, strict=True):
        key = f"{outcome} {' '.join(email[:EXAMINED].lower().split())}"
        marks += blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    pairs = np.frombuffer(marks, np.uint64).reshape(-1, 2)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))  # stable, so the first of equals comes first
    fresh = np.r_[True, (pairs[order][1:] != pairs[order][:-1]).any(axis=1)][: len(order)]
    firsts = order[fresh]
    by_place = np.argsort(firsts)
    number = np.empty(len(firsts), np.int32)
    number[by_place] = np.arange(len(firsts), dtype=np.int32)
    which = np.empty(len(order), np.int32)
    which[order] = number[np.cumsum(fresh) - 1]
    return data.take(firsts[by_place].tolist()), which


@dataclass(frozen=True)
class PhraseCounts:
    """The different emails of a file, the row numbers behind each, their words, and what their phrases tell.

    ``which`` (N,) is the different email of each row, ``rows_all`` (N,) the row's number. ``chances`` are of the
    phrases of 1 to 4 words, ``suspects`` those that go with an outcome, ``longest`` all frequent ones of 4 words.
    """

    data: EmailData
    which: np.ndarray
    rows_all: np.ndarray
    words: Words
    chances: list[ChanceModel]
    suspects: list[Suspect]
    longest: Phrases

    def rows(self, texts: Sequence[int] | np.ndarray) -> tuple[int, ...]:
        """Row numbers of these texts, ascending."""
        return tuple(sorted(self.rows_all[np.isin(self.which, texts)].tolist()))


def count_phrases(data: EmailData) -> PhraseCounts:
    """Count the phrases of 1 to 4 words that occur in five or more different emails."""
    different, which = different_emails(data)
    words = number_words((email[:EXAMINED] for email in different.emails), WORD)
    outcomes = np.array(different.outcomes)
    shares = np.bincount(outcomes, minlength=NUM_OUTCOMES) / len(outcomes)
    chances: list[ChanceModel] = []
    suspects: list[Suspect] = []
    for phrases in frequent_phrases(words, FEWEST_TEXTS):
        chances.append(ChanceModel(np.diff(phrases.bounds), shares))
        suspects += find_suspects(outcomes, shares, words, phrases, chances[-1])
    return PhraseCounts(different, which, np.array(data.rows), words, chances, suspects, phrases)


def template_findings(found: PhraseCounts) -> list[Finding]:
    """Emails most of whose words stand in runs of four that many other emails have too."""
    words, longest, texts = found.words, found.longest, len(found.data)
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
