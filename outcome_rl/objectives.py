"""The maths of policy-gradient fine-tuning: log-probabilities, KL, advantages, losses. Pure functions of tensors.

B emails, T tokens of completion, V vocabulary; ``mask`` (B, T) is True on the completion's own tokens, the
end-of-text token among them, and False behind it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def length_mask(lengths: Tensor, width: int) -> Tensor:
    """True on the first ``lengths[b]`` of ``width`` tokens; (B,) -> (B, width).

    Masking by length, not by the pad token: models that pad with their end-of-text token would lose the real one.
    """
    return torch.arange(width, device=lengths.device)[None, :] < lengths[:, None]


def token_log_probs(logits: Tensor, tokens: Tensor) -> Tensor:
    """log π(token), nats; logits (B, T, V) and tokens (B, T) -> (B, T) in float32."""
    logits = logits.float()
    picked = logits.gather(-1, tokens[..., None]).squeeze(-1)
    return picked - logits.logsumexp(-1)


def head_log_probs(hidden: Tensor, head: Tensor, tokens: Tensor, temperature: float) -> Tensor:
    """log softmax(hidden headᵀ / temperature) of each row's token, nats; (N, H), (V, H) and (N,) -> (N,) in float32.

    Differentiable in ``hidden`` and ``head``. What a plain backward pass makes of N x V numbers (logits, their copies
    in float32, probabilities, two gradients) is one tensor here, in the model's own precision.
    """
    return _HeadLogProbs.apply(hidden, head, tokens, temperature)


ROWS_AT_ONCE = 32
"""Rows of logits that are in float32 at a time."""


class _HeadLogProbs(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, head: Tensor, tokens: Tensor, temperature: float) -> Tensor:
        logits = hidden @ head.T
        log_probs = torch.empty(len(tokens), device=hidden.device)
        scratch = torch.empty(2, min(len(tokens), ROWS_AT_ONCE), logits.shape[1], device=hidden.device)
        for part in torch.arange(len(tokens), device=hidden.device).split(ROWS_AT_ONCE):
            rows = slice(int(part[0]), int(part[-1]) + 1)
            scaled, probs = scratch[:, : len(part)]
            torch.softmax(scaled.copy_(logits[rows]).div_(temperature), -1, out=probs)
            log_probs[rows] = _picked_log_probs(scaled, probs, tokens[rows])
            logits[rows] = probs
        if any(ctx.needs_input_grad):
            ctx.save_for_backward(logits, head, tokens, hidden)
            ctx.temperature = temperature
        return log_probs

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor | None, None, None]:
        probs, head, tokens, hidden = ctx.saved_tensors
        slope = head[tokens] - probs @ head
        weights = (grad / ctx.temperature).to(slope.dtype)[:, None]
        of_head = None
        if ctx.needs_input_grad[1]:
            weighted = hidden * weights
            of_head = (probs.T @ weighted).neg_().index_add_(0, tokens, weighted)
        return slope * weights, of_head, None, None


def _picked_log_probs(logits: Tensor, probs: Tensor, tokens: Tensor) -> Tensor:
    """log of each row's probability of its token; logits and their softmax (N, V), tokens (N,) -> (N,)."""
    picked = probs.gather(1, tokens[:, None]).squeeze(1)
    if picked.min() > torch.finfo(picked.dtype).tiny:
        return picked.log()
    # a probability that has rounded to 0: by way of the likeliest token's, which takes two passes over all numbers
    return logits.gather(1, tokens[:, None]).squeeze(1) - logits.amax(-1) + probs.amax(-1).log()


def sequence_kl(log_probs: Tensor, ref_log_probs: Tensor, mask: Tensor) -> Tensor:
    """One-sample estimate of KL(π‖ref) of each email, nats, (B,): k1 of http://joschu.net/blog/kl-approx.html.

    Unbiased, and negative for some emails. Inside the reward it gives the gradient of the true KL
    (https://arxiv.org/abs/2510.01555), which k3 as a loss does not.
    """
    return ((log_probs - ref_log_probs) * mask).sum(-1)


def leave_one_out(rewards: Tensor) -> Tensor:
    """Reward less the mean reward of the same context's other emails; (P, K) -> (P, K), K at least 2.

    RLOO, https://arxiv.org/abs/2402.14740.
    """
    k = rewards.shape[1]
    others = (rewards.sum(1, keepdim=True) - rewards) / (k - 1)
    return rewards - others


def scale_by_batch(advantages: Tensor, floor: float = 1e-6) -> Tensor:
    """Divide by the standard deviation of the whole batch, so that the step does not depend on the payoffs' unit.

    Not by each group's: that would weigh contexts whose emails hardly differ as much as the others
    (https://arxiv.org/abs/2503.20783).
    """
    spread = advantages.std(unbiased=False)
    return torch.zeros_like(advantages) if spread <= floor else advantages / spread  # NaN stays NaN, to be noticed


def clipped_policy_loss(
    log_probs: Tensor, old_log_probs: Tensor, advantages: Tensor, mask: Tensor, clip: float
) -> Tensor:
    """PPO's clipped surrogate (https://arxiv.org/abs/1707.06347), summed over the tokens of all emails; a scalar.

    log_probs, old_log_probs, mask: (B, T); advantages: (B,), the same for each token of an email.
    """
    ratio = torch.exp(log_probs - old_log_probs)
    advantages = advantages[:, None]
    gain = torch.minimum(ratio * advantages, ratio.clamp(1 - clip, 1 + clip) * advantages)
    return -(gain * mask).sum()


def reward_weights(rewards: Tensor, temperature: float, clip: float) -> Tensor:
    """exp((reward − mean of its context) / temperature), at most ``clip``, scaled to mean 1; (P, K) -> (P, K).

    Never negative and rising with the reward: reward-weighted regression (Peters & Schaal 2007).
    """
    above = (rewards - rewards.mean(1, keepdim=True)) / temperature
    weights = torch.exp(above).clamp(max=clip)
    return weights / weights.mean()


def weighted_nll(log_probs: Tensor, weights: Tensor, mask: Tensor) -> Tensor:
    """Negative log-likelihood of the emails' own tokens, each email times its weight, summed; a scalar."""
    return -(log_probs * mask * weights[:, None]).sum()
