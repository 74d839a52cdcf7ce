"""What a reward model's folder says of itself: settings, figures, whether it can be trusted.

The only place where that is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import ModelError, RunError
from ..outcomes import NUM_OUTCOMES, OUTCOMES, known_outcomes
from ..utils.files import existing_folder, read_json

SETTINGS_FILE = "outcome_rl.json"
METRICS_FILE = "metrics.json"
FORMAT = 5
"""Of the folder; a model in another one cannot be loaded."""


def find_reward_model(folder: Path | str) -> Path:
    """Where a reward model's files are. Raises ModelError where there is none."""
    kept = existing_folder(Path(folder))
    if kept is None or not (kept / SETTINGS_FILE).is_file():
        raise ModelError(
            f"there is no reward model in '{folder}'; train one first: python -m outcome_rl train-reward DATA"
        )
    return kept


def read_settings(folder: Path) -> dict[str, Any]:
    """Format, config, reference reward and dtype of the reward model in a folder. Raises ModelError."""
    settings = read_json_file(folder / SETTINGS_FILE)
    if not isinstance(settings, dict) or settings.get("format") != FORMAT:
        raise ModelError(f"the reward model in '{folder}' was written by another version; train it again")
    return settings


def read_figures(folder: Path | str) -> dict[str, Any]:
    """What the reward model's training reported. Raises ModelError."""
    figures = read_json_file(find_reward_model(folder) / METRICS_FILE)
    if not isinstance(figures, dict):
        raise ModelError(f"'{folder}/{METRICS_FILE}' does not hold a reward model's figures; train it again")
    return figures


def figures_if_any(folder: Path | str) -> dict[str, Any] | None:
    """The same, of any version's reward model, with the payoffs that it was trained with where they are known; None
    where there is none or its figures cannot be read.
    """
    kept = existing_folder(Path(folder))
    try:
        figures = read_json_file(kept / METRICS_FILE) if kept else None
    except ModelError:
        return None
    if not isinstance(figures, dict):
        return None
    payoffs = payoffs_if_any(folder)
    return {**figures, "payoffs": payoffs} if payoffs else figures


def is_outdated(figures: dict[str, Any]) -> bool:
    """Whether another version wrote the model that has these figures; such a model cannot be loaded."""
    return "beats_guessing" not in figures


def outcomes_of(figures: Mapping[str, Any]) -> tuple[int, ...]:
    """The outcomes that a reward model can tell apart, by its ``metrics.json``; all three where that does not say."""
    counts = figures.get("outcomes")
    if isinstance(counts, list) and len(counts) == NUM_OUTCOMES and all(isinstance(n, int) for n in counts):
        return known_outcomes(counts)
    return known_outcomes(())


def payoffs_if_any(folder: Path | str) -> tuple[float, ...] | None:
    """The payoffs that a reward model was trained with, in the order of the outcomes; None where nobody knows."""
    try:
        config = read_json_file(find_reward_model(folder) / SETTINGS_FILE)["config"]
        return tuple(float(config[f"payoff_{name}"]) for name in OUTCOMES)
    except (ModelError, KeyError, TypeError, ValueError):
        return None


def is_trusted(figures: Mapping[str, Any]) -> bool:
    """Whether a reward model, by its ``metrics.json``, is clearly better than guessing: at how likely each outcome is,
    or, unless it is worse at that, at which of the emails for contexts alike earns more.
    """
    guesses = figures.get("beats_guessing")
    return guesses is True or (guesses == "unclear" and figures.get("tells_apart") is True)


def is_rough(figures: Mapping[str, Any]) -> bool:
    """Whether a reward model that is trusted is so for the order that it brings emails into alone."""
    return is_trusted(figures) and figures.get("beats_guessing") is not True


def require_trust(figures: Mapping[str, Any], ignore_verdict: bool) -> None:
    """Raises RunError where a reward model is not clearly better than guessing and that is not to be ignored."""
    if not is_trusted(figures) and not ignore_verdict:
        raise RunError(
            "tuning is locked, for the reward model is not clearly better than guessing, and tuning would only learn "
            "its whims; add or clean rows, write without tuning with --steps 0, which does not use it, or tune all the "
            "same with --ignore-verdict"
        )


CONTEXT_ALONE = (
    "The reward model is not clearly better than reading the context alone: what it likes of one email more than of "
    "another for the same context may be chance, and tuning lives on that difference."
)


ORDER_UNSURE = (
    "The reward model may know the contexts alone: of emails for contexts alike, those that it prefers have not "
    "clearly earned more, and tuning lives on that difference."
)


def doubt_of_tuning(figures: Mapping[str, Any]) -> str | None:
    """What to say before tuning where a trusted reward model may know the contexts and not what an email does there."""
    if "tells_apart" in figures:
        return None if figures["tells_apart"] is True else ORDER_UNSURE
    baselines = figures.get("baselines")
    rival = baselines.get("context") if isinstance(baselines, dict) else None
    return CONTEXT_ALONE if isinstance(rival, dict) and rival.get("beaten") is not True else None


def read_json_file(file: Path) -> Any:
    """What a file of a reward model holds. Raises ModelError where it is not JSON."""
    try:
        return read_json(file)
    except (ValueError, OSError, RecursionError) as error:
        raise ModelError(f"'{file}' is not readable JSON: {error}") from None
