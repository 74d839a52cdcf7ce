"""From a context to the text that a language model continues with an email."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

INSTRUCTION = "Write a professional sales email for the following context."
SYSTEM = "You write short, personal sales emails."


def build_prompt(tokenizer: Any, context: str) -> str:
    """The prompt of one context: chat models get their own template, plain ones instruction, context, ``Email:``."""
    context = _without_special_tokens(tokenizer, " ".join(context.split()))
    if getattr(tokenizer, "chat_template", None):
        turns = [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": f"{INSTRUCTION}\nContext: {context}"},
        ]
        return tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
    return f"{INSTRUCTION}\n\nContext: {context}\n\nEmail:\n"


def encode_prompts(tokenizer: Any, contexts: Sequence[str], max_tokens: int = 256) -> list[list[int]]:
    """Token ids of each context's prompt; a context too long for ``max_tokens`` loses its end, never the frame."""
    return [_fit(tokenizer, context, max_tokens) for context in contexts]


def encode_email(tokenizer: Any, email: str, max_tokens: int) -> list[int]:
    """Token ids of an email as a completion, its end-of-text token included unless ``max_tokens`` cuts it off."""
    text = _without_special_tokens(tokenizer, email.strip())
    return [*tokenizer.encode(text, add_special_tokens=False), tokenizer.eos_token_id][:max_tokens]


def encode_text(tokenizer: Any, text: str) -> list[int]:
    """Token ids of a piece of text as it stands, in which no special token can hide."""
    return tokenizer.encode(_without_special_tokens(tokenizer, text), add_special_tokens=False)


def decode_email(tokenizer: Any, tokens: Sequence[int]) -> str:
    """The text of a completion, special tokens left out."""
    return tokenizer.decode(list(tokens), skip_special_tokens=True).strip()


def _fit(tokenizer: Any, context: str, max_tokens: int) -> list[int]:
    ids = tokenizer.encode(build_prompt(tokenizer, context), add_special_tokens=False)
    while len(ids) > max_tokens and len(context) > 1:
        context = context[: max(1, int(len(context) * max_tokens / len(ids)) - 1)]
        ids = tokenizer.encode(build_prompt(tokenizer, context), add_special_tokens=False)
    return ids


def _without_special_tokens(tokenizer: Any, text: str) -> str:
    """A user's text cannot end the turn or open another one."""
    for token in tokenizer.all_special_tokens:
        text = text.replace(token, " ")
    return text
