"""What cannot serve is refused as soon as it is loaded, with the cause and a way out."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoTokenizer,
    DistilBertConfig,
    DistilBertModel,
    Gemma3Config,
    GPT2Config,
    MptConfig,
    T5Config,
    WhisperConfig,
)

from outcome_rl.config import RewardConfig
from outcome_rl.errors import ModelError
from outcome_rl.models.compatibility import encoder_positions
from outcome_rl.models.hub import ModelLocation
from outcome_rl.models.loading import load_classifier
from outcome_rl.policy.language_model import load_language_model
from outcome_rl.policy.prompts import encode_prompts, end_tokens
from outcome_rl.policy.trial import try_out
from outcome_rl.reward.encoder import load_encoder
from tests.helpers.made_families import SMALL, byte_level, make_family

WAY_OUT = "take another language model, such as HuggingFaceTB/SmolLM2-135M-Instruct or gpt2"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made")
    return {name: make_family(name, root / name) for name in ("qwen2", "gpt2", "gemma3")}


@pytest.fixture
def qwen2(made, tmp_path):
    return shutil.copytree(made["qwen2"], tmp_path / "model")


def loaded(folder):
    return load_language_model(ModelLocation("mine", folder, "folder"), torch.float32, torch.device("cpu"))


def refused(folder):
    with pytest.raises(ModelError) as caught:
        loaded(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def edit(file, **changes):
    before = json.loads(file.read_text()) if file.is_file() else {}
    kept = {key: value for key, value in (before | changes).items() if value is not None}
    file.write_text(json.dumps(kept))


# --- models of another kind -------------------------------------------------------------------------------------------

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


# --- the trial --------------------------------------------------------------------------------------------------------


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


# --- weights ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keep", "fault"),
    [
        (lambda size: size // 2, "model.safetensors is cut short, "),
        (lambda size: 200, "model.safetensors is cut short in its header"),
        (lambda size: 5, "model.safetensors is cut short in its header"),
        (lambda size: 0, "model.safetensors is damaged, or no safetensors file"),
    ],
)
def test_weights_that_were_fetched_in_part_are_told_from_others(qwen2, keep, fault):
    file = qwen2 / "model.safetensors"
    data = file.read_bytes()
    file.write_bytes(data[: keep(len(data))])
    told = refused(qwen2)
    assert told.startswith(f"model folder '{qwen2}' cannot be read: {fault}")
    assert told.endswith("; fetch it again")


def test_how_much_is_there_is_told(qwen2):
    file = qwen2 / "model.safetensors"
    data = file.read_bytes()
    file.write_bytes(data[:50_000])
    whole = f"{len(data) / 1e3:.0f} kB"
    assert f"cut short, 50 kB of {whole} are there" in refused(qwen2)


def test_a_pointer_to_weights_elsewhere(qwen2):
    (qwen2 / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 34\n")
    assert "only points to the weights, which Git LFS keeps elsewhere; run `git lfs pull`" in refused(qwen2)


@pytest.mark.parametrize("dangling", [False, True])
def test_a_part_that_is_missing_is_named(qwen2, dangling):
    (qwen2 / "model.safetensors").rename(qwen2 / "model-00001-of-00002.safetensors")
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    (qwen2 / "model.safetensors.index.json").write_text(json.dumps(index))
    if dangling:
        (qwen2 / "model-00002-of-00002.safetensors").symlink_to(qwen2 / "blobs" / "gone")
    assert "cannot be read: model-00002-of-00002.safetensors is missing; fetch the model again" in refused(qwen2)


@pytest.mark.parametrize("index", ["{", '{"weight_map": 3}', "[]", "{}"])
def test_an_index_that_is_none(qwen2, index):
    (qwen2 / "model.safetensors.index.json").write_text(index)
    assert "model.safetensors.index.json is not what it should be" in refused(qwen2)


def test_weights_that_are_missing_are_not_made_up(qwen2):
    tensors = load_file(qwen2 / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"], tensors["model.layers.1.mlp.down_proj.weight"]
    save_file(tensors, qwen2 / "model.safetensors", {"format": "pt"})
    told = refused(qwen2)
    assert "lacks weights that its config.json asks for (model.layers.1.mlp.down_proj.weight and 1 more)" in told
    assert "fetch the model again" in told


def test_an_encoder_needs_all_but_its_head(models_folder, tmp_path):
    folder = shutil.copytree(models_folder / "distilbert", tmp_path / "encoder")
    assert load_classifier(folder).classifier.out_features == 3
    tensors = load_file(folder / "model.safetensors")
    save_file({n: t for n, t in tensors.items() if "layer.1" not in n}, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelError, match=r"lacks weights that its config\.json asks for"):
        load_classifier(folder)


# --- tokenizers -------------------------------------------------------------------------------------------------------


def test_a_folder_without_a_tokenizer(qwen2):
    for file in (*qwen2.glob("tokenizer*"), *qwen2.glob("*.jinja")):
        file.unlink()
    told = refused(qwen2)
    assert told.startswith(f"model folder '{qwen2}' has no tokenizer (tokenizer.json or tokenizer.model); copy")


def test_a_tokenizer_that_was_made_larger_than_the_model(qwen2):
    tokenizer = AutoTokenizer.from_pretrained(qwen2)
    tokenizer.add_tokens(["Logistics", "Zurich"])
    tokenizer.save_pretrained(qwen2)
    told = refused(qwen2)
    rows = len(tokenizer) - 2
    assert told.startswith(
        "the tokenizer of 'mine' does not fit the model: it has 2 tokens, such as 'Logistics', "
        f"beyond the {rows} that "
        "the model knows; make the model larger with model.resize_token_embeddings(len(tokenizer))"
    )


def test_special_tokens_that_no_text_can_hold_do_no_harm(qwen2):
    tokenizer = AutoTokenizer.from_pretrained(qwen2)
    tokenizer.add_special_tokens({"extra_special_tokens": ["<image>"]})
    tokenizer.save_pretrained(qwen2)
    own = loaded(qwen2)
    assert own.notices == (
        "The tokenizer has 1 special token that the model does not know, such as <image>; texts never hold any, so "
        "nothing is lost.",
    )
    prompt = encode_prompts(own.tokenizer, ["Customer: <image> VP of Sales"])[0]
    assert max(prompt) < len(tokenizer) - 1


def test_a_special_token_of_every_prompt_that_the_model_does_not_know(qwen2):
    tokenizer = AutoTokenizer.from_pretrained(qwen2)
    tokenizer.add_special_tokens({"extra_special_tokens": ["<ask>"]})
    tokenizer.chat_template = "{% for m in messages %}<ask>{{ m['content'] }}{% endfor %}"
    tokenizer.save_pretrained(qwen2)
    assert "such as '<ask>', beyond the" in refused(qwen2)


def test_a_model_that_could_never_end_an_email(made, tmp_path):
    folder = shutil.copytree(made["gpt2"], tmp_path / "model")
    byte_level((), None, None).save_pretrained(folder)
    told = refused(folder)
    assert told.startswith("model 'mine' has no token that ends a text (no eos_token in tokenizer_config.json")
    assert told.endswith(WAY_OUT)


def test_an_end_that_only_the_models_own_settings_name(made, tmp_path):
    folder = shutil.copytree(made["gpt2"], tmp_path / "model")
    byte_level(("<|stop|>",), None, None).save_pretrained(folder)
    edit(folder / "generation_config.json", eos_token_id=0)
    own = loaded(folder)
    assert own.tokenizer.eos_token == "<|stop|>"
    assert end_tokens(own.tokenizer, own.model) == [0]


def test_numbers_of_words_are_no_ends(qwen2):
    edit(qwen2 / "generation_config.json", eos_token_id=[2, 77, 9999])
    own = loaded(qwen2)
    assert end_tokens(own.tokenizer, own.model) == [2]


def test_a_template_that_cannot_be_used_is_refused_with_what_to_do(qwen2):
    for template, reason in (("{% for %}", "Expected"), ("{{ bos_token }}nothing", "it leaves out what the user says")):
        (qwen2 / "chat_template.jinja").write_text(template)
        told = refused(qwen2)
        assert told.startswith("the chat template of") and reason in told
        assert "correct chat_template.jinja in its folder, or remove it" in told


# --- how much it can read ---------------------------------------------------------------------------------------------


def test_where_positions_are_few_it_is_said_and_everything_fits(tmp_path):
    folder = make_family("gpt2", tmp_path / "model", max_position_embeddings=128)
    own = loaded(folder)
    assert own.notices == (
        "The model reads 128 tokens at most: longer prompts than 64 tokens lose the context's end, and emails end "
        "after 64 tokens at the latest where the prompt takes so many.",
    )
    prompts = encode_prompts(own.tokenizer, ["Customer: VP of Sales. " * 30, "X"])
    assert len(prompts[0]) <= 64
    assert own.tokenizer.decode(prompts[0]).endswith("\n\nEmail:\n")


def test_a_model_with_no_room_for_an_email_is_refused(tmp_path):
    folder = make_family("gpt2", tmp_path / "model", max_position_embeddings=48)
    assert "reads 48 tokens at most, and a prompt without any context takes " in refused(folder)


def test_more_positions_than_enough_are_not_spoken_of(made):
    assert loaded(made["gpt2"]).notices == ()


def short_encoder(folder, models_folder, positions):
    torch.manual_seed(0)
    config = {"vocab_size": 800, "dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 4}
    DistilBertModel(DistilBertConfig(**config, max_position_embeddings=positions)).save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(models_folder / "distilbert")
    tokenizer.model_max_length = 10**30  # what transformers takes where the folder says nothing
    tokenizer.save_pretrained(folder)
    return folder


def test_an_encoder_reads_no_further_than_its_positions_and_says_so(models_folder, tmp_path):
    encoder = load_encoder(short_encoder(tmp_path, models_folder, 64), RewardConfig(model="tiny"))
    assert encoder.max_tokens == 64
    assert encoder.notice == "The encoder reads 64 tokens at most, so emails are cut there and not at 256 tokens."
    assert encoder.tokenize(["a context " * 50], ["an email " * 500])["input_ids"].shape == (1, 64)
    assert encoder.embed(["a context " * 50], ["an email " * 500]).shape == (1, 32)


def test_an_encoder_that_reads_enough_says_nothing(models_folder):
    encoder = load_encoder(models_folder / "distilbert", RewardConfig(model="tiny"))
    assert (encoder.max_tokens, encoder.notice) == (256, None)


def test_an_encoder_that_reads_next_to_nothing_is_refused(models_folder, tmp_path):
    with pytest.raises(ModelError, match="reads 8 tokens at most, too few for an email; take another one"):
        load_encoder(short_encoder(tmp_path, models_folder, 8), RewardConfig(model="tiny"))


def test_roberta_counts_from_behind_the_paddings_number():
    config = AutoConfig.for_model("roberta", vocab_size=50, hidden_size=8, intermediate_size=8, num_hidden_layers=1)
    config.num_attention_heads, config.max_position_embeddings, config.pad_token_id = 2, 514, 1
    from transformers import RobertaModel

    assert encoder_positions(RobertaModel(config)) == 512


def test_an_encoder_without_a_padding_token_takes_its_end_or_is_refused(models_folder, tmp_path):
    folder = shutil.copytree(models_folder / "distilbert", tmp_path / "encoder")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.pad_token = None
    tokenizer.save_pretrained(folder)
    with pytest.raises(ModelError, match=r"has no padding token \(pad_token in tokenizer_config.json\)"):
        load_encoder(folder, RewardConfig(model="tiny"))
    tokenizer.eos_token = "[SEP]"
    tokenizer.save_pretrained(folder)
    assert load_encoder(folder, RewardConfig(model="tiny")).embed(["a", "b c d"], ["e", "f"]).shape == (2, 32)
