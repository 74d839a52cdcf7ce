"""The losses of policy-gradient and of supervised fine-tuning; pure functions of tensors.

B emails, T tokens of completion; ``mask`` (B, T) is True on the completion's own tokens, the
end-of-text token among them, and False behind it.
"""

from __future__ import annotations

import torch
from torch import Tensor


def clipped_policy_loss(
    log_probs: Tensor, old_log_probs: Tensor, advantages: Tensor, mask: Tensor, clip: float
) -> Tensor:
    """PPO's clipped surrogate (https://arxiv.org/abs/1707.06347), summed over the tokens of all emails; a scalar.

    It stops the gradient of what has moved by more than ``clip`` already, and is no bound on how far an update moves.
    What the mask leaves out counts nothing, whatever it is, NaN included.

    log_probs, old_log_probs, mask: (B, T); advantages: (B, T), or (B, 1) where all tokens of an email have the same.
    """
    ratio = torch.exp((log_probs - old_log_probs).masked_fill(~mask, 0.0))
    gain = torch.minimum(ratio * advantages, ratio.clamp(1 - clip, 1 + clip) * advantages)
    return -gain.masked_fill(~mask, 0.0).sum()


def weighted_nll(log_probs: Tensor, weights: Tensor, mask: Tensor) -> Tensor:
    """Negative log-likelihood of the emails' tokens (B, T), each email times its weight (B, 1), summed; a scalar."""
    return -(log_probs.masked_fill(~mask, 0.0) * weights).sum()
