"""Between texts and tokens: from a context to the prompt that a model continues, from its tokens to an email."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .chat_template import THOUGHT, chat_prompt, has_chat_template

INSTRUCTION = "Write a professional sales email for the following context."
SYSTEM = "You write short, personal sales emails."
ANCHORS = ("\n", "x", ".", "\n\n", "0")
"""Texts that a piece of text is put behind to learn its tokens there; each tokenizer merges some of them with it."""
JOINED = ("a", " a", "\n\na")
"""Pieces that a tokenizer must encode as they stand, for pieces to be encoded one by one."""


def build_prompt(tokenizer: Any, context: str) -> str:
    """The prompt of one context: chat models get their own template, plain ones instruction, context, ``Email:``.

    Raises:
        ModelError: the chat template cannot be used.
    """
    context = without_marks(tokenizer, " ".join(context.split()))
    if has_chat_template(tokenizer):
        return chat_prompt(tokenizer, SYSTEM, f"{INSTRUCTION}\nContext: {context}")
    return f"{INSTRUCTION}\n\nContext: {context}\n\nEmail:\n"


def encode_prompts(tokenizer: Any, contexts: Sequence[str], max_tokens: int = 256) -> list[list[int]]:
    """Token ids of each context's prompt, at most ``max_tokens`` and half of what the tokenizer's model can read.

    A context too long for that loses its end, never the frame.
    """
    front = [] if has_chat_template(tokenizer) else opening(tokenizer)
    most = min(max_tokens, tokenizer.model_max_length // 2) - len(front)
    return [front + _fit(tokenizer, context, most) for context in contexts]


def encode_email(tokenizer: Any, email: str, max_tokens: int) -> list[int]:
    """Token ids of an email as a completion, its end-of-text token included unless ``max_tokens`` cuts it off."""
    return [*encode_text(tokenizer, email.strip()), tokenizer.eos_token_id][:max_tokens]


def encode_text(tokenizer: Any, text: str) -> list[int]:
    """Token ids of a piece of text as it stands behind others, in which no special token can hide.

    Texts put together from pieces decode to the pieces put together. Many tokenizers (SentencePiece) see a blank in
    front of whatever begins: for these the piece is read behind another one, whose tokens are then taken off.
    """
    text = without_marks(tokenizer, text)
    if _joins(tokenizer):
        return _encode(tokenizer, text)
    for anchor in ANCHORS:
        before, both = _encode(tokenizer, anchor), _encode(tokenizer, anchor + text)
        if both[: len(before)] == before and _decode(tokenizer, both) == _decode(tokenizer, before) + text:
            return both[len(before) :]
    return _encode(tokenizer, text)  # it drops or changes letters, wherever they stand


def decode_email(tokenizer: Any, tokens: Sequence[int]) -> str:
    """The text of a completion; special tokens are left out, and a thought before it."""
    return THOUGHT.sub("", _decode(tokenizer, tokens)).strip()


def end_tokens(tokenizer: Any, model: Any) -> list[int]:
    """Ids of the tokens that end an email; the first is the one that emails to learn from end with."""
    named = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    several = named if isinstance(named, list) else [] if named is None else [named]
    return list(dict.fromkeys([tokenizer.eos_token_id, *several]))


def opening(tokenizer: Any) -> list[int]:
    """Ids that the tokenizer puts in front of a text (``<bos>``); without them some models write at random."""
    plain, whole = _encode(tokenizer, "a"), tokenizer.encode("a")
    place = next((n for n in range(len(whole)) if whole[n : n + len(plain)] == plain), 0)
    return list(whole[:place])


def without_marks(tokenizer: Any, text: str) -> str:
    """A user's text cannot end the turn or open another one: marks of the model in it become blanks."""
    marks = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
    marks |= {*tokenizer.all_special_tokens, "<think>", "</think>"}
    found = [mark for mark in marks if mark in text]
    return re.sub("|".join(map(re.escape, sorted(found, key=len, reverse=True))), " ", text) if found else text


def _fit(tokenizer: Any, context: str, max_tokens: int) -> list[int]:
    ids = _encode(tokenizer, build_prompt(tokenizer, context))
    while len(ids) > max_tokens and len(context) > 1:
        context = context[: max(1, int(len(context) * max_tokens / len(ids)) - 1)]
        ids = _encode(tokenizer, build_prompt(tokenizer, context))
    return ids


def _joins(tokenizer: Any) -> bool:
    """Whether pieces that are encoded one by one decode to what they are."""
    before = _encode(tokenizer, "x")
    return all(_decode(tokenizer, before + _encode(tokenizer, piece)) == f"x{piece}" for piece in JOINED)


def _encode(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer.encode(text, add_special_tokens=False))


def _decode(tokenizer: Any, tokens: Sequence[int]) -> str:
    return str(tokenizer.decode(list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False))
