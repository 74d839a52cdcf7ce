"""What contexts say: phrases that part them, and numbers to hold them equal by. Outcomes are never looked at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from .columns import quote
from .factors import CONTEXT, Factor, level_factor

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PARTS = re.compile(r"[^\w\s'’-]|[\n\r]|\d+")
_LINKING = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been by for from had has have he her his i in is it its of on or our she that the their "
        "they this to was we were who will with you your about after before into than then us me my",
    )
)
LONGEST_PHRASE, MOST_PHRASES, MOST_WAYS = 5, 10, 2
LEAST_SHARE, MOST_SHARE = 0.03, 0.7
"""Share of the rows that a phrase's contexts have, for it to part them."""
PHRASES = "context_says"
"""What the names of the factors begin with that are made of phrases."""
MOST_CONTEXTS = 40
"""Up to so many different contexts each is told apart by itself, beyond by their words."""
LEAST_ROWS = 5
LOOKED_AT = 5000


def phrase_factors(contexts: Sequence[str]) -> list[Factor]:
    """Ways to part the contexts by phrases of two words and more, the most even first.

    The phrases of a way exclude each other: each of the candidates is tried as the first, others that never stand
    beside it are added, and the set wins that parts the rows most finely (Gini), longer phrases counting a little more.
    The next way is made of the phrases that are left.
    """
    texts = [_plain(context) for context in contexts]
    counts = Counter(texts)
    found = _candidates(dict(counts.most_common(LOOKED_AT)))
    factors: list[Factor] = []
    while found and len(factors) < MOST_WAYS:
        families = [_family(first, found) for first in list(found)[:MOST_PHRASES]]
        best = max(families, key=lambda family: sum(_worth(phrase, found) for phrase in family))
        if len(best) > 1:
            factors.append(_phrases_as_factor(len(factors), best, texts))
        found = {phrase: rows for phrase, rows in found.items() if not _overlap(phrase, best)}
    return [factor for factor in factors if factor.differs()]


def _phrases_as_factor(number: int, phrases: Sequence[str], texts: Sequence[str]) -> Factor:
    places: dict[str, int] = {}
    for text in texts:
        if text not in places:
            held = (place for place, phrase in enumerate(phrases) if f" {phrase} " in f" {text} ")
            places[text] = next(held, len(phrases))
    codes = np.array([places[text] for text in texts], dtype=np.int64)
    levels = [(phrase, f"to recipients described with {quote(phrase)}") for phrase in phrases]
    none = ("anything else", "to recipients described in any other way")
    name, title = PHRASES, "How the recipient is described"
    if number:
        name, title = f"{name}_{number + 1}", f"{title} ({number + 1})"
    return level_factor(name, title, CONTEXT, codes, [*levels, none])


def _overlap(phrase: str, others: Sequence[str]) -> bool:
    words = set(phrase.split())
    return any(words & set(other.split()) - _LINKING for other in others)


def _candidates(texts: dict[str, int]) -> dict[str, np.ndarray]:
    """Rows' shares of each phrase as (different contexts,) arrays of rows, those that part best first."""
    total = sum(texts.values())
    words: Counter[str] = Counter()
    for text, count in texts.items():
        words.update(dict.fromkeys(text.split(), count))
    common = {word for word, count in words.items() if count > MOST_SHARE * total} - _LINKING
    rows: Counter[str] = Counter()
    for text, count in texts.items():
        for phrase in set(_phrases(text, common)):
            rows[phrase] += count
    kept = [phrase for phrase, count in rows.items() if LEAST_SHARE <= count / total <= MOST_SHARE and count >= 15]
    kept.sort(key=lambda phrase: (-rows[phrase], -len(phrase), phrase))
    kept = kept[:300]
    sizes = np.array(list(texts.values())) / total
    found: dict[str, np.ndarray] = {}
    for phrase in kept:
        holds = np.array([f" {phrase} " in f" {text} " for text in texts]) * sizes
        same = next((other for other, theirs in found.items() if np.array_equal(theirs, holds)), None)
        if same is None:
            found[phrase] = holds
        elif len(phrase) > len(same):
            found = {phrase if other == same else other: theirs for other, theirs in found.items()}
    return dict(sorted(found.items(), key=lambda item: -_worth(item[0], found)))


def _plain(context: str) -> str:
    """The words in small letters, with a bar where a sign of punctuation parts them."""
    return " ".join(_PARTS.sub(" | ", context.lower()).split())


def _phrases(text: str, common: Collection[str]) -> Iterator[str]:
    """Runs of two to five words without a sign or a word in them that most contexts have.

    They neither begin nor end with a linking word; those may stand inside, as in "referred by a partner".
    """
    words = text.split()[:60]
    for start, first in enumerate(words):
        if first in _LINKING:
            continue
        for end, last in enumerate(words[start : start + LONGEST_PHRASE], start + 1):
            if last == "|" or last in common:
                break
            if end - start > 1 and last not in _LINKING:
                yield " ".join(words[start:end])


def _worth(phrase: str, found: dict[str, np.ndarray]) -> float:
    share = float(found[phrase].sum())
    return share * (1 - share) * (1 + 0.1 * len(phrase.split()))


def _family(first: str, found: dict[str, np.ndarray]) -> list[str]:
    """This phrase and the best of those that never stand in a context beside it or beside each other."""
    chosen, taken = [first], found[first] > 0
    for phrase, holds in found.items():
        if len(chosen) < MOST_PHRASES and not (taken & (holds > 0)).any():
            chosen.append(phrase)
            taken = taken | (holds > 0)
    return chosen


def context_columns(contexts: Sequence[str], most: int) -> tuple[np.ndarray, bool]:
    """At most ``most`` columns that tell contexts apart, (N, C), and whether they tell all contexts apart.

    One for each context while these are few; else whether each of the words stands in it that part the rows best.
    """
    different = list(dict.fromkeys(contexts))
    number = {context: place for place, context in enumerate(different)}
    row = np.array([number[context] for context in contexts])
    if len(different) <= min(MOST_CONTEXTS, most):
        return _often(np.eye(len(different), dtype=np.float32)[row][:, 1:]), True
    from scipy.sparse import csr_matrix

    words: dict[str, int] = {}
    held = [(i, words.setdefault(word, len(words))) for i, text in enumerate(different) for word in _words(text)]
    pairs = np.array(held or [(0, 0)])[: len(held)].reshape(-1, 2)
    table = csr_matrix(
        (np.ones(len(pairs), np.float32), (pairs[:, 0], pairs[:, 1])), (len(different), len(words))
    ).tocsc()
    share = np.bincount(row, minlength=len(different)) @ table / len(row)
    order = np.argsort(-share * (1 - share), kind="stable")[: 4 * most]
    seen: set[bytes] = set()
    columns: list[np.ndarray] = []
    for place in order:
        column = table[:, place].toarray().ravel()
        key = min(column.tobytes(), (1 - column).tobytes())
        if len(columns) < most and key not in seen:
            seen.add(key)
            columns.append(column[row])
    return _often(np.array(columns, dtype=np.float32).reshape(len(columns), len(row)).T), False


def _words(context: str) -> set[str]:
    return set(_WORD.findall(context.lower()))


def _often(columns: np.ndarray) -> np.ndarray:
    """Without the columns that are nearly the same for all rows."""
    times = columns.sum(0)
    return columns[:, (times >= LEAST_ROWS) & (times <= len(columns) - LEAST_ROWS)]
