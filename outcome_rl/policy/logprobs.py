"""Log-probabilities of given emails, in one pass over all their tokens: what the update and the KL are made of.

:func:`plain_log_probs` is the reference of how log π is computed, with the model's own forward pass alone; the others
give the same numbers, sooner or for fewer tokens.

The same in float32, to some 1e-6. Where the model computes in bfloat16 each way of computing rounds differently: what
the sampler kept and what the update computes of the same SmolLM2-135M then differed by up to .24 nats a decision and
.41 an email (own words at a temperature of 0.5), so that the probability ratio, 1 before the first update, was outside
1 ± 0.2 for 1 to 2 % of the tokens of free writing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ..engine.architectures import Blocks, blocks_of
from ..engine.constrained import branch_log_probs
from ..engine.logits import head_log_probs, length_mask, token_log_probs
from ..engine.packed_attention import ALIGNED as KEYS_ALIGNED
from ..engine.packed_attention import AttentionLayout, attention, build_layout
from ..engine.padding import pad_left, position_ids
from ..engine.sampling import Decisions, Rollout
from .lora import products


def plain_log_probs(
    model: Any, prompts: Sequence[Sequence[int]], tokens: Tensor, lengths: Tensor, temperature: float
) -> Tensor:
    """log π of each completion's tokens, nats, (B, T) in float32; columns behind ``lengths`` mean nothing.

    prompts: one for each of the B rows. tokens: (B, T) long; lengths: (B,), at least 1. Any model on any device.
    """
    ids, prompt_mask = pad_left(prompts, model.device)
    mask = torch.cat([prompt_mask, length_mask(lengths, tokens.shape[1]).long()], 1)
    # the column before a token predicts it; an index, not a slice, since the head copies its weights for a slice
    before = torch.arange(ids.shape[1] - 1, mask.shape[1] - 1, device=model.device)
    logits = model(
        input_ids=torch.cat([ids, tokens], 1),
        attention_mask=mask,
        position_ids=position_ids(mask),
        use_cache=False,
        logits_to_keep=before,
    ).logits
    return token_log_probs(logits.float() / temperature, tokens)


def log_probs(
    model: Any, prompts: Sequence[Sequence[int]], tokens: Tensor, lengths: Tensor, temperature: float
) -> Tensor:
    """What :func:`plain_log_probs` gives, sooner where the model has a fast path: equal prompts are read once, and
    nothing is padded.
    """
    blocks = blocks_of(model, products)
    if blocks is None:
        return plain_log_probs(model, prompts, tokens, lengths, temperature)
    texts = _lay_out(blocks, prompts, tokens, lengths, model.dtype)
    hidden = blocks.hidden(texts.ids, texts.places, lambda _, q, k, v: attention(q, k, v, texts.sight))
    inside = length_mask(lengths, tokens.shape[1])
    before, told = _aligned(texts.before), _aligned(tokens[inside])
    head = model.get_output_embeddings().weight
    found = head_log_probs(hidden.index_select(0, before), head, told, temperature)[: len(texts.before)]
    return torch.zeros(tokens.shape, device=tokens.device).masked_scatter(inside, found)


def decision_log_probs(
    model: Any, prompts: Sequence[Sequence[int]], batch: Rollout, temperature: float, first: int = 0
) -> Tensor:
    """log π of each decision among the tokens that were allowed, nats, (B, T) in float32; 0 elsewhere.

    As :func:`log_probs`, but the model reads no further than the last decision, its head no other tokens, and where the
    batch has its trunk only the layers from ``first`` on are run.
    """
    decisions = _decisions_of(batch)
    logits = _branch_logits(model, prompts, batch, first) - decisions.base + decisions.weights
    found = branch_log_probs(logits, decisions.allowed, temperature)
    found = found.gather(1, decisions.chosen[:, None]).squeeze(1)
    return torch.zeros(batch.tokens.shape, device=found.device).index_put((decisions.rows, decisions.columns), found)


@torch.no_grad()
def with_base_logits(model: Any, prompts: Sequence[Sequence[int]], batch: Rollout) -> Rollout:
    """A batch that nobody sampled, with the logits of ``model``, which is still the base, at its decisions."""
    return replace(batch, decisions=replace(_decisions_of(batch), base=_branch_logits(model, prompts, batch)))


def _decisions_of(batch: Rollout) -> Decisions:
    assert batch.decisions is not None, "every token was free"
    return batch.decisions


def _branch_logits(model: Any, prompts: Sequence[Sequence[int]], batch: Rollout, first: int = 0) -> Tensor:
    """The model's logits of what was allowed at each decision, (D, A) float32."""
    decisions = _decisions_of(batch)
    last = torch.zeros(len(batch.tokens), dtype=torch.long, device=batch.tokens.device)
    last = last.scatter_reduce(0, decisions.rows, decisions.columns, "amax")
    blocks = blocks_of(model, products)
    if blocks is None:
        return _plain_branch_logits(model, prompts, batch, last + 1)
    hidden = _hidden_before(model, blocks, prompts, batch, last + 1, first)
    different, places = torch.unique(decisions.allowed.clamp(min=0), return_inverse=True)
    logits: Tensor = (hidden @ model.get_output_embeddings().weight[different].T).float().gather(1, places)
    return logits


