"""Models are read from safetensors alone, their code is never run, and what is broken is one message."""

import json
import os
import shutil
from pathlib import Path

import pytest
import torch

from outcome_rl.config import DEFAULT_ENCODER, DEFAULT_POLICY
from outcome_rl.errors import ModelError, RunError
from outcome_rl.models.hub import BUNDLED, find_model
from outcome_rl.models.loading import load_causal_lm, load_classifier, load_tokenizer
from outcome_rl.policy.prompts import end_tokens
from outcome_rl.rl import checkpoints
from outcome_rl.rl.trainer_state import TrainerState
from outcome_rl.utils.checksums import write_checksums
from tests.helpers.hub_cache import CHAT, ENCODER

needs_bundled = pytest.mark.skipif(
    not os.environ.get("CI") and any(bundled.path() is None for bundled in BUNDLED.values()),
    reason="requirements-models.txt is not installed",
)


def test_a_folder_of_pickled_weights_is_refused(cache, models_folder, tmp_path):
    folder = tmp_path / "pickled"
    shutil.copytree(models_folder / "gpt2", folder, ignore=shutil.ignore_patterns("*.safetensors"))
    model = load_causal_lm(models_folder / "gpt2", torch.float32)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"has no \.safetensors file; other formats are not read"):
        find_model(str(folder))
    for load in (lambda: load_causal_lm(folder, torch.float32), lambda: load_classifier(folder)):
        with pytest.raises(ModelError, match="cannot be read"):
            load()


class Payload:
    """What a pickle of it does when it is loaded."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


@pytest.mark.parametrize("file", [checkpoints.TENSORS_FILE, checkpoints.WARM_START_FILE, checkpoints.STATE_FILE])
def test_a_pickle_in_a_checkpoint_is_not_loaded(tmp_path, file):
    """Not even one that the list of checksums names."""
    folder, marker = tmp_path / "checkpoint", tmp_path / "was_run"
    checkpoints.save_checkpoint(folder, checkpoints.Checkpoint(TrainerState(), {}, {}, {}))
    torch.save(Payload(marker), folder / file)
    write_checksums(folder)
    with pytest.raises(RunError, match="cannot be read"):
        checkpoints.load_checkpoint(folder)
    assert not marker.exists()


def test_a_folder_that_is_no_model_is_refused(cache, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"model folder 'empty' has no config\.json"):
        find_model("empty")


def test_a_broken_folder_is_one_message(models_folder, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(models_folder / "gpt2", folder)
    (folder / "model.safetensors").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="broken' cannot be read: ") as caught:
        load_causal_lm(folder, torch.float32)
    assert "\n" not in str(caught.value)


CODE = """
from pathlib import Path
Path(__file__).with_name("was_run").touch()
Path({marker!r}).touch()
from transformers import GPT2Config as Config, GPT2LMHeadModel as Model, PreTrainedTokenizerFast as Words
from tests.helpers.hub_cache import CHAT, ENCODER, put_in_cache
"""


@pytest.mark.parametrize("kind", ["gpt2", "unheard_of"])
def test_code_that_comes_with_a_model_is_not_run(models_folder, tmp_path, kind):
    folder, marker = tmp_path / "model", tmp_path / "was_run"
    shutil.copytree(models_folder / "gpt2", folder)
    (folder / "code.py").write_text(CODE.format(marker=str(marker)))
    _edit(folder / "config.json", model_type=kind, auto_map={
        "AutoConfig": "code.Config", "AutoModelForCausalLM": "code.Model",
        "AutoModelForSequenceClassification": "code.Model",
    })  # fmt: skip
    _edit(folder / "tokenizer_config.json", auto_map={"AutoTokenizer": ["code.Words", "code.Words"]})
    loads = [
        lambda: load_causal_lm(folder, torch.float32),
        lambda: load_classifier(folder),
        lambda: load_tokenizer(folder),
    ]
    for load in loads:
        try:
            load()
        except ModelError:
            assert kind == "unheard_of" or load is loads[2]
    assert not marker.exists()
    assert not (folder / "was_run").exists()


def _edit(path, **changes):
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@needs_bundled
def test_the_bundled_encoder_loads_and_its_embeddings_mean_something(cache):
    found = find_model(DEFAULT_ENCODER)
    assert found.name == ENCODER
    model, tokenizer = load_classifier(found.folder), load_tokenizer(found.folder)
    texts = ["Could we talk on Tuesday?", "Can we have a chat next week?", "The turbine's rotor weighs nine tons."]
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = model.base_model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1)
    vectors = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)
    assert vectors.shape == (3, 384)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2] + 0.2


@needs_bundled
@pytest.mark.slow
def test_the_bundled_language_model_is_converted_once_and_faithfully(cache, tmp_path, monkeypatch):
    """Takes seconds: 135 M parameters are unpacked."""
    from transformers import AutoModelForCausalLM

    unpacked, read = [], AutoModelForCausalLM.from_pretrained

    def remember(*args, **options):
        unpacked.append(read(*args, **options))
        return unpacked[-1]

    monkeypatch.setattr(AutoModelForCausalLM, "from_pretrained", remember)  # to compare without unpacking it again
    monkeypatch.setenv("OUTCOME_RL_CACHE", str(tmp_path / "converted"))
    found = find_model(DEFAULT_POLICY)
    (original,) = unpacked
    assert (found.name, found.source) == (CHAT, "bundled")
    assert found.folder.parent == tmp_path / "converted"
    made = (found.folder / "config.json").stat().st_ino
    assert find_model(CHAT).folder == found.folder
    assert (found.folder / "config.json").stat().st_ino == made, "the second call converts nothing"

    tokenizer, model = load_tokenizer(found.folder), load_causal_lm(found.folder, torch.float32)
    turn = [{"role": "user", "content": "Write one line to Ana."}]
    text = tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True)
    ids = torch.tensor([tokenizer.encode(text, add_special_tokens=False)])
    with torch.no_grad():
        ours, theirs = (m(ids).logits.log_softmax(-1) for m in (model, original))
    divergence = (theirs.exp() * (theirs - ours)).sum(-1)
    assert divergence.max() < 0.01  # what rounding to bfloat16 costs, nats
    assert tokenizer.decode(end_tokens(tokenizer, model)) == "<|im_end|>"

    model.save_pretrained(tmp_path / "saved")
    saved = load_causal_lm(tmp_path / "saved", torch.float32)
    with torch.no_grad():
        assert torch.equal(saved(ids).logits, model(ids).logits)
