"""Reading prompts and then writing one token at a time: the part of sampling that costs the time.

:class:`BlockDecoder` runs the model's blocks itself: products in the layout that the processor wants, keys and values
in one block of memory made beforehand. Those that build on it say which logits follow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ..utils.cpu import threads
from .architectures import Attend, blocks_of, has_fast_path
from .logits import length_mask
from .packed_attention import attention, build_layout
from .packed_texts import columns, share_beginnings, table_of
from .packing import Packing
from .padding import additive_mask, padded
from .plain_decoding import PlainDecoder
from .row_attention import look_back, row_attention


def decoders(model: Any) -> Callable[[Sequence[Sequence[int]], int], Decoder | PlainDecoder]:
    """What makes a decoder that has read some prompts, for a number of completions of each; several at once may.

    Weights that are copied for the sake of speed are copied here, once for all of its decoders.
    """
    if not has_fast_path(model):
        return partial(PlainDecoder, model)
    packing = Packing(model)
    packing(model.get_output_embeddings())
    return partial(Decoder, model, packing)


Split = Callable[[Tensor], Sequence[Tensor]]
"""From what there is of all tokens, (N, ...), to each text's own."""
COLUMNS = 32
"""Cells by which the memory of keys and values grows; the products would copy what lies in a larger block."""
SMALL = 1 << 16
"""Numbers in the hidden states up to which one thread does the small steps: to wake the others costs 50 µs a time."""