def _plain_branch_logits(model: Any, prompts: Sequence[Sequence[int]], batch: Rollout, lengths: Tensor) -> Tensor:
    """:func:`_branch_logits` by the model's own forward pass and its own head.

    Some families do more behind the last layer than a product: Gemma 2 caps its logits, Granite scales them.
    """
    decisions, width = _decisions_of(batch), int(lengths.max())
    ids, prompt_mask = pad_left(prompts, model.device)
    mask = torch.cat([prompt_mask, length_mask(lengths, width).long()], 1)
    columns, places = torch.unique(ids.shape[1] - 1 + decisions.columns, return_inverse=True)
    logits = model(
        input_ids=torch.cat([ids, batch.tokens[:, :width]], 1),
        attention_mask=mask,
        position_ids=position_ids(mask),
        use_cache=False,
        logits_to_keep=columns,
    ).logits
    found: Tensor = logits[decisions.rows[:, None], places[:, None], decisions.allowed.clamp(min=0)].float()
    return found


def _hidden_before(
    model: Any, blocks: Blocks, prompts: Sequence[Sequence[int]], batch: Rollout, lengths: Tensor, first: int
) -> Tensor:
    """What the head reads where each decision is made, (D, H); of each text the model reads ``lengths`` (B,) tokens."""
    decisions, width = _decisions_of(batch), int(lengths.max())
    texts = _lay_out(blocks, prompts, batch.tokens[:, :width], lengths, model.dtype)

    def attend(_: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return attention(q, k, v, texts.sight)

    if batch.trunk is None:
        hidden = blocks.hidden(texts.ids, texts.places, attend)
    else:
        x = _trunk_rows(texts, batch.trunk)
        hidden = blocks.last_norm(blocks.through(x, texts.places, attend, range(first, len(blocks.layers))))
    inside = length_mask(lengths, width)
    rows = torch.zeros(inside.shape, dtype=torch.long).masked_scatter(inside, texts.before)
    return hidden.index_select(0, rows[decisions.rows, decisions.columns])


def _trunk_rows(texts: _Texts, trunk: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    """What the trunk gave for each of the tokens, (N, H); nothing for the filler, which nobody sees."""
    prompts = {int(owner): prompt for owner, (prompt, _) in zip(texts.owners.tolist(), trunk, strict=True)}
    shape = texts.in_email.shape
    emails = trunk[0][0].new_zeros(*shape, trunk[0][0].shape[1])
    for row, (_, text) in enumerate(trunk):
        width = min(len(text), shape[1])
        emails[row, :width] = text[:width]
    return torch.cat([*(prompts[number] for number in range(len(prompts))), emails[texts.in_email]])


@dataclass(frozen=True)
class _Texts:
    """Different prompts and behind them the completions but for their last tokens, end to end without padding.

    ids, places: (N,) tokens and their positions. before: the row whose logits are those of each token of the
    completions. sight: which of the rows see which. owners: (B,) the number of each completion's prompt. in_email: (B,
    T) bool, which tokens of the completions are among the rows, filler included.
    """

    ids: Tensor
    places: Tensor
    before: Tensor
    sight: AttentionLayout
    owners: Tensor
    in_email: Tensor


def _lay_out(blocks: Blocks, prompts: Sequence[Sequence[int]], tokens: Tensor, lengths: Tensor, dtype: Any) -> _Texts:
    different = list(dict.fromkeys(map(tuple, prompts)))
    number = {prompt: i for i, prompt in enumerate(different)}
    owners = torch.tensor([number[tuple(prompt)] for prompt in prompts])
    sizes = torch.tensor([len(prompt) for prompt in different])
    in_prompt = length_mask(sizes, int(sizes.max()))
    in_email = _filled_up(length_mask(lengths - 1, tokens.shape[1] - 1), int(sizes.sum()))
    read = F.pad(tokens, (0, in_email.shape[1] - tokens.shape[1]))
    within = torch.minimum(_columns(in_email), lengths[:, None] - 2)  # no filler beyond the model's last position
    starts = sizes[owners]
    emails = (in_email, owners) if in_email.any() else ()  # all of one token: the prompt alone tells them
    return _Texts(
        ids=torch.cat([torch.tensor(list(chain(*different))), read[in_email]]),
        places=torch.cat([_columns(in_prompt)[in_prompt], (starts[:, None] + within)[in_email]]),
        before=_rows_before(sizes, owners, lengths, in_email.sum(1)),
        sight=build_layout(in_prompt, blocks.heads, blocks.kv_heads, dtype, *emails),
        owners=owners,
        in_email=in_email,
    )


def _columns(inside: Tensor) -> Tensor:
    return torch.arange(inside.shape[1]).expand_as(inside)


ALIGNED = 64
"""Numbers of rows are rounded up to a multiple of this: memory that was freed fits again, products are set up once."""


def _filled_up(inside: Tensor, before: int) -> Tensor:
    """``inside`` (B, T) with columns and tokens behind the texts' ends, whom nobody sees, to round both numbers up."""
    inside = F.pad(inside, (0, -inside.shape[1] % KEYS_ALIGNED))
    free = (~inside).flatten()
    missing = -(before + int(inside.sum())) % ALIGNED
    return inside | (free & (free.cumsum(0) <= missing)).view(inside.shape)


def _aligned(numbers: Tensor) -> Tensor:
    return F.pad(numbers, (0, -len(numbers) % ALIGNED))


def _rows_before(sizes: Tensor, owners: Tensor, lengths: Tensor, laid_out: Tensor) -> Tensor:
    """The row before each token of the completions: the first one follows its prompt's last, the others each other.

    ``laid_out`` (B,): rows that each completion takes up.
    """
    last_of_prompt = sizes.cumsum(0)[owners] - 1
    first_of_email = sizes.sum() + laid_out.cumsum(0) - laid_out
    inside = length_mask(lengths, int(lengths.max()))
    rows = first_of_email[:, None] + _columns(inside) - 1
    rows[:, 0] = last_of_prompt
    return rows[inside]
