"""Attention of rows being written, each of which gets another number of tokens at once.

Row by row, since rows padded to the longest were more than half padding: of 15 rows some get one token and some 30.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .packed_attention import ALIGNED


@dataclass(frozen=True)
class RowSight:
    """What one row's T new tokens, the ``tokens`` among those of all rows, see of the row's first S cells.

    mask: (1, T x heads of one key, S), 0 where a token sees a cell, very negative where not.
    """

    row: int
    tokens: slice
    mask: Tensor


def look_back(mask: Tensor, tails: Tensor, lengths: Tensor, group: int) -> list[RowSight]:
    """What tokens see that are appended to n rows, ``lengths`` (n,) to each, from the cells ``tails`` (n,) on.

    ``mask`` (n, cells): what each row's last token sees. ``group``: heads of one key.
    """
    found, columns, unseen = [], torch.arange(mask.shape[1]), torch.finfo(mask.dtype).min
    ends = lengths.cumsum(0).tolist()
    for row, (tail, count, end) in enumerate(zip(tails.tolist(), lengths.tolist(), ends, strict=True)):
        if count:
            width = tail + count + -(tail + count) % ALIGNED
            later = columns[:width] > torch.arange(tail, tail + count).repeat_interleave(group)[:, None]
            own = mask[row, :width].expand(len(later), -1).masked_fill(later, unseen)
            found.append(RowSight(row, slice(end - count, end), own[None]))
    return found


def row_attention(q: Tensor, keys: Tensor, values: Tensor, sights: Sequence[RowSight]) -> Tensor:
    """softmax(q kᵀ / √D) v, (N, heads x D); q (N, heads, D), keys and values (n, kv heads, cells, D)."""
    kv_heads, width = keys.shape[1], keys.shape[3]
    queries = q.view(len(q), kv_heads, -1, width).transpose(0, 1).contiguous()
    seen = torch.empty_like(queries)
    for sight in sights:
        asking, cells = queries[:, sight.tokens].flatten(1, 2), sight.mask.shape[2]
        scores = torch.baddbmm(sight.mask, asking, keys[sight.row, :, :cells].mT, alpha=width**-0.5)
        found = torch.bmm(scores.softmax(-1), values[sight.row, :, :cells])
        seen[:, sight.tokens] = found.view(kv_heads, -1, *queries.shape[2:])
    return seen.transpose(0, 1).reshape(len(q), -1)
