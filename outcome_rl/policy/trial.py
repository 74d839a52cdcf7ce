"""A trial of a model that was just loaded: two short texts, read and continued as sampling and training will do it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..engine.architectures import has_fast_path
from ..engine.logits import token_log_probs
from ..engine.plain_decoding import PlainDecoder
from ..errors import ModelError
from ..models.compatibility import TAKE
from .logprobs import log_probs

TOLERANCE = {torch.float32: 0.01, torch.float64: 0.01}
"""Nats by which two ways of computing a log-probability may differ; rounding makes up for a hundredth of it."""
ROUGH_TOLERANCE = 0.5
"""The same in sixteen bits."""


@torch.no_grad()
def try_out(name: str, model: Any) -> None:
    """See that emails of different prompts can be written together, and that training sees what sampling drew.

    Each log-probability is compared with the one that the model gives when it reads the text alone.

    Raises:
        ModelError: an error came up, or the numbers differ or are not finite.
    """
    prompts, tokens = _texts(model)
    try:
        alone = torch.cat([_alone(model, prompt, row) for prompt, row in zip(prompts, tokens, strict=True)])
    except Exception as error:  # whatever a model's own code raises
        raise ModelError(f"model '{name}' cannot read a text ({_first_line(error)}); {TAKE}") from error
    if not alone.isfinite().all():
        raise ModelError(
            f"model '{name}' gives numbers that are not finite; its files are damaged (fetch it again), or it was "
            "made for another type of number"
        )
    try:
        together = log_probs(
            model, prompts, tokens, torch.full((len(prompts),), tokens.shape[1], device=model.device), 1.0
        )
        written = alone if has_fast_path(model) else _written(model, prompts, tokens, alone)
    except Exception as error:
        raise ModelError(
            f"model '{name}' ({model.config.model_type}) cannot be sampled from or tuned here: it does not read "
            f"several texts at once and continue them as other models do ({_first_line(error)}); {TAKE}"
        ) from error
    largest = max(float((found - alone).abs().max()) for found in (together, written))
    if not largest <= TOLERANCE.get(model.dtype, ROUGH_TOLERANCE):
        raise ModelError(
            f"model '{name}' ({model.config.model_type}) cannot be tuned here: what it says of a text depends on the "
            f"texts that it reads beside it (by {largest:.2g} nats a token); {TAKE}"
        )


def _texts(model: Any) -> tuple[list[list[int]], Tensor]:
    """Two prompts of different lengths, and four tokens behind each, (2, 4); any numbers will do."""
    rows = model.get_input_embeddings().weight.shape[0]
    ids = [1 + n * 7 % max(1, rows - 1) for n in range(13)]
    return [ids[:4], ids[4:5]], torch.tensor([ids[5:9], ids[9:]], device=model.device)


def _alone(model: Any, prompt: list[int], tokens: Tensor) -> Tensor:
    """log π of each token behind a prompt, nats, (1, T), from one pass without any padding."""
    ids = torch.tensor([[*prompt, *tokens.tolist()]], device=model.device)
    logits = model(input_ids=ids, use_cache=False).logits[:, len(prompt) - 1 : -1]
    return token_log_probs(logits, tokens[None])


def _written(model: Any, prompts: list[list[int]], tokens: Tensor, alone: Tensor) -> Tensor:
    """The same while the texts are written beside each other, each of them twice until one of both is dropped.

    One of them is given two tokens at once, and none where the other one still gets some; what no logits are seen for
    is as in ``alone``.
    """
    decoder, found, written = PlainDecoder(model, prompts, copies=2), alone.clone(), [0, 0]
    decoder.keep(torch.tensor([0, 2], device=model.device))
    for more in ((1, 1), (2, 1), (0, 1), (0, 0)):
        for row, place in enumerate(written):
            found[row, place] = token_log_probs(decoder.logits[row], tokens[row, place])
        pieces = [own[start : start + count].tolist() for own, start, count in zip(tokens, written, more, strict=True)]
        written = [start + count for start, count in zip(written, more, strict=True)]
        if more == (1, 1):
            decoder.step(tokens[:, 0])
        elif any(more):
            decoder.extend(pieces)
    return found


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:150]}" if text else type(error).__name__
