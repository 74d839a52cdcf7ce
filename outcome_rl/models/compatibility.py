"""Whether a model can serve: what kind its folder describes, whether all of it is there, whether its tokenizer fits.

Each check raises ModelError with the cause and a way out, or returns what a person should know, in a sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from ..errors import ModelError
from ..utils.formatting import count_of

TAKE = "take another language model, such as HuggingFaceTB/SmolLM2-135M-Instruct or gpt2"
"""The way out for who has chosen a model that cannot serve."""
FEWEST_POSITIONS = 16
"""Tokens below which an encoder could read neither a context nor an email."""
_OTHER_INPUTS = {
    "vision_config": "images",
    "vision_tower_config": "images",
    "audio_config": "sounds",
    "audio_encoder_config": "sounds",
}
_OTHER_HEADS = (
    "ForMaskedLM",
    "ForSequenceClassification",
    "ForTokenClassification",
    "ForQuestionAnswering",
    "ForMultipleChoice",
    "ForNextSentencePrediction",
    "ForPreTraining",
    "ForRewardModeling",
    "RewardModel",
)


# --- the kind of model ------------------------------------------------------------------------------------------------


def require_writer(name: Path | str, folder: Path, config: Any) -> None:
    """Check that a model folder with this configuration holds a language model that this program can tune.

    Raises:
        ModelError: it holds a model of another kind.
    """
    reason = _other_kind(folder, config)
    if reason:
        raise ModelError(f"model '{name}' cannot write emails: {reason}; {TAKE}")
    require_keys_and_values(name, config)


def _other_kind(folder: Path, config: Any) -> str | None:
    """Why a model of this configuration writes no texts, or none from a plain prompt."""
    from transformers.models.auto.modeling_auto import (
        MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
        MODEL_FOR_MASKED_LM_MAPPING_NAMES,
    )

    kind = config.model_type
    head = str((getattr(config, "architectures", None) or [""])[0])
    inputs = sorted({word for name, word in _OTHER_INPUTS.items() if getattr(config, name, None) is not None})
    if (folder / "modules.json").is_file() or (folder / "config_sentence_transformers.json").is_file():
        return "it is a sentence-embedding model, which turns texts into vectors"
    if inputs:
        return f"it is a model of text and {' and '.join(inputs)} ({kind})"
    if getattr(config, "is_encoder_decoder", False):
        return f"it is an encoder-decoder ({kind}), which turns one text into another"
    encoder = kind in MODEL_FOR_MASKED_LM_MAPPING_NAMES and not getattr(config, "is_decoder", False)
    if encoder or getattr(config, "use_bidirectional_attention", None) is True:
        return f"it is an encoder ({kind}), which reads texts and writes none"
    if kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        return f"'{kind}' is no kind of language model that transformers can write with"
    if head.endswith(_OTHER_HEADS):
        return f"it was trained to judge texts ({head}), not to write them"
    if getattr(config, "quantization_config", None):
        return "its weights are quantised, and such weights cannot be tuned here"
    return None


def require_keys_and_values(name: Path | str, config: Any) -> None:
    """Check that a model keeps keys and values (past_key_values): samples of one prompt are copies of these.

    Raises:
        ModelError: it keeps a running state in their place.
    """
    from transformers import AutoModelForCausalLM

    try:
        family = AutoModelForCausalLM._model_mapping[type(config)]
    except KeyError:
        return
    if getattr(family, "_is_stateful", False):
        raise ModelError(
            f"model '{name}' cannot be tuned here: it is a state-space or recurrent model ({config.model_type}), which "
            "keeps a running state in place of the keys and values (past_key_values) that sampling copies and cuts; "
            f"{TAKE}"
        )


def require_whole(folder: Path, missing: Iterable[str], within: str | None = None) -> None:
    """Check that no weights had to be made up; ``within``: the prefix of the part that has to be whole, all where None.

    Raises:
        ModelError: the folder lacks some, which would be random numbers.
    """
    lacking = sorted(name for name in missing if within is None or (name.startswith(within) and "pooler" not in name))
    if lacking:
        more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        raise ModelError(
            f"model folder '{folder}' lacks weights that its config.json asks for ({lacking[0]}{more}), and random "
            "numbers would take their place; fetch the model again, or give the folder that it was saved to as a whole"
        )


# --- the tokenizer ----------------------------------------------------------------------------------------------------


def require_words(name: Path | str, tokenizer: Any) -> None:
    """Check that a tokenizer knows any words. Raises ModelError; out of no files transformers makes an empty one."""
    if len(tokenizer.get_vocab()) > len(tokenizer.added_tokens_decoder):
        return
    raise ModelError(
        f"model folder '{name}' has no tokenizer (tokenizer.json or tokenizer.model); copy the tokenizer's files from "
        "the model that it was made from into the folder: AutoTokenizer.from_pretrained(BASE).save_pretrained(FOLDER)"
    )


def require_rows(name: Path | str, tokenizer: Any, model: Any, used: Collection[int]) -> str | None:
    """Check that the model has a row for each token that can occur; a notice where it has none for others.

    ``used``: ids that prompts and emails are sure to hold. Special tokens besides these never occur: they are taken
    out of users' texts, so that a few too many of them do no harm (Gemma 3 has one, for images).

    Raises:
        ModelError: the tokenizer has tokens that the model does not know.
    """
    rows = model.get_input_embeddings().weight.shape[0]
    by_number = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    beyond = {token: number for token, number in by_number if number >= rows}
    if not beyond:
        return None
    special = special_ids(tokenizer)
    needed = [token for token, number in beyond.items() if number in used or number not in special]
    if needed:
        raise ModelError(
            f"the tokenizer of '{name}' does not fit the model: it has {count_of(len(beyond), 'token')}, such as "
            f"'{needed[0]}', beyond the {rows:,} that the model knows; make the model larger with "
            "model.resize_token_embeddings(len(tokenizer)) and train it, or put the tokenizer of its base model there"
        )
    return (
        f"The tokenizer has {count_of(len(beyond), 'special token')} that the model does not know, such as "
        f"{next(iter(beyond))}; texts never hold any, so nothing is lost."
    )


def special_ids(tokenizer: Any) -> set[int]:
    """Ids of the tokens that are marks and not text."""
    added = {number for number, token in tokenizer.added_tokens_decoder.items() if token.special}
    return added | set(tokenizer.all_special_ids)


# --- what ends a text -------------------------------------------------------------------------------------------------


def named_ends(model: Any, tokenizer: Any) -> list[int]:
    """Ids that end a text, as tokenizer, generation_config.json and config.json name them, in this order.

    Ids beyond the vocabulary, and ids of words, are left out: where config.json says nothing, transformers has the
    numbers of the family's first model in their place.
    """
    ids: list[int] = [] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id]
    known = special_ids(tokenizer)
    for settings in (getattr(model, "generation_config", None), model.config):
        named = getattr(settings, "eos_token_id", None)
        several = named if isinstance(named, (list, tuple)) else [] if named is None else [named]
        ids += [int(number) for number in several if int(number) in known]
    return list(dict.fromkeys(ids))


def no_end(name: Path | str) -> ModelError:
    """What to say of a model whose texts would never end."""
    return ModelError(
        f"model '{name}' has no token that ends a text (no eos_token in tokenizer_config.json, no eos_token_id in "
        "generation_config.json), so its emails would never end; name the token that does in tokenizer_config.json, or "
        f"{TAKE}"
    )


# --- how much it can read ---------------------------------------------------------------------------------------------


def positions(config: Any) -> int | None:
    """Tokens that a language model can read at most, prompt and answer together; None where it sets no limit."""
    value = getattr(config, "max_position_embeddings", None)
    return value if isinstance(value, int) and value > 0 else None


def encoder_positions(model: Any) -> int | None:
    """Tokens that an encoder can read at most; RoBERTa and its kin begin to count behind the padding's number."""
    limits = []
    for name, module in model.named_modules():
        if name.endswith("position_embeddings") and hasattr(module, "num_embeddings"):
            behind = getattr(module, "padding_idx", None)
            limits.append(int(module.num_embeddings) - (0 if behind is None else behind + 1))
    return min(limits) if limits else positions(model.config)


