"""A setting as command-line flags: the one place that knows how names and values are spelled."""

from __future__ import annotations

from dataclasses import fields
from typing import Any


def flags(config: Any) -> list[str]:
    """``--learning-rate 0.001 …``: what differs from the defaults."""
    given: list[str] = []
    for spec in fields(config):
        value = getattr(config, spec.name)
        if value != spec.default:
            given += flag(spec.name, value)
    return given


def flag(name: str, value: Any) -> list[str]:
    """One setting as arguments; joined by ``=`` where the value could be taken for a flag itself."""
    dashed, shown = f"--{name.replace('_', '-')}", str(value)
    if value is True:
        return [dashed]
    return [f"{dashed}={shown}"] if shown.startswith("-") else [dashed, shown]
