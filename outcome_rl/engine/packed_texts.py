"""Texts whose tokens lie end to end, without padding: prompts and emails that follow them, each beginning once.

Prompts begin alike, since each is a context in the same frame, and so do many emails of one context. Where two texts
begin alike, a model reads the same there, so that these tokens are rows of the first one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .logits import length_mask


@dataclass(frozen=True)
class Texts:
    """B texts of at most T tokens each.

    inside: (B, T) bool, where there are tokens. inherited: (B,) how many tokens each begins with like its parent, and
    parents: (B,) the number of that one, which stands before it; 0 and of no meaning where it inherits none.
    """

    inside: Tensor
    parents: Tensor
    inherited: Tensor

    @property
    def own(self) -> Tensor:
        """(B, T) bool, which tokens are not another text's."""
        return self.inside & (columns(self.inside) >= self.inherited[:, None])

    def numbered(self, first: int = 0) -> Tensor:
        """The row of each token, counted from ``first`` on, (B, T); -1 where there is none."""
        own = self.own
        rows = (own.flatten().cumsum(0) - 1 + first).view(own.shape).masked_fill(~own, -1)
        for text, (parent, count) in self.shared():
            rows[text, :count] = rows[parent, :count]
        return rows

    def shared(self) -> list[tuple[int, tuple[int, int]]]:
        """(text, (its parent, tokens)) of each that begins like another, in order."""
        pairs = zip(self.parents.tolist(), self.inherited.tolist(), strict=True)
        return [(text, pair) for text, pair in enumerate(pairs) if pair[1]]


def share_beginnings(tokens: Tensor, lengths: Tensor, owners: Tensor | None = None) -> Texts:
    """The first ``lengths`` (B,) of some tokens (B, T), each beginning once; ``owners`` (B,): texts of different ones
    share nothing.
    """
    parents, inherited = [0] * len(tokens), [0] * len(tokens)
    roots: dict[int, _Beginning] = {}
    kinds = [0] * len(tokens) if owners is None else owners.tolist()
    for text, (row, length, kind) in enumerate(zip(tokens.tolist(), lengths.tolist(), kinds, strict=True)):
        at = roots.setdefault(kind, _Beginning(text))
        for token in row[:length]:
            longer = at.longer.setdefault(token, _Beginning(text))
            if longer.text < text:
                parents[text], inherited[text] = longer.text, inherited[text] + 1
            at = longer
    return Texts(length_mask(lengths, tokens.shape[1]), lengths.new_tensor(parents), lengths.new_tensor(inherited))


@dataclass(frozen=True)
class _Beginning:
    """Some tokens that texts begin with, the first ``text`` that does, and those ``longer`` by one token."""

    text: int
    longer: dict[int, _Beginning] = field(default_factory=dict)


def table_of(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """The tokens of some texts side by side, (B, T) with zeros behind, and their lengths, (B,)."""
    lengths = torch.tensor([len(text) for text in texts])
    width = int(lengths.max())
    return torch.tensor([[*text, *[0] * (width - len(text))] for text in texts]).view(len(texts), width), lengths


def columns(inside: Tensor) -> Tensor:
    """The number of each column, (B, T)."""
    return torch.arange(inside.shape[1]).expand_as(inside)
