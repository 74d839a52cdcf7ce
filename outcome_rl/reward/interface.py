"""What a reward model, a judge or a toy in a test says of emails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ..outcomes import NUM_OUTCOMES

PARTS = ("outcome", "sense", "fit", "claims")
"""What a reward may be the sum of: the predicted outcome's worth, and what is taken off for an email that does not read
like one, that is for somebody else, that states what nobody gave."""


@dataclass(frozen=True)
class Scores:
    """An opinion of N emails.

    probs: (N, 3) no reply, reply, conversion; NaN where no outcome is predicted, exactly 0 for an outcome that the
    reward model has never seen. rewards: (N,) in payoff units.
    disagreement: (N,) standard deviation of the expected payoffs of those who were asked. belief: (N,) from 0, debris,
    to 1, reads like a real email; it is part of ``rewards`` already. reference: mean reward of the user's own emails,
    None where nobody knows it, and spread their standard deviation. parts: what the rewards are the sum of, by the
    names of :data:`PARTS`, (N,) each; empty where they are of one piece.
    """

    probs: np.ndarray
    rewards: np.ndarray
    disagreement: np.ndarray
    belief: np.ndarray
    reference: float | None = None
    spread: float | None = None
    parts: Mapping[str, np.ndarray] = field(default_factory=dict)

    @staticmethod
    def sure(probs: np.ndarray, rewards: np.ndarray) -> Scores:
        """An opinion that nobody contradicts, of emails that are all believed."""
        return Scores(probs, rewards, np.zeros(len(probs)), np.ones(len(probs)))


def predicted_outcome(probs: np.ndarray) -> int | None:
    """The likeliest outcome of one email, (3,) -> 0, 1 or 2; None where none is predicted."""
    return None if np.isnan(probs).any() else int(probs.argmax())


def predicted_shares(probs: np.ndarray) -> list[float | None]:
    """Share of the emails, (N, 3), of which each outcome is the likeliest; None where none is predicted, and for an
    outcome that is possible in none of them.
    """
    found = [predicted_outcome(each) for each in probs]
    if None in found:
        return [None] * NUM_OUTCOMES
    possible = np.asarray(probs.any(0))
    return [found.count(outcome) / len(found) if possible[outcome] else None for outcome in range(NUM_OUTCOMES)]


class Scorer(Protocol):
    """What tuning and writing need of a reward model."""

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        """Probabilities and rewards of N emails for their contexts."""
