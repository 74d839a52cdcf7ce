"""Fast batched sampling: many emails for many contexts at once, with the log-probabilities of what was drawn.

The prompt of each context is read once and shared by its samples; emails that have ended leave the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Rollout:
    """B sampled completions, the samples of one prompt side by side.

    tokens: (B, T) long, the end-of-text token included where there is one, zeros behind. log_probs: (B, T) float32,
    nats, log-probabilities under the model at the sampling temperature, before top-k, top-p and the repetition
    penalty; 0 behind the end. lengths: (B,). ended: (B,) bool, False for emails cut at the longest length.
    """

    tokens: Tensor
    log_probs: Tensor
    lengths: Tensor
    ended: Tensor

    def completions(self) -> list[list[int]]:
        """Token ids of each completion, without its end-of-text token."""
        kept = (self.lengths - self.ended.long()).tolist()
        return [row[:n] for row, n in zip(self.tokens.tolist(), kept, strict=True)]


@dataclass(frozen=True)
class Draw:
    """How one token is drawn; the defaults draw from the model as it is, as training needs."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    repetition_penalty: float = 1.0


def end_tokens(tokenizer: Any) -> list[int]:
    """Tokens that end an email."""
    return [tokenizer.eos_token_id]


@torch.no_grad()
def sample(
    model: Any,
    prompts: Sequence[Sequence[int]],
    samples_per_prompt: int,
    max_new_tokens: int,
    eos: Sequence[int],
    generator: torch.Generator,
    draw: Draw = Draw(),
    on_token: Callable[[int], bool] = lambda _: True,
) -> Rollout:
    """Draw ``samples_per_prompt`` completions of each prompt, shorter ones where the model's positions run out.

    ``on_token`` is called before each token with the number of emails still being written; sampling breaks off,
    leaving the emails as they are, where it returns False.
    """
    device = model.device
    ids, mask = pad_left(prompts, device)
    max_new_tokens = min(max_new_tokens, room(model, ids.shape[1]))
    out = model(input_ids=ids, attention_mask=mask, position_ids=positions(mask), use_cache=True, logits_to_keep=1)
    cache = out.past_key_values
    cache.batch_repeat_interleave(samples_per_prompt)
    logits = out.logits[:, -1].repeat_interleave(samples_per_prompt, 0)
    mask = mask.repeat_interleave(samples_per_prompt, 0)

    batch = mask.shape[0]
    tokens = torch.zeros(batch, max_new_tokens, dtype=torch.long, device=device)
    log_probs = torch.zeros(batch, max_new_tokens, device=device)
    lengths = torch.zeros(batch, dtype=torch.long, device=device)
    ended = torch.zeros(batch, dtype=torch.bool, device=device)
    stops = torch.tensor(list(eos), device=device)
    live = torch.arange(batch, device=device)  # which email each row of the shrinking batch belongs to
    place = mask.sum(1, keepdim=True)

    for step in range(max_new_tokens):
        if not on_token(len(live)):
            break
        # of the email alone: the prompt holds the context's words, which an email should use, and end-of-text tokens
        history = tokens[live, :step] if draw.repetition_penalty != 1.0 else None
        chosen, logp = draw_tokens(logits, draw, generator, history)
        tokens[live, step], log_probs[live, step] = chosen, logp
        lengths[live] = step + 1
        done = torch.isin(chosen, stops)
        ended[live[done]] = True
        if done.any():
            # rows are dropped at once: the batch shrinks as emails end, so the last tokens of the longest cost little
            going = (~done).nonzero().squeeze(1)
            if len(going) == 0:
                break
            live, chosen, mask, place = live[going], chosen[going], mask[going], place[going]
            cache.batch_select_indices(going)
        if step + 1 == max_new_tokens:
            break
        mask = torch.cat([mask, mask.new_ones(len(live), 1)], 1)
        out = model(
            input_ids=chosen[:, None], attention_mask=mask, position_ids=place, past_key_values=cache, use_cache=True
        )
        logits, place = out.logits[:, -1], place + 1
    return Rollout(tokens, log_probs, lengths, ended)


def room(model: Any, prompt_width: int) -> int:
    """Tokens that fit behind the prompt (GPT-2 has 1,024 positions)."""
    positions = getattr(model.config, "max_position_embeddings", None)
    return max(1, positions - prompt_width) if positions else 2**31


def draw_tokens(
    logits: Tensor, draw: Draw, generator: torch.Generator, history: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """One token of each row of ``logits`` (B, V) and its log-probability at the temperature, (B,) and (B,).

    One uniform number a row and the cumulated probabilities, which is several times cheaper than
    ``torch.multinomial``: that draws a number for each of the V tokens.
    """
    scaled = logits.float() / draw.temperature
    plain = scaled.log_softmax(-1)
    if history is not None:
        scaled = repetition_penalised(scaled, history, draw.repetition_penalty)
    if draw.top_k or draw.top_p < 1.0:
        scaled = truncated(scaled, draw.top_k, draw.top_p)
    cumulated = scaled.softmax(-1).cumsum(-1)
    point = torch.rand(len(cumulated), 1, generator=generator).to(cumulated.device) * cumulated[:, -1:]
    chosen = torch.searchsorted(cumulated, point, right=True).clamp(max=logits.shape[-1] - 1).squeeze(1)
    return chosen, plain.gather(1, chosen[:, None]).squeeze(1)


def repetition_penalised(logits: Tensor, history: Tensor, penalty: float) -> Tensor:
    """Scores of tokens that occur in ``history`` (B, T) made smaller (https://arxiv.org/abs/1909.05858)."""
    seen = logits.gather(1, history)
    return logits.scatter(1, history, torch.where(seen > 0, seen / penalty, seen * penalty))


def truncated(logits: Tensor, top_k: int, top_p: float) -> Tensor:
    """All but the ``top_k`` likeliest tokens, and those beyond the share ``top_p``, at -inf; the likeliest stays."""
    width = min(top_k or logits.shape[-1], logits.shape[-1])
    values, places = logits.topk(width, -1)
    before = values.softmax(-1).cumsum(-1) - values.softmax(-1)
    values = values.masked_fill(before >= top_p, float("-inf"))
    return torch.full_like(logits, float("-inf")).scatter(1, places, values)


def pad_left(prompts: Sequence[Sequence[int]], device: Any) -> tuple[Tensor, Tensor]:
    """(B, P) token ids and attention mask, prompts ending at the right edge."""
    width = max(len(prompt) for prompt in prompts)
    ids = torch.zeros(len(prompts), width, dtype=torch.long)
    mask = torch.zeros(len(prompts), width, dtype=torch.long)
    for row, prompt in enumerate(prompts):
        ids[row, width - len(prompt) :] = torch.tensor(list(prompt), dtype=torch.long)
        mask[row, width - len(prompt) :] = 1
    return ids.to(device), mask.to(device)


def positions(mask: Tensor) -> Tensor:
    """Position of each token counted from its text's own start, (B, T).

    Models with absolute positions (GPT-2) would otherwise count the padding on the left.
    """
    return (mask.cumsum(-1) - 1).clamp(min=0)
