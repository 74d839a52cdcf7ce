"""A setting as command-line flags: the one place that knows how names and values are spelled."""

from __future__ import annotations

from dataclasses import fields
from typing import Any


def option_name(field: str) -> str:
    """``learning_rate`` -> ``--learning-rate``."""
    return f"--{field.replace('_', '-')}"


def flag(field: str, value: Any) -> list[str]:
    """One setting as arguments; joined by ``=`` where the value could be taken for a flag itself."""
    name, text = option_name(field), str(value)
    if value is True:
        return [name]
    return [f"{name}={text}"] if text.startswith("-") else [name, text]


def flags(config: Any) -> list[str]:
    """``--learning-rate 0.001 …``: what differs from the defaults of a settings dataclass."""
    arguments: list[str] = []
    for spec in fields(config):
        value = getattr(config, spec.name)
        if value != spec.default:
            arguments += flag(spec.name, value)
    return arguments
