"""The folders and files inside a tuned model's folder."""

from __future__ import annotations

from pathlib import Path

from ..errors import ModelError
from ..utils.files import existing_folder, read_json

WARM_START = "warm_start"
"""Folder inside a tuned model's: the warm start, an adapter or, where all weights were tuned, a whole model."""
ADAPTER = "adapter"
"""Folder inside a tuned model's: the adapter by itself, where one was tuned."""
ORIGIN_FILE = "outcome_rl.json"
"""In a tuned model's folder: what it was made from."""


def tuned_models(folder: Path | str) -> dict[str, str]:
    """What :func:`load_writer` takes for the base, the warm start and the tuned model of a tuned model's folder.

    Raises:
        ModelError: there is no tuned model in the folder.
    """
    kept = existing_folder(Path(folder))
    if kept is None or not (kept / ORIGIN_FILE).is_file():
        raise ModelError(f"there is no tuned model in '{folder}'; make one first: python -m outcome_rl finetune DATA")
    origin = read_json(kept / ORIGIN_FILE)
    # where no step was judged better the two are one, and saved twice they would differ by rounding and so in emails
    warm_start = kept if origin.get("best_step") == 0 else kept / WARM_START
    return {"base": origin["base_model"], WARM_START: str(warm_start), "tuned": str(kept)}
