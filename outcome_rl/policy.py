"""The policy: a language model with a low-rank adapter that is trained; and models ready to write emails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .adapters import Adapter, State, load_adapter, save_adapter
from .errors import ModelError
from .files import existing_folder, read_json, whole_folder, write_json
from .likelihood import log_probs
from .models import Found, find_model, load_causal_lm, load_tokenizer, pick_device, pick_dtype

WARM_START = "warm_start"
"""Folder of the warm start's adapter inside a tuned model's folder."""
ORIGIN_FILE = "outcome_rl.json"
"""In a tuned model's folder: what it was made from."""


@dataclass
class Policy:
    """A language model in training. ``name`` finds its base again; ``model`` holds base and adapter merged."""

    name: str
    tokenizer: Any
    model: Any
    adapter: Adapter
    dtype: torch.dtype

    @property
    def device(self) -> torch.device:
        return self.model.device

    def log_probs(
        self, prompts: Sequence[Sequence[int]], tokens: Tensor, lengths: Tensor, temperature: float
    ) -> Tensor:
        """log π of each completion's tokens, nats, (B, T) in float32; columns behind ``lengths`` mean nothing.

        prompts: one for each of the B rows; equal ones are read once. tokens: (B, T) long; lengths: (B,), at least 1.
        """
        return log_probs(self.model, prompts, tokens, lengths, temperature)


def load_policy(found: Found, rank: int, seed: int, dtype: torch.dtype | None = None) -> Policy:
    """A policy that is still the base model: a fresh adapter changes nothing.

    Raises:
        ModelError: the model cannot be loaded.
    """
    device = pick_device()
    dtype = dtype or pick_dtype(device)
    model = load_causal_lm(found.folder, dtype).to(device)
    return Policy(found.name, load_tokenizer(found.folder), model, Adapter(model, rank, seed), dtype)


def save_policy(policy: Policy, warm_start: State, out: Path, origin: dict[str, Any]) -> None:
    """Write the tuned model as a complete transformers folder, with the warm start as an adapter inside it.

    ``origin`` is kept as JSON; ``base_model`` in it is a name that :func:`load_writer` takes. The folder appears whole.
    """
    with whole_folder(out) as folder:
        policy.model.save_pretrained(folder)
        policy.tokenizer.save_pretrained(folder)
        transposed = any(layer.transposed for layer in policy.adapter.layers)
        save_adapter(warm_start, folder / WARM_START, policy.name, policy.adapter.rank, transposed)
        write_json(folder / ORIGIN_FILE, origin)
        (folder / "README.md").write_text(_card(origin), encoding="utf-8")


@dataclass
class Writer:
    """A language model ready to write emails; ``name`` is what the user calls it."""

    name: str
    tokenizer: Any
    model: Any
    notice: str | None = None


def load_writer(name: str | Path) -> Writer:
    """A model by name or folder; the ``warm_start`` folder inside a tuned model's works too.

    Raises:
        ModelError: it cannot be found or read.
    """
    folder = existing_folder(Path(name).expanduser())
    device = pick_device()
    dtype = pick_dtype(device)
    if folder and (folder / "adapter_config.json").is_file():
        base = find_model(read_json(folder / "adapter_config.json")["base_model_name_or_path"])
        model = load_adapter(load_causal_lm(base.folder, dtype), folder)
        return Writer(str(name), load_tokenizer(base.folder), model.to(device), base.notice)
    found = find_model(str(folder or name))
    model = load_causal_lm(found.folder, dtype).to(device)
    return Writer(str(name), load_tokenizer(found.folder), model, found.notice)


def tuned_models(folder: Path | str) -> dict[str, str]:
    """What :func:`load_writer` takes for the base, the warm start and the tuned model of a tuned model's folder.

    Raises:
        ModelError: there is no tuned model in the folder.
    """
    kept = existing_folder(Path(folder))
    if kept is None or not (kept / ORIGIN_FILE).is_file():
        raise ModelError(f"there is no tuned model in '{folder}'; make one first: python -m outcome_rl finetune DATA")
    base = read_json(kept / ORIGIN_FILE)["base_model"]
    return {"base": base, WARM_START: str(kept / WARM_START), "tuned": str(kept)}


def _card(origin: dict[str, Any]) -> str:
    lines = "\n".join(f"- {key}: {value}" for key, value in origin.items())
    return f"""---
base_model: {origin["base_model"]}
pipeline_tag: text-generation
library_name: transformers
---

# Email writer tuned on outcomes

{lines}

`warm_start/` holds the adapter as it was before reinforcement learning, for comparison.

Limits: it writes drafts. It was rewarded by a model of outcomes, not by outcomes; it may state things about the
product or the sender that are not true. Read before sending.
"""
