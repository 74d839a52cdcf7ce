"""Reading prompts and then writing through any model's own forward pass and cache, on any device."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import torch
from torch import Tensor

from .architectures import window_of
from .logits import length_mask
from .padding import pad_left, position_ids


class PlainDecoder:
    """What :class:`outcome_rl.engine.decoding.Decoder` is, for models that are not written out."""

    def __init__(self, model: Any, prompts: Sequence[Sequence[int]], copies: int) -> None:
        self.model, self.window = model, window_of(model.config)
        self.rows = [list(prompt) for prompt in prompts for _ in range(copies)] if self.window else []
        self.gaps = False  # whether the cache has cells between a row's tokens that nobody sees
        ids, mask = pad_left(prompts, model.device)
        out = model(
            input_ids=ids, attention_mask=mask, position_ids=position_ids(mask), use_cache=True, logits_to_keep=1
        )
        self.cache = out.past_key_values
        self.cache.batch_repeat_interleave(copies)
        self.logits = out.logits[:, -1].repeat_interleave(copies, 0)
        self.mask = mask.repeat_interleave(copies, 0)

    def step(self, tokens: Tensor) -> None:
        """As :meth:`outcome_rl.engine.decoding.Decoder.step`."""
        if self.window:
            self.extend([[token] for token in tokens.tolist()])
        else:
            self._read(tokens[:, None], torch.ones_like(tokens))

    def extend(self, tokens: Sequence[Sequence[int]]) -> None:
        """Append one or more tokens to each row; see :meth:`outcome_rl.engine.decoding.BlockDecoder.extend`."""
        device = self.model.device
        lengths = torch.tensor([len(own) for own in tokens], device=device)
        inside = length_mask(lengths, int(lengths.max()))
        for row, own in zip(self.rows, tokens, strict=False):
            row.extend(own)
        self.gaps = self.gaps or not bool(inside.all())
        if self.window and self.gaps and self.mask.shape[1] + inside.shape[1] > self.window:
            self.mask = torch.cat([self.mask, inside.to(self.mask.dtype)], 1)
            self._read_again()
            return
        ids = torch.zeros(inside.shape, dtype=torch.long, device=device)
        ids[inside] = torch.tensor(list(chain(*tokens)), device=device)
        self._read(ids, lengths)

    def _read(self, ids: Tensor, lengths: Tensor) -> None:
        """Append the first ``lengths`` (n,) tokens of each row of ``ids`` (n, T)."""
        inside = length_mask(lengths, ids.shape[1])
        places = self.mask.sum(1, keepdim=True) + torch.arange(ids.shape[1], device=ids.device)
        self.mask = torch.cat([self.mask, inside.to(self.mask.dtype)], 1)
        out = self.model(
            input_ids=ids,
            attention_mask=self.mask,
            position_ids=places * inside,
            past_key_values=self.cache,
            use_cache=True,
        )
        last = out.logits[torch.arange(len(ids), device=ids.device), lengths - 1]
        self.logits = torch.where((lengths > 0)[:, None], last, self.logits)

    def _read_again(self) -> None:
        """The rows from their beginning: a window is counted in cells, also in those that nobody sees."""
        ids, mask = pad_left(self.rows, self.model.device)
        out = self.model(
            input_ids=ids, attention_mask=mask, position_ids=position_ids(mask), use_cache=False, logits_to_keep=1
        )
        self.logits = out.logits[:, -1]

    def keep(self, rows: Tensor) -> None:
        """As :meth:`outcome_rl.engine.decoding.Decoder.keep`."""
        self.cache.batch_select_indices(rows)
        self.mask, self.logits = self.mask[rows], self.logits[rows]
        if self.window:
            self.rows = [list(self.rows[row]) for row in rows.tolist()]
