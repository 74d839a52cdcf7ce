"""How expected a text is to a language model that had no part in writing it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from outcome_rl.models.loading import load_causal_lm, load_tokenizer

MAX_TOKENS = 512
"""Longer texts are read up to here."""


def mean_losses_of(folder: Path, texts: Sequence[str]) -> np.ndarray:
    """:func:`mean_losses` with the model of a folder, in float32. Raises ModelError."""
    import torch

    return mean_losses(load_causal_lm(folder, torch.float32), load_tokenizer(folder), texts)


def mean_losses(model: Any, tokenizer: Any, texts: Sequence[str]) -> np.ndarray:
    """Mean negative log-likelihood per token, nats, (N,); perplexity is its exponential; nan for an empty text.

    The text alone, without a prompt, behind the model's sign for a beginning (its sign for an end where it has none).
    """
    import torch

    start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    losses = []
    for text in texts:
        tokens = tokenizer(text, add_special_tokens=False).input_ids[:MAX_TOKENS]
        if not tokens:
            losses.append(float("nan"))
            continue
        ids = torch.tensor([[start, *tokens]])
        with torch.inference_mode():
            logits = model(ids).logits[0, :-1].float()
        losses.append(float(torch.nn.functional.cross_entropy(logits, ids[0, 1:])))
    return np.array(losses)
