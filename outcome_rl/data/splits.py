"""Contexts that are kept from training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


def hold_out_contexts(contexts: Sequence[str], count: int, seed: int) -> tuple[list[str], list[str]]:
    """(contexts to train on, contexts to compare on); at most a third is held out, and at least one is trained on.

    ``contexts`` are distinct. With a single context it serves both.
    """
    if len(contexts) == 1:
        return list(contexts), list(contexts)
    held = set(
        np.random.default_rng(seed).permutation(len(contexts))[: max(1, min(count, len(contexts) // 3))].tolist()
    )
    train = [context for index, context in enumerate(contexts) if index not in held]
    return train, [context for index, context in enumerate(contexts) if index in held]


@dataclass(frozen=True)
class ContextSplit:
    """Contexts to train on, to choose the best step by, and to compare on; each in the order of the file."""

    train: list[str]
    validation: list[str]
    compared: list[str]


def split_contexts(contexts: Sequence[str], compared: int, validation: int, seed: int) -> ContextSplit:
    """Three parts that share no context, so that the gain is measured where nothing was trained or chosen.

    ``compared`` and ``validation`` are the most contexts of these parts: at most a third of all is compared on, at
    most a quarter of the rest validates, and one at least of three contexts. With fewer than three none does; a single
    context serves for training and for the comparison.
    """
    rest, kept = hold_out_contexts(contexts, compared, seed)
    most = min(validation, max(1, len(rest) // 4)) if len(contexts) > 2 else 0
    validating = set(np.random.default_rng([seed, 1]).permutation(len(rest))[:most].tolist())
    train = [context for index, context in enumerate(rest) if index not in validating]
    return ContextSplit(train, [context for index, context in enumerate(rest) if index in validating], kept)
