"""How far a run is, in words and as a share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

from ... import events as ev
from ...runs.workspace import DONE
from ...utils.formatting import format_duration
from ..words import progress as words_of
from .run_watcher import RunSnapshot


def describe(view: RunSnapshot, now: datetime | None = None) -> tuple[str, float | None]:
    """The state in words, and how far the current phase is (0..1, None where nobody knows)."""
    now = now or datetime.now(UTC)
    if view.run is None:
        return "Nothing has run yet.", None
    began = view.latest(ev.Started)
    elapsed = _before_resume(view.events) + _seconds_since(began, now)
    if view.running and view.events and isinstance(view.events[-1], ev.FINAL):
        return "Going on from the checkpoint.", None  # a resumed run whose process has not said anything yet
    if view.running:
        words, share = _describe_running(view, now, elapsed)
        so_far = f" Running for {format_duration(elapsed)}." if began else ""
        return words + (" Stopping after this step." if view.stopping else "") + so_far, share
    ended = view.events[-1] if view.events else None
    took = format_duration(_before_resume(view.events) + _seconds_between(began, ended)) if began and ended else ""
    if view.state == DONE:
        return f"Finished in {took}.", 1.0
    if isinstance(ended, ev.Stopped):
        return f"{ended.message} It ran for {took}.", None
    if isinstance(ended, ev.Failed):
        return f"Failed: {ended.message}", None
    return "Interrupted: its process ended without a last word." + (" Its last lines:" if view.console else ""), None


WORK_EVENTS = (
    ev.Started, ev.Progress, ev.RewardFold, ev.RewardEpoch, ev.WarmStartStep, ev.RLStep, ev.RLEvaluation, ev.PhaseDone
)  # fmt: skip
"""Events that say what is being done."""


def _describe_running(view: RunSnapshot, now: datetime, elapsed: float) -> tuple[str, float | None]:
    event = view.latest(*WORK_EVENTS)
    if event is None or isinstance(event, ev.Started):
        resumed = event is not None and event.resumed
        return "Going on from the checkpoint." if resumed else words_of.STARTING, None
    if isinstance(event, ev.PhaseDone):
        return f"{_phase(event.phase)} is done.", None
    if isinstance(event, ev.RLEvaluation):
        return _describe_evaluation(event, view.latest(ev.RLStep), now, elapsed)
    left = None if event.seconds_left is None else max(0.0, event.seconds_left - _seconds_since(event, now))
    if isinstance(event, ev.RLStep):
        of = f" of {event.steps}" if event.steps else ""
        share = event.step / event.steps if event.steps else _share_of_time(elapsed, left)
        left_words = _remaining(left, share)
        return words_of.ROUND.format(step=event.step, of=of, count=event.completions, left=left_words), share
    if isinstance(event, ev.Progress):
        share = event.done / max(1, event.total)
        count = f": {event.done} of {event.total}" if event.total > 1 else ""
        return f"{_phase(event.phase)}{count}{_remaining(left, share)}.", share if event.total > 1 else None
    if isinstance(event, ev.RewardFold):
        name, done, total = words_of.LEARNING, event.fold, event.folds
    elif isinstance(event, ev.RewardEpoch):
        name, done, total = words_of.ENCODER, event.epoch, event.epochs
    else:
        name, done, total = words_of.READING, event.step, event.steps
    share = done / max(1, total)
    return f"{name} {done} of {total}{_remaining(left, share)}.", share


def _describe_evaluation(
    event: ev.RLEvaluation, step: ev.RLStep | None, now: datetime, elapsed: float
) -> tuple[str, float | None]:
    """What an evaluation found, until the next step says more; the time left is the latest step's estimate."""
    where = f"round {event.step}" if event.step else words_of.BEFORE
    best = words_of.BEST if event.best and event.step else ""
    left = share = None
    if step is not None:
        left = None if step.seconds_left is None else max(0.0, step.seconds_left - _seconds_since(step, now))
        share = step.step / step.steps if step.steps else _share_of_time(elapsed, left)
    return words_of.CHECKED.format(where=where, best=best, left=_remaining(left, share)), share


def _remaining(left: float | None, share: float | None) -> str:
    """The time left in words; an estimate that has run out is said to be one."""
    if left is None:
        return ""
    if left >= 1:
        return f", about {format_duration(left)} left"
    return ", nearly done" if share is None or share > 0.85 else ", taking longer than estimated"


def _share_of_time(elapsed: float, left: float | None) -> float | None:
    return None if left is None else elapsed / max(1e-9, elapsed + left)


def _phase(name: str) -> str:
    words = words_of.PHASES.get(name, name.replace("_", " ").strip())
    return words[:1].upper() + words[1:]


def _before_resume(events: Sequence[ev.Event]) -> float:
    """Seconds that earlier processes worked on the run, before the last one took it up; 0 where there is only one."""
    starts = [place for place, event in enumerate(events) if isinstance(event, ev.Started)]
    spans = pairwise(starts)
    return sum(_seconds_between(events[first], events[following - 1]) for first, following in spans)


def _seconds_since(event: ev.Event | None, now: datetime) -> float:
    return (now - datetime.fromisoformat(event.time)).total_seconds() if event else 0.0


def _seconds_between(first: ev.Event, last: ev.Event) -> float:
    return (datetime.fromisoformat(last.time) - datetime.fromisoformat(first.time)).total_seconds()
