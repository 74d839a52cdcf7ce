"""Tokenizers, language models and classifiers out of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import ModelError
from ..outcomes import NUM_OUTCOMES, OUTCOMES
from ..utils.checksums import damaged_file
from .compatibility import require_whole, require_words, require_writer
from .weights import require_whole_weights


def quiet_transformers() -> None:
    """Keep transformers from drawing progress bars and from warning about heads that are new on purpose."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def require_undamaged(folder: Path) -> None:
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
    tokenizer = _load(folder, lambda: AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False))
    require_words(folder, tokenizer)
    return tokenizer


def check_kind(folder: Path, name: str = "") -> None:
    """Check that a folder holds a language model that can be tuned here, before any weights are read.

    ``name``: what the user calls it. Raises ModelError.
    """
    from transformers import AutoConfig

    quiet_transformers()
    config = _load(folder, lambda: AutoConfig.from_pretrained(str(folder), trust_remote_code=False))
    require_writer(name or folder, folder, config)


def check_folder(folder: Path, name: str = "") -> None:
    """:func:`check_kind`, and that weights and tokenizer are there as a whole; takes no longer. Raises ModelError."""
    check_kind(folder, name)
    require_whole_weights(folder)
    load_tokenizer(folder)


def load_causal_lm(folder: Path, dtype: Any) -> Any:
    """A language model in evaluation mode (dropout off, also while it is tuned).

    Raises:
        ModelError: it cannot be read, is a model of another kind, or some of its weights are missing.
    """
    from transformers import AutoModelForCausalLM

    check_kind(folder)
    model, missing = _load_weights(folder, AutoModelForCausalLM, {"dtype": dtype})
    require_whole(folder, missing)
    return model


def load_classifier(folder: Path) -> Any:
    """An encoder with a head for the three outcomes, new where the folder has none. Raises ModelError."""
    import torch
    from transformers import AutoModelForSequenceClassification

    quiet_transformers()
    labels = dict(enumerate(OUTCOMES))
    options = {
        "num_labels": NUM_OUTCOMES,
        "id2label": labels,
        "label2id": {name: index for index, name in labels.items()},
        "dtype": torch.float32,
    }
    model, missing = _load_weights(folder, AutoModelForSequenceClassification, options)
    require_whole(folder, missing, within=f"{model.base_model_prefix}.")
    return model


def _load_weights(folder: Path, family: Any, options: dict[str, Any]) -> tuple[Any, list[str]]:
    """A model in evaluation mode, and the names of the weights that the folder lacks."""
    require_whole_weights(folder)
    options = options | {"trust_remote_code": False, "use_safetensors": True, "output_loading_info": True}
    model, told = _load(folder, lambda: family.from_pretrained(str(folder), **options))
    return model.eval(), list(told["missing_keys"])


def _load(folder: Path, load: Any) -> Any:
    try:
        return load()
    except Exception as error:  # the libraries raise many kinds for a broken or foreign file
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(f"model folder '{folder}' cannot be read: {reason[:300]}") from error
