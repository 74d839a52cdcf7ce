"""Emails whose words give the outcome away, and reward models trained on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from outcome_rl.config import RewardConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.events import Event
from outcome_rl.models.hub import ModelLocation
from outcome_rl.reward.train import train_reward

WORDS = ("no thanks never", "perhaps later maybe", "yes please today")


def plain_data(n: int = 120, shares: Sequence[float] = (1, 1, 1), by_context: bool = False) -> EmailData:
    """Emails (or contexts) whose words give the outcome away, padded with syllables so that none repeats another."""
    rng = np.random.default_rng(0)
    outcomes = rng.choice(3, n, p=np.array(shares) / sum(shares)).tolist()
    filler = [" ".join("".join(rng.choice(list("abcdefghij"), 3)) for _ in range(12)) for _ in range(n)]
    telling = [WORDS[y] for y in outcomes]
    emails = [f if by_context else f"{w} {f}" for w, f in zip(telling, filler, strict=True)]
    contexts = telling if by_context else ["Customer: someone."] * n
    return EmailData(tuple(contexts), tuple(emails), tuple(outcomes), tuple(range(2, n + 2)))


def trained(
    folder: Path, out: Path, data: EmailData, stop: Callable[[], bool] = lambda: False, **changes: Any
) -> list[Event]:
    """The events of training a reward model on the encoder in ``folder``; it is saved in ``out``."""
    config = RewardConfig(**{"model": "tiny", "max_tokens": 48, "repeats": 1, "folds": 3, **changes})
    return list(train_reward(config, data, ModelLocation("tiny", folder, "folder"), out, stop))
