"""How long a run has worked, and how long it still will: one clock for the whole of it, from the first second on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from ... import events as ev
from ...errors import RunError
from ...rl.time_budget import COMPARISON_SHARE
from .run_watcher import RunSnapshot

LEARNING = {
    "finding the encoder": 0.0,
    "comparing the emails with each other": 0.02,
    "loading the encoder": 0.2,
    "reading the emails": 0.25,
    "training the encoder": 0.6,
    "judging the reward model": 0.9,
}
"""Where the phases of learning begin, as shares of the whole; between reading and judging are the tests."""
TESTS = 0.65
"""Where the first test begins."""
KNOWN_FROM = 0.25
"""Share from which on the time so far tells the time left."""
HELD = 0.6
"""An estimate counts down to this share of it, then waits for the run to say more."""
OVERDUE = 1.5
"""An estimate that has run out so many times over was wrong."""


@dataclass(frozen=True)
class Clock:
    """Seconds. ``left``: None where nobody knows, negative where a limit is overrun. ``limit``: what ends the run.
    ``share``: how far the whole is, 0 to 1, where the clock knows. ``overdue``: the estimate was wrong.
    """

    elapsed: float
    left: float | None = None
    limit: float | None = None
    share: float | None = None
    overdue: bool = False


def clock_of(view: RunSnapshot, now: datetime | None = None) -> Clock:
    """The clock of a run at work."""
    now = now or datetime.now(UTC)
    before, began = _before_resume(view.events), _began(view)
    spent = before + seconds_since(began, now)  # starting Python is no part of what was given
    elapsed = before + max(seconds_since(began, now), _since_process(view, now))
    limit = _limit(view)
    if limit is not None:
        return Clock(elapsed, limit - spent, limit, min(1.0, spent / limit))
    share = _share_of_learning(view) if view.kind == "train-reward" else None
    if share is None:
        return replace(_own_estimate(view, spent, now), elapsed=elapsed)
    since = seconds_since(view.events[-1], now)
    left = (spent - since) * (1 - share) / share if share >= KNOWN_FROM else None
    if (tests := _left_of_tests(view)) is not None:
        left = tests
    return replace(_counted_down(elapsed, left, since), share=share)


def _own_estimate(view: RunSnapshot, elapsed: float, now: datetime) -> Clock:
    """What the latest estimate of the work itself comes to; after RL steps comes the comparison."""
    told = view.latest(ev.RLStep, ev.WarmStartStep, ev.Progress)
    left = getattr(told, "seconds_left", None)
    if left is not None and isinstance(told, ev.RLStep):
        left = left + COMPARISON_SHARE / (1 - COMPARISON_SHARE) * (elapsed + left)
    if isinstance(told, ev.WarmStartStep):
        left = None  # of the rounds that follow it knows nothing
    return _counted_down(elapsed, left, seconds_since(told, now))


def _counted_down(elapsed: float, left: float | None, since: float) -> Clock:
    """An estimate that was made some seconds ago; it never reaches zero by itself."""
    if left is None:
        return Clock(elapsed)
    return Clock(elapsed, max(left - since, HELD * left), overdue=since > OVERDUE * left)


def _limit(view: RunSnapshot) -> float | None:
    """The seconds that the run was given, None without a limit."""
    if view.run is None or view.kind not in ("finetune", "run"):
        return None
    try:
        config: Any = view.run.config()
        minutes = config["finetune"]["minutes"]
    except (RunError, KeyError, TypeError):
        return None
    return 60 * float(minutes) if minutes else None


def _share_of_learning(view: RunSnapshot) -> float | None:
    event = view.latest(ev.Progress, ev.RewardFold, ev.RewardEpoch)
    judging = LEARNING["judging the reward model"]
    if isinstance(event, ev.RewardFold):
        return TESTS + (judging - TESTS) * event.fold / max(1, event.folds)
    if isinstance(event, ev.Progress) and event.phase in LEARNING:
        begin = LEARNING[event.phase]
        width = TESTS - begin if event.phase == "reading the emails" else 0.0
        return begin + width * event.done / max(1, event.total)
    return None


def _left_of_tests(view: RunSnapshot) -> float | None:
    """Seconds left by the pace of the tests themselves, and of the judging that follows; None where none is done."""
    fold = view.latest(ev.Progress, ev.RewardFold, ev.RewardEpoch)
    if not isinstance(fold, ev.RewardFold) or fold.seconds_left is None:
        return None
    judging = LEARNING["judging the reward model"]
    return fold.seconds_left + (fold.seconds + fold.seconds_left) * (1 - judging) / (judging - TESTS)


def _began(view: RunSnapshot) -> ev.Started | None:
    """When the process at work said its first word; None where it has not yet."""
    silent = view.events and isinstance(view.events[-1], ev.FINAL)
    began: ev.Started | None = None if silent else view.latest(ev.Started)
    return began


def _since_process(view: RunSnapshot, now: datetime) -> float:
    """Seconds since the process at work was started, which is before its first word."""
    started = getattr(view.run, "last_started_ns", lambda: None)()
    return max(0.0, now.timestamp() - started / 1e9) if started else 0.0


def seconds_since(event: ev.Event | None, now: datetime) -> float:
    """Seconds from an event until ``now``; 0 where there is none."""
    return (now - datetime.fromisoformat(event.time)).total_seconds() if event else 0.0


def worked(events: Sequence[ev.Event]) -> float:
    """Seconds that a run which has ended has worked, all its processes together."""
    began = next((event for event in reversed(events) if isinstance(event, ev.Started)), None)
    return _before_resume(events) + (_between(began, events[-1]) if began else 0.0)


def _before_resume(events: Sequence[ev.Event]) -> float:
    """Seconds that earlier processes worked on the run, before the last one took it up; 0 where there is only one."""
    starts = [place for place, event in enumerate(events) if isinstance(event, ev.Started)]
    return sum(_between(events[first], events[following - 1]) for first, following in pairwise(starts))


def _between(first: ev.Event, last: ev.Event) -> float:
    return (datetime.fromisoformat(last.time) - datetime.fromisoformat(first.time)).total_seconds()
