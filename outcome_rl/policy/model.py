"""The policy: a language model of which an adapter or all weights are trained; and models ready to write emails."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten
from typing import Any

import torch
from torch import Tensor

from ..config import SamplingConfig, without_effect
from ..engine.decoding_beside_base import Base, keep_base
from ..engine.sampling import Rollout
from ..errors import ModelError
from ..models.device import pick_device, pick_dtype
from ..models.hub import ModelLocation, find_model
from ..models.loading import load_causal_lm, require_undamaged
from ..sentence_bank.storage import BANK_FILE, load_bank, save_bank
from ..utils.checksums import write_checksums
from ..utils.files import atomic_folder, existing_folder, read_json, write_json, write_text
from .full_weights import Weights
from .language_model import LanguageModel, load_language_model
from .logprobs import decision_log_probs, log_probs
from .lora import Adapter, State, load_adapter, save_adapter
from .metadata import ADAPTER, BASE_FILE, FACTS_FILE, ORIGIN_FILE, WARM_START
from .model_card import model_card
from .own_words import OwnWords
from .writing import FreeWriting, Writing

SHOWN = 80
"""Characters of a context that are shown where it is spoken of."""


@dataclass
class Policy:
    """A language model in training. ``name`` finds its base again; ``adapter`` is trained and merged into ``model``.

    ``facts``: what its emails may say. ``notice``: what a person should know of the model.
    """

    name: str
    tokenizer: Any
    model: Any
    adapter: Adapter | Weights
    dtype: torch.dtype
    notice: str | None = None
    writing: Writing = field(default_factory=FreeWriting)
    base: Base | None = None
    facts: str = ""

    @property
    def device(self) -> torch.device:
        """Where the model lies."""
        return self.model.device

    @property
    def untaught(self) -> bool:
        """Whether the model is known to be the base still."""
        return not self.adapter.changes()

    def log_probs(self, prompts: Sequence[Sequence[int]], batch: Rollout, temperature: float) -> Tensor:
        """log π of each completion's tokens, nats, (B, T) in float32; what is not in ``batch.chosen()`` means nothing.

        prompts: one for each of the B completions; equal ones are read once.
        """
        if batch.decisions:
            return decision_log_probs(self.model, prompts, batch, temperature, self.base.first if self.base else 0)
        return log_probs(self.model, prompts, batch.tokens, batch.lengths, temperature)


def load_policy(
    found: ModelLocation,
    rank: int,
    seed: int,
    dtype: torch.dtype | None = None,
    tuning: str = "lora",
    tuned_layers: float = 1.0,
) -> Policy:
    """A policy that is still the base model: a fresh adapter changes nothing. ``tuning``: lora or full.

    ``tuned_layers``: the share of the layers that an adapter is put on, the last ones.

    Raises:
        ModelError: the model cannot be loaded.
    """
    device = pick_device()
    dtype = dtype or pick_dtype(device)
    own = load_language_model(found, dtype, device)
    writer = WritingModel(found.name, own.tokenizer, own.model, notice=" ".join(own.notices) or None)
    return make_policy(writer, rank, seed, tuning, tuned_layers)


def make_policy(base: WritingModel, rank: int, seed: int, tuning: str = "lora", tuned_layers: float = 1.0) -> Policy:
    """The same out of a model in memory, which is what is tuned: no copy is made of it."""
    model = base.model.eval()
    first = first_tuned(model, tuned_layers) if tuning == "lora" else 0
    kept = keep_base(model, first, shared=tuning != "full", tuned=True)
    adapter = Weights(model) if tuning == "full" else Adapter(model, rank, seed, first)
    return Policy(base.name, base.tokenizer, model, adapter, model.dtype, base.notice, base=kept)


def first_tuned(model: Any, share: float) -> int:
    """The first layer of those that are tuned, the last ``share`` of them."""
    layers = int(model.config.num_hidden_layers)
    return layers - max(1, math.ceil(share * layers))


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

    ``origin`` is kept as JSON; ``base_model`` in it is a name that :func:`load_writing_model` takes. The folder appears
    whole.
    """
    with atomic_folder(out) as folder:
        policy.model.save_pretrained(folder)
        policy.tokenizer.save_pretrained(folder)
        _save_parts(policy, warm_start, folder)
        for place in (folder, folder / WARM_START):
            _save_writing(policy, place)
        write_json(folder / ORIGIN_FILE, origin)
        (folder / "README.md").write_text(model_card(origin), encoding="utf-8")
        write_checksums(folder)


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