class BlockDecoder:
    """n rows being written; ``last`` (n, hidden): what the head reads at their last tokens."""

    last: Tensor

    def __init__(self, model: Any, packing: Packing, prompts: Sequence[Sequence[int]], copies: int) -> None:
        blocks = blocks_of(model, packing.for_all_threads())
        assert blocks is not None, "made for models with a fast path"
        self.blocks = blocks
        self.copies, self.width = copies, max(map(len, prompts))
        self.places = torch.tensor([len(prompt) for prompt in prompts]).repeat_interleave(copies)
        self.end = self.width
        self.tails = self.places.clone()  # each row's next free cell
        empty = partial(torch.empty, len(self.places), self.blocks.kv_heads, 0, dtype=model.dtype)
        # keys and values of each layer
        self.memory = [(empty(self.blocks.width), empty(self.blocks.width)) for _ in range(self._layers())]
        self.mask = empty().unsqueeze(2)
        self._grow(self.width + COLUMNS)
        behind = torch.arange(self.width) >= self.places[:, None]
        self.mask[..., : self.width] = additive_mask(behind, model.dtype)[:, None, None]
        self._read(prompts)

    def _layers(self) -> int:
        """How many layers have keys and values."""
        return len(self.blocks.layers)

    def _rows(self) -> int:
        """How many rows there may still be."""
        return len(self.places)

    def _through(self, ids: Tensor, places: Tensor, attend: Attend, wanted: Tensor | None, texts: Split) -> Tensor:
        """What the head reads, (M, hidden), at the ``wanted`` ones of tokens that lie end to end, all where None.

        ``texts`` tells each text's own of what there is of all tokens.
        """
        return self.blocks.hidden(ids, places, attend, wanted)

    def _grow(self, columns: int) -> None:
        """Room for as many tokens; what is not written yet is hidden, and zero, since it must not be NaN.

        Layer by layer, so that what is outgrown never lies beside all of its copy.
        """
        rows = self._rows()
        self.cells: list[tuple[Tensor, Tensor]] = []
        self.operands: list[tuple[Tensor, Tensor]] = []
        for number, (keys, values) in enumerate(self.memory):
            self.memory[number] = _widened(keys[:rows], columns), _widened(values[:rows], columns)
        self.mask = F.pad(self.mask, (0, columns - self.mask.shape[-1]), value=torch.finfo(self.mask.dtype).min)
        self._lay_out()

    def _lay_out(self) -> None:
        """Each layer's keys and values, (n, kv heads, columns, D), and the same as the products take them.

        Made anew only when the memory is another: a view costs as much as a small step, and each layer needs six.
        """
        n, columns = len(self.places), self.mask.shape[-1]
        self.cells = [(keys[:n], values[:n]) for keys, values in self.memory]
        # view, not flatten, which would copy without a word if the memory were ever laid out otherwise
        flat = -1, columns, self.blocks.width
        self.operands = [(keys.view(flat).mT, values.view(flat)) for keys, values in self.cells]

    def _read(self, prompts: Sequence[Sequence[int]]) -> None:
        """The prompts, what they begin with alike once; then their keys and values for each of their copies."""
        table, lengths = table_of(prompts)
        texts = share_beginnings(table, lengths)
        rows = texts.numbered()
        wanted, last = rows.gather(1, lengths[:, None] - 1).squeeze(1).unique(return_inverse=True)
        shape = self.blocks.heads, self.blocks.kv_heads, self.mask.dtype, texts
        of_all, of_wanted = build_layout(*shape), build_layout(*shape, wanted=wanted)

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            for cache, part in zip(self.cells[layer], (k, v), strict=True):
                cells = cache.unflatten(0, (-1, self.copies))[:, :, :, : self.width]
                cells.copy_(part[rows.clamp(min=0)].transpose(1, 2)[:, None])
            return attention(q, k, v, of_all if len(q) == len(k) else of_wanted)

        def each(x: Tensor) -> list[Tensor]:
            return [x[own[:length]] for own, length in zip(rows, lengths.tolist(), strict=True)]

        hidden = self._through(table[texts.own], columns(table)[texts.own], attend, wanted, each)
        self.last = hidden[last].repeat_interleave(self.copies, 0)

    def _seen(self, mask: Tensor, layer: int, q: Tensor) -> Tensor:
        """What each row's last token sees, (n, heads x D); q: (n, heads, D)."""
        keys, values = self.operands[layer]
        # the mask as what the product is added to: on its own it takes longer than the product
        flat = q.reshape(len(mask), -1, q.shape[-1])
        scores = torch.baddbmm(mask, flat, keys, alpha=q.shape[-1] ** -0.5)
        return torch.bmm(scores.softmax(-1), values).view(len(q), -1)

    def extend(self, tokens: Sequence[Sequence[int]]) -> None:
        """Append some tokens to each row, read in one pass.

        A row may get none, but not all of them. Each row's tokens follow its own last one, so that no cell is lost.
        """
        table, lengths = table_of(tokens)
        inside, read = length_mask(lengths, table.shape[1]), (lengths > 0).nonzero().squeeze(1)
        tails = self.tails + lengths
        stop = int(tails.max())
        if stop > self.mask.shape[-1]:
            self._grow(stop + -stop % COLUMNS)
        taken = (self.tails[:, None] + torch.arange(inside.shape[1]))[inside]
        rows = inside.nonzero()[:, 0]
        self.mask[rows, :, 0, taken] = 0
        kv_heads, columns = self.mask.shape[1], self.mask.shape[-1]
        sights = look_back(self.mask[:, 0, 0], self.tails, lengths, self.blocks.heads // kv_heads)
        cells = ((rows[:, None] * kv_heads + torch.arange(kv_heads)) * columns + taken[:, None]).flatten()
        of_last = self.mask.flatten(0, 1)

        def attend(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            for cache, part in zip(self.cells[layer], (k, v), strict=True):
                cache.view(-1, part.shape[-1]).index_copy_(0, cells, part.reshape(-1, part.shape[-1]))
            if len(q) == len(k):
                return row_attention(q, *self.cells[layer], sights)
            return self._seen(of_last, layer, padded(q, read, (len(tokens), 1)).squeeze(1)).index_select(0, read)

        places = (self.places[:, None] + torch.arange(inside.shape[1]))[inside]
        last = lengths[read].cumsum(0) - 1
        each = partial(torch.split_with_sizes, split_sizes=lengths.tolist())
        hidden = self._through(table[inside], places, attend, last, each)
        self.places, self.tails, self.end = self.places + lengths, tails, max(self.end, stop)
        self.last = hidden if len(read) == len(tokens) else self.last.index_copy(0, read, hidden)

    def keep(self, rows: Tensor) -> None:
        """Go on with these rows, at the places that they have in ``rows``; see :func:`closed_up`."""
        moved = (rows != torch.arange(len(rows))).nonzero().squeeze(1)
        if len(moved):
            for cells in self.memory:
                for part in cells:
                    part[moved] = part[rows[moved]]
        self.mask, self.places, self.tails = self.mask[rows], self.places[rows], self.tails[rows]
        self.last = self.last[rows]
        self._lay_out()


class Decoder(BlockDecoder):
    """n rows being written, a token of each at a time."""

    def __init__(self, model: Any, packing: Packing, prompts: Sequence[Sequence[int]], copies: int) -> None:
        self.head = packing(model.get_output_embeddings())
        super().__init__(model, packing, prompts, copies)

    @property
    def logits(self) -> Tensor:
        """Those of the rows' next tokens, (n, V)."""
        return self.head(self.last)[0]

    def step(self, tokens: Tensor) -> None:
        """Append one token to each row, (n,)."""
        if self.end == self.mask.shape[-1]:
            self._grow(self.end + COLUMNS)
        self.mask[..., self.end] = 0
        attend = partial(self._attend, self.mask.flatten(0, 1))
        small = len(tokens) * self.blocks.embedding.shape[1] <= SMALL
        with threads(1 if small else torch.get_num_threads()):
            hidden = self._through(tokens, self.places, attend, None, partial(torch.split, split_size_or_sections=1))
        self.places, self.end = self.places + 1, self.end + 1
        self.tails.fill_(self.end)
        self.last = hidden

    def _attend(self, mask: Tensor, layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        for cache, part in zip(self.cells[layer], (k, v), strict=True):
            cache.select(2, self.end).copy_(part)
        return self._seen(mask, layer, q)


def _widened(cells: Tensor, columns: int) -> Tensor:
    """(n, kv heads, some cells, D) with zeros up to so many ``columns``, which F.pad writes everywhere first."""
    wide = cells.new_empty(*cells.shape[:2], columns, cells.shape[3])
    wide[:, :, : cells.shape[2]] = cells
    wide[:, :, cells.shape[2] :] = 0
    return wide


def closed_up(going: Tensor) -> Tensor:
    """The rows of a batch that go on, (n,) of ``going`` (B,) bool: the last ones moved into the gaps, the others stay.

    So that a row that ends costs the copy of one row, not of all.
    """
    n = int(going.sum())
    order = torch.arange(n, device=going.device)
    order[~going[:n]] = going[n:].nonzero().squeeze(1) + n
    return order
