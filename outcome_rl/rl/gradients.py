"""Gradients of a loss, of some emails after the other as far as memory goes, and the optimiser's step on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from ..engine.architectures import has_fast_path
from ..policy.model import Policy
from ..policy.writing import Written
from ..utils import distributed
from ..utils.parallel import count_workers, parallel_map
from .trainer_context import NotFinite, TrainerContext

T = TypeVar("T")

MIN_ITEMS_PER_WORKER = 4
"""Fewest emails that a worker reads at once: a context's emails share its prompt, and smaller products are slower."""


def log_probs_of(
    training: TrainerContext, written: Written, rows: Tensor, temperature: float | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """log π of some emails' tokens now and as they were sampled, and which were chosen; all (rows, longest of them).

    ``temperature``: the one that is tuned unless another is given. Raises StopRequested.
    """
    training.check_stop()
    batch = written.batch.take(rows)
    prompts = [written.prompts[i] for i in rows.tolist()]
    now = training.policy.log_probs(prompts, batch, temperature or training.config.value_of("temperature"))
    return now, batch.log_probs, batch.chosen()


def in_parts(
    training: TrainerContext, rows: Tensor, size: int, work: Callable[[Tensor], T], at_once: bool = True
) -> Iterator[T]:
    """``work`` on some of the emails ``rows`` (N,) after the other, in order; ``size`` of them in memory at a time.

    ``at_once``: parts may be worked on beside each other, as far as the model's own code allows it.
    """
    size = min(size, len(rows))
    count = count_workers(size, MIN_ITEMS_PER_WORKER) if at_once and has_fast_path(training.policy.model) else 1
    return parallel_map(work, rows.split(size // count) if size else [], count)


def add_gradients(training: TrainerContext, rows: Tensor, size: int, loss_of: Callable[[Tensor], Tensor]) -> float:
    """Add the gradients of a loss that is a sum over the emails ``rows`` (N,), a part at a time; the loss."""
    adapter, whole = training.policy.adapter, 0.0

    def backward(part: Tensor) -> tuple[float, Any]:
        loss = loss_of(part)
        return loss.item(), adapter.backward(loss)

    for loss, gradients in in_parts(training, rows, size, backward, adapter.parts_at_once):
        adapter.add(gradients)
        whole += loss
    return whole


def apply_gradients(training: TrainerContext, optimizer: torch.optim.Optimizer, loss: float) -> float:
    """Add up all processes' gradients, clip, step, merge; the gradient's norm before clipping. ``loss``: of all.

    Raises:
        NotFinite: the loss, the norm or what the optimiser made of them is not; the first two before the optimiser.
    """
    parameters = training.policy.adapter.parameters()
    distributed.sum_gradients(parameters)
    norm = torch.nn.utils.clip_grad_norm_(parameters, training.config.max_grad_norm).item()
    if not np.isfinite(norm) or not np.isfinite(loss):
        raise NotFinite(f"its loss is {loss}, its gradient's norm {norm}")
    optimizer.step()
    optimizer.zero_grad()
    if not torch.nn.utils.get_total_norm(parameters).isfinite():
        raise NotFinite("its update made weights that are not finite")
    training.policy.adapter.merge()
    return norm


def adam(policy: Policy, rate: float) -> torch.optim.Optimizer:
    """AdamW without decay; on a CPU in one piece, since an adapter has hundreds of small tensors."""
    fused = policy.device.type == "cpu"
    return torch.optim.AdamW(policy.adapter.parameters(), rate, betas=(0.9, 0.95), weight_decay=0.0, fused=fused)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Give all of an optimiser's parameters this step size."""
    for group in optimizer.param_groups:
        group["lr"] = rate
