"""Loading a language model with its tokenizer, the two made to fit each other, or refused with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import ModelError
from ..models.compatibility import (
    named_ends,
    no_end,
    positions,
    require_keys_and_values,
    require_rows,
    require_words,
    special_ids,
)
from ..models.hub import ModelLocation
from ..models.loading import check_kind, load_causal_lm, load_tokenizer
from ..utils.formatting import count_of
from .chat_template import has_chat_template, turn_end
from .prompts import encode_prompts
from .trial import try_out

FEWEST_TOKENS = 32
"""Tokens of an email that have to fit behind the frame of a prompt."""
ENOUGH_POSITIONS = 512
"""Tokens of prompt and email together that a model should be able to read."""


@dataclass(frozen=True)
class LanguageModel:
    """A model and its tokenizer, whose ``eos_token`` ends an email and whose ``model_max_length`` is the model's.

    ``notices``: what a person should know of it, in sentences.
    """

    model: Any
    tokenizer: Any
    notices: tuple[str, ...] = ()


def load_language_model(found: ModelLocation, dtype: Any, device: Any) -> LanguageModel:
    """A language model that was tried out: it can be sampled from and tuned.

    Raises:
        ModelError: it cannot be read, is a model of another kind, does not fit its tokenizer, or fails the trial.
    """
    check_kind(found.folder, found.name)
    tokenizer = load_tokenizer(found.folder)
    return fit_language_model(found.name, load_causal_lm(found.folder, dtype).to(device), tokenizer)


def fit_language_model(name: str, model: Any, tokenizer: Any) -> LanguageModel:
    """A model in memory and its tokenizer, which is changed, tried out likewise.

    Raises:
        ModelError: the two do not fit each other, or the model fails the trial.
    """
    require_words(name, tokenizer)
    _settle_ends(name, model, tokenizer)
    tokenizer.model_max_length = min(tokenizer.model_max_length, positions(model.config) or 10**9)
    frame = encode_prompts(tokenizer, [""])[0]
    found = [require_rows(name, tokenizer, model, {*frame, tokenizer.eos_token_id}), _room(name, tokenizer, frame)]
    require_keys_and_values(name, model.config)
    try_out(name, model)
    return LanguageModel(model, tokenizer, tuple(filter(None, found)))


def _settle_ends(name: str, model: Any, tokenizer: Any) -> None:
    """Let the tokenizer's ``eos_token`` be what ends an email, and have the model's own settings name all ends.

    A chat model is often told apart by what ends a turn: Gemma's tokenizer names ``<eos>``, its turns end with
    ``<end_of_turn>``. Whoever uses the tuned model later is to stop there too.
    """
    ends = named_ends(model, tokenizer)
    last = turn_end(tokenizer, special_ids(tokenizer)) if has_chat_template(tokenizer) else None
    ends = list(dict.fromkeys([*([] if last is None else [last]), *ends]))
    if not ends:
        raise no_end(name)
    tokenizer.eos_token = tokenizer.convert_ids_to_tokens(ends[0])
    settings = getattr(model, "generation_config", None)
    if settings is not None:
        settings.eos_token_id = ends


def _room(name: str, tokenizer: Any, frame: list[int]) -> str | None:
    """A notice where emails or contexts have to be shorter than usual. Raises ModelError where none would fit."""
    limit = tokenizer.model_max_length
    if limit < len(frame) + FEWEST_TOKENS:
        raise ModelError(
            f"model '{name}' reads {count_of(limit, 'token')} at most, and a prompt without any context takes "
            f"{len(frame)} of them; take a model that reads {ENOUGH_POSITIONS} or more"
        )
    if limit >= ENOUGH_POSITIONS:
        return None
    most = max(len(frame), limit // 2)
    return (
        f"The model reads {limit} tokens at most: longer prompts than {most} tokens lose the context's end, and emails "
        f"end after {limit - most} tokens at the latest where the prompt takes so many."
    )
