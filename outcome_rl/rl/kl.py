"""How far the policy has moved from the model that it is held to."""

from __future__ import annotations

from torch import Tensor


def sequence_kl(log_probs: Tensor, ref_log_probs: Tensor, mask: Tensor) -> Tensor:
    """One-sample estimate of KL(π‖ref) of each email, nats, (B,): k1 of http://joschu.net/blog/kl-approx.html.

    Unbiased, and negative for some emails. Inside the reward it gives the gradient of the true KL
    (https://arxiv.org/abs/2510.01555), which k3 as a loss does not.
    """
    return ((log_probs - ref_log_probs) * mask).sum(-1)
