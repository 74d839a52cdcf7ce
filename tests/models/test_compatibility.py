"""A model of another kind, or one that fails its trial, is refused as it is loaded, with the cause and a way out."""

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    DistilBertConfig,
    Gemma3Config,
    GPT2Config,
    MptConfig,
    T5Config,
    WhisperConfig,
)

from outcome_rl.errors import ModelError
from outcome_rl.policy.trial import try_out
from tests.helpers.made_families import SMALL
from tests.helpers.refused_models import WAY_OUT, loaded, refused

KINDS = {
    "T5": (T5Config(), "it is an encoder-decoder (t5), which turns one text into another"),
    "Whisper": (WhisperConfig(), "it is an encoder-decoder (whisper), which turns one text into another"),
    "Gemma 3 with eyes": (Gemma3Config(), "it is a model of text and images (gemma3)"),
    "BERT": (AutoConfig.for_model("bert"), "it is an encoder (bert), which reads texts and writes none"),
    "RoBERTa": (AutoConfig.for_model("roberta"), "it is an encoder (roberta), which reads texts and writes none"),
    "EmbeddingGemma": (
        AutoConfig.for_model("gemma3_text", use_bidirectional_attention=True),
        "it is an encoder (gemma3_text), which reads texts and writes none",
    ),
    "DistilBERT": (DistilBertConfig(), "it is an encoder (distilbert), which reads texts and writes none"),
    "CLIP": (AutoConfig.for_model("clip"), "it is a model of text and images (clip)"),
    "ViT": (AutoConfig.for_model("vit"), "'vit' is no kind of language model that transformers can write with"),
    "a judge": (
        GPT2Config(architectures=["GPT2ForSequenceClassification"]),
        "it was trained to judge texts (GPT2ForSequenceClassification), not to write them",
    ),
    "GPTQ": (
        GPT2Config(quantization_config={"quant_method": "gptq", "bits": 4}),
        "its weights are quantised, and such weights cannot be tuned here",
    ),
}


@pytest.mark.parametrize(("config", "reason"), KINDS.values(), ids=KINDS)
def test_a_model_of_another_kind_is_refused_by_its_config_alone(tmp_path, config, reason):
    config.save_pretrained(tmp_path)
    assert refused(tmp_path) == f"model 'mine' cannot write emails: {reason}; {WAY_OUT}"


def test_a_model_for_embeddings_is_refused_though_it_has_the_head_of_a_writer(qwen2):
    (qwen2 / "modules.json").write_text("[]")
    told = refused(qwen2)
    assert told.startswith("model 'mine' cannot write emails: it is a sentence-embedding model")


STATEFUL = ("mamba", "mamba2", "falcon_mamba", "rwkv", "recurrent_gemma", "jamba", "bamba", "qwen3_next")


@pytest.mark.parametrize("kind", STATEFUL)
def test_a_model_with_a_running_state_is_refused_by_name(tmp_path, kind):
    AutoConfig.for_model(kind).save_pretrained(tmp_path)
    assert refused(tmp_path) == (
        f"model 'mine' cannot be tuned here: it is a state-space or recurrent model ({kind}), which keeps a running "
        f"state in place of the keys and values (past_key_values) that sampling copies and cuts; {WAY_OUT}"
    )


@pytest.mark.parametrize(
    ("kind", "settings", "fault"),
    [
        ("lfm2", {**SMALL, "layer_types": ["conv", "full_attention"]}, "batch_repeat_interleave"),
        ("openai-gpt", {"vocab_size": 500, "n_embd": 32, "n_layer": 2, "n_head": 4}, "past_key_values"),
    ],
)
def test_a_model_that_cannot_be_sampled_from_is_refused(kind, settings, fault):
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **settings)).eval()
    with pytest.raises(ModelError, match=f"model 'mine' .{kind}. cannot be sampled from or tuned here: .*{fault}"):
        try_out("mine", model)


def test_a_model_without_positions_passes_the_trial():
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(MptConfig(vocab_size=500, d_model=32, n_layers=2, n_heads=4)).eval()
    try_out("mine", model)


def test_a_model_that_confuses_texts_read_together_is_refused(made):
    model = loaded(made["gemma3"]).model
    own = model.forward
    # the padding is not hidden: what is said of the shorter text depends on the longer one
    model.forward = lambda attention_mask=None, **inputs: own(**inputs)
    with pytest.raises(ModelError, match=r"depends on the texts that it reads beside it \(by \d"):
        try_out("mine", model)


def test_weights_that_are_no_numbers_are_refused(qwen2):
    tensors = load_file(qwen2 / "model.safetensors")
    tensors["model.norm.weight"][3] = float("nan")
    save_file(tensors, qwen2 / "model.safetensors", {"format": "pt"})
    assert "gives numbers that are not finite; its files are damaged (fetch it again)" in refused(qwen2)
