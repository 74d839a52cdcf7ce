"""Reward models whose scores can be reckoned by hand, and probabilities that lean towards the truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from outcome_rl.reward.interface import Scores


class LikesQuestions:
    """Each question mark earns 1."""

    def __init__(self) -> None:
        self.calls = 0

    def score(self, contexts: Sequence[str], emails: Sequence[str]) -> Scores:
        self.calls += 1
        return Scores.sure(np.full((len(emails), 3), 1 / 3), np.array([float(email.count("?")) for email in emails]))


def opinions(truth: np.ndarray, sharpness: float, rng: np.random.Generator) -> np.ndarray:
    """Probabilities (N, 3) that lean towards the truth by ``sharpness``."""
    scores = rng.normal(0, 1, (len(truth), 3))
    scores[np.arange(len(truth)), truth] += sharpness
    exp = np.exp(scores)
    return exp / exp.sum(1, keepdims=True)
