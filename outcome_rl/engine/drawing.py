"""How one token is drawn from a row of logits. Pure functions of tensors.

Which token that is depends on the row and on a given number alone, so that neither other rows nor the way in which the
logits were made can change it. Nothing here waits for a device.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from .logits import token_log_probs


@dataclass(frozen=True)
class SamplingParams:
    """How one token is drawn; the defaults draw from the model as it is, as training needs."""

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    repetition_penalty: float = 1.0


AS_IT_IS = SamplingParams()
"""From the model as it is."""


def draw_tokens(
    logits: Tensor, draw: SamplingParams, points: Tensor, history: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """One token of each row of ``logits`` (B, V) and its log-probability at the temperature, (B,) and (B,).

    ``points`` (B,), uniform in [0, 1), say where in the cumulated probabilities. At temperature 0 the likeliest token
    is taken, whatever they are, and the log-probability is the model's own.
    """
    plain = logits.float() / (draw.temperature or 1.0)
    scaled = plain if history is None else repetition_penalised(plain, history, draw.repetition_penalty)
    if draw.temperature and not draw.top_k and draw.top_p == 1.0:
        probs = scaled.softmax(-1)
        chosen = at_point(probs, points)
        if history is None:  # what was drawn is no zero, so its logarithm is as good as one made from the logits
            return chosen, probs.gather(1, chosen[:, None]).squeeze(1).log()
    elif draw.temperature:
        values, places = likeliest(scaled, draw.top_k, draw.top_p)
        chosen = places.gather(1, at_point(values.softmax(-1), points)[:, None]).squeeze(1)
    else:
        chosen = scaled.argmax(-1)
    return chosen, token_log_probs(plain, chosen)


BLOCK = 256
"""Tokens whose probabilities are added up at once while drawing."""


def at_point(probs: Tensor, points: Tensor) -> Tensor:
    """The index at which the cumulated ``probs`` (B, V) pass ``points`` (B,) of their sum; never one of probability 0.

    First the block, then the token in it: cumulating all V probabilities would take several times as long, and
    ``torch.multinomial``, which draws a number for each of them, many times.
    """
    beyond = -probs.shape[1] % BLOCK
    blocks = (F.pad(probs, (0, beyond)) if beyond else probs).unflatten(1, (-1, BLOCK))
    sums = blocks.sum(-1).cumsum(-1)
    point = points[:, None] * sums[:, -1:]
    block = _passed(sums, point)
    inside = blocks.gather(1, block[:, :, None].expand(-1, 1, BLOCK)).squeeze(1).cumsum(-1)
    rest = point - sums.gather(1, block) + inside[:, -1:]
    return (block * BLOCK + _passed(inside, rest)).squeeze(1)


def _passed(cumulated: Tensor, point: Tensor) -> Tensor:
    """The first column where ``cumulated`` (B, N) is above ``point`` (B, 1), (B, 1); rounding leads past no end."""
    below_end = torch.nextafter(cumulated[:, -1:], torch.zeros(1, device=point.device))
    return torch.searchsorted(cumulated, torch.minimum(point.clamp(min=0), below_end), right=True)


def repetition_penalised(logits: Tensor, history: Tensor, penalty: float) -> Tensor:
    """Scores of tokens that occur in ``history`` (B, T) made smaller (https://arxiv.org/abs/1909.05858)."""
    seen = logits.gather(1, history)
    return logits.scatter(1, history, torch.where(seen > 0, seen / penalty, seen * penalty))


def likeliest(logits: Tensor, top_k: int, top_p: float) -> tuple[Tensor, Tensor]:
    """Scores of the ``top_k`` likeliest tokens, and which these are, likeliest first, (B, k) and (B, k).

    Those beyond the share ``top_p`` have the score -inf; the likeliest stays.
    """
    values, places = logits.topk(min(top_k or logits.shape[-1], logits.shape[-1]), -1)
    before = values.softmax(-1).cumsum(-1) - values.softmax(-1)
    return values.masked_fill(before >= top_p, float("-inf")), places
