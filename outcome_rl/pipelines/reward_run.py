"""Training the reward model, as a run."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

from ..config import RewardConfig
from ..data.dataset import EmailData
from ..events import Event, Finished, Notice, Progress, StopCheck, Stopped
from ..models.hub import find_model
from ..results import RewardReport
from ..reward.train import train_reward
from ..runs.run import Run
from ..security.capped_settings import within_caps
from .known_speed import keep_speed

NOTHING_TRAINED = "Stopped before the first pass over the emails was over; an older reward model stays as it was."


def reward_run(
    config: RewardConfig, data: EmailData, out: Path, should_stop: StopCheck, run: Run | None = None
) -> Iterator[Event]:
    """``train-reward``: train, measure and save; ends with Finished or Stopped. ``run``: as in :func:`reward_phase`."""
    result = yield from reward_phase(config, data, out, should_stop, run)
    if result is None:
        yield Stopped(message=NOTHING_TRAINED, resumable=False)
    elif should_stop():
        yield Stopped(message="Stopped early; the best reward model so far is judged and saved.", resumable=False)
    else:
        yield Finished(result=result.to_dict())


def reward_phase(
    config: RewardConfig, data: EmailData, out: Path, should_stop: StopCheck, run: Run | None = None
) -> Generator[Event, None, RewardReport | None]:
    """Find the encoder, train, measure and save; returns the figures, or None where nothing was trained yet.

    ``run`` keeps how fast the machine was before and after, by which the next one's time is told.
    """
    config = within_caps(config)
    if run:
        keep_speed(run)
    yield Progress(phase="finding the encoder", done=0, total=1)
    found = find_model(config.model)
    if found.notice:
        yield Notice(message=found.notice)
    figures = yield from train_reward(config, data, found, out, should_stop)
    if run and figures:
        keep_speed(run)
    return None if figures is None else RewardReport.from_dict(figures)
