"""What is said of learning's time before it starts, and of what a stop would keep while it is at work."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from ... import events as ev
from ...errors import OutcomeRLError, RunError
from ...events import JUDGING, READING
from ...pipelines.learning_time import find_times, first_time
from ...reward.cross_validation import automatic_repeats
from ...runs.visitors import VisitorWorkspace, longest_training
from ...security.caps import current_caps
from ...utils.formatting import format_duration
from ..common import html
from ..common.clock import clock_of
from ..common.datasets import Dataset
from ..common.machine import MUCH_LONGER, slowed, speed_now
from ..common.page_context import Page
from ..common.run_watcher import RunSnapshot
from ..common.run_words import roughly
from ..words import learn as words


def before_learning(page: Page, dataset: Dataset) -> str:
    """How long learning from a file will take, by the last time here, and what a stop would keep."""
    return html.aside(" ".join(filter(None, (expected(page, dataset), words.MEANWHILE, ended_after(page)))))


def expected(page: Page, dataset: Dataset) -> str:
    """How long learning from a file takes in all; empty where it cannot be read."""
    emails = count_emails(dataset)
    if not emails:
        return ""
    speed = speed_now()
    if (times := find_times(page.workspace)) is None:
        low, high = map(roughly, first_time(emails, speed))
        return words.FIRST_TIME.format(count=emails, low=low, high=high)
    alone, now = times.expected(emails, speed.alone), times.expected(emails, speed.now)
    if now < MUCH_LONGER * alone:
        return words.AS_LAST_TIME.format(count=emails, time=roughly(now))
    return words.AS_LAST_TIME_BUSY.format(count=emails, low=roughly(alone), high=roughly(now))


def ended_after(page: Page) -> str:
    """That learning is ended here after a time, where visitors share a machine; else empty."""
    if not isinstance(page.workspace, VisitorWorkspace):
        return ""
    return words.ENDED_AFTER.format(time=format_duration(longest_training(current_caps())))


def while_learning(page: Page, view: RunSnapshot, dataset: Dataset) -> str:
    """Under the progress: how long it takes in all as long as nobody knows better, what a stop would keep, and when it
    is ended.
    """
    if not view.running or view.waiting or view.kind != "train-reward":
        return ""
    unknown = clock_of(view).left is None and not view.stopping
    learned = learns_from(view)  # written down once the process is up; until then it is what was chosen
    promised = unknown and (learned is None or learned.resolve() == dataset.path.resolve())
    told = html.aside(expected(page, dataset) if promised else "") + slowed(view)
    return told + if_stopped(view) + html.aside(ended_after(page))


def learns_from(view: RunSnapshot) -> Path | None:
    """The file that a run learns from; None where nobody knows."""
    try:
        return Path(str(view.run.config()["data"])) if view.run else None
    except (RunError, KeyError):
        return None


def count_emails(dataset: Dataset) -> int:
    """Emails of a file; 0 where it cannot be read, which is said elsewhere."""
    try:
        return _count(dataset, dataset.path.stat().st_mtime_ns)
    except (OutcomeRLError, OSError):
        return 0


@lru_cache(maxsize=8)
def _count(dataset: Dataset, changed: int) -> int:
    return len(dataset.read())


def if_stopped(view: RunSnapshot) -> str:
    """What a stop keeps of the learning at work; nothing where none is."""
    if not view.running or view.waiting or view.kind != "train-reward":
        return ""
    last = view.latest(ev.RewardFold, ev.Progress)
    if isinstance(last, ev.Progress) and last.phase == JUDGING:
        kept, part, parts = True, 0, 0
    elif isinstance(last, ev.RewardFold):
        part, parts = -(-last.folds // _repeats(view)), last.folds
        kept = last.fold >= part
    else:
        kept, part, parts = False, 0, 0
    if view.stopping:
        return html.aside(words.STOPPING_KEEPS if kept else words.STOPPING_LOSES)
    if kept:
        return html.aside(words.STOP_KEEPS)
    return html.aside(
        words.STOP_LOSES.format(when=words.FROM_PART.format(part=part, parts=parts) if part else words.FROM_TEST)
    )


def _repeats(view: RunSnapshot) -> int:
    """How often all emails are parted, each time tested whole."""
    config: dict[str, Any] = {}
    with suppress(RunError, KeyError, TypeError):
        config = view.run.config()["reward"] if view.run else {}
    if config.get("method") == "finetuned":
        return 1
    read = [each for each in view.events_of(ev.Progress) if each.phase == READING]
    return int(config.get("repeats") or automatic_repeats(read[-1].total if read else 0))
