"""What emails differ in: each factor puts every email into one of a few levels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from unicodedata import normalize

import numpy as np

from . import asks
from .email_facts import OPENINGS, EmailFacts

TEXT, TEMPLATE, CONTEXT, COLUMN, TIME = "text", "template", "context", "column", "time"
"""Kinds: what is seen in the email, which text it is, whom it goes to, how it is sent, and when."""
UNKNOWN = -1
FEWEST_ROWS, FEWEST_SHARE = 15, 0.03
"""A band with fewer rows, or a smaller share of all, is joined to a neighbour."""
OTHERS = "others"
"""Label of rare values put together; they are shown but not compared."""


@dataclass(frozen=True)
class Factor:
    """``codes`` (N,) are positions in ``labels``, or :data:`UNKNOWN`; ``phrases`` go on after "Emails".

    ``groups``: of each template the step that it belongs to, "" where it has none; empty of any other factor.
    """

    name: str
    title: str
    kind: str
    codes: np.ndarray
    labels: tuple[str, ...]
    phrases: tuple[str, ...]
    note: str = ""
    groups: tuple[str, ...] = ()

    def take(self, rows: np.ndarray) -> Factor:
        """The same factor of some rows."""
        return replace(self, codes=self.codes[rows])

    def counts(self) -> np.ndarray:
        """Rows of each level, (L,)."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.labels))

    def differs(self) -> bool:
        """Whether there are two levels with enough rows to be compared."""
        return int((self.counts() >= FEWEST_ROWS).sum()) > 1


def text_factors(facts: EmailFacts) -> list[Factor]:
    """All factors that are seen in the emails themselves, in an order that people read well."""
    found = [
        _banded("length", "Length in words", facts.words, (25, 51, 76, 101, 126, 201), _of("word")),
        _banded("questions", "Questions", facts.questions, (1, 2, 3, 4), _with("question")),
        _named("ask", "What is asked for", facts.ask, facts.ask_kinds, _ask_phrase),
        _banded("grade", "Reading grade (school year)", facts.grade, (6, 8, 10, 12), _grade_phrase, whole=False),
        _subject(facts),
        _banded("context_words", "Said about the recipient", facts.context_share, (0.001, 0.34), _share, whole=False),
        _yes_no("merge_fields", "Merge fields left", facts.placeholders, "with merge fields left in", "without them"),
        level_factor("opening", "Opens with", TEXT, facts.opening.astype(np.int64), list(OPENINGS.values())),
        _banded("links", "Links", facts.links, (1, 2), _with("link")),
        _banded("exclamation_marks", "Exclamation marks", facts.exclamations, (1, 2, 5), _with("exclamation mark")),
        _yes_no("pushy_words", "Pushy words", facts.pushy, "with pushy words", "without pushy words"),
    ]
    return [factor for factor in found if factor.differs()]


def category_factor(
    name: str, title: str, kind: str, values: Sequence[str], phrase: Callable[[str], str], most: int = 20
) -> Factor:
    """A factor of a column's values: the ``most`` frequent with enough rows, all else together; "" is unknown.

    Values that differ in capitals and accents alone are one ("cafe", "Café"), called as most write it; but templates,
    whose names may be codes.
    """
    plain = [" ".join(value.split()) for value in values]
    if kind != TEMPLATE:
        plain = _as_most_write(plain)
    counts: dict[str, int] = {}
    for value in plain:
        counts[value] = counts.get(value, 0) + 1
    counts.pop("", None)
    kept = [value for value in sorted(counts, key=lambda value: (-counts[value], value)) if counts[value] >= 10][:most]
    places = {value: place for place, value in enumerate(sorted(kept, key=natural))}
    rest = len(places)
    codes = np.array([places.get(value, rest) if value else UNKNOWN for value in plain], dtype=np.int16)
    labels = list(places)
    if (codes == rest).any():
        labels.append(OTHERS)
    phrases = [phrase(label) if place < rest else "of all others" for place, label in enumerate(labels)]
    return Factor(name, title, kind, codes, tuple(labels), tuple(phrases))


def _as_most_write(values: Sequence[str]) -> list[str]:
    spellings: dict[str, Counter[str]] = {}
    alike = {value: _without_accents(value).casefold() for value in set(values)}
    for value in values:
        spellings.setdefault(alike[value], Counter())[value] += 1
    usual = {key: min(found, key=lambda each: (-found[each], each)) for key, found in spellings.items()}
    return [usual[alike[value]] for value in values]


def _without_accents(value: str) -> str:
    return "".join(letter for letter in normalize("NFD", value) if not "\u0300" <= letter <= "\u036f")


