"""Dataclass fields that explain themselves, with the limits that are checked when a dataclass of them is made."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import Field, asdict, dataclass, field, fields
from difflib import get_close_matches
from typing import Any, Self, TypeVar

from .errors import ConfigError

T = TypeVar("T", bound="Checked")


def setting(
    default: Any,
    help: str,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] | None = None,
    advanced: bool = True,
    too_low: str = "",
) -> Any:
    """A dataclass field with its explanation and its limits; ``None`` is allowed where it is the default.

    ``too_low``: why less than ``low`` makes no sense, and the way out.
    """
    meta = {"help": help, "low": low, "high": high, "choices": choices, "advanced": advanced, "too_low": too_low}
    return field(default=default, metadata=meta)


def documented(cls: type[T]) -> type[T]:
    """A dataclass of settings whose docstring explains each of them, for ``help()``."""
    lines = [f"    {spec.name}: {spec.metadata['help']} (default: {spec.default!r})" for spec in fields(cls)]
    cls.__doc__ = "\n".join([(cls.__doc__ or "").rstrip(), "", "    Settings:", *(f"    {line}" for line in lines)])
    return cls


CALLED_ELSEWHERE = {
    "beta": "kl_weight",
    "init_kl_coef": "kl_weight",
    "kl_beta": "kl_weight",
    "kl_coef": "kl_weight",
    "num_generations": "samples_per_context",
    "group_size": "samples_per_context",
    "max_completion_length": "max_new_tokens",
    "lr": "learning_rate",
    "num_steps": "steps",
    "max_steps": "steps",
    "num_train_epochs": "epochs",
    "epsilon": "clip",
    "clip_range": "clip",
    "cliprange": "clip",
    "num_mini_batches": "minibatches",
    "r": "lora_rank",
    "model_name": "model",
}
"""What other programs call a setting."""


@dataclass(frozen=True)
class Checked:
    """Checks every field's name and its value's limits when the dataclass is made. Raises ConfigError."""

    def __new__(cls, *_: Any, **values: Any) -> Self:
        """Before the fields are set, where a wrong name would be a TypeError that knows no right one."""
        _require_known(cls, values)
        return super().__new__(cls)

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
        return cls(**values)


def _require_known(of: type[Checked], names: Iterable[str]) -> None:
    known = [spec.name for spec in fields(of)]
    unknown = sorted(set(names) - set(known))
    if not unknown:
        return
    wrong = unknown[0]
    meant = [CALLED_ELSEWHERE[wrong]] if CALLED_ELSEWHERE.get(wrong) in known else get_close_matches(wrong, known, 1)
    way_out = f"did you mean '{meant[0]}'? " if meant else ""
    raise ConfigError(f"{of.__name__}: '{wrong}' is not a setting; {way_out}allowed: {', '.join(known)}")


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
        why = f"; {meta['too_low']}" if meta["too_low"] and low is not None and value < low else ""
        raise ConfigError(f"{name}: {value} is outside the allowed range, {_range(low, high)}{why}")


def _range(low: float | None, high: float | None) -> str:
    if high is None:
        return f"{low:,.10g} or more"
    if low is None:
        return f"{high:,.10g} or less"
    return f"{low:,.10g} to {high:,.10g}"
