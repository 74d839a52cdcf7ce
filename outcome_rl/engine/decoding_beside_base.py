"""What a tuned model says beyond the model that it was tuned from: the difference of their logits, for given tokens.

Where only the upper layers were tuned, both share the lower ones (the trunk): they are run once, and what they give for
each token is kept, since the update reads it again and need not make it a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import torch
from torch import Tensor

from .architectures import Attend, Blocks, has_fast_path
from .decoding import BlockDecoder, Split
from .packing import Packing
from .plain_decoding import PlainDecoder


@dataclass(frozen=True)
class Base:
    """The model before it was tuned, from layer ``first`` on; the layers below are those of the tuned one.

    blocks: its own copies of the weights, None where the family has no fast path; then ``model`` is a whole model.
    shared: whether embeddings and norms are the tuned model's too; not where all weights are tuned. tuned: the model
    itself where it is the one that is tuned.
    """

    first: int
    head: Tensor
    blocks: Blocks | None = None
    model: Any = None
    shared: bool = True
    tuned: Any = None

    @cached_property
    def trunk(self) -> Packing | None:
        """The products of the layers below, which nothing changes, made once for all that is written."""
        return Packing(self.tuned, range(self.first)) if self.tuned is not None else None


def keep_base(model: Any, first: int, shared: bool = True, tuned: bool = False) -> Base:
    """Copies of what tuning will change in ``model``, which is still the base, from its layer ``first`` on.

    ``shared``: embeddings, head and norms stay as they are; without it all weights may change, and ``first`` is 0.
    ``tuned``: it is this model itself that will be tuned, and not another one that was.
    """
    head, family = model.get_output_embeddings().weight.detach(), has_fast_path(model)
    if not shared:
        head = head.clone()
    if family is None:
        return Base(0, head, model=deepcopy(model).eval(), shared=shared)
    source = model if shared else deepcopy(model).eval()  # of which only norms and embeddings are kept
    upper = range(first, int(model.config.num_hidden_layers))
    blocks = family(source, Packing(source, upper, copied=True).for_all_threads(), upper)
    return Base(first, head, blocks=blocks, shared=shared, tuned=model if tuned and shared else None)


class RelativeDecoder(Protocol):
    """n rows being written by a model beside its base."""

    def extend(self, tokens: Sequence[Sequence[int]]) -> None:
        """Append some tokens to each row; as :meth:`outcome_rl.engine.decoding.BlockDecoder.extend`."""

    def keep(self, rows: Tensor) -> None:
        """Go on with these rows; one may stand there several times, to be gone on with in several ways, as long as
        there are no more than at the beginning."""

    def logits_of(self, allowed: Tensor) -> tuple[Tensor, Tensor]:
        """The model's and the base's logits of each row's next token among ``allowed`` (n, A), (n, A) float32."""

    def trunk_of(self, row: int) -> tuple[Tensor, Tensor] | None:
        """What the trunk gave for the prompt and the text of a row, as it is numbered now; None if not kept."""


def relative_decoders(
    model: Any, base: Base | None, untaught: bool = False
) -> Callable[[Sequence[Sequence[int]], int], RelativeDecoder]:
    """What makes a decoder that has read some prompts, for a number of texts of each; several at once may.

    ``untaught``: the model is still its base, so that the two need not be asked for their difference.
    """
    if untaught:
        return lambda prompts, copies: _NoDifference()
    if not has_fast_path(model):
        return lambda prompts, copies: _PlainPair(model, base, prompts, copies)
    packing = Packing(model, known=base.trunk if base else None)
    return lambda prompts, copies: _Trunked(model, packing, base, prompts, copies)


def _picked(last: Tensor, head: Tensor, allowed: Tensor) -> Tensor:
    """Logits of some tokens alone: last (n, H), head (V, H), allowed (n, A) with -1 for none -> (n, A) float32."""
    different, places = torch.unique(allowed.clamp(min=0), return_inverse=True)
    return (last @ head[different].T).float().gather(1, places)


