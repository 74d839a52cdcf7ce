"""How long a run has worked, and how long it still will: one clock for the whole of it, from the first second on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ... import events as ev
from ...errors import RunError
from ...events import JUDGING, READING
from ...reward.cross_validation import automatic_repeats
from ...rl.time_budget import COMPARISON_SHARE
from ...runs.worked import worked
from .run_watcher import RunSnapshot, is_without_rl

LEARNING = {
    "finding the encoder": 0.0,
    "comparing the emails with each other": 0.02,
    "loading the encoder": 0.2,
    READING: 0.25,
    "training the encoder": 0.6,
    JUDGING: 0.9,
}
"""Where the phases of learning begin, as shares of the whole; between reading and judging are the tests."""
TESTS = 0.65
"""Where the first test begins."""
A_TEST, THE_JUDGING = 0.35, 0.55
"""What testing all emails once, and judging after the last test, take as parts of reading them all: between those of an
idle machine and a busy one."""
KNOWN_FROM = 0.25
"""Share from which on the time so far tells the time left."""


@dataclass(frozen=True)
class Clock:
    """Seconds. ``left``: None where nobody knows, negative where a limit or an estimate is overrun. ``limit``: what
    ends the run. ``share``: how far the whole is, 0 to 1, where the clock knows.
    """

    elapsed: float
    left: float | None = None
    limit: float | None = None
    share: float | None = None


def clock_of(view: RunSnapshot, now: datetime | None = None) -> Clock:
    """The clock of a run at work."""
    now = now or datetime.now(UTC)
    elapsed, limit = _elapsed(view, now), _limit(view)
    if limit is not None:
        return Clock(elapsed, limit - elapsed, limit, min(1.0, elapsed / limit))
    share = _share_of_learning(view) if view.kind == "train-reward" else None
    if share is None:
        return _own_estimate(view, elapsed, now)
    since = seconds_since(view.events[-1], now)
    left = (elapsed - since) * (1 - share) / share if share >= KNOWN_FROM else None
    measured = _left_of_tests(view)
    if (measured := _left_by_reading(view) if measured is None else measured) is not None:
        left = measured
    return replace(_counted_down(elapsed, left, since), share=share)


def _elapsed(view: RunSnapshot, now: datetime) -> float:
    """Seconds of work by the run's own clock; a process that has not said a word has worked since it was launched."""
    launched = _since_process(view, now)
    silent = not view.events or isinstance(view.events[-1], ev.FINAL)
    if launched is not None and (silent or launched < seconds_since(view.events[-1], now)):
        return worked(view.events) + launched
    return worked(view.events, now)


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
    """An estimate that was made some seconds ago; negative where it was wrong."""
    return Clock(elapsed, None if left is None else left - since)


def _limit(view: RunSnapshot) -> float | None:
    """The seconds that the run was given, None without a limit."""
    if view.run is None or view.kind not in ("finetune", "run") or is_without_rl(view.run):  # it ends long before
        return None
    try:
        config: Any = view.run.config()
        minutes = config["finetune"]["minutes"]
    except (RunError, KeyError, TypeError):
        return None
    return 60 * float(minutes) if minutes else None


def _share_of_learning(view: RunSnapshot) -> float | None:
    event = view.latest(ev.Progress, ev.RewardFold, ev.RewardEpoch, ev.PhaseDone)
    if isinstance(event, ev.PhaseDone):
        return 1.0
    judging = LEARNING[JUDGING]
    if isinstance(event, ev.RewardFold):
        return TESTS + (judging - TESTS) * event.fold / max(1, event.folds)
    if isinstance(event, ev.Progress) and event.phase in LEARNING:
        begin = LEARNING[event.phase]
        width = TESTS - begin if event.phase == READING else 0.0
        return begin + width * event.done / max(1, event.total)
    return None


def _left_by_reading(view: RunSnapshot) -> float | None:
    """Seconds left by the pace at which the emails are being read; None before there is one, or where the encoder is
    tuned after that, which takes far longer.
    """
    told = view.latest(ev.Progress, ev.RewardFold, ev.RewardEpoch)
    if not isinstance(told, ev.Progress) or told.phase != READING or told.seconds_left is None or _tunes_encoder(view):
        return None
    timed = next((e for e in reversed(view.events_of(ev.Progress)) if e.phase == READING and e.done < e.total), told)
    if timed.done >= timed.total or timed.seconds_left is None:
        return None
    whole = timed.seconds_left * timed.total / (timed.total - timed.done)
    return told.seconds_left + whole * (automatic_repeats(told.total) * A_TEST + THE_JUDGING)


def _tunes_encoder(view: RunSnapshot) -> bool:
    try:
        return view.run is not None and bool(view.run.config()["reward"]["method"] == "finetuned")
    except (RunError, KeyError, TypeError):
        return False


def _left_of_tests(view: RunSnapshot) -> float | None:
    """Seconds left by the pace of the tests themselves, and of the judging that follows; None where none is done."""
    fold = view.latest(ev.Progress, ev.RewardFold, ev.RewardEpoch)
    if not isinstance(fold, ev.RewardFold) or fold.seconds_left is None:
        return None
    judging = LEARNING[JUDGING]
    return fold.seconds_left + (fold.seconds + fold.seconds_left) * (1 - judging) / (judging - TESTS)


def _since_process(view: RunSnapshot, now: datetime) -> float | None:
    """Seconds since the process at work was started, which is before its first word; None where nobody knows."""
    started = getattr(view.run, "last_started_ns", lambda: None)()
    return max(0.0, now.timestamp() - started / 1e9) if started else None


def seconds_since(event: ev.Event | None, now: datetime) -> float:
    """Seconds from an event until ``now``; 0 where there is none."""
    return (now - datetime.fromisoformat(event.time)).total_seconds() if event else 0.0
