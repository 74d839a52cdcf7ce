"""Dataclass fields that explain themselves, with the limits that are checked when a dataclass of them is made."""

from __future__ import annotations

import math
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any, Self

from .errors import ConfigError


def setting(
    default: Any,
    help: str,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] | None = None,
    advanced: bool = True,
) -> Any:
    """A dataclass field with its explanation and its limits; ``None`` is allowed where it is the default."""
    meta = {"help": help, "low": low, "high": high, "choices": choices, "advanced": advanced}
    return field(default=default, metadata=meta)


@dataclass(frozen=True)
class Checked:
    """Checks every field against its limits when the dataclass is made."""

    def __post_init__(self) -> None:
        for spec in fields(self):
            _check(spec.name, getattr(self, spec.name), spec)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of :meth:`to_dict`.

        Raises:
            ConfigError: a name is not a setting, or a value is outside its limits.
        """
        known = [spec.name for spec in fields(cls)]
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ConfigError(f"{cls.__name__}: '{unknown[0]}' is not a setting; allowed: {', '.join(known)}")
        return cls(**values)


def _check(name: str, value: Any, spec: Field) -> None:
    meta = spec.metadata
    if not meta or (value is None and spec.default is None):
        return
    low, high, choices = meta["low"], meta["high"], meta["choices"]
    if choices and value not in choices:
        raise ConfigError(f"{name}: '{value}' is not one of {', '.join(choices)}")
    if low is None and high is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ConfigError(f"{name}: '{value}' is not a number")
    if str(spec.type).startswith("int") and value != int(value):
        raise ConfigError(f"{name}: {value} is not a whole number")
    if (low is not None and value < low) or (high is not None and value > high):
        raise ConfigError(f"{name}: {value} is outside the allowed range, {_range(low, high)}")


def _range(low: float | None, high: float | None) -> str:
    if high is None:
        return f"{low:g} or more"
    if low is None:
        return f"{high:g} or less"
    return f"{low:g} to {high:g}"
