"""Settings against the caps: what a visitor types, a script sends or a command line says."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import TypeVar

from ..config import FinetuneConfig, RewardConfig, SamplingConfig
from ..config_fields import Checked
from ..errors import ConfigError
from .allowed_models import require_allowed, require_known
from .caps import Caps, current_caps, too_much
from .surroundings import on_space

Settings = TypeVar("Settings", bound=Checked)

_CAPS: dict[type[Checked], dict[str, str]] = {
    RewardConfig: {"minutes": "minutes", "epochs": "epochs", "batch_size": "batch"},
    FinetuneConfig: {
        "minutes": "minutes",
        "steps": "steps",
        "epochs": "epochs",
        "warm_start_epochs": "epochs",
        "micro_batch_size": "batch",
        "max_new_tokens": "tokens",
        "held_out_contexts": "contexts",
        "guard_contexts": "contexts",
    },
    SamplingConfig: {"max_new_tokens": "tokens"},
}
"""Which cap bounds which setting."""


def cap_of(config: type[Checked], name: str) -> str | None:
    """The cap that bounds a setting, or None."""
    return _CAPS.get(config, {}).get(name)


def within_caps(config: Settings, caps: Caps | None = None, own: Container[str] = (), typed: bool = True) -> Settings:
    """The settings, where all are within the caps; on a Space with a time limit where none was given.

    ``own``: models that the visitor has fetched. ``typed``: whether a visitor gave the settings as they are; a job gets
    folders too, which the page has looked at.

    Raises:
        ConfigError: one is above its cap, or the model is not offered here; the message begins with its name.
        ModelError: a job is to use a model that is neither offered nor was made or fetched here.
    """
    caps = caps or current_caps()
    for name, bound in _CAPS.get(type(config), {}).items():
        value = getattr(config, name)
        if value is not None and value > getattr(caps, bound):
            raise ConfigError(f"{name}: {too_much(bound, value, caps)}")
    if isinstance(config, FinetuneConfig):
        emails = config.contexts_per_step * config.samples_per_context
        if emails > caps.emails_per_step:
            raise ConfigError(f"samples_per_context: {too_much('emails_per_step', emails, caps)}")
    if isinstance(config, FinetuneConfig | RewardConfig) and on_space():
        if typed and config.model not in own:
            require_allowed(config.model)
        elif not typed:
            require_known(config.model)
        if config.minutes is None:
            return replace(config, minutes=float(caps.minutes))
    return config
