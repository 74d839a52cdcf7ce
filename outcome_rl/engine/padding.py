"""Between rows of texts, padded or not: which tokens lie where, and what may see what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


def pad_left(prompts: Sequence[Sequence[int]], device: Any) -> tuple[Tensor, Tensor]:
    """(B, P) token ids and attention mask, prompts ending at the right edge."""
    width = max(len(prompt) for prompt in prompts)
    ids = torch.zeros(len(prompts), width, dtype=torch.long)
    mask = torch.zeros(len(prompts), width, dtype=torch.long)
    for row, prompt in enumerate(prompts):
        ids[row, width - len(prompt) :] = torch.tensor(list(prompt), dtype=torch.long)
        mask[row, width - len(prompt) :] = 1
    return ids.to(device), mask.to(device)


def position_ids(mask: Tensor) -> Tensor:
    """Position of each token counted from its text's own start, (B, T).

    Models with absolute positions (GPT-2) would otherwise count the padding on the left.
    """
    return (mask.cumsum(-1) - 1).clamp(min=0)


def padded(rows: Tensor, slots: Tensor, shape: Sequence[int]) -> Tensor:
    """Rows of tokens that lie end to end, (N, ...), put into the ``slots`` (N,) of (B, T, ...); zeros elsewhere."""
    empty = rows.new_zeros(shape[0] * shape[1], *rows.shape[1:])
    return empty.index_copy(0, slots, rows).unflatten(0, tuple(shape))


def additive_mask(unseen: Tensor, dtype: torch.dtype) -> Tensor:
    """A mask to add to scores from a bool one that is True where nothing is to be seen."""
    return torch.zeros(unseen.shape, dtype=dtype, device=unseen.device).masked_fill_(unseen, torch.finfo(dtype).min)
