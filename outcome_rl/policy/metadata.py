"""What a tuned model's folder says of itself; the only place where that is read."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from ..errors import ModelError
from ..utils.files import existing_folder, read_json

WARM_START = "warm_start"
"""Folder inside a tuned model's: the warm start, an adapter or, where all weights were tuned, a whole model."""
ADAPTER = "adapter"
"""Folder inside a tuned model's: the adapter by itself, where one was tuned."""
ORIGIN_FILE = "outcome_rl.json"
"""In a tuned model's folder: what it was made from."""
CONTEXTS = "contexts"
"""In that file: how the contexts of the emails that were learned from were composed, where it is known."""
NOT_TAUGHT = "not_taught"
"""In that file, where no reinforcement learning was to be done: why."""
FACTS_FILE = "facts.txt"
"""What the emails of a tuned model may say: what its user gave, and what the user's own emails say again and again."""
BASE_FILE = "base.json"
"""In the folder of a model that writes in the seller's own words: the base, and the first layer in which it differs."""


def read_origin(folder: Path | str) -> dict[str, Any]:
    """How the tuned model in a folder was made: ``base_model``, ``steps``, ``run`` and more.

    Raises:
        ModelError: there is no tuned model in the folder, or what it says of itself cannot be read.
    """
    kept = existing_folder(Path(folder))
    if kept is None or not (kept / ORIGIN_FILE).is_file():
        raise ModelError(f"there is no tuned model in '{folder}'; make one first: python -m outcome_rl finetune DATA")
    try:
        origin = read_json(kept / ORIGIN_FILE)
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"'{kept / ORIGIN_FILE}' is not readable JSON: {error}") from None
    if not isinstance(origin, dict):
        raise ModelError(f"'{kept / ORIGIN_FILE}' does not say how the model was made; tune it again")
    return origin


def is_taught(folder: Path | str) -> bool:
    """Whether a step of reinforcement learning was kept in a tuned model; False where there is none, or it is no more
    than the warm start.
    """
    try:
        return read_origin(folder).get("best_step") != 0
    except ModelError:
        return False


def why_not_taught(folder: Path | str) -> str | None:
    """Why a tuned model was made without reinforcement learning; None where it was not, or there is none."""
    try:
        why = read_origin(folder).get(NOT_TAUGHT)
    except ModelError:
        return None
    return why if isinstance(why, str) else None


def taught_steps(folder: Path | str) -> int:
    """RL steps of the tuned model in a folder; 0 where there is none, or it does not say."""
    try:
        steps = read_origin(folder).get("steps")
    except ModelError:
        return 0
    return steps if isinstance(steps, int) else 0


def tuned_models(folder: Path | str) -> dict[str, str]:
    """What :func:`load_writing_model` takes for the base, the warm start and the tuned model of a tuned model's folder.

    Raises:
        ModelError: there is no tuned model in the folder, or it does not say what it was tuned from.
    """
    origin = read_origin(folder)
    kept = existing_folder(Path(folder)) or Path(folder)
    if not isinstance(origin.get("base_model"), str):
        raise ModelError(f"'{folder}/{ORIGIN_FILE}' does not name the base model; tune it again")
    # where no step was judged better the two are one, and saved twice they would differ by rounding and so in emails
    warm_start = kept if origin.get("best_step") == 0 else kept / WARM_START
    return {"base": origin["base_model"], WARM_START: str(warm_start), "tuned": str(kept)}


def origin_fingerprint(folder: Path) -> str:
    """16 hexadecimal digits that tell a tuned model from the one before it; empty where there is none. A copy has the
    same.
    """
    kept = existing_folder(folder)
    try:
        return sha256((kept / ORIGIN_FILE).read_bytes()).hexdigest()[:16] if kept else ""
    except OSError:
        return ""
