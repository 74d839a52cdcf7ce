"""What outcomes are worth, where a run counts them in another way than the reward model was trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..config import RewardConfig
from ..errors import ConfigError
from ..outcomes import NUM_OUTCOMES, OUTCOMES


def with_payoffs(
    config: RewardConfig, payoffs: Sequence[float | None], known: Sequence[bool] | np.ndarray = (True,) * NUM_OUTCOMES
) -> RewardConfig:
    """The settings with those payoffs changed that are given, in the order of the outcomes. What a model predicts does
    not depend on them, only what its predictions are worth. ``known`` (3,): the outcomes that it can predict.

    Raises:
        ConfigError: all outcomes that it can predict would be worth the same.
    """
    given = zip(OUTCOMES, payoffs, known, strict=True)
    values: dict[str, Any] = {f"payoff_{name}": value for name, value, can in given if can and value is not None}
    changed = replace(config, **values)
    if len({value for value, can in zip(changed.payoffs, known, strict=True) if can}) == 1:
        raise ConfigError(f"payoffs: all outcomes are worth {changed.payoff_no_reply:g}, so no email would be better")
    return changed


def other_payoffs_in_words(
    kept: RewardConfig, changed: RewardConfig, known: Sequence[bool] | np.ndarray = (True,) * NUM_OUTCOMES
) -> str:
    """What it means that a run counts in payoffs of its own, of the ``known`` (3,) outcomes."""
    names = [name.replace("_", " ") for name in OUTCOMES]
    here, there = (
        ", ".join(f"{name} {value:g}" for name, value, can in zip(names, config.payoffs, known, strict=True) if can)
        for config in (changed, kept)
    )
    return (
        f"Rewards of this run count with {here}; outside of it they count as the reward model was trained: {there}. "
        "What your own emails would earn under the new payoffs is not known."
    )
