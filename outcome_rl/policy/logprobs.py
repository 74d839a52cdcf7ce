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
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ..engine.architectures import Attend, Blocks, blocks_of
from ..engine.constrained import branch_log_probs
from ..engine.logits import head_log_probs, length_mask, token_log_probs
from ..engine.packed_attention import ALIGNED as KEYS_ALIGNED
from ..engine.packed_attention import attention, build_layout
from ..engine.packed_texts import Texts, columns, share_beginnings, table_of
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
    """What :func:`plain_log_probs` gives, sooner where the model has a fast path: what prompts or emails of one prompt
    begin with alike is read once, and nothing is padded.
    """
    blocks = blocks_of(model, products)
    if blocks is None:
        return plain_log_probs(model, prompts, tokens, lengths, temperature)
    # what lies where is found out on the processor, whatever the device
    tokens, lengths, device = tokens.cpu(), lengths.cpu(), model.device
    read, inside = _lay_out(prompts, tokens, lengths), length_mask(lengths, tokens.shape[1])
    hidden = blocks.hidden(read.ids.to(device), read.places.to(device), _attend(blocks, read, model))
    before, told = _aligned(read.before[inside]).to(device), _aligned(tokens[inside]).to(device)
    head = model.get_output_embeddings().weight
    found = head_log_probs(hidden.index_select(0, before), head, told, temperature)[: int(inside.sum())]
    return torch.zeros(tokens.shape, device=device).masked_scatter(inside.to(device), found)


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
    decisions, device = _decisions_of(batch), model.device
    tokens, lengths = batch.tokens.cpu(), lengths.cpu()
    read = _lay_out(prompts, tokens[:, : int(lengths.max())], lengths)
    rows = read.before[decisions.rows.cpu(), decisions.columns.cpu()]
    wanted = _rows_and_filler(rows, len(read.ids))
    attend, places, asking = _attend(blocks, read, model, wanted), read.places.to(device), wanted.to(device)
    if batch.trunk is None:
        hidden = blocks.hidden(read.ids.to(device), places, attend, asking)
    else:
        x = _trunk_rows(read, batch.trunk)
        hidden = blocks.last_norm(blocks.through(x, places, attend, range(first, len(blocks.layers)), asking))
    return hidden.index_select(0, torch.searchsorted(wanted, rows).to(device))


def _attend(blocks: Blocks, read: _Read, model: Any, wanted: Tensor | None = None) -> Attend:
    """How the tokens see each other; of the last layer only those that are ``wanted`` ask."""
    shape = blocks.heads, blocks.kv_heads, model.dtype, read.prompts, read.emails, read.owners
    of_all = build_layout(*shape).to(model.device)
    of_wanted = None if wanted is None else build_layout(*shape, wanted).to(model.device)

    def attend(_: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return attention(q, k, v, of_all if of_wanted is None or len(q) == len(k) else of_wanted)

    return attend


def _trunk_rows(read: _Read, trunk: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    """What the trunk gave for each of the tokens, (N, H); nothing for the filler, which nobody sees."""
    prompts = {int(owner): prompt for owner, (prompt, _) in zip(read.owners.tolist(), trunk, strict=True)}
    inherited = read.prompts.inherited.tolist()
    rows = [prompts[number][there:] for number, there in enumerate(inherited)]
    if read.emails is not None:
        emails = trunk[0][0].new_zeros(*read.emails.inside.shape, trunk[0][0].shape[1])
        for row, (_, text) in enumerate(trunk):
            width = min(len(text), emails.shape[1])
            emails[row, :width] = text[:width]
        rows.append(emails[read.emails.own])
    return torch.cat(rows)


@dataclass(frozen=True)
class _Read:
    """Different prompts and behind them the completions but for their last tokens, end to end without padding.

    ids, places: (N,) tokens and their positions. before: (B, T) the row whose logits are those of each token of the
    completions. prompts, emails: which tokens are read of each; no emails where all are of one token, which the prompt
    alone tells. owners: (B,) the number of each completion's prompt.
    """

    ids: Tensor
    places: Tensor
    before: Tensor
    prompts: Texts
    emails: Texts | None
    owners: Tensor


def _lay_out(prompts: Sequence[Sequence[int]], tokens: Tensor, lengths: Tensor) -> _Read:
    different = list(dict.fromkeys(map(tuple, prompts)))
    number = {prompt: i for i, prompt in enumerate(different)}
    owners = torch.tensor([number[tuple(prompt)] for prompt in prompts])
    table, sizes = table_of(different)
    first = share_beginnings(table, sizes)
    ids, places, rows = [table[first.own]], [columns(table)[first.own]], first.numbered()
    before = rows[owners, sizes[owners] - 1][:, None].expand(tokens.shape).clone()
    emails = None
    if int(lengths.max()) > 1:
        emails = _filled_up(share_beginnings(tokens[:, :-1], lengths - 1, owners), int(first.own.sum()))
        read = F.pad(tokens, (0, emails.inside.shape[1] - tokens.shape[1]))
        within = torch.minimum(columns(read), lengths[:, None] - 2)  # no filler beyond the model's last position
        ids.append(read[emails.own])
        places.append((sizes[owners][:, None] + within)[emails.own])
        before[:, 1:] = emails.numbered(len(ids[0]))[:, : tokens.shape[1] - 1]
    return _Read(torch.cat(ids), torch.cat(places), before, first, emails, owners)


ALIGNED = 64
"""Numbers of rows are rounded up to a multiple of this: memory that was freed fits again, products are set up once."""


def _filled_up(emails: Texts, before: int) -> Texts:
    """The texts with columns and tokens behind their ends, whom nobody sees, to round both numbers up."""
    inside = F.pad(emails.inside, (0, -emails.inside.shape[1] % KEYS_ALIGNED))
    free = (~inside).flatten()
    missing = -(before + int(emails.own.sum())) % ALIGNED
    return replace(emails, inside=inside | (free & (free.cumsum(0) <= missing)).view(inside.shape))


def _rows_and_filler(rows: Tensor, count: int) -> Tensor:
    """Different ones of ``rows`` in order, and others of ``count`` to round their number up; never none."""
    wanted = torch.zeros(count, dtype=torch.bool).index_fill_(0, rows, True)
    free = ~wanted
    wanted |= free & (free.cumsum(0) <= -max(1, int(wanted.sum())) % ALIGNED)
    return wanted.nonzero().squeeze(1)


def _aligned(numbers: Tensor) -> Tensor:
    return F.pad(numbers, (0, -len(numbers) % ALIGNED))
