"""The policy: a language model of which an adapter or all weights are trained; and models ready to write emails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..models.device import pick_device, pick_dtype
from ..models.hub import ModelLocation, find_model
from ..models.loading import load_causal_lm
from ..utils.files import atomic_folder, existing_folder, read_json, write_json
from .full_weights import Weights
from .language_model import LanguageModel, load_language_model
from .logprobs import log_probs
from .lora import Adapter, State, load_adapter, save_adapter
from .metadata import ADAPTER, ORIGIN_FILE, WARM_START


@dataclass
class Policy:
    """A language model in training. ``name`` finds its base again; ``adapter`` is trained and merged into ``model``.

    ``notice``: what a person should know of the model.
    """

    name: str
    tokenizer: Any
    model: Any
    adapter: Adapter | Weights
    dtype: torch.dtype
    notice: str | None = None

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


def load_policy(
    found: ModelLocation, rank: int, seed: int, dtype: torch.dtype | None = None, tuning: str = "lora"
) -> Policy:
    """A policy that is still the base model: a fresh adapter changes nothing. ``tuning``: lora or full.

    Raises:
        ModelError: the model cannot be loaded.
    """
    device = pick_device()
    dtype = dtype or pick_dtype(device)
    own = load_language_model(found, dtype, device)
    writer = Writer(found.name, own.tokenizer, own.model, notice=" ".join(own.notices) or None)
    return make_policy(writer, rank, seed, tuning)


def make_policy(base: Writer, rank: int, seed: int, tuning: str = "lora") -> Policy:
    """The same out of a model in memory, which is what is tuned: no copy is made of it."""
    model = base.model.eval()
    adapter = Weights(model) if tuning == "full" else Adapter(model, rank, seed)
    return Policy(base.name, base.tokenizer, model, adapter, model.dtype, base.notice)


def base_state(policy: Policy) -> State:
    """What ``policy.adapter.merged_with`` takes to have the base model again. Raises ModelError where it is gone.

    All weights are read from the disk once more: they are needed once, at the end, and a copy kept all the time would
    take as much memory as the model.
    """
    if isinstance(policy.adapter, Adapter):
        return {name: torch.zeros_like(tensor) for name, tensor in policy.adapter.state().items()}
    base = load_causal_lm(find_model(policy.name).folder, policy.dtype)
    return {name: parameter.detach() for name, parameter in base.named_parameters()}


def save_policy(policy: Policy, warm_start: State, out: Path, origin: dict[str, Any]) -> None:
    """Write the tuned model as a complete transformers folder, in it the warm start and, if there is one, the adapter.

    ``origin`` is kept as JSON; ``base_model`` in it is a name that :func:`load_writer` takes. The folder appears whole.
    """
    with atomic_folder(out) as folder:
        policy.model.save_pretrained(folder)
        policy.tokenizer.save_pretrained(folder)
        _save_parts(policy, warm_start, folder)
        write_json(folder / ORIGIN_FILE, origin)
        (folder / "README.md").write_text(_card(origin), encoding="utf-8")


def _save_parts(policy: Policy, warm_start: State, folder: Path) -> None:
    """The folders inside a tuned model's."""
    adapter = policy.adapter
    if isinstance(adapter, Adapter):
        transposed = any(layer.transposed for layer in adapter.layers)
        for name, state in ((WARM_START, warm_start), (ADAPTER, adapter.state())):
            save_adapter(state, folder / name, policy.name, adapter.rank, transposed)
        return
    with adapter.merged_with(warm_start):
        policy.model.save_pretrained(folder / WARM_START)
    policy.tokenizer.save_pretrained(folder / WARM_START)


@dataclass
class Writer:
    """A language model ready to write emails; ``name`` is what the user calls it."""

    name: str
    tokenizer: Any
    model: Any
    notice: str | None = None


def load_writer(name: str | Path, dtype: torch.dtype | None = None) -> Writer:
    """A model by name or folder, in ``dtype`` or what this machine is quicker in.

    The ``warm_start`` folder inside a tuned model's works too.

    Raises:
        ModelError: it cannot be found or read.
    """
    folder = existing_folder(Path(name).expanduser())
    device = pick_device()
    dtype = dtype or pick_dtype(device)
    if folder and (folder / "adapter_config.json").is_file():
        base = find_model(read_json(folder / "adapter_config.json")["base_model_name_or_path"])
        own = load_language_model(base, dtype, device)
        return Writer(str(name), own.tokenizer, load_adapter(own.model, folder), _notice(base, own))
    found = find_model(str(folder or name))
    own = load_language_model(found, dtype, device)
    return Writer(str(name), own.tokenizer, own.model, _notice(found, own))


def _notice(found: ModelLocation, own: LanguageModel) -> str | None:
    """What to say of a model that was found and loaded, or None."""
    return " ".join([*([found.notice] if found.notice else []), *own.notices]) or None


def _card(origin: dict[str, Any]) -> str:
    lines = "\n".join(f"- {key}: {value}" for key, value in origin.items())
    return f"""---
base_model: {origin["base_model"]}
pipeline_tag: text-generation
library_name: transformers
---

# Email writer tuned on outcomes

{lines}

`warm_start/` holds the model as it was before reinforcement learning, for comparison: an adapter, as `adapter/` does
for the tuned model, or, where all weights were tuned, a whole model.

Limits: it writes drafts. It was rewarded by a model of outcomes, not by outcomes; it may state things about the
product or the sender that are not true. Read before sending.
"""
