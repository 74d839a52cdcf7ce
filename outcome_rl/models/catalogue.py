"""Small language models that are often tuned: how large they are, and what their licences ask for."""

from __future__ import annotations

from dataclasses import dataclass

APACHE, MIT = "Apache-2.0", "MIT"
GEMMA, LLAMA = "Gemma Terms of Use", "Llama 3.2 Community License"


@dataclass(frozen=True)
class KnownModel:
    """``weights``: how many. ``gated``: whether the Hub asks everyone to accept the licence first. ``chat``: whether it
    was taught to answer; one that was not needs a longer warm start to write emails at all.
    """

    name: str
    weights: int
    licence: str
    chat: bool = True
    gated: bool = False


CATALOGUE: tuple[KnownModel, ...] = (
    KnownModel("gpt2", 124_000_000, MIT, chat=False),
    KnownModel("distilgpt2", 82_000_000, APACHE, chat=False),
    KnownModel("smollm2-135m-instruct", 135_000_000, APACHE),
    KnownModel("google/gemma-3-270m-it", 268_000_000, GEMMA, gated=True),
    KnownModel("HuggingFaceTB/SmolLM2-360M-Instruct", 362_000_000, APACHE),
    KnownModel("Qwen/Qwen2.5-0.5B-Instruct", 494_000_000, APACHE),
    KnownModel("Qwen/Qwen3-0.6B", 596_000_000, APACHE),
    KnownModel("google/gemma-3-1b-it", 1_000_000_000, GEMMA, gated=True),
    KnownModel("meta-llama/Llama-3.2-1B-Instruct", 1_236_000_000, LLAMA, gated=True),
    KnownModel("HuggingFaceTB/SmolLM2-1.7B-Instruct", 1_711_000_000, APACHE),
    KnownModel("Qwen/Qwen3-1.7B", 1_721_000_000, APACHE),
    KnownModel("HuggingFaceTB/SmolLM3-3B", 3_075_000_000, APACHE),
    KnownModel("microsoft/Phi-3-mini-4k-instruct", 3_821_000_000, MIT),
)
"""The default first, then from small to large."""


def licence_words(name: str) -> str:
    """Size and licence of a listed model, in a sentence; empty for others."""
    model = known_model(name)
    if model is None:
        return ""
    gate = " (to be accepted on the Hub before the download)" if model.gated else ""
    return f"{model.weights / 1e6:,.0f} million weights, licence: {model.licence}{gate}."


def known_model(name: str) -> KnownModel | None:
    """That of this name, whoever publishes it; None for a model that is not listed."""
    return next((model for model in CATALOGUE if _last_part(model.name) == _last_part(name)), None)


def _last_part(name: str) -> str:
    return name.strip().rpartition("/")[2].lower()
