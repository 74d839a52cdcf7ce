"""Phrases that many emails share, and the emails that consist of them: filled templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..data.dataset import EmailData
from ..outcomes import NUM_OUTCOMES
from ..text.checks import EXAMINED
from ..text.equal_texts import number_equals
from ..text.ngrams import Words, number_words
from ..text.quoted import quote
from ..utils.formatting import count_of
from .findings import Finding
from .phrases import LONGEST, Phrases, frequent_phrases
from .suspects import ChanceModel, Suspect, find_suspects, settle

WORD = r"[^\W_]+(?:['’][^\W_]+)*"
FEWEST_TEXTS = 5
TEMPLATE_SHARE = 0.7
"""Share of an email's words that stand in runs of four which other emails have too, for a filled template."""


def different_emails(data: EmailData) -> tuple[EmailData, np.ndarray]:
    """(each pair of an email and an outcome once; which of them each row is, (N,)).

    The same email sent a hundred times is one observation of its words, not a hundred.
    """
    keys = (
        f"{outcome} {' '.join(email[:EXAMINED].lower().split())}"
        for email, outcome in zip(data.emails, data.outcomes, strict=True)
    )
    which, firsts = number_equals(keys)
    return data.take(firsts.tolist()), which


@dataclass(frozen=True)
class PhraseCounts:
    """The different emails of a file, the row numbers behind each, their words, and what their phrases tell.

    ``which`` (N,) is the different email of each row, ``rows_all`` (N,) the row's number. ``chances`` are of the
    phrases of 1 to 4 words, ``suspects`` those that go with an outcome; ``covered`` (W,) are words that stand in a run
    of 4 that ``often`` or more emails have.
    """

    data: EmailData
    which: np.ndarray
    rows_all: np.ndarray
    words: Words
    chances: list[ChanceModel]
    suspects: list[Suspect]
    covered: np.ndarray
    often: int

    def rows(self, texts: Sequence[int] | np.ndarray) -> tuple[int, ...]:
        """Row numbers of these texts, ascending."""
        return tuple(sorted(self.rows_all[np.isin(self.which, texts)].tolist()))


def count_phrases(data: EmailData) -> PhraseCounts:
    """Count the phrases of 1 to 4 words that occur in five or more different emails."""
    different, which = different_emails(data)
    words = number_words((email[:EXAMINED] for email in different.emails), WORD)
    outcomes = np.array(different.outcomes, np.int8)
    shares = np.bincount(outcomes, minlength=NUM_OUTCOMES) / len(outcomes)
    sizes: list[list[np.ndarray]] = [[] for _ in range(LONGEST)]
    found: list[list[tuple[float, Suspect]]] = [[] for _ in range(LONGEST)]
    covered, often = np.zeros(len(words.ids), dtype=bool), max(FEWEST_TEXTS, len(different) // 1000)
    for phrases in frequent_phrases(words, FEWEST_TEXTS):
        rows = np.diff(phrases.bounds).astype(np.int32)
        sizes[phrases.length - 1].append(rows)
        found[phrases.length - 1] += find_suspects(outcomes, shares, words, phrases)
        if phrases.length == LONGEST:
            cover(covered, phrases, rows >= often)
    chances = [ChanceModel(np.concatenate(each), shares) for each in sizes]
    suspects = [suspect for part, chance in zip(found, chances, strict=True) for suspect in settle(part, chance)]
    return PhraseCounts(different, which, np.array(data.rows), words, chances, suspects, covered, often)


def template_findings(found: PhraseCounts) -> list[Finding]:
    """Emails most of whose words stand in runs of four that many other emails have too."""
    words, covered, often, texts = found.words, found.covered, found.often, len(found.data)
    total = np.zeros(len(covered) + 1, np.int32)
    np.cumsum(covered, out=total[1:])
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


def cover(covered: np.ndarray, phrases: Phrases, chosen: np.ndarray) -> None:
    """Mark the words, (W,), that stand in an occurrence of one of the chosen phrases, (P,)."""
    starts = phrases.positions[chosen[phrases.phrase_at]]
    for offset in range(phrases.length):
        covered[starts + offset] = True


def _passage(words: Words, covered: np.ndarray, text: int) -> str:
    """The longest stretch of a text's covered words."""
    start, end = words.starts[text], words.starts[text + 1]
    edges = np.flatnonzero(np.diff(np.r_[False, covered[start:end], False].astype(np.int8)))
    begins, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - begins))
    return words.spoken(start + begins[longest], int(ends[longest] - begins[longest]))