def _save_writing(policy: Policy, folder: Path) -> None:
    """What a model needs to write as it was tuned to: facts, bank, which of its layers differ from the base's."""
    write_text(folder / FACTS_FILE, policy.facts)
    if isinstance(policy.writing, OwnWords) and policy.base:
        save_bank(policy.writing.bank, folder / BANK_FILE)
        base = {"base_model": policy.name, "first_layer": policy.base.first, "shared": policy.base.shared}
        write_json(folder / BASE_FILE, base)


@dataclass
class WritingModel:
    """A language model ready to write emails; ``name``: what the user calls it, ``facts``: what its emails may say.

    ``untaught``: it is known to be what its ``base`` is.
    """

    name: str
    tokenizer: Any
    model: Any
    notice: str | None = None
    writing: Writing = field(default_factory=FreeWriting)
    base: Base | None = None
    facts: str = ""
    untaught: bool = False

    def remarks(self, contexts: Sequence[str], sampling: SamplingConfig) -> list[str]:
        """What to say before it writes for these contexts: settings without effect, and whom it knows nothing about."""
        unused, strange = without_effect(sampling, self.writing.name), self.writing.unlike_learned(contexts)
        return [*([unused] if unused else []), *([_unlike(strange, len(contexts))] if strange else [])]


def load_writing_model(
    name: str | Path, dtype: torch.dtype | None = None, device: torch.device | None = None
) -> WritingModel:
    """A model by name or folder, in ``dtype`` or what the device is quicker in, on ``device`` or this machine's own.

    The ``warm_start`` folder inside a tuned model's works too.

    Raises:
        ModelError: it cannot be found or read.
    """
    folder = existing_folder(Path(name).expanduser())
    if folder:
        require_undamaged(folder)
    device = device or pick_device()
    dtype = dtype or pick_dtype(device)
    if folder and (folder / "adapter_config.json").is_file():
        base = find_model(read_json(folder / "adapter_config.json")["base_model_name_or_path"])
        own = load_language_model(base, dtype, device)
        writer = WritingModel(str(name), own.tokenizer, load_adapter(own.model, folder), _notice(base, own))
    else:
        found = find_model(str(folder or name))
        own = load_language_model(found, dtype, device)
        writer = WritingModel(str(name), own.tokenizer, own.model, _notice(found, own))
    if folder and (folder / FACTS_FILE).is_file():
        writer.facts = (folder / FACTS_FILE).read_text(encoding="utf-8")
    if folder and (folder / BANK_FILE).is_file():
        writer.writing = OwnWords(load_bank(folder / BANK_FILE), writer.tokenizer)
        writer.base = _load_base(folder, dtype, device)
    return writer


def _unlike(strange: Sequence[str], count: int) -> str:
    who = "This context is" if count == 1 else f"{len(strange)} of {count} contexts are"
    return (
        f"{who} described in another way than those that this model has learned from: '{shorten(strange[0], SHOWN)}'. "
        "It cannot tell which sentences fit there; describe recipients as in your file, or read such emails with care."
    )


def _notice(found: ModelLocation, own: LanguageModel) -> str | None:
    """What to say of a model that was found and loaded, or None."""
    return " ".join([*([found.notice] if found.notice else []), *own.notices]) or None


def _load_base(folder: Path, dtype: torch.dtype, device: torch.device) -> Base:
    """What a model that writes in own words was tuned from. Raises ModelError where it is gone."""
    try:
        kept = read_json(folder / BASE_FILE)
        name, first, shared = str(kept["base_model"]), int(kept["first_layer"]), bool(kept.get("shared", True))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"'{folder / BASE_FILE}' does not name the base model ({error}); tune the model again"
        ) from None
    return keep_base(load_causal_lm(find_model(name).folder, dtype).to(device), first, shared)
