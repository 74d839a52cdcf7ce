"""The whole job: reward model, fine-tuning, comparison."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..config import FinetuneConfig, RewardConfig
from ..events import Event, Finished, StopCheck, Stopped
from .finetune import Tuning, _finetune_phase, _stopped
from .reward import NOTHING_TRAINED, _reward_phase

REWARD_SHARE = 0.3
"""Largest part of a whole run's minutes that the reward model may take."""


def full_run(
    reward_config: RewardConfig,
    config: FinetuneConfig,
    tuning: Tuning,
    reward_result: dict[str, Any] | None,
    should_stop: StopCheck,
) -> Iterator[Event]:
    """``run``: reward model, RL, comparison. ``reward_result`` skips the first part, when a resumed run has it."""
    if reward_result is None:
        limit = tuning.seconds / 60 * REWARD_SHARE if tuning.seconds else reward_config.minutes
        reward_result = yield from _reward_phase(
            replace(reward_config, minutes=limit), tuning.data, tuning.reward_model, should_stop
        )
        if reward_result is None or should_stop():
            kept = "Stopped while the reward model was trained; it is saved as far as it got."
            yield Stopped(message=NOTHING_TRAINED if reward_result is None else kept, resumable=True)
            return
    if tuning.seconds:
        tuning = replace(tuning, seconds=tuning.seconds - reward_result["seconds"])
    result = yield from _finetune_phase(config, tuning, should_stop)
    if result is None:
        yield _stopped(tuning)
    else:
        yield Finished(result={"reward_model": reward_result, "finetune": result, "evaluation": result["evaluation"]})
