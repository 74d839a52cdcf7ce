"""Where a base model is: on this machine, on the Hub, or nowhere; and how large it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from ..security.allowed_models import is_allowed, offered_models, refusal
from ..security.surroundings import on_space
from ..utils.files import read_json
from ..utils.formatting import format_bytes
from .catalogue import CATALOGUE
from .hub import BUNDLED, STAND_IN, cached_folder, download_size, hub_refusal

SUGGESTED = tuple(model.name for model in CATALOGUE)
"""Language models to choose from, the default first."""
HERE, BUNDLE, HUB, INSTEAD, NOWHERE = "here", "bundled", "hub", "instead", "nowhere"
NOT_OFFERED = "not offered"
REMEMBERED = 600.0
"""Seconds for which what the Hub said is believed."""


@dataclass(frozen=True)
class ModelAvailability:
    """``size`` in bytes, of what lies here or would be downloaded; None where nobody says. ``reason``: why the Hub does
    not give it.
    """

    name: str
    where: str
    size: int | None = None
    reason: str = ""

    @property
    def short(self) -> str:
        """For a list of models."""
        words = {HERE: "on this machine", BUNDLE: "comes with this program", HUB: "to be downloaded"}
        size = f", {format_bytes(self.size)}" if self.size else ""
        if self.where == INSTEAD:
            return f"{BUNDLED[STAND_IN[self.name]].title} instead"
        return words[self.where] + size if self.where in words else "not here, and cannot be fetched"

    def in_words(self) -> str:
        """In a sentence."""
        size = f" ({format_bytes(self.size)})" if self.size else ""
        if self.where == HERE:
            return f"{self.name} is on this machine{size}."
        if self.where == BUNDLE:
            return f"{self.name} comes with this program{size}."
        if self.where == HUB:
            much = format_bytes(self.size) if self.size else "an amount that the Hub does not tell"
            return f"{self.name} is not on this machine: {much} will be downloaded when tuning begins."
        if self.where == NOT_OFFERED:
            return f"{refusal()[:1].upper()}{refusal()[1:]}."
        missing = f"{self.name} is not on this machine, and {self.reason}"
        if self.where == INSTEAD:
            return f"{missing}. The bundled {BUNDLED[STAND_IN[self.name]].title}{size} is used instead."
        return f"{missing}. Choose another model, or give a folder."


def find_availability(name: str) -> ModelAvailability:
    """Look for a model as :func:`.models.find_model` does, but load and download nothing; may ask the Hub."""
    name = name.strip()
    if not is_allowed(name):
        return ModelAvailability(name, NOT_OFFERED)
    if name in BUNDLED:
        path = BUNDLED[name].path()
        return (
            ModelAvailability(name, BUNDLE, _weights_size(path))
            if path
            else ModelAvailability(name, NOWHERE, reason="its package is not installed")
        )
    folder = Path(name).expanduser()
    if name and folder.is_dir():
        return ModelAvailability(name, HERE, _weights_size(folder))
    if name and (found := cached_folder(name)):
        return ModelAvailability(name, HERE, _weights_size(found))
    sizes: list[int | None] = []
    reason: str | None = "it has no name"
    if name:
        reason = hub_refusal(name, lambda info: sizes.append(download_size(info) or None), files_metadata=True)
    if reason is None:
        return ModelAvailability(name, HUB, sizes[0] if sizes else None)
    stand_in = BUNDLED[STAND_IN[name]].path() if name in STAND_IN else None
    return (
        ModelAvailability(name, INSTEAD, _weights_size(stand_in), reason)
        if stand_in
        else ModelAvailability(name, NOWHERE, None, reason)
    )


@dataclass
class AvailabilityCache:
    """Looks models up and remembers for a while what the Hub said, whoever asks."""

    _known: dict[str, tuple[float, ModelAvailability]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name: str) -> ModelAvailability:
        """Where a model is; what is on this machine is looked up each time."""
        if not is_allowed(name):
            return find_availability(name)  # what visitors type is not kept
        with self._lock:
            at, place = self._known.get(name, (0.0, None))
        if place and place.where not in (HERE, BUNDLE) and time.monotonic() - at < REMEMBERED and not _is_local(name):
            return place
        place = find_availability(name)
        with self._lock:
            self._known[name] = (time.monotonic(), place)
        return place

    def suggestions(self, names: Sequence[str] = SUGGESTED) -> list[ModelAvailability]:
        """These models, asked for at the same time, and other language models of the Hugging Face cache."""
        owned = [name for name in offered_models() if name not in names] if on_space() else []
        every = [*names, *owned, *(name for name in cached_language_models() if name not in [*names, *owned])]
        with ThreadPoolExecutor(len(every)) as pool:
            return list(pool.map(self.get, every))


def cached_language_models() -> list[str]:
    """Names of the language models that lie in the Hugging Face cache as a whole; on a Space those it offers."""
    from huggingface_hub import constants

    found = []
    for folder in sorted(Path(constants.HF_HUB_CACHE).glob("models--*")):
        name = folder.name.removeprefix("models--").replace("--", "/")
        if not is_allowed(name):
            continue
        kept = cached_folder(name)
        if kept and any(kind.endswith(("ForCausalLM", "LMHeadModel")) for kind in _architectures(kept)):
            found.append(name)
    return found


def _architectures(folder: Path) -> list[str]:
    try:
        config = read_json(folder / "config.json")
    except (OSError, ValueError):
        return []
    kinds = config.get("architectures") if isinstance(config, dict) else None
    return [str(kind) for kind in kinds] if isinstance(kinds, list) else []


def _is_local(name: str) -> bool:
    return bool(name) and (Path(name).expanduser().is_dir() or cached_folder(name) is not None)


def _weights_size(path: Path | None) -> int | None:
    """Bytes of a model file, or of the weights in a folder."""
    if path is None:
        return None
    files = [path] if path.is_file() else [*path.glob("*.safetensors"), *path.glob("*.gguf")]
    return sum(file.stat().st_size for file in files) or None
