"""The whole job: reward model, fine-tuning, comparison."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..config import RewardConfig
from ..events import Event, Finished, Progress, StopCheck, Stopped
from ..models.hub import find_model
from ..models.loading import check_folder
from ..results import FinetuneResult, RewardReport
from .finetune_inputs import FinetuneJob
from .finetune_run import finetune_phase, stopped
from .planning import forewarn
from .reward_run import NOTHING_TRAINED, reward_phase

REWARD_SHARE = 0.3
"""Largest part of a whole run's minutes that the reward model may take."""
LEAST_MINUTES = 0.01
"""The fewest that its settings allow."""


def full_result(report: RewardReport, tuned: FinetuneResult) -> dict[str, Any]:
    """What ``run --json`` prints."""
    figures = tuned.to_dict()
    return {"reward_model": report.to_dict(), "finetune": figures, "evaluation": figures["evaluation"]}


def full_run(
    reward_config: RewardConfig, job: FinetuneJob, report: RewardReport | None, should_stop: StopCheck
) -> Iterator[Event]:
    """``run``: reward model, RL, comparison. ``report`` skips the first part, when a resumed run has it."""
    assert isinstance(job.reward_model, Path), "the reward model is trained into a folder"
    reward_model = job.reward_model
    if report is None:
        if job.base is None:  # a model that cannot be tuned is refused before minutes go into the reward model
            yield Progress(phase="finding the language model", done=0, total=1)
            found = find_model(job.config.model)
            check_folder(found.folder, found.name)
            if job.seconds:
                left = job.seconds * (1 - REWARD_SHARE)
                pace = yield from forewarn(job.run, job.config, job.data, found, left)
                job = replace(job, pace=pace)
        limit = max(LEAST_MINUTES, job.seconds / 60 * REWARD_SHARE) if job.seconds else reward_config.minutes
        limited = replace(reward_config, minutes=limit)
        report = yield from reward_phase(limited, job.data, reward_model, should_stop)
        if report is None or should_stop():
            kept = "Stopped while the reward model was trained; it is saved as far as it got."
            yield Stopped(message=NOTHING_TRAINED if report is None else kept, resumable=True)
            return
    if job.seconds:
        job = replace(job, seconds=job.seconds - report.seconds)
    result = yield from finetune_phase(job, should_stop)
    if result is None:
        yield stopped(job)
    else:
        yield Finished(result=full_result(report, result))
