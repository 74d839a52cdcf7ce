"""The whole job: reward model, fine-tuning, comparison."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..config import RewardConfig
from ..events import Event, Finished, Notice, Progress, StopCheck, Stopped
from ..models.hub import find_model
from ..models.loading import check_folder
from ..policy.metadata import taught_steps
from ..results import FinetuneResult, RewardReport
from ..rl.pace import Pace
from ..sentence_bank.storage import BANK_FILE
from ..utils.work_clock import TimeLimit
from .finetune_inputs import FinetuneJob
from .finetune_run import KEPT, finetune_phase, stopped, untaught
from .planning import forecast, forewarn, seconds_needed
from .reward_run import NOTHING_TRAINED, reward_phase

REWARD_SHARE = 0.3
"""Largest part of a whole run's minutes that the reward model may take."""
LATEST_REWARD = 0.6
"""Part of a whole run's time at which the reward model is cut short, or given up where nothing of it was trained."""
GUESSES = "the reward model is not clearly better than guessing"
"""Why nothing is tuned where the run's own reward model cannot be tuned against."""
LEAST_MINUTES = 0.01
"""The fewest that its settings allow."""


def full_result(report: RewardReport, tuned: FinetuneResult) -> dict[str, Any]:
    """What ``run --json`` prints."""
    figures = tuned.to_dict()
    return {"reward_model": report.to_dict(), "finetune": figures, "evaluation": figures["evaluation"]}


def full_run(
    reward_config: RewardConfig, job: FinetuneJob, report: RewardReport | None, should_stop: StopCheck
) -> Iterator[Event]:
    """``run``: reward model, RL, comparison; where the reward model only guesses, no more than the model before RL.

    ``report`` skips the first part, when a resumed run has it. ``job`` has the clock by which its minutes are counted
    from the command on.
    """
    assert isinstance(job.reward_model, Path), "the reward model is trained into a folder"
    if report is None:
        pace, enough = yield from _look_ahead(job)
        if enough is not None and pace is None:
            yield untaught(job, enough, measured=_elapsed(job) < (job.seconds or 0.0))
            return
        job = replace(job, pace=pace)
        report = yield from _reward_model(reward_config, job, should_stop)
        if report is None and not should_stop():
            yield untaught(job, enough or 0.0)
            return
        if report is None or should_stop():
            kept = "Stopped while the reward model was trained; it is saved as far as it got."
            yield Stopped(message=NOTHING_TRAINED if report is None else kept, resumable=True)
            return
    if not (report.trusted or job.config.ignore_verdict or job.config.without_rl):
        if taught_steps(job.out):
            yield untaught(job, 0.0, f"Nothing was taught, for {GUESSES}. {KEPT}")
            return
        yield Notice(message=f"Nothing is taught, for {GUESSES}: the writer is saved as it is without RL.")
        job = replace(job, config=replace(job.config, steps=0), no_rl=GUESSES)
        (job.run.folder / BANK_FILE).unlink(missing_ok=True)  # of fewer contexts: now none has to be held out
    result = yield from finetune_phase(replace(job, spent=report.seconds), should_stop)
    if isinstance(result, Stopped):
        yield result
    elif result is None:
        yield stopped(job)
    else:
        yield Finished(result=full_result(report, result))


def _look_ahead(job: FinetuneJob) -> Generator[Event, None, tuple[Pace | None, float | None]]:
    """What was measured of tuning, and the seconds of the run's clock that would do, before minutes go into anything.

    Seconds without a pace: not one RL step would end in time.

    Raises:
        ModelError: the model cannot be tuned.
    """
    seconds = None if job.config.without_rl else job.seconds
    yield from forecast(job.run, job.config, job.data, REWARD_SHARE)
    if seconds and _elapsed(job) >= seconds:
        return None, seconds_needed(job.run, job.config, job.data, REWARD_SHARE)
    if job.base is not None:
        return None, None
    yield Progress(phase="finding the language model", done=0, total=1)
    found = find_model(job.config.model)
    check_folder(found.folder, found.name)
    if not seconds:
        return None, None
    assert job.clock is not None, "the command's"
    limit = TimeLimit(job.clock, seconds)
    pace, planned = yield from forewarn(job.run, job.config, job.data, found, limit, REWARD_SHARE)
    return None if planned.hopeless else pace, planned.enough


def _reward_model(
    config: RewardConfig, job: FinetuneJob, should_stop: StopCheck
) -> Generator[Event, None, RewardReport | None]:
    """The reward model within its share of the time; None where it was stopped, or so late that nothing was trained."""
    assert isinstance(job.reward_model, Path), "the reward model is trained into a folder"
    if not job.seconds:
        return (yield from reward_phase(config, job.data, job.reward_model, should_stop, job.run))
    minutes = max(LEAST_MINUTES, (job.seconds - _elapsed(job)) / 60 * REWARD_SHARE)
    latest = LATEST_REWARD * job.seconds
    stop_or_late = lambda: should_stop() or _elapsed(job) > latest  # noqa: E731
    config = replace(config, minutes=minutes)
    return (yield from reward_phase(config, job.data, job.reward_model, stop_or_late, job.run))


def _elapsed(job: FinetuneJob) -> float:
    assert job.clock is not None, "the command's"
    return job.clock.elapsed()
