"""Tiny random language models of today's families, each with a tokenizer and a chat template of its kind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig, PreTrainedTokenizerFast

VOCABULARY = 500
TEXTS = [
    "Write a professional sales email for the following context.",
    "You write short, personal sales emails.",
    "Context: Customer: VP of Sales at a Logistics firm.",
    "Hi Ana,\n\nOur tool saves your team two hours a week. Could we talk on Tuesday?\n\nBest,\nTom",
    "Hello Ben,\n\nI saw that you are hiring. We can help. Do you have ten minutes this week?\n\nKind regards,\nEve",
]
SMALL = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "initializer_range": 0.2,
    "bos_token_id": None,
    "eos_token_id": None,
    "pad_token_id": None,
}

TURNS = "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
THINKING = (
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
DAY = "{{ 'The day is ' ~ strftime_now('%d %B %Y') ~ '.\n' }}"
HEADERS = (
    "{{ bos_token }}{% for m in messages %}<|role|>{{ m['role'] }}\n\n{{ m['content'] | trim }}<|eot|>{% endfor %}"
    "{% if add_generation_prompt %}<|role|>assistant\n\n{% endif %}"
)
NO_SYSTEM = (
    "{{ bos_token }}{% for m in messages %}"
    "{% if m['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "<start_of_turn>{{ 'model' if m['role'] == 'assistant' else m['role'] }}\n"
    "{{ m['content'] | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
NO_SYSTEM_INST = (
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}[INST] {{ m['content'] }} [/INST]"
    "{% elif m['role'] == 'assistant' %} {{ m['content'] }}{{ eos_token }}"
    "{% else %}{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"
)
ENDS = (
    "{% for m in messages %}<|{{ m['role'] }}|>\n{{ m['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% else %}{{ eos_token }}{% endif %}"
)


@dataclass(frozen=True)
class Family:
    """How a model of a family is made. ``end``: what ends an email, ``ends``: all that may; ``eos``: the tokenizer's.

    ``fast``: the class of :mod:`outcome_rl.engine.architectures` that runs it, None for transformers' own forward pass.
    """

    kind: str
    settings: dict[str, Any] = field(default_factory=dict)
    special: tuple[str, ...] = ("<|endoftext|>",)
    eos: str = "<|endoftext|>"
    end: str = "<|endoftext|>"
    ends: tuple[str, ...] = ()
    bos: str | None = None
    template: str | None = None
    sentencepiece: bool = False
    fast: str | None = None


CHAT = {"special": ("<|endoftext|>", "<|im_start|>", "<|im_end|>"), "eos": "<|im_end|>", "end": "<|im_end|>"}
GEMMA = {
    "special": ("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>"),
    "bos": "<bos>",
    "eos": "<eos>",
    "end": "<end_of_turn>",
    "ends": ("<eos>", "<end_of_turn>"),
    "template": NO_SYSTEM,
}
WINDOWS = {"head_dim": 16, "sliding_window": 16, "layer_types": ["sliding_attention", "full_attention"]}
FAMILIES = {
    "llama": Family(
        "llama",
        special=("<|begin|>", "<|end_of_text|>", "<|eot|>", "<|role|>"),
        bos="<|begin|>",
        eos="<|end_of_text|>",
        end="<|eot|>",
        ends=("<|end_of_text|>", "<|eot|>"),
        template=HEADERS,
        fast="Llama",
    ),
    "gpt2": Family(
        "gpt2",
        {"tie_word_embeddings": True},
        fast="GPT2",
    ),
    "qwen2": Family("qwen2", template=TURNS + THINKING, ends=("<|im_end|>", "<|endoftext|>"), fast="Llama", **CHAT),
    "qwen3": Family(
        "qwen3",
        {"head_dim": 16},
        template=TURNS + THINKING,
        ends=("<|im_end|>", "<|endoftext|>"),
        fast="Qwen3",
        **CHAT,
    ),
    "gemma2": Family(
        "gemma2",
        {**WINDOWS, "query_pre_attn_scalar": 16, "final_logit_softcapping": 4.0, "attn_logit_softcapping": 4.0},
        **GEMMA,
    ),
    "gemma3": Family("gemma3_text", {**WINDOWS, "query_pre_attn_scalar": 16}, **GEMMA),
    "phi3": Family(
        "phi3",
        special=("<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"),
        end="<|end|>",
        ends=("<|endoftext|>", "<|end|>"),
        template=ENDS,
    ),
    "mistral": Family(
        "mistral",
        {"sliding_window": 16, "head_dim": 8},
        special=("<s>", "</s>"),
        bos="<s>",
        eos="</s>",
        end="</s>",
        template=NO_SYSTEM_INST,
        sentencepiece=True,
    ),
    "smollm3": Family(
        "smollm3",
        {"no_rope_layers": [1, 0]},
        template=DAY + TURNS + THINKING,
        fast="SmolLM3",
        **CHAT,
    ),
}


def make_family(name: str, folder: Path, **settings: Any) -> Path:
    """A model folder of a family as its makers would publish it; ``settings`` change its config. Gives the folder."""
    family = FAMILIES[name]
    tokenizer = (sentencepiece if family.sentencepiece else byte_level)(family.special, family.bos, family.eos)
    tokenizer.chat_template = family.template
    config = AutoConfig.for_model(family.kind, **{**SMALL, "vocab_size": len(tokenizer), **family.settings, **settings})
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:  # biases start as 0 and norms as 1, so that mistakes with them would not show
                parameter.add_(torch.randn_like(parameter) * 0.1)
    if family.ends:
        model.generation_config = GenerationConfig(eos_token_id=tokenizer.convert_tokens_to_ids(list(family.ends)))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def byte_level(special: Sequence[str], bos: str | None, eos: str | None) -> PreTrainedTokenizerFast:
    """Byte pairs, as GPT-2, Llama 3 and Qwen have them; ``bos`` is put in front of a text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(special),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS * 3, trainer)
    return _finished(tokenizer, special, bos, eos)


def sentencepiece(
    special: Sequence[str], bos: str | None, eos: str | None, prepend: str = "always"
) -> PreTrainedTokenizerFast:
    """Byte pairs with ``▁`` for blanks and one in front of whatever begins, as Llama 2 and Mistral have them.

    ``prepend``: ``always`` and ``first`` as tokenizers writes them today, ``legacy`` as it did before.
    """
    before = pre_tokenizers.Metaspace(prepend_scheme="always" if prepend == "legacy" else prepend, split=False)
    trained = Tokenizer(models.BPE(unk_token="<unk>"))
    trained.pre_tokenizer = before
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=["<unk>", *special, *(f"<0x{byte:02X}>" for byte in range(256))],
        show_progress=False,
    )
    trained.train_from_iterator([line for text in TEXTS for line in text.splitlines() if line] * 3, trainer)
    learned = json.loads(trained.to_str())["model"]  # anew, since a byte is no special token
    merges = [tuple(merge) for merge in learned["merges"]]
    tokenizer = Tokenizer(models.BPE(learned["vocab"], merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.pre_tokenizer = before
    if prepend == "legacy":
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        tokenizer.pre_tokenizer = None
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return _finished(tokenizer, ["<unk>", *special], bos, eos)


def _finished(
    tokenizer: Tokenizer, special: Sequence[str], bos: str | None, eos: str | None
) -> PreTrainedTokenizerFast:
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in special])
    if bos:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"{bos} $A", pair=f"{bos} $A {bos} $B", special_tokens=[(bos, tokenizer.token_to_id(bos))]
        )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=bos, eos_token=eos)
