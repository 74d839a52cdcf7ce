"""Random models of each family, so small that they are made in a second; nothing is downloaded."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from outcome_rl.engine.sampling import Rollout

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
INITIAL_SPREAD = 0.2
"""Ten times the usual: with so few dimensions, smaller embeddings could not tell tokens apart."""


def save_tiny_models(root: Path, texts: list[str]) -> None:
    """Folders ``llama``, ``gpt2``, ``distilbert`` and ``bert``, whose tokenizers have learned from ``texts``."""
    _save_llama(root / "llama", texts)
    _save_gpt2(root / "gpt2", texts)
    _save_encoders(root, texts)


def _byte_pairs(texts: list[str], special: list[str]) -> PreTrainedTokenizerFast:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=special[0], extra_special_tokens=special[1:])


def _save_llama(folder: Path, texts: list[str]) -> None:
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = _byte_pairs(texts, ["<|im_end|>", "<|im_start|>"])
    tokenizer.chat_template = CHAT_TEMPLATE
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        initializer_range=INITIAL_SPREAD,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _save_gpt2(folder: Path, texts: list[str]) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = _byte_pairs(texts, ["<|endoftext|>"])
    torch.manual_seed(1)
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_embd=32,
        n_layer=2,
        n_head=4,
        n_positions=512,
        initializer_range=INITIAL_SPREAD,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=tokenizer.eos_token_id,
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _save_encoders(root: Path, texts: list[str]) -> None:
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast, DistilBertConfig, DistilBertModel

    pieces = BertWordPieceTokenizer(lowercase=True)
    pieces.train_from_iterator(texts, vocab_size=800, show_progress=False)
    torch.manual_seed(2)
    distilbert = DistilBertConfig(
        vocab_size=800,
        dim=32,
        hidden_dim=64,
        n_layers=2,
        n_heads=4,
        max_position_embeddings=256,
        initializer_range=INITIAL_SPREAD,
    )
    bert = BertConfig(
        vocab_size=800,
        initializer_range=INITIAL_SPREAD,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=256,
    )
    for name, model in (("distilbert", DistilBertModel(distilbert)), ("bert", BertModel(bert))):
        model.save_pretrained(root / name)
        BertTokenizerFast(tokenizer_object=pieces._tokenizer, model_max_length=256).save_pretrained(root / name)


def given_batch(tokens: torch.Tensor, lengths: torch.Tensor) -> Rollout:
    """Completions (B, T) that were not sampled, as a batch of those that end."""
    return Rollout(tokens, torch.zeros(tokens.shape), lengths, torch.ones(len(lengths), dtype=torch.bool))
