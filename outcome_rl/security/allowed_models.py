"""Which models may be had on a Space: those that it offers, and nothing else that a visitor can name.

A name that is not offered is refused before anything is looked up, so the answer tells neither which folders there are
nor which private models the owner of the Space may read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..config import DEFAULT_ENCODER, DEFAULT_POLICY
from ..errors import ConfigError, ModelError
from .surroundings import on_space

OFFERED = (
    DEFAULT_POLICY,
    DEFAULT_ENCODER,
    "distilgpt2",
    "smollm2-135m-instruct",
    "all-minilm-l6-v2",
    "HuggingFaceTB/SmolLM2-360M-Instruct",
)
"""Models that every Space offers: the defaults, those that come with the program, and others that are small."""


def offered_models(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What a Space offers: the usual models and those that its owner names in ``OUTCOME_RL_MODELS`` (with commas)."""
    environment = os.environ if environment is None else environment
    named = (name.strip() for name in environment.get("OUTCOME_RL_MODELS", "").split(","))
    return tuple(dict.fromkeys([*OFFERED, *filter(None, named)]))


def is_allowed(name: str) -> bool:
    """Whether a visitor may name this model: any on one's own machine, the offered ones on a Space."""
    return not on_space() or name.strip() in offered_models()


def require_allowed(name: str) -> None:
    """Raises ConfigError for a model that is not offered here, in the same words whatever the name stands for."""
    if not is_allowed(name):
        raise ConfigError(f"model: {refusal()}")


def require_known(name: str) -> None:
    """The same for what the program itself loads: what is offered, and the models that visitors have made.

    Raises:
        ModelError: it is neither, in the words of :func:`refusal`.
    """
    if not is_allowed(name) and not _is_made_here(Path(name)):
        raise ModelError(refusal())


def _is_made_here(folder: Path) -> bool:
    """Whether a folder lies in what the page serves; the page and its jobs are told that in the environment."""
    root = os.environ.get("OUTCOME_RL_VISITORS")
    return bool(root) and folder.resolve().is_relative_to(Path(str(root)).resolve())


def refusal() -> str:
    """What is said of every model that is not offered, and the way out."""
    return (
        f"this Space offers {', '.join(offered_models())} and no other model; its owner can add names in "
        "OUTCOME_RL_MODELS, and on your own machine Outcome RL takes any model or folder"
    )


def hub_identity() -> dict[str, Any]:
    """What the Hub is asked with, as options of its functions: nobody's token on a Space, elsewhere the user's own."""
    return {"token": False} if on_space() else {}
