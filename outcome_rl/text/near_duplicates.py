"""Which emails nearly repeat each other: exact for some thousands, by MinHash and a check of each pair beyond."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

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
TEXTS_AT_ONCE = 20_000


def near_duplicate_groups(emails: Sequence[str], threshold: float = 0.8) -> np.ndarray:
    """Group number of each email, (N,); emails whose three-word sequences have a cosine of ``threshold`` share one.

    Counted are runs of one to three words, digits read as 0, case and punctuation ignored. Groups join through common
    members. Time and memory grow with the number of emails, not with its square: with more than :data:`EXACT_TEXTS`
    different texts, candidates come from MinHash bands (Broder 1997, "On the resemblance and containment of
    documents"), each is checked by its cosine, and a pair just above ``threshold`` may be missed.
    """
    words = number_words((re.sub(r"\d", "0", email) for email in emails), r"\w\w+")
    same, first = _identical(words)
    shingles = _shingles(words, first)
    find = _compare_all if len(first) <= EXACT_TEXTS else _compare_candidates
    return find(shingles, threshold)[same]


def _identical(words: Words) -> tuple[np.ndarray, np.ndarray]:
    """Number of each text among the different ones, (N,), and the place where each of those occurs first, (D,).

    A text without words has nothing to be compared by, so each counts as different.
    """
    known: dict[object, int] = {}
    same: list[int] = []
    first: list[int] = []
    for text, (start, end) in enumerate(zip(words.starts[:-1], words.starts[1:], strict=True)):
        number = known.setdefault(words.ids[start:end].tobytes() or text, len(known))
        same.append(number)
        if number == len(first):
            first.append(text)
    return np.array(same, dtype=np.int64), np.array(first, dtype=np.int64)


def _shingles(words: Words, chosen: np.ndarray) -> Any:
    """Counts of the runs of one to three words of the chosen texts, rows of length 1, (D, COLUMNS) in CSR.

    Many texts are counted some at a time and kept in 32 bits: what stands in memory beside the result is small.
    """
    from scipy.sparse import csr_matrix

    if len(chosen) <= TEXTS_AT_ONCE:
        return _counts(words, chosen)
    data, indices, lengths = [], [], []
    for start in range(0, len(chosen), TEXTS_AT_ONCE):
        part = chosen[start : start + TEXTS_AT_ONCE]
        counted = _counts(words.of_texts(part[0], part[-1]), part - part[0])
        data.append(counted.data.astype(np.float32))
        indices.append(counted.indices)
        lengths.append(np.diff(counted.indptr))
    bounds = np.r_[0, np.cumsum(np.concatenate(lengths), dtype=np.int64)]
    whole = np.concatenate(data)
    del data
    return csr_matrix((whole, np.concatenate(indices), bounds), shape=(len(chosen), COLUMNS))


def _counts(words: Words, chosen: np.ndarray) -> Any:
    """The same of some texts at once."""
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    row_of = np.full(len(words.starts) - 1, -1, dtype=np.int32)
    row_of[chosen] = np.arange(len(chosen), dtype=np.int32)
    rows, columns = [], []
    for position, value in hashed_runs(words, LONGEST_RUN):
        row = row_of[words.text_of[position]]
        rows.append(row[row >= 0])
        columns.append((value[row >= 0] % np.uint64(COLUMNS)).astype(np.int32))
    row, column = np.concatenate(rows), np.concatenate(columns)
    counted = csr_matrix((np.ones(len(row)), (row, column)), shape=(len(chosen), COLUMNS))
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


def _compare_candidates(shingles: Any, threshold: float) -> np.ndarray:
    """Groups by the cosine of pairs whose MinHashes agree in some band, (D,)."""
    filled = np.flatnonzero(np.diff(shingles.indptr))  # a text without words has no hash and no neighbour
    signatures = _signatures(shingles if len(filled) == shingles.shape[0] else shingles[filled])
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
            cosine = np.asarray(shingles[filled[i]].multiply(shingles[filled[j]]).sum(axis=1)).ravel()
            groups = _joined(groups, i[cosine >= threshold], j[cosine >= threshold])
    whole = np.arange(shingles.shape[0])
    whole[filled] = filled[groups]
    return whole


def _signatures(shingles: Any) -> np.ndarray:
    """MinHashes of each row's columns, (D, BANDS * BAND_ROWS); no row is empty."""
    rng = np.random.default_rng(0)
    count = BANDS * BAND_ROWS
    factors = rng.integers(0, 2**31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    shifts = rng.integers(0, 2**32, count, dtype=np.uint32)
    found = np.empty((shingles.shape[0], count), np.uint32)
    for start in range(0, shingles.shape[0], 2000):  # a piece that fits the processor's cache
        bounds = shingles.indptr[start : start + 2001]
        seen = shingles.indices[bounds[0] : bounds[-1]].astype(np.uint32) * np.uint32(0x9E3779B1)
        seen ^= seen >> np.uint32(15)
        for place in range(count):
            mixed = seen * factors[place] + shifts[place]
            mixed ^= mixed >> np.uint32(16)
            found[start : start + 2000, place] = np.minimum.reduceat(mixed, bounds[:-1] - bounds[0])[:2000]
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
    order = np.lexsort((order_by, key))
    fresh = np.r_[True, key[order][1:] != key[order][:-1]]
    leader = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
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
