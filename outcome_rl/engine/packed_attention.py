"""Attention among prompts and emails whose tokens lie end to end, in one piece.

torch's own attention wants padded batches and copies of a key for every query head; autograd adds zeros, slices and
sums for each of these steps. On a CPU, at the lengths of emails, that takes several times as long as the products. Here
one gather brings queries, keys and values to where the products want them, and one brings the result back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from .packed_texts import Texts
from .padding import additive_mask


@dataclass(frozen=True)
class _Part:
    """B texts that are padded to T queries and S keys each, as the products see them.

    ``queries`` (B x heads x T) and ``keys`` (B x kv heads x S): the vector, counted over tokens and heads, that stands
    in each place; 0 where it is padding. ``padding``: the places among the queries that are. ``mask`` (B x kv heads,
    heads of one key x T, S): 0 where a query sees a key, very negative where not. ``shared``: the texts that begin like
    one before, see :meth:`outcome_rl.engine.packed_texts.Texts.shared`; their own columns begin at ``before``.
    """

    queries: Tensor
    keys: Tensor
    padding: Tensor
    mask: Tensor
    shared: list[tuple[int, tuple[int, int]]]
    before: int

    def to(self, device: Any) -> _Part:
        """The same on another device."""
        own = {name: getattr(self, name).to(device) for name in ("queries", "keys", "padding", "mask")}
        return replace(self, **own)


@dataclass(frozen=True)
class AttentionLayout:
    """What sees what: prompts themselves, emails their prompt and themselves, nobody what comes later.

    ``back`` (N x heads) says where each query's result lies behind one another of all parts, ``back_keys`` (N x kv
    heads) the same of each key's own place. ``owners`` (B,) are the emails' prompts; None where there are only prompts.
    """

    parts: tuple[_Part, ...]
    back: Tensor
    back_keys: Tensor
    owners: Tensor | None
    kv_heads: int

    def to(self, device: Any) -> AttentionLayout:
        """The same on another device."""
        own = {name: getattr(self, name).to(device) for name in ("back", "back_keys")}
        owners = None if self.owners is None else self.owners.to(device)
        return replace(self, parts=tuple(part.to(device) for part in self.parts), owners=owners, **own)


ALIGNED = 32
"""The number of keys is rounded up to a multiple of this; a softmax over another takes up to three times as long."""


def build_layout(
    heads: int,
    kv_heads: int,
    dtype: torch.dtype,
    prompts: Texts,
    emails: Texts | None = None,
    owners: Tensor | None = None,
    wanted: Tensor | None = None,
) -> AttentionLayout:
    """For rows of tokens that lie end to end: first all prompts', then emails', which follow their prompts ``owners``.

    ``wanted``: the rows (M,), in order, that are queries; all where None.
    """
    rows = prompts.numbered()
    own, seen, kinds = [rows.masked_fill(~prompts.own, -1)], [rows], [prompts]
    if emails is not None:
        rows = emails.numbered(int(prompts.own.sum()))
        own.append(rows.masked_fill(~emails.own, -1))
        seen.append(torch.cat([seen[0][owners], rows], 1))
        kinds.append(emails)
    queries, own_keys, parts = [], [], []
    for mine, keys, texts in zip(own, seen, kinds, strict=True):
        before, beyond = keys.shape[1] - mine.shape[1], -keys.shape[1] % ALIGNED
        asking, places = _closed_up(mine if wanted is None else _renumbered(mine, wanted))
        queries.append(_per_head(asking, heads))
        keys = F.pad(keys, (0, beyond), value=-1)
        own_keys.append(_per_head(F.pad(mine, (before, beyond), value=-1), kv_heads))
        unseen = (keys < 0)[:, None] | (torch.arange(keys.shape[1]) > before + places[:, :, None])
        mask = additive_mask(unseen, dtype)[:, None, None].expand(-1, kv_heads, heads // kv_heads, -1, -1)
        parts.append(
            _Part(
                queries[-1].clamp(min=0),
                _per_head(keys, kv_heads).clamp(min=0),
                (queries[-1] < 0).nonzero().squeeze(1),
                mask.reshape(len(mine) * kv_heads, -1, keys.shape[1]),
                texts.shared(),
                before,
            )
        )
    return AttentionLayout(tuple(parts), _inverse(queries), _inverse(own_keys), owners if emails else None, kv_heads)


def _renumbered(rows: Tensor, wanted: Tensor) -> Tensor:
    """The place that each of some rows has among those that are ``wanted``, -1 where it has none."""
    places = torch.full((int(torch.cat([rows.flatten(), wanted]).max()) + 1,), -1)
    places[wanted] = torch.arange(len(wanted))
    return torch.where(rows < 0, -1, places[rows.clamp(min=0)])


def _closed_up(rows: Tensor) -> tuple[Tensor, Tensor]:
    """The rows of each text (B, T) moved to its beginning, -1 behind, as narrow as that allows; their columns."""
    there = rows >= 0
    places = (~there).long().argsort(dim=1, stable=True)[:, : max(1, int(there.sum(1).max()))]
    return rows.gather(1, places), places


def _per_head(rows: Tensor, heads: int) -> Tensor:
    """Numbers of vectors, (B x heads x T), from those of tokens, (B, T); -1 stays."""
    numbers = rows[:, None] * heads + torch.arange(heads)[:, None]
    return torch.where(rows[:, None] < 0, -1, numbers).flatten()


def _inverse(parts: list[Tensor]) -> Tensor:
    """Where each vector lies in all parts one behind the other, given the vector in each place or -1."""
    numbers = torch.cat(parts)
    places = (numbers >= 0).nonzero().squeeze(1)
    where = torch.empty_like(places)
    where[numbers[places]] = places
    return where


def attention(q: Tensor, k: Tensor, v: Tensor, sight: AttentionLayout) -> Tensor:
    """softmax(q kᵀ / √D) v over what each token sees, (M, heads x D); q (M, heads, D), k and v (N, kv heads, D).

    ``q`` are those of all N tokens, or of those that the layout was made for.
    """
    return _Attention.apply(q, k, v, sight) if q.device.type == "cpu" else by_torch(q, k, v, sight)


def by_torch(q: Tensor, k: Tensor, v: Tensor, sight: AttentionLayout) -> Tensor:
    """The same through ``torch.nn.functional.scaled_dot_product_attention``, whose kernels on a GPU keep no shares.

    Each part is padded to its longest text, so that its mask is no larger than its texts: over all tokens at once, with
    a block for each text, nearly all of the mask would be blocks where nothing is seen.
    """
    width, kv_heads = q.shape[-1], sight.kv_heads
    rows, seen = [vectors.reshape(-1, width) for vectors in (q, k, v)], []
    for part in sight.parts:
        queries, keys, values = (
            of.index_select(0, index).view(-1, kv_heads, len(index) // len(part.mask), width)
            for of, index in zip(rows, (part.queries, part.keys, part.keys), strict=True)
        )
        mask = part.mask.view(-1, kv_heads, *part.mask.shape[1:])
        seen.append(F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask).reshape(-1, width))
    return torch.cat(seen).index_select(0, sight.back).view(len(q), q.shape[1] * width)


class _Attention(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor, sight: AttentionLayout) -> Tensor:
        width = q.shape[-1]
        rows = [vectors.reshape(-1, width) for vectors in (q, k, v)]
        seen, kept = q.new_empty(sum(len(part.queries) for part in sight.parts), width), []
        for part, place in zip(sight.parts, _slices([len(part.queries) for part in sight.parts]), strict=True):
            queries, keys, values = (
                of.index_select(0, index).view(len(part.mask), -1, width)
                for of, index in zip(rows, (part.queries, part.keys, part.keys), strict=True)
            )
            shares = torch.baddbmm(part.mask, queries, keys.mT, alpha=width**-0.5).softmax(-1)
            torch.bmm(shares, values, out=seen[place].view(queries.shape))
            kept += [queries, keys, values, shares]
        if any(ctx.needs_input_grad):
            ctx.save_for_backward(*kept)
            ctx.sight = sight
        return seen.index_select(0, sight.back).view(len(q), q.shape[1] * width)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        sight: AttentionLayout = ctx.sight
        width = ctx.saved_tensors[0].shape[-1]
        slopes_of = grad.reshape(-1, width)
        of_queries = grad.new_empty(sum(len(part.queries) for part in sight.parts), width)
        of_keys, of_values = grad.new_empty(2, sum(len(part.keys) for part in sight.parts), width)
        query_places = _slices([len(part.queries) for part in sight.parts])
        key_places = _slices([len(part.keys) for part in sight.parts])
        for number, (part, place, place_keys) in enumerate(zip(sight.parts, query_places, key_places, strict=True)):
            queries, keys, values, shares = ctx.saved_tensors[4 * number : 4 * number + 4]
            slopes = slopes_of.index_select(0, part.queries).index_fill_(0, part.padding, 0).view(queries.shape)
            of_shares = torch.bmm(slopes, values.mT)
            of_scores = torch.ops.aten._softmax_backward_data(of_shares, shares, -1, shares.dtype)
            torch.bmm(of_scores, keys, out=of_queries[place].view(queries.shape))
            torch.bmm(of_scores.mT, queries, out=of_keys[place_keys].view(keys.shape))
            torch.bmm(shares.mT, slopes, out=of_values[place_keys].view(keys.shape))
        for grads in (of_keys, of_values):
            kinds = [
                grads[place].view(-1, sight.kv_heads, part.mask.shape[2], width)
                for place, part in zip(key_places, sight.parts, strict=True)
            ]
            _add_up(kinds, sight)
        found = of_queries.index_select(0, sight.back), of_keys.index_select(0, sight.back_keys)
        return (
            found[0].mul_(width**-0.5).view(len(grad), grad.shape[1] // width, width),
            found[1].mul_(width**-0.5).view(-1, sight.kv_heads, width),
            of_values.index_select(0, sight.back_keys).view(-1, sight.kv_heads, width),
            None,
        )


def _add_up(grads: list[Tensor], sight: AttentionLayout) -> None:
    """Give each key, at its own place, the gradients of all places where it is seen; each (B, kv heads, S, D)."""
    if sight.owners is not None:
        prompts, emails = grads
        before = sight.parts[1].before
        prompts[:, :, :before].index_add_(0, sight.owners, emails[:, :, :before])
    for part, of_keys in zip(sight.parts, grads, strict=True):
        for text, (parent, count) in reversed(part.shared):
            shared = slice(part.before, part.before + count)
            of_keys[parent, :, shared] += of_keys[text, :, shared]


def _slices(sizes: list[int]) -> list[slice]:
    """Places of these sizes one behind the other."""
    ends = torch.tensor(sizes).cumsum(0).tolist()
    return [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