def level_factor(name: str, title: str, kind: str, codes: np.ndarray, levels: Sequence[tuple[str, str]]) -> Factor:
    """A factor from (label, phrase) of each code, without the levels that no email has."""
    seen = np.bincount(codes[codes >= 0], minlength=len(levels)) > 0
    new = np.append(np.cumsum(seen) - 1, UNKNOWN).astype(np.int16)  # the last place serves the code -1
    kept = [level for level, there in zip(levels, seen, strict=True) if there]
    return Factor(name, title, kind, new[codes], tuple(each[0] for each in kept), tuple(each[1] for each in kept))


Wording = Callable[[float, float | None], tuple[str, str]]
"""From a band's first value and the next band's (None: there is none) to its label and its phrase."""


def _banded(
    name: str, title: str, values: np.ndarray, edges: Sequence[float], wording: Wording, whole: bool = True
) -> Factor:
    """Bands that begin at 0 and at each of the edges; those with few rows are joined to a neighbour."""
    edges = _joined_edges(values[~np.isnan(values)], list(edges))
    codes = np.where(np.isnan(values), UNKNOWN, np.digitize(values, edges)).astype(np.int16)
    bounds = [0.0, *edges]
    levels = [wording(low, high) for low, high in zip(bounds, [*edges, None], strict=True)]
    return level_factor(name, title, TEXT, codes, levels)


def _joined_edges(values: np.ndarray, edges: list[float]) -> list[float]:
    """The edges without those beside a band of few rows, its smaller neighbour being the one it joins."""
    fewest = max(FEWEST_ROWS, FEWEST_SHARE * len(values))
    while edges:
        counts = np.bincount(np.digitize(values, edges), minlength=len(edges) + 1)
        place = int(np.argmin(counts))
        if counts[place] >= fewest:
            return edges
        left = counts[place - 1] if place else np.inf
        right = counts[place + 1] if place < len(edges) else np.inf
        del edges[place - 1 if left <= right else place]
    return edges


def _named(name: str, title: str, codes: np.ndarray, kinds: Sequence[str], phrase: Callable[[str], str]) -> Factor:
    return level_factor(name, title, TEXT, codes.astype(np.int64), [(kind, phrase(kind)) for kind in kinds])


def _yes_no(name: str, title: str, found: np.ndarray, yes: str, no: str) -> Factor:
    return level_factor(name, title, TEXT, found.astype(np.int64), [("no", no), ("yes", yes)])


def _subject(facts: EmailFacts) -> Factor:
    """Words of the subject line; where some emails have one, "none" is a level of its own."""
    words = np.where(np.isnan(facts.subject_words), 0, facts.subject_words)
    return _banded("subject", "Subject line in words", words, (1, 3, 5, 9), _subject_phrase)


def _ask_phrase(kind: str) -> str:
    return asks.PHRASES.get(kind, f"that ask for {kind}")


def _of(noun: str) -> Wording:
    def wording(low: float, high: float | None) -> tuple[str, str]:
        label = _range(low, high)
        return label, f"of {label} {noun}s"

    return wording


def _with(noun: str) -> Wording:
    def wording(low: float, high: float | None) -> tuple[str, str]:
        label = _range(low, high)
        one = label == "1"
        number = {"0": "no", "1": "one"}.get(label, label)
        return label, f"with {number} {noun}" if one else f"with {number} {noun}s"

    return wording


def _range(low: float, high: float | None) -> str:
    """Whole numbers from ``low`` to below ``high``: ``3``, ``under 25``, ``25 to 50``, ``3 or more``."""
    if high is None:
        return f"{low:.0f} or more"
    if high - low == 1:
        return f"{low:.0f}"
    if low == 0:
        return f"at most {high - 1:.0f}" if high < 10 else f"under {high:.0f}"
    return f"{low:.0f} to {high - 1:.0f}"


def _grade_phrase(low: float, high: float | None) -> tuple[str, str]:
    label = f"{low:.0f} or more" if high is None else f"under {high:.0f}" if low == 0 else f"{low:.0f} to {high:.0f}"
    return label, f"at reading grade {label}"


def _share(low: float, high: float | None) -> tuple[str, str]:
    names = {
        (0.0, 0.001): ("nothing", "that say nothing of what is known of their recipient"),
        (0.0, 0.34): ("little or nothing", "that say under a third of what is known of their recipient"),
        (0.001, 0.34): ("a little", "that say something, but under a third, of what is known of their recipient"),
        (0.001, None): ("something", "that say something of what is known of their recipient"),
        (0.34, None): ("a good deal", "that say a third or more of what is known of their recipient"),
    }
    return names.get((low, high), ("anything", "that say anything of what is known of their recipient"))


def _subject_phrase(low: float, high: float | None) -> tuple[str, str]:
    if low == 0 and high == 1:
        return "none", "without a subject line in the text"
    label = _range(low, high)
    return label, f"with a subject of {label} words"


def natural(label: str) -> tuple[int, float, str]:
    """Numbers first and by their size, then words: step 2 comes before step 10."""
    try:
        return 0, float(label), label
    except ValueError:
        return 1, 0.0, re.sub(r"\d+", lambda digits: digits.group().zfill(9), label)
