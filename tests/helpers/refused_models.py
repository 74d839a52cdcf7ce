"""Language models as they are loaded, and the words in which one is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from outcome_rl.errors import ModelError
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.language_model import LanguageModel, load_language_model

WAY_OUT = "take another language model, such as HuggingFaceTB/SmolLM2-135M-Instruct or gpt2"


def loaded(folder: Path) -> LanguageModel:
    return load_language_model(ModelLocation("mine", folder, "folder"), torch.float32, torch.device("cpu"))


def refused(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        loaded(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def edit(file: Path, **changes: Any) -> None:
    before = json.loads(file.read_text()) if file.is_file() else {}
    kept = {key: value for key, value in (before | changes).items() if value is not None}
    file.write_text(json.dumps(kept))
