"""Reading prompts and then writing one token at a time: the part of sampling that costs the time.

:class:`Decoder` runs the model's blocks itself: products in the layout that the processor wants, keys and values in one
block of memory made beforehand. :class:`PlainDecoder` does the same through any model's own forward pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .blocks import Product, attention, blocks_of
from .objectives import length_mask
from .padding import causal_mask, hidden_where, pad_left, padded, positions


def decoder_of(model: Any, prompts: Sequence[Sequence[int]], copies: int, longest: int) -> Decoder | PlainDecoder:
    """A decoder that has read the prompts, for ``copies`` completions of each of at most ``longest`` tokens."""
    kind = Decoder if blocks_of(model) else PlainDecoder
    return kind(model, prompts, copies, longest)


class Decoder:
    """n rows being written; ``logits`` (n, V) are those of their next token."""

    def __init__(self, model: Any, prompts: Sequence[Sequence[int]], copies: int, longest: int) -> None:
        rows = len(prompts) * copies
        self.blocks = blocks_of(model, packed)
        self.head = packed(model.get_output_embeddings())
        self.copies, self.width = copies, max(map(len, prompts))
        cells = (rows, self.blocks.kv_heads, self.width + longest, self.blocks.width)
        # zeros: what is never written is masked, but must not be NaN
        empty = torch.zeros(2 * len(self.blocks.layers), *cells, dtype=model.dtype)
        self.keys, self.values = empty.chunk(2)
        self.lengths = torch.tensor([len(prompt) for prompt in prompts])
        self.places = self.lengths.repeat_interleave(copies)
        columns = torch.arange(cells[2])
        self.mask = hidden_where((columns >= self.places[:, None]) & (columns < self.width), model.dtype)[:, None, None]
        self.end = self.width
        self.logits = self._read(prompts)

    def _read(self, prompts: Sequence[Sequence[int]]) -> Tensor:
        """Each prompt once, all as one row of tokens; then its keys and values for each of its copies."""
        inside = length_mask(self.lengths, self.width)
        slots = inside.flatten().nonzero().squeeze(1)
        places = torch.arange(self.width).repeat(len(prompts))[slots]
        mask = causal_mask(inside, self.keys.dtype)

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            q, k, v = (padded(part, slots, inside.shape) for part in (q, k, v))
            for cache, part in ((self.keys, k), (self.values, v)):
                cells = cache[layer].unflatten(0, (-1, self.copies))[:, :, :, : self.width]
                cells.copy_(part.transpose(1, 2)[:, None])
            return attention(q, k, v, mask).flatten(0, 1)[slots]

        hidden = self.blocks.hidden(torch.tensor(list(chain(*prompts))), places, attend)
        last = hidden[self.lengths.cumsum(0) - 1]
        return self.head(last)[0].repeat_interleave(self.copies, 0)

    def step(self, tokens: Tensor) -> None:
        """Append one token to each row, (n,), and work out the logits of the next."""
        hidden = self.blocks.hidden(tokens, self.places, self._attend)
        self.places, self.end = self.places + 1, self.end + 1
        self.logits = self.head(hidden)[0]

    def _attend(self, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        n, width = len(q), q.shape[-1]
        keys, values = (cache[layer][:n, :, : self.end + 1] for cache in (self.keys, self.values))
        keys[:, :, self.end], values[:, :, self.end] = k, v
        # keys times queries, not queries times keys: the library is twice as fast with the long side first
        queries = (q * width**-0.5).reshape(n * keys.shape[1], -1, width).transpose(1, 2)
        scores = torch.bmm(keys.flatten(0, 1), queries).transpose(1, 2).unflatten(0, (n, -1))
        shares = (scores + self.mask[:n, ..., : self.end + 1]).softmax(-1).flatten(0, 1)
        return torch.bmm(shares, values.flatten(0, 1)).view(n, -1)

    def keep(self, rows: Tensor) -> None:
        """Go on with these rows, at the places that they have in ``rows``; see :func:`closed_up`."""
        moved = (rows != torch.arange(len(rows))).nonzero().squeeze(1)
        for cache in (self.keys, self.values):
            cache[:, moved] = cache[:, rows[moved]]
        self.mask[moved] = self.mask[rows[moved]]
        self.places = self.places[rows]


class PlainDecoder:
    """The same through the model's own forward pass and cache: any model on any device."""

    def __init__(self, model: Any, prompts: Sequence[Sequence[int]], copies: int, longest: int) -> None:
        self.model = model
        ids, mask = pad_left(prompts, model.device)
        out = model(input_ids=ids, attention_mask=mask, position_ids=positions(mask), use_cache=True, logits_to_keep=1)
        self.cache = out.past_key_values
        self.cache.batch_repeat_interleave(copies)
        self.logits = out.logits[:, -1].repeat_interleave(copies, 0)
        self.mask = mask.repeat_interleave(copies, 0)

    def step(self, tokens: Tensor) -> None:
        place = self.mask.sum(1, keepdim=True)
        self.mask = torch.cat([self.mask, self.mask.new_ones(len(tokens), 1)], 1)
        out = self.model(
            input_ids=tokens[:, None],
            attention_mask=self.mask,
            position_ids=place,
            past_key_values=self.cache,
            use_cache=True,
        )
        self.logits = out.logits[:, -1]

    def keep(self, rows: Tensor) -> None:
        self.cache.batch_select_indices(rows)
        self.mask = self.mask[rows]


def closed_up(going: Tensor) -> Tensor:
    """The rows of a batch that go on, (n,) of ``going`` (B,) bool: the last ones moved into the gaps, the others stay.

    So that a row that ends costs the copy of one row, not of all.
    """
    n = int(going.sum())
    order = torch.arange(n, device=going.device)
    order[~going[:n]] = going[n:].nonzero().squeeze(1) + n
    return order


def packed(*layers: nn.Module) -> Product:
    """The layers as one product, their weights copied into the order in which the processor reads them.

    torch.nn.functional.linear brings the weights into that order at every call, which costs a third of a step when 32
    rows are written. Without gradients. Where oneDNN cannot take them, the layers are joined only.
    """
    from transformers.pytorch_utils import Conv1D

    weights = [layer.weight.T if isinstance(layer, Conv1D) else layer.weight for layer in layers]
    sizes = [len(weight) for weight in weights]
    weight = torch.cat(weights) if len(weights) > 1 else weights[0].contiguous()
    biases = [layer.bias for layer in layers]
    bias = None if biases[0] is None else torch.cat(biases)
    if not _reorders(weight.dtype):
        return lambda x: F.linear(x, weight, bias).split(sizes, -1)
    ready = torch.ops.mkldnn._reorder_linear_weight(weight, None)
    return lambda x: torch.ops.mkldnn._linear_pointwise(x, ready, bias, "none", [], "").split(sizes, -1)


def _reorders(dtype: torch.dtype) -> bool:
    if not torch.backends.mkldnn.is_available():
        return False
    return dtype == torch.float32 or (dtype == torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported())