class _Trunked(BlockDecoder):
    """A decoder whose upper layers are there twice; ``last`` (n, 2 H) is what both heads read."""

    def __init__(
        self, model: Any, packing: Packing, base: Base | None, prompts: Sequence[Sequence[int]], copies: int
    ) -> None:
        self.base, self.first = base, base.first if base else 0
        self.weights = model.get_output_embeddings().weight
        self.trunk: list[list[Tensor]] = []  # what the trunk gave for each row, the prompt's and one for each read
        self.most = len(prompts) * copies
        super().__init__(model, packing, prompts, copies)

    def _rows(self) -> int:
        return self.most

    def _layers(self) -> int:
        own = len(self.blocks.layers)
        return own + (own - self.first if self.base else 0)

    def _through(self, ids: Tensor, places: Tensor, attend: Attend, wanted: Tensor | None, texts: Split) -> Tensor:
        own = len(self.blocks.layers)
        lower, upper = range(self.first), range(self.first, own)
        x = self.blocks.through(self.blocks.embedded(ids, places), places, attend, lower)
        if self.base and self.base.shared:
            self._remember(texts(x))
        hidden = self.blocks.last_norm(self.blocks.through(x, places, attend, upper, wanted))
        if not self.base:
            return hidden
        blocks = self.base.blocks
        assert blocks is not None
        if not self.base.shared:
            x = blocks.embedded(ids, places)

        def beside(layer: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            return attend(layer + own - self.first, q, k, v)

        return torch.cat([hidden, blocks.last_norm(blocks.through(x, places, beside, upper, wanted))], 1)

    def _remember(self, parts: Sequence[Tensor]) -> None:
        if not self.trunk:  # of the prompts
            self.trunk = [[part] for part in parts for _ in range(self.copies)]
            return
        for row, part in zip(self.trunk, parts, strict=True):
            row.append(part)

    def keep(self, rows: Tensor) -> None:
        self.trunk = [list(self.trunk[row]) for row in rows.tolist()] if self.trunk else []
        super().keep(rows)

    def logits_of(self, allowed: Tensor) -> tuple[Tensor, Tensor]:
        width = self.weights.shape[1]
        own = _picked(self.last[:, :width], self.weights, allowed)
        return own, _picked(self.last[:, width:], self.base.head, allowed) if self.base else torch.zeros_like(own)

    def trunk_of(self, row: int) -> tuple[Tensor, Tensor] | None:
        if not self.trunk:
            return None
        prompt, *pieces = self.trunk[row]
        return prompt, torch.cat(pieces) if pieces else prompt[:0]


class _NoDifference:
    """A model that is still its base: both have the same logits, 0 here, whatever the rows are."""

    def extend(self, tokens: Sequence[Sequence[int]]) -> None:
        """Nothing is read."""

    def keep(self, rows: Tensor) -> None:
        """No row differs from another."""

    def logits_of(self, allowed: Tensor) -> tuple[Tensor, Tensor]:
        same = torch.zeros(allowed.shape)
        return same, same

    def trunk_of(self, row: int) -> tuple[Tensor, Tensor] | None:
        return None


class _PlainPair:
    """Two models side by side, through their own forward passes."""

    def __init__(self, model: Any, base: Base | None, prompts: Sequence[Sequence[int]], copies: int) -> None:
        self.own = PlainDecoder(model, prompts, copies)
        self.other = PlainDecoder(base.model, prompts, copies) if base else None

    def extend(self, tokens: Sequence[Sequence[int]]) -> None:
        for decoder in self._both:
            decoder.extend(tokens)

    def keep(self, rows: Tensor) -> None:
        for decoder in self._both:
            decoder.keep(rows)

    def logits_of(self, allowed: Tensor) -> tuple[Tensor, Tensor]:
        places = allowed.clamp(min=0).to(self.own.logits.device)
        own = self.own.logits.gather(1, places).float()
        return own, self.other.logits.gather(1, places).float() if self.other else torch.zeros_like(own)

    def trunk_of(self, row: int) -> tuple[Tensor, Tensor] | None:
        return None

    @property
    def _both(self) -> list[PlainDecoder]:
        return [self.own, *([self.other] if self.other else [])]
