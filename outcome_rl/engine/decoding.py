"""Reading prompts and then writing one token at a time: the part of sampling that costs the time.

:class:`Decoder` runs the model's blocks itself: products in the layout that the processor wants, keys and values in one
block of memory made beforehand. :class:`PlainDecoder` does the same through any model's own forward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..utils.cpu import threads
from .architectures import Bind, Product, blocks_of, has_fast_path
from .logits import length_mask
from .packed_attention import attention, build_layout
from .padding import additive_mask, pad_left, padded, position_ids


def decoders(model: Any) -> Callable[[Sequence[Sequence[int]], int], Decoder | PlainDecoder]:
    """What makes a decoder that has read some prompts, for a number of completions of each; several at once may.

    Weights that are copied for the sake of speed are copied here, once for all of its decoders.
    """
    if not has_fast_path(model):
        return partial(PlainDecoder, model)
    return partial(Decoder, model, _Packing(model))


COLUMNS = 32
"""Cells by which the memory of keys and values grows; the products would copy what lies in a larger block."""
SMALL = 1 << 16
"""Numbers in the hidden states up to which one thread does the small steps: to wake the others costs 50 µs a time."""


class Decoder:
    """n rows being written; ``logits`` (n, V) are those of their next token."""

    def __init__(self, model: Any, packing: _Packing, prompts: Sequence[Sequence[int]], copies: int) -> None:
        blocks = blocks_of(model, packing.for_all_threads())
        assert blocks is not None, "made for models with a fast path"
        self.blocks = blocks
        self.head = packing(model.get_output_embeddings())
        self.copies, self.width = copies, max(map(len, prompts))
        self.lengths = torch.tensor([len(prompt) for prompt in prompts])
        self.places = self.lengths.repeat_interleave(copies)
        self.end = self.width
        cells = len(self.places), self.blocks.kv_heads, 0, self.blocks.width
        self.cache = torch.empty(2 * len(self.blocks.layers), *cells, dtype=model.dtype)  # keys of all layers, values
        self.mask = torch.empty(cells[0], cells[1], 1, 0, dtype=model.dtype)
        self._grow(self.width + COLUMNS)
        behind = torch.arange(self.width) >= self.places[:, None]
        self.mask[..., : self.width] = additive_mask(behind, model.dtype)[:, None, None]
        self.logits = self._read(prompts)

    def _grow(self, columns: int) -> None:
        """Room for as many tokens; what is not written yet is hidden, and zero, since it must not be NaN."""
        more = columns - self.mask.shape[-1]
        self.cache = F.pad(self.cache, (0, 0, 0, more))
        self.mask = F.pad(self.mask, (0, more), value=torch.finfo(self.mask.dtype).min)
        self._lay_out()

    def _lay_out(self) -> None:
        """Each layer's keys and values, (n, kv heads, columns, D), and the same as the products take them.

        Made anew only when the memory is another: a view costs as much as a small step, and each layer needs six.
        """
        parts = self.cache.unbind(0)
        self.cells = list(zip(parts[: len(parts) // 2], parts[len(parts) // 2 :], strict=True))
        # view, not flatten, which would copy without a word if the memory were ever laid out otherwise
        flat = -1, *self.cache.shape[3:]
        self.operands = [(keys.view(flat).mT, values.view(flat)) for keys, values in self.cells]

    def _read(self, prompts: Sequence[Sequence[int]]) -> Tensor:
        """Each prompt once, all as one row of tokens; then its keys and values for each of its copies."""
        inside = length_mask(self.lengths, self.width)
        slots = inside.flatten().nonzero().squeeze(1)
        places = torch.arange(self.width).repeat(len(prompts))[slots]
        sight = build_layout(inside, self.blocks.heads, self.blocks.kv_heads, self.cache.dtype)

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            for cache, part in zip(self.cells[layer], (k, v), strict=True):
                cells = cache.unflatten(0, (-1, self.copies))[:, :, :, : self.width]
                cells.copy_(padded(part, slots, inside.shape).transpose(1, 2)[:, None])
            return attention(q, k, v, sight)

        hidden = self.blocks.hidden(torch.tensor(list(chain(*prompts))), places, attend)
        last = hidden[self.lengths.cumsum(0) - 1]
        return self.head(last)[0].repeat_interleave(self.copies, 0)

    def step(self, tokens: Tensor) -> None:
        """Append one token to each row, (n,), and work out the logits of the next."""
        if self.end == self.mask.shape[-1]:
            self._grow(self.end + COLUMNS)
        self.mask[..., self.end] = 0
        attend = partial(self._attend, self.mask.flatten(0, 1))
        small = len(tokens) * self.blocks.embedding.shape[1] <= SMALL
        with threads(1 if small else torch.get_num_threads()):
            hidden = self.blocks.hidden(tokens, self.places, attend)
        self.places, self.end = self.places + 1, self.end + 1
        self.logits = self.head(hidden)[0]

    def _attend(self, mask: Tensor, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        n, kv_heads, width = k.shape
        for cache, part in zip(self.cells[layer], (k, v), strict=True):
            cache.select(2, self.end).copy_(part)
        keys, values = self.operands[layer]
        # the mask as what the product is added to: on its own it takes longer than the product
        scores = torch.baddbmm(mask, q.reshape(n * kv_heads, -1, width), keys, alpha=width**-0.5)
        return torch.bmm(scores.softmax(-1), values).view(n, -1)

    def keep(self, rows: Tensor) -> None:
        """Go on with these rows, at the places that they have in ``rows``; see :func:`closed_up`."""
        moved = (rows != torch.arange(len(rows))).nonzero().squeeze(1)
        self.cache[:, moved] = self.cache[:, rows[moved]]
        self.cache = self.cache[:, : len(rows)]
        self.mask, self.places = self.mask[rows], self.places[rows]
        self._lay_out()


class PlainDecoder:
    """The same through the model's own forward pass and cache: any model on any device."""

    def __init__(self, model: Any, prompts: Sequence[Sequence[int]], copies: int) -> None:
        self.model = model
        ids, mask = pad_left(prompts, model.device)
        out = model(
            input_ids=ids, attention_mask=mask, position_ids=position_ids(mask), use_cache=True, logits_to_keep=1
        )
        self.cache = out.past_key_values
        self.cache.batch_repeat_interleave(copies)
        self.logits = out.logits[:, -1].repeat_interleave(copies, 0)
        self.mask = mask.repeat_interleave(copies, 0)

    def step(self, tokens: Tensor) -> None:
        """As :meth:`Decoder.step`."""
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
        """As :meth:`Decoder.keep`."""
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


