"""The reward of an email: from what its members predict and how plausible it is to what that is worth, as functions."""

from __future__ import annotations

import numpy as np

from ..config import RewardConfig
from .interface import Scores
from .plausibility import DOUBT
from .stacking import Stacker

NOTHING = np.array([0.97, 0.02, 0.01])
"""What comes of debris. Not quite for certain: now and then an odd email is answered, and a probability of 0 would
make a log-loss of any file infinite."""


def combine(config: RewardConfig, blend: Stacker, members: np.ndarray, plausible: np.ndarray) -> Scores:
    """The members' opinions (M, N, 3) as one; what is not plausible, (2, N) as an email and for its context, counts as
    no reply.

    The reward's parts: what the predicted outcome is worth less the doubts about it, and what is taken off it for
    sense (reading like damage) and for fit (being for somebody else).
    """
    opinion, (sense, fit) = blend(members), plausible
    trusted = np.where(sense > 0, DOUBT + (1 - DOUBT) * sense * fit, 0.0)[:, None]
    probs = trusted * opinion + (1 - trusted) * _nothing(blend.known)
    spread = disagreement(members, blend.weights, np.array(config.payoffs))
    outcome = payoff(config, opinion) - config.uncertainty_penalty * spread
    # debris earns less than any email could: members can disagree by half the payoffs' range at most
    possible = np.array(config.payoffs)[blend.known].tolist()
    worst = min(possible) - config.uncertainty_penalty * (max(possible) - min(possible)) / 2
    parts = {"outcome": outcome, "sense": (sense - 1) * (outcome - worst), "fit": sense * (fit - 1) * (outcome - worst)}
    return Scores(probs, sum(parts.values(), np.zeros(len(sense))), spread, sense * fit, parts=parts)


def _nothing(known: np.ndarray) -> np.ndarray:
    """:data:`NOTHING` where only the ``known`` outcomes (3,) can be, (3,)."""
    if known.all():
        return NOTHING
    left = np.where(known, NOTHING, 0.0)
    return left / left.sum()


def payoff(config: RewardConfig, probs: np.ndarray) -> np.ndarray:
    """What predicted outcomes (N, 3) are worth, (N,): expected, or that of the likeliest outcome alone."""
    payoffs = np.array(config.payoffs)
    return probs @ payoffs if config.reward == "expected" else payoffs[probs.argmax(1)]


def disagreement(members: np.ndarray, weights: np.ndarray, payoffs: np.ndarray) -> np.ndarray:
    """Standard deviation of the members' expected payoffs, (M, N, 3) -> (N,), members weighted as in the blend.

    An ensemble's mean less its spread is harder to fool than the mean (Coste et al. 2024, arXiv 2310.02743).
    """
    total = weights.sum()
    shares = weights / total if total > 0 else np.full(len(weights), 1 / len(weights))
    expected = members @ payoffs
    mean = shares @ expected
    return np.sqrt(np.maximum(shares @ (expected - mean) ** 2, 0.0))
