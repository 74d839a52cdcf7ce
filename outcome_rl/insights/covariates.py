"""Which other things are held equal when the levels of a factor are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .contexts import LEAST_ROWS, PHRASES, context_columns
from .factors import COLUMN, CONTEXT, TEMPLATE, TEXT, TIME, Factor
from .regression import design

ROWS_A_COLUMN = 6
"""Rows, or templates where a column is the same within each, that every column needs."""
MOST_CONTEXT_COLUMNS = 60
HELD_EQUAL = {
    TEXT: (COLUMN, CONTEXT, TIME, TEXT),
    TEMPLATE: (COLUMN, CONTEXT, TIME),
    CONTEXT: (COLUMN, TEMPLATE, CONTEXT, TIME, TEXT),
    COLUMN: (COLUMN, CONTEXT, TEMPLATE, TIME, TEXT),
    TIME: (COLUMN, CONTEXT, TEMPLATE, TIME, TEXT),
}
"""By the factor's kind. What is seen in a text follows from its template, so neither is held equal for the other."""
SAID_FIRST = (CONTEXT, COLUMN, TIME, TEMPLATE, TEXT)
IN_WORDS = {
    COLUMN: "how they were sent",
    CONTEXT: "context",
    TEMPLATE: "template",
    TIME: "time",
    TEXT: "text",
}


@dataclass(frozen=True)
class HeldEqual:
    """The design matrix (N, P; intercept first), what it holds equal in words, and whether templates are among it."""

    x: np.ndarray
    words: tuple[str, ...]
    templates: bool


@dataclass(frozen=True)
class Covariates:
    """Columns by kind, of the rows that are compared; ``text_limit``: most columns that templates allow for text.

    ``contexts_apart``: whether the context's columns tell every context from every other.
    """

    factors: tuple[Factor, ...]
    context: np.ndarray
    contexts_apart: bool
    text_limit: int

    def for_factor(self, factor: Factor, rows: np.ndarray) -> HeldEqual:
        """What is held equal among these rows for comparing this factor's levels."""
        room = max(0, len(rows) // ROWS_A_COLUMN)
        found: list[np.ndarray] = []
        said: dict[str, str] = {}
        for kind in HELD_EQUAL[factor.kind]:
            there = self._columns(kind, factor)
            columns = there[rows, : min(room, self.text_limit) if kind == TEXT else room]
            if columns.shape[1]:
                said[kind] = _in_words(kind, factor, columns.shape[1] == there.shape[1])
                room -= columns.shape[1]
                found.append(columns)
        together = np.concatenate(found, axis=1) if found else np.zeros((len(rows), 0))
        words = tuple(said[kind] for kind in SAID_FIRST if kind in said)
        return HeldEqual(design(together), words, said.get(TEMPLATE) == IN_WORDS[TEMPLATE])

    def _columns(self, kind: str, factor: Factor) -> np.ndarray:
        others = [each for each in self.factors if each.kind == kind and each.name != factor.name]
        if factor.kind != CONTEXT:  # its words say as much as its phrases
            others = [each for each in others if not each.name.startswith(PHRASES)]
        parts = [indicators(each) for each in others]
        if kind == CONTEXT and factor.kind != CONTEXT:  # the context's words name the segment that is asked about
            parts.insert(0, self.context)
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(factor.codes), 0), dtype=np.float32)


def _in_words(kind: str, factor: Factor, whole: bool) -> str:
    """``context``, ``the rest of the text``, ``some of the text``."""
    word = IN_WORDS[kind]
    if kind == factor.kind and kind in (CONTEXT, TEXT):
        word = f"the rest of the {word}"
    elif not whole and kind != COLUMN:
        word = f"the {word}"
    return word if whole else f"some of {word}"


def covariates(factors: Sequence[Factor], contexts: Sequence[str], texts: np.ndarray) -> Covariates:
    """What there is to hold equal among rows with these contexts; ``texts`` (N,) numbers the templates."""
    n = len(contexts)
    columns, apart = context_columns(contexts, min(MOST_CONTEXT_COLUMNS, n // ROWS_A_COLUMN // 2))
    sizes = np.unique(texts, return_counts=True)[1].astype(float)
    limit = int(n * n / (sizes**2).sum() // ROWS_A_COLUMN)
    return Covariates(tuple(factors), columns, apart, limit)


def indicators(factor: Factor) -> np.ndarray:
    """One column for each level but the largest that enough rows have and enough have not, (N, C)."""
    counts = factor.counts()
    levels = [
        level
        for level in np.argsort(-counts, kind="stable")[1:]
        if LEAST_ROWS <= counts[level] <= len(factor.codes) - LEAST_ROWS
    ]
    columns: np.ndarray = factor.codes[:, None] == np.array(levels, dtype=np.int16)[None, :]
    return columns.astype(np.float32)


def entangled_with(factor: Factor, level: int, others: Sequence[Factor], rows: np.ndarray) -> str:
    """Title of the factor that tells best which rows are of this level, "" where none tells half of it."""
    mine = (factor.codes[rows] == level).astype(float)
    spread = float(mine.var())
    best, share = "", 0.5
    for other in others:
        if other.name == factor.name or other.kind not in HELD_EQUAL[factor.kind] or not spread:
            continue
        codes = other.codes[rows].astype(np.int64) + 1
        sizes = np.bincount(codes)
        means = np.bincount(codes, mine) / np.maximum(sizes, 1)
        told = float((sizes * (means - mine.mean()) ** 2).sum() / len(rows) / spread)
        if told > share:
            best, share = other.title, told
    return best