class _Packing:
    """:func:`packed` for all of a model's linear layers, each made once."""

    def __init__(self, model: Any) -> None:
        self._made: dict[tuple[nn.Module, ...], Product] = {}
        blocks_of(model, self)
        self(model.get_output_embeddings())

    def __call__(self, *layers: nn.Module) -> Product:
        if layers not in self._made:
            self._made[layers] = packed(*layers)
        return self._made[layers]

    def for_all_threads(self) -> Bind:
        """The same products, by all threads of the caller also where the steps around them are made by one."""
        count = torch.get_num_threads()
        if count == 1:
            return self

        def bind(*layers: nn.Module) -> Product:
            product = self(*layers)

            def made(x: Tensor) -> Sequence[Tensor]:
                with threads(count):
                    return product(x)

            return made

        return bind


def packed(*layers: Any) -> Product:
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
        return lambda x: torch.split_with_sizes(F.linear(x, weight, bias), sizes, -1)
    ready, product = torch.ops.mkldnn._reorder_linear_weight(weight, None), torch.ops.mkldnn._linear_pointwise.default
    if len(layers) == 1:
        return lambda x: (product(x, ready, bias, "none", [], ""),)
    return lambda x: torch.split_with_sizes(product(x, ready, bias, "none", [], ""), sizes, -1)


def _reorders(dtype: torch.dtype) -> bool:
    if not torch.backends.mkldnn.is_available():
        return False
    return dtype == torch.float32 or (dtype == torch.bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported())
