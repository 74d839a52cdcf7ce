"""What readers' answers say of the writers, and how far the readers agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from outcome_rl.metrics import share_interval

from .agreement import kappa, ordinal_alpha
from .answers import Reader, contradictions
from .forms import Key
from .intervals import Estimate, ratio
from .questions import FLAGS, USABILITY

SENDABLE = 4
"""Usability from which an email can be sent, after small edits at most."""


@dataclass(frozen=True)
class Share:
    """``hits`` of ``of`` judgements. ``wilson`` counts each email or item as one trial, however many readers judged it;
    ``over_contexts`` is a bootstrap of whole contexts.
    """

    hits: int
    of: int
    value: float | None
    wilson: tuple[float, float]
    over_contexts: tuple[float, float] | None

    def differs_from(self, value: float) -> bool:
        """Whether both intervals leave the value out."""
        return all(not low <= value <= high for low, high in (self.wilson, self.over_contexts or self.wilson))


@dataclass(frozen=True)
class Preference:
    """``right`` against ``left``; ``right_share``: of the decided judgements."""

    left: str
    right: str
    neither: int
    right_share: Share
    usability_difference: Estimate

    @property
    def left_wins(self) -> int:
        return self.right_share.of - self.right_share.hits


@dataclass(frozen=True)
class WriterFigures:
    """One writer's emails as the readers judged them; ``counts``: judgements of usability 1 to 5."""

    name: str
    emails: int
    usability: Estimate
    counts: tuple[int, ...]
    sendable: Share
    flags: dict[str, Share]


@dataclass(frozen=True)
class FlagAgreement:
    """``same``: share of emails on which two readers say the same, mean of all pairs; ``kappa``: beyond chance."""

    same: float
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """Figures of two readers are means over all pairs of readers with emails in common."""

    items: int
    preference_same: float
    preference_kappa: float | None
    usability_alpha: float | None
    usability_kappa: float | None
    flags: dict[str, FlagAgreement]


@dataclass(frozen=True)
class Report:
    """All figures. ``first_place``: decided judgements that went to the email that stood first, a half if place is
    nothing; ``agreement``: None where no two readers judged the same; ``contradictions``: by reader.
    """

    form: str
    items: int
    contexts: int
    readers: dict[str, int]
    writers: tuple[WriterFigures, ...]
    preferences: tuple[Preference, ...]
    first_place: Share
    agreement: Agreement | None
    contradictions: dict[str, list[str]]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Judgements:
    """All answers as arrays. Each (R, N, K) by reader, item, label; ``answered`` (R, N) tells which count.

    ``writer`` (N, K): index of the email's writer; ``context`` (N,): number of the item's context.
    """

    answered: np.ndarray
    rank: np.ndarray
    usability: np.ndarray
    flags: dict[str, np.ndarray]
    writer: np.ndarray
    context: np.ndarray

    @staticmethod
    def of(key: Key, readers: Sequence[Reader]) -> Judgements:
        shape = (len(readers), len(key.items), len(key.writers))
        rank, usability = np.zeros(shape), np.zeros(shape)
        flags = {flag.name: np.zeros(shape) for flag in FLAGS}
        answered = np.zeros(shape[:2], dtype=bool)
        for r, reader in enumerate(readers):
            for i, item in enumerate(key.items):
                found = reader.answers_of(item)
                if found is None:
                    continue
                answered[r, i] = True
                rank[r, i] = [answer.rank for answer in found]
                usability[r, i] = [answer.usability for answer in found]
                for name, values in flags.items():
                    values[r, i] = [answer.flags[name] for answer in found]
        writer = np.array([[key.writers.index(name) for name in item.writers] for item in key.items])
        names = list(dict.fromkeys(item.context for item in key.items))
        context = np.array([names.index(item.context) for item in key.items])
        return Judgements(answered, rank, usability, flags, writer, context)

    def by_writer(self, values: np.ndarray) -> np.ndarray:
        """(R, N, K) by label -> (R, N, W) by writer."""
        return np.take_along_axis(values, np.argsort(self.writer, 1)[None], 2)


def score(key: Key, readers: Sequence[Reader]) -> Report:
    """All figures of the readers' answers to one form."""
    found = Judgements.of(key, readers)
    read = found.answered.any(0)
    pairs = combinations(range(len(key.writers)), 2)
    return Report(
        form=key.form,
        items=int(read.sum()),
        contexts=len(set(found.context[read].tolist())),
        readers={reader.name: int(found.answered[r].sum()) for r, reader in enumerate(readers)},
        writers=tuple(_writer_figures(name, w, found) for w, name in enumerate(key.writers)),
        preferences=tuple(_preference(key, left, right, found) for left, right in pairs),
        first_place=_first_place(found),
        agreement=_agreement(found),
        contradictions={reader.name: contradictions(reader, key) for reader in readers},
    )


