"""Models that cannot be tuned are refused by name before any training, with the cause and a way out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from transformers import MambaConfig, MambaForCausalLM

from outcome_rl.config import REWARD_MODEL_DIR
from tests.helpers.command_line import refused
from tests.helpers.made_families import make_family

RUN = ("run", "mails.csv", "--steps", 5, "--ignore-verdict")


def state_space(folder: Path) -> None:
    """The tokenizer stays."""
    config = MambaConfig(vocab_size=500, hidden_size=16, state_size=4, num_hidden_layers=1)
    MambaForCausalLM(config).save_pretrained(folder)


def truncated(folder: Path) -> None:
    """As a download that broke off."""
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])


def without_tokenizer(folder: Path) -> None:
    """As what training code saves when only the model is told to be."""
    for file in [*folder.glob("tokenizer*"), *folder.glob("*.jinja")]:
        file.unlink()


CASES = {
    state_space: "is a state-space or recurrent model (mamba)",
    truncated: "model.safetensors is cut short",
    without_tokenizer: "has no tokenizer",
}


@pytest.mark.parametrize("spoil", CASES, ids=lambda spoil: spoil.__name__)
def test_refused_before_the_reward_model_is_trained(mails, tmp_path, spoil):
    shutil.copytree(mails, tmp_path / "work")
    folder = make_family("qwen2", tmp_path / "their-model")
    spoil(folder)
    told = refused(*RUN, "--model", folder, cwd=tmp_path / "work")
    assert CASES[spoil] in told
    assert "their-model" in told
    assert not (tmp_path / "work" / "outputs" / REWARD_MODEL_DIR).exists()
