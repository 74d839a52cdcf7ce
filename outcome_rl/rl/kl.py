"""How far the policy has moved from the model that it is held to."""

from __future__ import annotations

import torch
from torch import Tensor

from ..engine.constrained import branch_log_probs
from ..policy.writing import Written
from .gradients import in_parts, log_probs_of
from .trainer_context import TrainerContext


def sequence_kl(log_probs: Tensor, ref_log_probs: Tensor, mask: Tensor) -> Tensor:
    """One-sample estimate of KL(π‖ref) of each email, nats, (B,): k1 of http://joschu.net/blog/kl-approx.html.

    Unbiased, and negative for some emails. Inside the reward it gives the gradient of the true KL
    (https://arxiv.org/abs/2510.01555), which k3 as a loss does not.
    """
    return ((log_probs - ref_log_probs) * mask).sum(-1)


@torch.no_grad()
def kl_from_reference(training: TrainerContext, written: Written, rows: Tensor) -> Tensor:
    """:func:`sequence_kl` of the emails ``rows`` (N,) from the warm start, (N,).

    As many emails at once as fit into memory; raises StopRequested.
    """
    if written.batch.decisions and not training.state.warm_steps and len(rows):
        return _kl_from_weights(training, written, rows)

    def of_part(part: Tensor) -> Tensor:
        reference, sampled, mask = log_probs_of(training, written, part)
        return sequence_kl(sampled, reference, mask)

    def measured(size: int) -> Tensor:
        parts = list(in_parts(training, rows, size, of_part))
        return torch.cat(parts) if parts else torch.zeros(0, device=training.policy.device)

    with training.policy.adapter.merged_with(training.warm_start):
        return training.micro_batch.run(measured)


def _kl_from_weights(training: TrainerContext, written: Written, rows: Tensor) -> Tensor:
    """The same where the reference is the model before any training, which adds nothing to the options' weights."""
    batch = written.batch.take(rows)
    decisions = batch.decisions
    assert decisions is not None
    prior = branch_log_probs(decisions.weights, decisions.allowed, training.config.value_of("temperature"))
    reference = torch.zeros_like(batch.log_probs)
    reference[decisions.rows, decisions.columns] = prior.gather(1, decisions.chosen[:, None]).squeeze(1)
    return sequence_kl(batch.log_probs, reference, batch.chosen())
