"""Which emails nearly repeat each other: exact for some thousands, by MinHash and a check of each pair beyond."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from .equal_texts import number_equals
from .ngrams import Words, hashed_runs, number_words

EXACT_TEXTS = 4096
"""Up to so many different texts every pair is compared."""
LONGEST_RUN = 3
COLUMNS = 2**22
BANDS, BAND_ROWS = 24, 4
"""At a cosine of 0.8 two texts of equal length share 2/3 of their runs; one of the bands agrees with p = .995."""
WORTH_A_LOOK = 0.4
"""Share of agreeing MinHashes below which a pair is not compared; at a Jaccard of 0.64 the share is 0.64 ± 0.05."""
PAIRS_AT_ONCE = 20_000
TEXTS_AT_ONCE = 5_000
MOST_IN_DOUBLE = 20_000
"""Texts up to which cosines are taken in 64 bits."""


def near_duplicate_groups(emails: Sequence[str], threshold: float = 0.8) -> np.ndarray:
    """Group number of each email, (N,); emails whose three-word sequences have a cosine of ``threshold`` share one.

    Counted are runs of one to three words, digits read as 0, case and punctuation ignored. Groups join through common
    members. Time and memory grow with the number of emails, not with its square: with more than :data:`EXACT_TEXTS`
    different texts, candidates come from MinHash bands (Broder 1997, "On the resemblance and containment of
    documents"), each is checked by its cosine, and a pair just above ``threshold`` may be missed.
    """
    words = number_words((re.sub(r"\d", "0", email) for email in emails), r"\w\w+")
    same, first = _identical(words)
    if len(first) <= EXACT_TEXTS:
        return _compare_all(_normalized(_counts(words, first)), threshold)[same]
    shingles = _shingles(words, first)
    del words
    return _compare_candidates(shingles, threshold)[same]


def _identical(words: Words) -> tuple[np.ndarray, np.ndarray]:
    """Number of each text among the different ones, (N,), and the place where each of those occurs first, (D,).

    A text without words has nothing to be compared by, so each counts as different.
    """
    bounds = zip(words.starts[:-1].tolist(), words.starts[1:].tolist(), strict=True)
    alone = count()
    return number_equals(
        words.ids[start:end].tobytes() if end > start else b"no words: %d" % next(alone) for start, end in bounds
    )


def _counts(words: Words, chosen: np.ndarray) -> Any:
    """How often each run of one to three words stands in the chosen texts, (C, COLUMNS) in CSR."""
    from scipy.sparse import csr_matrix

    row_of = np.full(len(words.starts) - 1, -1, dtype=np.int32)
    row_of[chosen] = np.arange(len(chosen), dtype=np.int32)
    rows, columns = [], []
    for position, value in hashed_runs(words, LONGEST_RUN):
        row = row_of[words.text_of[position]]
        rows.append(row[row >= 0])
        columns.append((value[row >= 0] % np.uint64(COLUMNS)).astype(np.int32))
    row, column = np.concatenate(rows), np.concatenate(columns)
    return csr_matrix((np.ones(len(row)), (row, column)), shape=(len(chosen), COLUMNS))


def _normalized(counted: Any) -> Any:
    """Rows of length 1."""
    from sklearn.preprocessing import normalize

    return normalize(counted, copy=False)


def _compare_all(shingles: Any, threshold: float) -> np.ndarray:
    """Groups by the cosine of every pair, (D,)."""
    columns = shingles.T.tocsr()
    groups = np.arange(shingles.shape[0])
    for start in range(0, len(groups), 256):
        close = (shingles[start : start + 256] @ columns).tocoo()
        near = close.data >= threshold
        groups = _joined(groups, close.row[near] + start, close.col[near])
    return groups


@dataclass(frozen=True)
class _Shingles:
    """How often each run stands in each of D texts, (D, COLUMNS) in CSR of single bytes, and the rows' lengths, (D,).

    Five bytes a run: of a million emails this is what memory goes on.
    """

    counts: Any
    norms: np.ndarray
    exact: type[np.floating[Any]]

    def cosines(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """The cosine of each pair of texts, (P,)."""
        return np.asarray(self._rows(one).multiply(self._rows(other)).sum(axis=1)).ravel()

    def _rows(self, texts: np.ndarray) -> Any:
        """These texts as rows of length 1, (C, COLUMNS) in CSR."""
        rows = self.counts[texts]
        rows.data = (rows.data / np.repeat(self.norms[texts], np.diff(rows.indptr))).astype(self.exact)
        return rows


def _shingles(words: Words, chosen: np.ndarray) -> _Shingles:
    """The runs of one to three words of the chosen texts, counted some texts at a time."""
    from scipy.sparse import csr_matrix

    room = LONGEST_RUN * len(words.ids)  # what is not filled takes no memory
    columns, counts = np.empty(room, np.int32), np.empty(room, np.uint8)
    bounds, norms = np.zeros(len(chosen) + 1, np.int64), np.zeros(len(chosen))
    for first in range(0, len(chosen), TEXTS_AT_ONCE):
        part = chosen[first : first + TEXTS_AT_ONCE]
        counted = _counts(words.of_texts(part[0], part[-1]), part - part[0])
        start = bounds[first]
        end = start + len(counted.data)
        if len(counted.data) and counted.data.max() > np.iinfo(counts.dtype).max:
            counts = counts.astype(np.uint32)
        columns[start:end], counts[start:end] = counted.indices, counted.data
        bounds[first + 1 : first + 1 + len(part)] = start + counted.indptr[1:]
        norms[first : first + len(part)] = np.sqrt(np.asarray(counted.multiply(counted).sum(axis=1)).ravel())
    size = bounds[-1]
    bounds = bounds.astype(np.int32 if size < 2**31 else np.int64)
    whole = csr_matrix((counts[:size], columns[:size], bounds), shape=(len(chosen), COLUMNS), copy=False)
    return _Shingles(whole, norms, np.float64 if len(chosen) <= MOST_IN_DOUBLE else np.float32)


def _compare_candidates(shingles: _Shingles, threshold: float) -> np.ndarray:
    """Groups by the cosine of pairs whose MinHashes agree in some band, (D,)."""
    filled = np.flatnonzero(np.diff(shingles.counts.indptr))  # a text without words has no hash and no neighbour
    signatures = _signatures(shingles.counts, filled)
    groups = np.arange(len(filled))
    bands = [signatures[:, start : start + BAND_ROWS] for start in range(0, BANDS * BAND_ROWS, BAND_ROWS)]
    next_key = _band_key(bands[0])
    for band in range(BANDS):
        key, next_key = next_key, _band_key(bands[(band + 1) % BANDS])
        one, other = _neighbours(key, next_key)
        open_pair = groups[one] != groups[other]
        one, other = one[open_pair], other[open_pair]
        for start in range(0, len(one), PAIRS_AT_ONCE):
            i, j = one[start : start + PAIRS_AT_ONCE], other[start : start + PAIRS_AT_ONCE]
            likely = (signatures[i] == signatures[j]).mean(axis=1) >= WORTH_A_LOOK
            i, j = i[likely], j[likely]
            if not len(i):
                continue
            near = shingles.cosines(filled[i], filled[j]) >= threshold
            groups = _joined(groups, i[near], j[near])
    whole = np.arange(len(shingles.norms))
    whole[filled] = filled[groups]
    return whole


def _signatures(counts: Any, filled: np.ndarray) -> np.ndarray:
    """MinHashes of the columns of each text that has some, (F, BANDS * BAND_ROWS)."""
    rng = np.random.default_rng(0)
    count = BANDS * BAND_ROWS
    factors = rng.integers(0, 2**31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    shifts = rng.integers(0, 2**32, count, dtype=np.uint32)
    starts = np.r_[counts.indptr[filled], counts.indptr[-1]]  # texts without words lie between, of no length
    found = np.empty((len(filled), count), np.uint32)
    for start in range(0, len(filled), 2000):  # a piece that fits the processor's cache
        bounds = starts[start : start + 2001]
        seen = counts.indices[bounds[0] : bounds[-1]].astype(np.uint32) * np.uint32(0x9E3779B1)
        seen ^= seen >> np.uint32(15)
        for place in range(count):
            mixed = seen * factors[place] + shifts[place]
            mixed ^= mixed >> np.uint32(16)
            found[start : start + 2000, place] = np.minimum.reduceat(mixed, bounds[:-1] - bounds[0])
    return found


def _band_key(signatures: np.ndarray) -> np.ndarray:
    """One number for the MinHashes of a band, (D,)."""
    key = np.zeros(len(signatures), np.uint64)
    for column in signatures.T:
        key = key * np.uint64(0x9E3779B97F4A7C15) + column
    return key


def _neighbours(key: np.ndarray, order_by: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of rows with the same key: each with the one before it and with the first of them.

    Two pairs a row keep the work linear where very many rows share a key; among those, rows that agree in the next
    band too stand together.
    """
    order = np.lexsort((order_by, key)).astype(np.int32)
    fresh = np.r_[True, key[order[1:]] != key[order[:-1]]]
    leader = np.maximum.accumulate(np.where(fresh, np.arange(len(order), dtype=np.int32), np.int32(0)))
    member = np.flatnonzero(~fresh)
    one = np.r_[order[leader[member]], order[member - 1]]
    return one, np.r_[order[member], order[member]]


def _joined(groups: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """``groups`` after rows ``one`` and ``other`` were put together; a group's number is one of its rows'."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    if not len(one):
        return groups
    links = csr_matrix((np.ones(len(one), bool), (groups[one], groups[other])), shape=(len(groups), len(groups)))
    part = connected_components(links, directed=False)[1]
    return np.unique(part, return_index=True)[1][part][groups]


def joined(groups: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Groups of rows that share a group or one of ``others``, directly or through other rows; (N,) and (N,) -> (N,)."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    one, other = np.unique(groups, return_inverse=True)[1], np.unique(others, return_inverse=True)[1]
    count = one.max() + 1
    size = count + other.max() + 1
    links = csr_matrix((np.ones(len(one), bool), (one, count + other)), shape=(size, size))
    return connected_components(links, directed=False)[1][one]
