"""Figures of a world: what its rows are like, what its truth could predict, how much better an email could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from .banks import bank
from .base import PAYOFFS, World

CONTEXT_PARTS = ("base", "relation", "role")
"""Parts of a judgement that no email can change."""


@dataclass(frozen=True)
class Figures:
    """``accuracy``: of the truth's most likely outcome, in expectation. ``auc_*``: of the truth on the drawn outcomes.

    ``explained``: share of the payoffs' variance that the truth explains; ``text``: share of the judgement's variance
    that the email, not the context, decides. Rewards: true expected payoffs of the rows (mean, mean of the best tenth,
    best) and of the emails written by hand for five contexts (not a number where there are none).
    """

    name: str
    rows: int
    shares: tuple[float, float, float]
    words: float
    accuracy: float
    auc_reply: float
    auc_conversion: float
    explained: float
    text: float
    reward: float
    top_decile: float
    best: float
    ideal: float


def figures_of(world: World, rows: int | None = None, seed: int = 0) -> Figures:
    """Draw the world's rows and measure them."""
    data = world.emails(rows, seed)
    probs, outcomes = world.true_probs(data.contexts, data.emails), np.array(data.outcomes)
    rewards, n = probs @ PAYOFFS, len(data)
    return Figures(
        name=world.name,
        rows=n,
        shares=(float(np.mean(outcomes == 0)), float(np.mean(outcomes == 1)), float(np.mean(outcomes == 2))),
        words=float(np.mean([len(email.split()) for email in data.emails])),
        accuracy=float(probs.max(1).mean()),
        auc_reply=_auc(outcomes > 0, 1 - probs[:, 0]),
        auc_conversion=_auc(outcomes == 2, probs[:, 2]),
        explained=_explained(probs),
        text=_text_share(world, data.contexts, data.emails),
        reward=float(rewards.mean()),
        top_decile=float(np.sort(rewards)[-max(1, n // 10) :].mean()),
        best=float(rewards.max()),
        ideal=ideal_reward(world),
    )


def ideal_reward(world: World) -> float:
    """Mean true reward of the emails written by hand for five of the world's contexts."""
    written = bank("ideals").get(world.name, [])
    if not written:
        return float("nan")
    return float(world.true_reward([w["context"] for w in written], [w["email"] for w in written]).mean())


def _auc(truth: np.ndarray, score: np.ndarray) -> float:
    return float(roc_auc_score(truth, score)) if 0 < truth.sum() < len(truth) else float("nan")


def _explained(probs: np.ndarray) -> float:
    """Variance of the expected payoffs over the whole variance, by the law of total variance."""
    expected = probs @ PAYOFFS
    within = probs @ PAYOFFS**2 - expected**2
    return float(expected.var() / (expected.var() + within.mean()))


def _text_share(world: World, contexts: Sequence[str], emails: Sequence[str]) -> float:
    parts = [world.why(context, email) for context, email in zip(contexts, emails, strict=True)]
    whole = np.array([sum(p.values()) for p in parts])
    by_context = np.array([sum(p.get(name, 0.0) for name in CONTEXT_PARTS) for p in parts])
    return max(0.0, 1 - float(by_context.var() / whole.var())) if whole.var() > 0 else 0.0


def table(worlds: Sequence[World], rows: int | None = None) -> str:
    """The figures of several worlds as a Markdown table."""
    lines = [
        "| world | rows | none / reply / conversion | words | accuracy | AUC reply | AUC conv. | explained | by text "
        "| reward: mean | best tenth | best | by hand |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for world in worlds:
        f = figures_of(world, rows)
        shares = " / ".join(f"{share:.1%}" for share in f.shares)
        numbers = (f.accuracy, f.auc_reply, f.auc_conversion, f.explained, f.text)
        rewards = " | ".join(f"{value:+.2f}" for value in (f.reward, f.top_decile, f.best))
        by_hand = "" if np.isnan(f.ideal) else f"{f.ideal:+.2f}"
        told = " | ".join(f"{value:.2f}" for value in numbers)
        lines.append(f"| {f.name} | {f.rows} | {shares} | {f.words:.0f} | {told} | {rewards} | {by_hand} |")
    return "\n".join(lines)
