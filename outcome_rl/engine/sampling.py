"""Fast batched sampling: many emails for many contexts at once, with the log-probabilities of what was drawn.

The prompt of each context is read once and shared by its samples; emails that have ended leave the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate
from threading import Event
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from ..utils.parallel import count_workers, parallel_map
from .architectures import has_fast_path
from .decoding import Decoder, closed_up, decoders
from .drawing import AS_IT_IS, SamplingParams, draw_tokens
from .logits import length_mask
from .plain_decoding import PlainDecoder
from .static_decoding import ROWS, block_at, stays_in_shape


@dataclass(frozen=True)
class Decisions:
    """The D tokens of a batch that were chosen among some given ones; all others were the only ones allowed.

    rows, columns: (D,) where they stand. allowed: (D, A) the tokens to choose from, -1 where there are fewer. weights:
    (D, A) float32, how likely each was to begin with, a logarithm. base: (D, A) float32, the logits that the model had
    before it was tuned; what it has since beyond them is added to the weights. chosen: (D,) which one was taken.
    """

    rows: Tensor
    columns: Tensor
    allowed: Tensor
    weights: Tensor
    base: Tensor
    chosen: Tensor

    def map(self, change: Callable[[Tensor], Tensor]) -> Decisions:
        """Each part changed."""
        return Decisions(*(change(getattr(self, spec.name)) for spec in fields(self)))

    def of_rows(self, rows: Tensor) -> Decisions:
        """Those in some rows (R,) of the batch, numbered by their place in ``rows``."""
        place = torch.full((int(torch.cat([rows, self.rows]).max()) + 1,), -1, device=rows.device)
        place[rows] = torch.arange(len(rows), device=rows.device)
        kept = place[self.rows] >= 0
        found = self.map(lambda part: part[kept])
        return replace(found, rows=place[found.rows])

    def mask(self, shape: Sequence[int]) -> Tensor:
        """(B, T) bool, True where a token was chosen."""
        mask = torch.zeros(*shape, dtype=torch.bool, device=self.rows.device)
        mask[self.rows, self.columns] = True
        return mask


@dataclass(frozen=True)
class Rollout:
    """B sampled completions, the samples of one prompt side by side.

    tokens: (B, T) long, the end-of-text token included where there is one, zeros behind. log_probs: (B, T) float32,
    nats, log-probabilities under the model at the sampling temperature, before top-k, top-p and the repetition
    penalty; 0 behind the end. lengths: (B,). ended: (B,) bool, False for emails cut at the longest length.
    decisions: None where every token was free; log-probabilities of the tokens that were not are 0. trunk: for each
    completion what the layers that are not tuned gave for its prompt, (P, H), and for its tokens as far as they were
    read, (T, H); None where it was not kept.
    """

    tokens: Tensor
    log_probs: Tensor
    lengths: Tensor
    ended: Tensor
    decisions: Decisions | None = None
    trunk: tuple[tuple[Tensor, Tensor], ...] | None = None

    def to(self, device: Any) -> Rollout:
        """The same on another device."""
        decisions = self.decisions.map(lambda part: part.to(device)) if self.decisions else None
        trunk = self.trunk and tuple((prompt.to(device), text.to(device)) for prompt, text in self.trunk)
        tokens, log_probs = self.tokens.to(device), self.log_probs.to(device)
        return Rollout(tokens, log_probs, self.lengths.to(device), self.ended.to(device), decisions, trunk)

    def copied(self) -> Rollout:
        """The same emails, in memory of their own."""
        own = {name: getattr(self, name).clone() for name in ("tokens", "log_probs", "lengths", "ended")}
        return replace(self, **own)

    def take(self, rows: Tensor) -> Rollout:
        """Some of the completions (R,), no wider than the longest of them."""
        lengths = self.lengths[rows]
        width = int(lengths.max())
        decisions = self.decisions.of_rows(rows) if self.decisions else None
        trunk = self.trunk and tuple(self.trunk[row] for row in rows.tolist())
        kept = self.tokens[rows, :width], self.log_probs[rows, :width], lengths, self.ended[rows]
        return Rollout(*kept, decisions=decisions, trunk=trunk)

    def chosen(self) -> Tensor:
        """Which tokens the policy has chosen, (B, T) bool: none behind an end, none that was the only one allowed."""
        if self.decisions:
            return self.decisions.mask(self.tokens.shape)
        return length_mask(self.lengths, self.tokens.shape[1])

    def completions(self) -> list[list[int]]:
        """Token ids of each completion, without its end-of-text token."""
        kept = (self.lengths - self.ended.long()).tolist()
        return [row[:n] for row, n in zip(self.tokens.tolist(), kept, strict=True)]


MIN_ITEMS_PER_WORKER = 16
"""Fewest emails for a worker: each reads all weights for each token, which with fewer emails is most of the work."""


@torch.no_grad()
def sample(
    model: Any,
    prompts: Sequence[Sequence[int]],
    samples_per_prompt: int,
    max_new_tokens: int,
    eos: Sequence[int],
    generator: torch.Generator,
    draw: SamplingParams = AS_IT_IS,
    keep_going: Callable[[], bool] = lambda: True,
    numbers: range | None = None,
    on_progress: Callable[[Rollout], None] | None = None,
    in_blocks: bool | None = None,
) -> Rollout:
    """Draw ``samples_per_prompt`` completions of each prompt, shorter ones where the model's positions run out.

    ``keep_going`` is asked before each token; sampling breaks off, leaving the emails as they are, where it is False.
    ``on_progress`` is called after each token with the emails so far, in memory that the next token changes.
    ``numbers``: the prompts to write for, all where None; each email is what it would be if all of them were sampled
    together. ``in_blocks``: with shapes that stay (:mod:`.static_decoding`), which writes the same emails; None: on a
    CUDA device, for models that can. Emails in own words (:mod:`.constrained`) are never written so.
    """
    longest = min(max_new_tokens, room(model, max(map(len, prompts))))
    numbers = range(len(prompts)) if numbers is None else numbers
    # a number for each token of each email, also behind its end: none depends on when the others end
    points = torch.rand(longest, len(prompts), samples_per_prompt, generator=generator)[:, numbers.start : numbers.stop]
    if in_blocks if in_blocks is not None else model.device.type == "cuda" and stays_in_shape(model):
        wanted = [prompts[number] for number in numbers]
        return _in_blocks(model, wanted, points.to(model.device), eos, draw, keep_going, on_progress)
    decoder_of, broken = decoders(model), Event()
    together = on_progress is not None or not has_fast_path(model)
    count = 1 if together else count_workers(len(numbers) * samples_per_prompt, MIN_ITEMS_PER_WORKER)

    def going_on() -> bool:
        return not broken.is_set() and keep_going()

    def written(part: slice) -> Rollout:
        try:
            decoder = decoder_of([prompts[number] for number in numbers[part]], samples_per_prompt)
            return _decode_loop(decoder, points[:, part].flatten(1).to(model.device), eos, draw, going_on, on_progress)
        except BaseException:
            broken.set()
            raise

    share = -(-len(numbers) // count)
    parts = [slice(first, first + share) for first in range(0, len(numbers), share)]
    return joined(list(parallel_map(written, parts, count, call_off=broken.set)))


def _decode_loop(
    decoder: Decoder | PlainDecoder,
    points: Tensor,
    eos: Sequence[int],
    draw: SamplingParams,
    keep_going: Callable[[], bool],
    on_progress: Callable[[Rollout], None] | None,
) -> Rollout:
    """The emails that a decoder is at the beginning of; ``points`` (T, B) is what :func:`draw_tokens` takes."""
    device, (max_new_tokens, batch) = points.device, points.shape
    tokens = torch.zeros(batch, max_new_tokens, dtype=torch.long, device=device)
    log_probs = torch.zeros(batch, max_new_tokens, device=device)
    lengths = torch.zeros(batch, dtype=torch.long, device=device)
    ended = torch.zeros(batch, dtype=torch.bool, device=device)
    stops = torch.tensor(list(eos), device=device)
    live = torch.arange(batch, device=device)  # which email each row of the shrinking batch belongs to
    for step in range(max_new_tokens):
        if not keep_going():
            break
        # of the email alone: the prompt holds the context's words, which an email should use, and end-of-text tokens
        history = tokens[live, :step] if draw.repetition_penalty != 1.0 else None
        chosen, logp = draw_tokens(decoder.logits, draw, points[step, live], history)
        tokens[live, step], log_probs[live, step] = chosen, logp
        lengths[live] = step + 1
        done = torch.isin(chosen, stops)
        ended[live[done]] = True
        if on_progress is not None:
            on_progress(Rollout(tokens, log_probs, lengths, ended))
        if done.all() or step + 1 == max_new_tokens:
            break
        if done.any():
            # rows are dropped at once: the batch shrinks as emails end, so the last tokens of the longest cost little
            order = closed_up(~done)
            live, chosen = live[order], chosen[order]
            decoder.keep(order)
        decoder.step(chosen)
    return Rollout(tokens, log_probs, lengths, ended)


LOOKS = 8
"""Tokens after which it is asked whether all rows of a block have ended: to ask means to wait for the device."""


def _in_blocks(
    model: Any,
    prompts: Sequence[Sequence[int]],
    points: Tensor,
    eos: Sequence[int],
    draw: SamplingParams,
    keep_going: Callable[[], bool],
    on_progress: Callable[[Rollout], None] | None,
) -> Rollout:
    """The emails of P prompts; ``points`` (T, P, samples of each). Who watches sees all of them, in one block."""
    longest, _, samples = points.shape
    share = len(prompts) if on_progress is not None else max(1, ROWS // samples)
    looks = 1 if on_progress is not None else LOOKS
    parts = []
    for first in range(0, len(prompts), share):
        own = slice(first, first + share)
        with block_at(model, prompts[own], points[:, own].flatten(1), draw, eos) as (block, next_step):
            rows = len(prompts[own]) * samples
            made = block.tokens[:rows, :longest], block.log_probs[:rows, :longest]
            shown = Rollout(*made, block.lengths[:rows], block.ended[:rows])
            for step in range(longest):
                if not keep_going():
                    break
                next_step() if step else block.first(draw, eos)
                if on_progress is not None:
                    on_progress(shown)
                if (step + 1) % looks == 0 and not block.live.any():
                    break
            parts.append(shown.copied())
    return joined(parts)


def joined(parts: Sequence[Rollout]) -> Rollout:
    """The emails of several rollouts one behind the other, as wide as the widest."""
    width = max(part.tokens.shape[1] for part in parts)

    def wide(rows: Tensor) -> Tensor:
        return F.pad(rows, (0, width - rows.shape[1]))

    return Rollout(
        torch.cat([wide(part.tokens) for part in parts]),
        torch.cat([wide(part.log_probs) for part in parts]),
        torch.cat([part.lengths for part in parts]),
        torch.cat([part.ended for part in parts]),
        decisions=_joined_decisions(parts),
        trunk=_joined_trunks(parts),
    )


def _joined_decisions(parts: Sequence[Rollout]) -> Decisions | None:
    own = [part.decisions for part in parts if part.decisions]
    if len(own) < len(parts):
        return None
    most = max(decisions.allowed.shape[1] for decisions in own)
    first = [0, *accumulate(len(part.tokens) for part in parts)]

    def wide(part: Tensor, filler: float) -> Tensor:
        return F.pad(part, (0, most - part.shape[1]), value=filler)

    return Decisions(
        torch.cat([decisions.rows + start for decisions, start in zip(own, first, strict=False)]),
        torch.cat([decisions.columns for decisions in own]),
        torch.cat([wide(decisions.allowed, -1) for decisions in own]),
        torch.cat([wide(decisions.weights, 0.0) for decisions in own]),
        torch.cat([wide(decisions.base, 0.0) for decisions in own]),
        torch.cat([decisions.chosen for decisions in own]),
    )


def _joined_trunks(parts: Sequence[Rollout]) -> tuple[tuple[Tensor, Tensor], ...] | None:
    found = [part.trunk for part in parts if part.trunk is not None]
    return None if len(found) < len(parts) else tuple(own for trunk in found for own in trunk)


def room(model: Any, prompt_width: int) -> int:
    """Tokens that fit behind the prompt (GPT-2 has 1,024 positions)."""
    positions = getattr(model.config, "max_position_embeddings", None)
    return max(1, positions - prompt_width) if positions else 2**31
