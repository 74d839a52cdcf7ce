"""How far the buyers agree: rank correlations of their judgements of the same emails."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from .base import World

EACH = 24
"""Emails that each world gives to the common set."""


def common_set(worlds: Sequence[World], each: int = EACH, seed: int = 0) -> tuple[list[str], list[str]]:
    """Contexts and emails of all the worlds, in one list."""
    contexts, emails, rng = [], [], random.Random(seed)
    for world in worlds:
        data = world.emails(min(world.size, 5 * each))
        for place in rng.sample(range(len(data)), each):
            contexts.append(data.contexts[place])
            emails.append(data.emails[place])
    return contexts, emails


def rank_correlations(worlds: Sequence[World], contexts: Sequence[str], emails: Sequence[str]) -> np.ndarray:
    """(W, W) Spearman correlations of the worlds' true rewards of the same emails; ties share a rank."""
    ranks = np.array([rankdata(world.true_reward(contexts, emails)) for world in worlds])
    return np.corrcoef(ranks)


def matrix(worlds: Sequence[World], correlations: np.ndarray) -> str:
    """As a Markdown table."""
    names = [world.name for world in worlds]
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for name, row in zip(names, correlations, strict=True):
        lines.append(f"| {name} | {' | '.join(f'{value:+.2f}' for value in row)} |")
    return "\n".join(lines)
