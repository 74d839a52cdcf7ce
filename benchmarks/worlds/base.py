"""What every world offers: rows with outcomes, contexts held out, and the truth about any email."""

from __future__ import annotations

import hashlib
import math
import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

PAYOFFS = np.array([-1.0, 0.5, 2.0])
"""What no reply, a reply and a conversion are worth."""
HELD_OUT_OF = 5
"""One context in this many never occurs in a world's rows."""
MAX_TRIES = 200_000
"""Contexts drawn before a world is said to have too few of them."""


@dataclass(frozen=True)
class Rows:
    """A world's data set; ``extra`` holds further columns by name, each as long as the rows."""

    contexts: tuple[str, ...]
    emails: tuple[str, ...]
    outcomes: tuple[int, ...]
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.contexts)


class World(ABC):
    """A seller's record and the buyer who judged it.

    ``name``: as the command line takes it. ``language``: of contexts and emails. ``kind``: what the emails are like.
    ``is_null``: no text can change the outcome. ``size``: rows unless another number is asked for.
    ``gap``: logits from a reply being as likely as not to a conversion being so.
    """

    name: str
    language: str = "en"
    kind: str
    is_null: bool = False
    size: int = 400
    gap: float = 2.0

    @abstractmethod
    def draw(self, rng: random.Random) -> tuple[str, str]:
        """One context and an email that this world's sellers would write for it."""

    @abstractmethod
    def why(self, context: str, email: str) -> dict[str, float]:
        """The parts of the judgement, in logits; their sum is the log-odds of any reply."""

    def context_key(self, context: str) -> str:
        """What decides whether a context is held out: the text, or the contact where one occurs several times."""
        return context

    def is_held_out(self, context: str) -> bool:
        digest = hashlib.sha256(f"{self.name}\0{self.context_key(context)}".encode()).digest()
        return digest[0] % HELD_OUT_OF == 0

    def emails(self, rows: int | None = None, seed: int = 0, outcome_seed: int | None = None) -> Rows:
        """The first ``rows`` rows of a seed; another ``outcome_seed`` draws other outcomes for the same texts."""
        wanted = self.size if rows is None else rows
        pairs = self._pairs(random.Random(f"{self.name}-texts-{seed}"), held_out=False)
        drawn = [next(pairs) for _ in range(wanted)]
        contexts, emails = tuple(c for c, _ in drawn), tuple(e for _, e in drawn)
        rng = random.Random(f"{self.name}-outcomes-{seed if outcome_seed is None else outcome_seed}")
        outcomes = tuple(draw_outcome(probs, rng) for probs in self.true_probs(contexts, emails))
        return Rows(contexts, emails, outcomes)

    def held_out_contexts(self, n: int = 24, seed: int = 0) -> tuple[str, ...]:
        """``n`` different contexts, none of which any seed's rows hold."""
        found: dict[str, None] = {}
        for context, _ in self._pairs(random.Random(f"{self.name}-held-out-{seed}"), held_out=True):
            found[context] = None
            if len(found) >= n:
                break
        return tuple(found)

    def _pairs(self, rng: random.Random, held_out: bool) -> Iterator[tuple[str, str]]:
        for _ in range(MAX_TRIES):
            context, email = self.draw(rng)
            if self.is_held_out(context) == held_out:
                yield context, email
        raise RuntimeError(f"world {self.name}: {MAX_TRIES} draws did not give the contexts that were asked for")

    def true_probs(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """(N, 3) probabilities of no reply, reply and conversion, for any texts at all."""
        rows = [self._probs(context, email) for context, email in zip(contexts, emails, strict=True)]
        return np.array(rows, dtype=np.float64).reshape(len(rows), 3)

    def true_reward(self, contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
        """(N,) expected payoffs, between -1 and 2."""
        return np.asarray(self.true_probs(contexts, emails) @ PAYOFFS)

    def _probs(self, context: str, email: str) -> tuple[float, float, float]:
        appeal = sum(self.why(context, email).values())
        return ordered_logit(appeal, self.gap)


def ordered_logit(appeal: float, gap: float) -> tuple[float, float, float]:
    """Probabilities of three ordered outcomes (McCullagh 1980); at appeal 0 any reply is as likely as none."""
    any_reply, conversion = _logistic(appeal), _logistic(appeal - gap)
    return 1 - any_reply, any_reply - conversion, conversion


def draw_outcome(probs: Sequence[float], rng: random.Random) -> int:
    """0, 1 or 2 by these probabilities; takes one number from ``rng``."""
    point = rng.random()
    return 0 if point < probs[0] else 1 if point < probs[0] + probs[1] else 2


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, value))))
