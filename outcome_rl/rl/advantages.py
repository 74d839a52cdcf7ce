"""From rewards to what each email counts in an update. Pure functions of tensors."""

from __future__ import annotations

import torch
from torch import Tensor


def shape_rewards(
    rewards: Tensor,
    ended: Tensor,
    kl: Tensor,
    variety: Tensor,
    unfinished_penalty: float,
    kl_weight: float,
    variety_weight: float,
) -> Tensor:
    """What the update is to raise, (B,): the reward less a penalty for emails that do not end and for the distance from
    the warm start, plus a bonus for saying it in words of their own.

    rewards, kl (nats), variety (shares of word pairs): (B,) float; ended: (B,) bool.
    """
    return rewards - unfinished_penalty * (~ended).float() - kl_weight * kl + variety_weight * variety


def leave_one_out(rewards: Tensor) -> Tensor:
    """Reward less the mean reward of the same context's other emails; (P, K) -> (P, K), K at least 2.

    RLOO, https://arxiv.org/abs/2402.14740.
    """
    k = rewards.shape[1]
    others = (rewards.sum(1, keepdim=True) - rewards) / (k - 1)
    return rewards - others


def scale_by_batch(advantages: Tensor, mask: Tensor | None = None, floor: float = 1e-6) -> Tensor:
    """Divide by the standard deviation of the whole batch, so that the step does not depend on the payoffs' unit;
    where there is a ``mask``, of what it shows.

    Not by each group's: that would weigh contexts whose emails hardly differ as much as the others
    (https://arxiv.org/abs/2503.20783).
    """
    spread = (advantages if mask is None else advantages[mask]).std(unbiased=False)
    return torch.zeros_like(advantages) if spread <= floor else advantages / spread  # NaN stays NaN, to be noticed


def reward_weights(rewards: Tensor, temperature: float, clip: float) -> Tensor:
    """exp((reward − mean of its context) / temperature), at most ``clip``, scaled to mean 1; (P, K) -> (P, K).

    Never negative and rising with the reward: reward-weighted regression (Peters & Schaal 2007).
    """
    above = (rewards - rewards.mean(1, keepdim=True)) / temperature
    weights = torch.exp(above).clamp(max=clip)
    return weights / weights.mean()
