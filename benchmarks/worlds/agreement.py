"""How far the buyers agree: rank correlations of their judgements of the same emails for the same context."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from .base import World
from .drawing import draw_case
from .long import Long
from .rates import NEWS, Rates
from .stock import RELATIONS, Stock
from .templates import Templates, resolved

CONTEXTS, EACH = 12, 8
"""Contexts of the common set, and emails that each of four worlds' sellers write for every one of them."""


def common_set(contexts: int = CONTEXTS, each: int = EACH, seed: int = 0) -> list[tuple[str, list[str]]]:
    """Contexts, each with emails of very different kinds that are all about the matter."""
    rng, stock, found = random.Random(seed), Stock(), []
    for _ in range(contexts):
        case = draw_case(rng, {name: 1.0 for name in RELATIONS if name != "former"})
        context = stock.context(case)
        situation = Stock.situation(context)
        news = draw_case(rng, NEWS, (case.product,), (case.role,))
        emails = [stock.write(case, rng) for _ in range(each)]
        emails += [resolved(Templates().write(case, rng), situation) for _ in range(each)]
        emails += [Long().write(case, rng) for _ in range(each)]
        emails += [Rates().write(news, rng) for _ in range(each)]
        found.append((context, emails))
    return found


def rank_correlations(worlds: Sequence[World], common: Sequence[tuple[str, list[str]]]) -> np.ndarray:
    """(W, W) Spearman correlations of the worlds' true rewards within a context, mean over the contexts."""
    by_context = []
    for context, emails in common:
        ranks = [rankdata(world.true_reward([context] * len(emails), emails)) for world in worlds]
        by_context.append(np.corrcoef(np.array(ranks)))
    return np.asarray(np.mean(by_context, axis=0))


def matrix(worlds: Sequence[World], correlations: np.ndarray) -> str:
    """As a Markdown table."""
    names = [world.name for world in worlds]
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for name, row in zip(names, correlations, strict=True):
        lines.append(f"| {name} | {' | '.join(f'{value:+.2f}' for value in row)} |")
    return "\n".join(lines)
