"""Tokenizers, language models and classifiers out of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..config import OUTCOMES
from ..errors import ModelError
from ..utils.checksums import damaged_file


def quiet_transformers() -> None:
    """Keep transformers from drawing progress bars and from warning about heads that are new on purpose."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def require_whole(folder: Path) -> None:
    """Raises ModelError where a file of a model that this program saved is not what was saved."""
    damaged = damaged_file(folder)
    if damaged:
        raise ModelError(
            f"the model in '{folder}' is damaged: '{damaged}' is not what was saved; train it again, or put a copy in "
            "its place"
        )


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a model folder. Raises ModelError."""
    from transformers import AutoTokenizer

    quiet_transformers()
    return _load(folder, lambda: AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False))


def load_causal_lm(folder: Path, dtype: Any) -> Any:
    """A language model in evaluation mode (dropout off, also while it is tuned). Raises ModelError."""
    from transformers import AutoModelForCausalLM

    quiet_transformers()
    options = {"dtype": dtype, "trust_remote_code": False, "use_safetensors": True}
    return _load(folder, lambda: AutoModelForCausalLM.from_pretrained(str(folder), **options).eval())


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
    return _load(folder, lambda: AutoModelForSequenceClassification.from_pretrained(str(folder), **options).eval())


def _load(folder: Path, load: Any) -> Any:
    try:
        return load()
    except Exception as error:  # the libraries raise many kinds for a broken or foreign file
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(f"model folder '{folder}' cannot be read: {reason[:300]}") from error
