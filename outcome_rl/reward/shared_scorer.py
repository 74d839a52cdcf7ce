"""One reward model for many who ask at once: what waits at the same moment is read by the encoder together."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from ..config import RewardConfig
from ..outcomes import NUM_OUTCOMES
from .interface import Scores

if TYPE_CHECKING:  # it brings torch along
    from .ensemble import RewardEnsemble

MOST = 128
"""Emails of one pass; what waits beyond that goes into the next ones."""
REMEMBERED = 20_000
"""Emails whose scores are kept, those asked for last, some 10 MB: an email is explained by its sentences, and where one
of them is changed, half of what was asked before is asked again.
"""
Key = bytes
Texts = Mapping[Key, tuple[str, str]]
Rows = dict[Key, np.ndarray]


@dataclass(eq=False)
class _Asked:
    """One call that waits: what of it is not scored yet, and what is."""

    missing: dict[Key, tuple[str, str]]
    found: Rows
    error: Exception | None = None


class SharedScorer:
    """A reward model that any number of threads ask at the same time. The model must not change.

    One pass goes through the encoder at a time. Calls that come meanwhile wait, and are taken into the next one
    together, first come, first served, at most :data:`MOST` emails; an email that several of them hold is read once.
    Each gets what it would have got alone but for rounding: how many texts a product of matrices holds decides in which
    order it adds up, which moves a probability by less than 1e-6 in float32 and 2e-3 in bfloat16. Where a pass fails,
    each call in it is scored by itself, so that an error reaches the one alone that it is of.
    """

    def __init__(self, model: RewardEnsemble) -> None:
        self.model = model
        self._parts: tuple[str, ...] = ()
        self._scores: OrderedDict[Key, np.ndarray] = OrderedDict()
        self._waiting: list[_Asked] = []
        self._at_work = False
        self._changed = threading.Condition()
        # memory that one thread has freed is hardly ever used by another
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="scoring")

    @property
    def config(self) -> RewardConfig:
        """What the model was trained with."""
        return self.model.config

    @property
    def known(self) -> np.ndarray:
        """Whether each outcome occurred in what it was trained on, (3,)."""
        return self.model.known

    @property
    def reference(self) -> float | None:
        """Mean reward of the emails that it was trained on."""
        return self.model.reference

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """Probabilities and rewards of emails for their contexts. Raises what the model raises of them."""
        pairs = list(zip(contexts, emails, strict=True))
        if not pairs:
            return self.model.score(contexts, emails)
        keys = [_key(*pair) for pair in pairs]
        with self._changed:
            asked = self._look_up(dict(zip(keys, pairs, strict=True)))
            self._waiting.append(asked)
            try:
                while asked.missing and asked.error is None:
                    if self._at_work:
                        self._changed.wait()
                    else:
                        self._pass()
            finally:
                self._waiting.remove(asked)
        if asked.error is not None:
            raise asked.error
        return self._scores_of(np.stack([asked.found[key] for key in keys]))

    def _look_up(self, texts: dict[Key, tuple[str, str]]) -> _Asked:
        found = {key: self._scores[key] for key in texts.keys() & self._scores.keys()}
        for key in found:
            self._scores.move_to_end(key)
        return _Asked({key: pair for key, pair in texts.items() if key not in found}, found)

    def _pass(self) -> None:
        """Score the next emails of those that wait, and hand them out. To be called, and returns, with the lock held;
        the work is done without it.
        """
        calls = [asked for asked in self._waiting if asked.missing and asked.error is None]
        shares: dict[Key, _Asked] = {}
        for asked in calls:
            new = (key for key in asked.missing if key not in shares)
            shares |= dict.fromkeys(islice(new, MOST - len(shares)), asked)
        own = [(asked, {key: asked.missing[key] for key in shares if shares[key] is asked}) for asked in calls]
        self._at_work = True
        self._changed.release()
        try:
            read = self._reader.submit(self._read, [(asked, texts) for asked, texts in own if texts])
            rows, errors = read.result()
        finally:
            self._changed.acquire()
            self._at_work = False
            self._changed.notify_all()
        for asked, error in errors:
            asked.error = error
        for asked in self._waiting:
            for key in asked.missing.keys() & rows.keys():
                asked.found[key] = rows[key]
                del asked.missing[key]
        self._scores |= rows
        while len(self._scores) > REMEMBERED:
            self._scores.popitem(last=False)

    def _read(self, shares: Sequence[tuple[_Asked, Texts]]) -> tuple[Rows, list[tuple[_Asked, Exception]]]:
        """The scores of the emails of all calls; where that fails, of each call alone, and the errors of the rest."""
        try:
            return self._rows({key: pair for _, texts in shares for key, pair in texts.items()}), []
        except Exception as error:
            if len(shares) == 1:
                return {}, [(shares[0][0], error)]
        rows: Rows = {}
        errors: list[tuple[_Asked, Exception]] = []
        for share in shares:
            more, wrong = self._read([share])
            rows |= more
            errors += wrong
        return rows, errors

    def _rows(self, texts: Texts) -> Rows:
        """Scores of distinct emails, a row each."""
        contexts, emails = zip(*texts.values(), strict=True)
        scores = self.model.score(contexts, emails)
        self._parts = tuple(scores.parts)
        columns = [scores.rewards, scores.disagreement, scores.belief, *scores.parts.values()]
        return dict(zip(texts, np.column_stack([scores.probs, *columns]), strict=True))

    def _scores_of(self, rows: np.ndarray) -> Scores:
        """The same as scores; rows (N, 6 + parts)."""
        probs, (rewards, disagreement, belief, *parts) = rows[:, :NUM_OUTCOMES], rows[:, NUM_OUTCOMES:].T
        named = dict(zip(self._parts, parts, strict=True))
        return Scores(probs, rewards, disagreement, belief, self.model.reference, self.model.spread, named)


def _key(context: str, email: str) -> Key:
    """Stands for an email and its context; texts of others are not kept."""
    return hashlib.sha256(f"{len(context)}:{context}{email}".encode("utf-8", "surrogatepass")).digest()