def readable_tokens(folder: Path, model: Any, tokenizer: Any, asked: int) -> tuple[int, str | None]:
    """Tokens of a text that an encoder will read, at most ``asked``, and a notice where these are fewer.

    Raises:
        ModelError: they would be too few.
    """
    limits = [limit for limit in (encoder_positions(model), tokenizer.model_max_length) if limit]
    most = min([asked, *limits])
    if most < min(asked, FEWEST_POSITIONS):
        raise ModelError(
            f"the encoder '{folder}' reads {count_of(most, 'token')} at most, too few for an email; take another one, "
            "such as distilbert-base-uncased"
        )
    if most == asked:
        return asked, None
    return most, f"The encoder reads {most} tokens at most, so emails are cut there and not at {asked} tokens."


def require_padding(folder: Path, tokenizer: Any) -> None:
    """Give an encoder's tokenizer without a padding token its end token in that place. Raises ModelError without."""
    if tokenizer.pad_token_id is not None:
        return
    if tokenizer.eos_token is None:
        raise ModelError(
            f"the encoder '{folder}' has no padding token (pad_token in tokenizer_config.json), without which texts of "
            "different lengths cannot be read together; name one there, or take distilbert-base-uncased"
        )
    tokenizer.pad_token = tokenizer.eos_token
