"""Texts whose tokens lie end to end, without padding: prompts and emails that follow them, each beginning once.

Prompts begin alike, since each is a context in the same frame, and so do many emails of one context. Where two texts
begin alike, a model reads the same there, so that these tokens are rows of the first one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .logits import length_mask


@dataclass(frozen=True)
class Texts:
    """B texts of at most T tokens each.

    inside: (B, T) bool, where there are tokens. of, begun: (B,) the first ``begun`` tokens are those of text ``of``,
    which stands before it.
    """

    inside: Tensor
    of: Tensor
    begun: Tensor

    @property
    def own(self) -> Tensor:
        """(B, T) bool, which tokens are not another text's."""
        return self.inside & (columns(self.inside) >= self.begun[:, None])

    def numbered(self, first: int = 0) -> Tensor:
        """The row of each token, counted from ``first`` on, (B, T); -1 where there is none."""
        own = self.own
        rows = (own.flatten().cumsum(0) - 1 + first).view(own.shape).masked_fill(~own, -1)
        for text, (other, count) in self.shared():
            rows[text, :count] = rows[other, :count]
        return rows

    def shared(self) -> list[tuple[int, tuple[int, int]]]:
        """(text, (the one before that it begins like, tokens)) of each that begins like another, in order."""
        pairs = zip(self.of.tolist(), self.begun.tolist(), strict=True)
        return [(text, pair) for text, pair in enumerate(pairs) if pair[1]]


def texts_of(tokens: Tensor, lengths: Tensor, owners: Tensor | None = None) -> Texts:
    """The first ``lengths`` (B,) of some tokens (B, T); ``owners`` (B,): texts of different ones are not alike."""
    of, begun = torch.zeros_like(lengths), torch.zeros_like(lengths)
    for text in range(1, len(tokens)):
        alike = (tokens[:text] == tokens[text]).long().cumprod(1).sum(1)
        alike = torch.minimum(alike, lengths[:text]).clamp(max=int(lengths[text]))
        if owners is not None:
            alike = alike * (owners[:text] == owners[text])
        begun[text], of[text] = alike.max(0)
    return Texts(length_mask(lengths, tokens.shape[1]), of, begun)


def table_of(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """The tokens of some texts side by side, (B, T) with zeros behind, and their lengths, (B,)."""
    lengths = torch.tensor([len(text) for text in texts])
    width = int(lengths.max())
    return torch.tensor([[*text, *[0] * (width - len(text))] for text in texts]).view(len(texts), width), lengths


def columns(inside: Tensor) -> Tensor:
    """The number of each column, (B, T)."""
    return torch.arange(inside.shape[1]).expand_as(inside)
