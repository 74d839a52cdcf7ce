"""What a reward model, a judge or a toy in a test says of emails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True)
class Scores:
    """An opinion of N emails.

    probs: (N, 3) no reply, reply, conversion. rewards: (N,) in payoff units. disagreement: (N,) standard deviation of
    the expected payoffs of those who were asked. belief: (N,) from 0, debris, to 1, reads like a real email; it is
    part of ``rewards`` already. reference: mean reward of the user's own emails, None where nobody knows it.
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


class Scorer(Protocol):
    """What tuning and writing need of a reward model."""

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """Probabilities and rewards of N emails for their contexts."""
