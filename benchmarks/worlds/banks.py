"""Banks of sentences written by hand, kept as TOML beside the code, and small helpers to draw from them."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "sentences"
_FIELD = re.compile(r"\{(\w+)\}")


@cache
def bank(name: str) -> dict[str, Any]:
    """The bank of a world, as nested dicts and lists; not to be changed."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace ``{field}`` by its value; a sentence that begins with a field gets a capital."""
    filled = _FIELD.sub(lambda found: values[found[1]], text)
    return filled[:1].upper() + filled[1:]


def sentences_in(part: Any) -> list[str]:
    """Every string of a bank or a part of one, in order."""
    if isinstance(part, str):
        return [part]
    items = part.values() if isinstance(part, Mapping) else part
    return [sentence for item in items for sentence in sentences_in(item)]


def pick(rng: random.Random, options: Sequence[str], weights: Sequence[float] | None = None) -> str:
    return rng.choices(options, weights)[0]
