"""A tokenizer that does not fit its model is refused or made to fit; how much a model can read is known."""

import shutil

import pytest
import torch
from transformers import (
    AutoConfig,
    AutoTokenizer,
    DistilBertConfig,
    DistilBertModel,
)

from outcome_rl.config import RewardConfig
from outcome_rl.errors import ModelError
from outcome_rl.models.compatibility import encoder_positions
from outcome_rl.policy.prompts import encode_prompts, end_tokens
from outcome_rl.reward.encoder import load_encoder
from tests.helpers.made_families import byte_level, make_family
from tests.helpers.refused_models import WAY_OUT, edit, loaded, refused


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
