"""What a reward model, a judge or a toy in a test says of emails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..config import OUTCOMES


@dataclass(frozen=True)
class Scores:
    """An opinion of N emails.

    probs: (N, 3) no reply, reply, conversion; NaN where no outcome is predicted. rewards: (N,) in payoff units.
    disagreement: (N,) standard deviation of the expected payoffs of those who were asked. belief: (N,) from 0, debris,
    to 1, reads like a real email; it is part of ``rewards`` already. reference: mean reward of the user's own emails,
    None where nobody knows it.
    """

    probs: np.ndarray
    rewards: np.ndarray
    disagreement: np.ndarray
    belief: np.ndarray
    reference: float | None = None

    @staticmethod
    def sure(probs: np.ndarray, rewards: np.ndarray) -> Scores:
        """An opinion that nobody contradicts, of emails that are all believed."""
        return Scores(probs, rewards, np.zeros(len(probs)), np.ones(len(probs)))


def predicted_outcome(probs: np.ndarray) -> int | None:
    """The likeliest outcome of one email, (3,) -> 0, 1 or 2; None where none is predicted."""
    return None if np.isnan(probs).any() else int(probs.argmax())


def predicted_shares(probs: np.ndarray) -> list[float | None]:
    """Share of the emails, (N, 3), of which each outcome is the likeliest; None where none is predicted."""
    found = [predicted_outcome(each) for each in probs]
    counted = [found.count(outcome) / len(found) for outcome in range(len(OUTCOMES))]
    return [None] * len(OUTCOMES) if None in found else list(counted)


class Scorer(Protocol):
    """What tuning and writing need of a reward model."""

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """Probabilities and rewards of N emails for their contexts."""
