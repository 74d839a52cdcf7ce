"""What a reward model's folder says of itself: settings, figures, whether it can be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import ModelError, RunError
from ..utils.files import existing_folder, read_json

SETTINGS_FILE = "outcome_rl.json"
METRICS_FILE = "metrics.json"
FORMAT = 3


def find_reward_model(folder: Path | str) -> Path:
    """Where a reward model's files are. Raises ModelError where there is none."""
    kept = existing_folder(Path(folder))
    if kept is None or not (kept / SETTINGS_FILE).is_file():
        raise ModelError(
            f"there is no reward model in '{folder}'; train one first: python -m outcome_rl train-reward DATA"
        )
    return kept


def _settings(folder: Path) -> dict[str, Any]:
    settings = _read(folder / SETTINGS_FILE)
    if not isinstance(settings, dict) or settings.get("format") != FORMAT:
        raise ModelError(f"the reward model in '{folder}' was written by another version; train it again")
    return settings


def read_figures(folder: Path | str) -> dict[str, Any]:
    """What the reward model's training reported. Raises ModelError."""
    figures = _read(find_reward_model(folder) / METRICS_FILE)
    if not isinstance(figures, dict):
        raise ModelError(f"'{folder}/{METRICS_FILE}' does not hold a reward model's figures; train it again")
    return figures


def is_trusted(figures: dict[str, Any]) -> bool:
    """Whether a reward model, by its ``metrics.json``, is clearly better than guessing."""
    return figures.get("beats_guessing") is True


def require_trust(figures: dict[str, Any], ignore_verdict: bool) -> None:
    """Raises RunError where a reward model is not clearly better than guessing and that is not to be ignored."""
    if not is_trusted(figures) and not ignore_verdict:
        raise RunError(
            "tuning is locked, for the reward model is not clearly better than guessing, and tuning would only learn "
            "its whims; add or clean rows, or tune all the same with --ignore-verdict"
        )


def _read(file: Path) -> Any:
    try:
        return read_json(file)
    except (ValueError, OSError, RecursionError) as error:
        raise ModelError(f"'{file}' is not readable JSON: {error}") from None
