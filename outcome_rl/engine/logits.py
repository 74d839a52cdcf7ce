"""From hidden states to log-probabilities of tokens. Pure functions of tensors."""

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
"""Rows of logits that are in float32 at a time, on a CPU; more elsewhere, where each costs the start of its kernels."""
MORE_AT_ONCE = 1024


class _HeadLogProbs(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, head: Tensor, tokens: Tensor, temperature: float) -> Tensor:
        logits = hidden @ head.T
        log_probs = torch.empty(len(tokens), device=hidden.device)
        at_once = ROWS_AT_ONCE if hidden.device.type == "cpu" else MORE_AT_ONCE
        scratch = torch.empty(2, min(len(tokens), at_once), logits.shape[1], device=hidden.device)
        for first in range(0, len(tokens), at_once):
            rows = slice(first, min(first + at_once, len(tokens)))
            scaled, probs = scratch[:, : rows.stop - first]
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
    # elsewhere to ask would mean to wait for the device
    if picked.device.type == "cpu" and picked.min() > torch.finfo(picked.dtype).tiny:
        return picked.log()
    # a probability that has rounded to 0: by way of the likeliest token's, which takes two passes over all numbers
    return logits.gather(1, tokens[:, None]).squeeze(1) - logits.amax(-1) + probs.amax(-1).log()