def _share(hits: np.ndarray, counted: np.ndarray, context: np.ndarray) -> Share:
    """Of (R, N) judgements, where ``counted``."""
    hits = hits & counted
    estimate = ratio(hits.sum(0), counted.sum(0), context)
    trials = int(counted.any(0).sum())
    wilson = share_interval((estimate.value or 0.0) * trials, trials)
    return Share(int(hits.sum()), int(counted.sum()), estimate.value, wilson, estimate.interval)


def _writer_figures(name: str, w: int, found: Judgements) -> WriterFigures:
    usability = found.by_writer(found.usability)[..., w]
    shares = {flag.name: found.by_writer(found.flags[flag.name])[..., w] for flag in FLAGS}
    return WriterFigures(
        name=name,
        emails=int(found.answered.any(0).sum()),
        usability=ratio((usability * found.answered).sum(0), found.answered.sum(0), found.context),
        counts=tuple(int((usability == step).sum()) for step in USABILITY),
        sendable=_share(usability >= SENDABLE, found.answered, found.context),
        flags={flag: _share(values == 1, found.answered, found.context) for flag, values in shares.items()},
    )


def _preference(key: Key, left: int, right: int, found: Judgements) -> Preference:
    ranks, usability = found.by_writer(found.rank), found.by_writer(found.usability)
    decided = found.answered & (ranks[..., left] != ranks[..., right])
    difference = (usability[..., right] - usability[..., left]) * found.answered
    return Preference(
        left=key.writers[left],
        right=key.writers[right],
        neither=int((found.answered & ~decided).sum()),
        right_share=_share(ranks[..., right] < ranks[..., left], decided, found.context),
        usability_difference=ratio(difference.sum(0), found.answered.sum(0), found.context),
    )


def _first_place(found: Judgements) -> Share:
    hits, counted = [], []
    for first, second in combinations(range(found.rank.shape[2]), 2):
        hits.append(found.rank[..., first] < found.rank[..., second])
        counted.append(found.answered & (found.rank[..., first] != found.rank[..., second]))
    context = np.tile(found.context, len(hits))
    return _share(np.concatenate(hits, 1), np.concatenate(counted, 1), context)


def _agreement(found: Judgements) -> Agreement | None:
    pairs = [
        (a, b, common)
        for a, b in combinations(range(len(found.answered)), 2)
        if (common := found.answered[a] & found.answered[b]).any()
    ]
    if not pairs:
        return None
    choice = _choices(found.rank)
    flags = {}
    for name, values in found.flags.items():
        sides = [
            (values[a, common].ravel().astype(int), values[b, common].ravel().astype(int)) for a, b, common in pairs
        ]
        flags[name] = FlagAgreement(_mean_same(sides), _mean([kappa(x, y, 2) for x, y in sides]))
    chosen = [(choice[a, common].ravel(), choice[b, common].ravel()) for a, b, common in pairs]
    steps = found.usability.astype(int) - 1
    rated = [(steps[a, common].ravel(), steps[b, common].ravel()) for a, b, common in pairs]
    ratings = np.where(found.answered[..., None], found.usability, np.nan).reshape(len(found.answered), -1).T
    return Agreement(
        items=int((found.answered.sum(0) > 1).sum()),
        preference_same=_mean_same(chosen),
        preference_kappa=_mean([kappa(x, y, 3) for x, y in chosen]),
        usability_alpha=ordinal_alpha(ratings),
        usability_kappa=_mean([kappa(x, y, len(USABILITY), ordinal=True) for x, y in rated]),
        flags=flags,
    )


def _choices(rank: np.ndarray) -> np.ndarray:
    """(R, N, K) ranks -> (R, N, pairs of places): 0 the first, 1 the second, 2 neither.

    By place, which was drawn, and not by writer: else two readers who both prefer one writer throughout would agree by
    chance alone.
    """
    pairs = [(rank[..., a], rank[..., b]) for a, b in combinations(range(rank.shape[2]), 2)]
    return np.stack([np.where(first < second, 0, np.where(second < first, 1, 2)) for first, second in pairs], -1)


def _mean_same(sides: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    return float(np.mean([(x == y).mean() for x, y in sides]))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
