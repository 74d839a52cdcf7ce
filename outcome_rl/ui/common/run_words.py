"""How far a run is, in words and as a share."""

from __future__ import annotations

from datetime import UTC, datetime

from ... import events as ev
from ...rl.time_budget import TOO_SHORT
from ...runs.jobs import WITHDRAWN
from ...runs.run import DONE, Run
from ...runs.visitors import ENDED
from ...runs.worked import worked
from ...utils.formatting import format_duration
from ..words import progress as words_of
from ..words.errors import in_sellers_words
from ..words.names import KINDS, WITHOUT_TEACHING
from .clock import Clock, clock_of
from .run_watcher import RunSnapshot, Turn, is_without_rl, kind_of

WORK_EVENTS = (
    ev.Started, ev.Progress, ev.RewardFold, ev.RewardEpoch, ev.WarmStartStep, ev.RLStep, ev.RLEvaluation, ev.PhaseDone
)  # fmt: skip
"""Events that say what is being done."""
SHORT = 10
"""Seconds below which a duration is not told as a number."""


def kind_in_words(run: Run) -> str:
    """What a run does, as a name."""
    kind = kind_of(run)
    return WITHOUT_TEACHING if kind == "finetune" and is_without_rl(run) else KINDS.get(kind, kind)


def describe(view: RunSnapshot, now: datetime | None = None) -> tuple[str, float | None]:
    """The state in words, and how far the run is (0..1, None where nobody knows)."""
    if view.run is None:
        return words_of.NO_RUN, None
    if view.waiting:
        return _waiting(view.turn), None
    if view.running:
        return _running(view, clock_of(view, now or datetime.now(UTC)))
    ended = view.events[-1] if view.events else None
    took = format_duration(worked(view.events)) if view.events else ""
    if view.state == DONE:
        return words_of.FINISHED.format(took=took), 1.0
    if isinstance(ended, ev.Stopped) and ended.message == WITHDRAWN:
        return words_of.WITHDRAWN, None
    if isinstance(ended, ev.Stopped):
        return words_of.STOPPED.format(said=_stop(ended), took=took), None
    if isinstance(ended, ev.Failed):
        return words_of.FAILED.format(said=in_sellers_words(ended.message)), None
    return words_of.INTERRUPTED + (words_of.LAST_LINES if view.console else ""), None


def _stop(event: ev.Stopped) -> str:
    """What a stop has left, in the page's words."""
    if event.message.startswith(ENDED):
        return " ".join([in_sellers_words(event.message), *([words_of.TO_GO_ON] if event.resumable else [])])
    if event.resumable:
        return words_of.CAN_GO_ON
    if event.message.startswith(TOO_SHORT):
        return words_of.TIME_WAS_SHORT
    return words_of.NOTHING_LEARNED if event.message.startswith("Stopped before") else words_of.STOPPED_EARLY


def _waiting(turn: Turn | None) -> str:
    """Where a run stands in line, and when it begins."""
    if turn is None:
        return words_of.BEGINS_NOW
    place = words_of.NEXT if turn.place == 1 else words_of.PLACE.format(place=turn.place)
    limit = words_of.AT_MOST if turn.at_most else words_of.IN_ABOUT
    when = limit.format(minutes=turn.minutes) if turn.minutes else words_of.IN_A_MOMENT
    kept = f" {words_of.KEPT_OVER}" if turn.restarted else ""
    return words_of.WAITS.format(place=place, when=when) + kept


def _running(view: RunSnapshot, clock: Clock) -> tuple[str, float | None]:
    what, share = _doing(view)
    stopping = f" {words_of.STOPPING}" if view.stopping else ""
    left = "" if view.stopping else _left(clock)
    said = words_of.RUNNING.format(elapsed=format_duration(clock.elapsed), left=left)
    return f"{what}.{stopping} {said}", share if clock.share is None else clock.share


def _left(clock: Clock) -> str:
    """What the clock says of the time left."""
    if clock.left is None:
        return words_of.UNKNOWN
    if clock.left < 0 and clock.limit:
        return words_of.OVER.format(over=roughly(clock.elapsed - clock.limit), limit=format_duration(clock.limit))
    if clock.left < -SHORT:
        return words_of.LONGER.format(over=roughly(-clock.left))
    return to_go(clock.left)


def to_go(seconds: float) -> str:
    """An estimate of the time left, as the end of a sentence."""
    return words_of.SOON if seconds < SHORT else words_of.ABOUT.format(left=roughly(seconds))


def roughly(seconds: float) -> str:
    """A duration as precisely as an estimate can be: ``40 s``, ``2 min 30 s``, ``7 min``."""
    if seconds < SHORT:
        return words_of.A_MOMENT
    unit = 10 if seconds < 90 else 30 if seconds < 270 else 60
    return format_duration(unit * round(seconds / unit))


def _doing(view: RunSnapshot) -> tuple[str, float | None]:
    """What is being done, without a full stop, and how far that part is where no clock knows it."""
    event = view.latest(*WORK_EVENTS)
    resumed = isinstance(event, ev.Started) and event.resumed
    if resumed or (view.events and isinstance(view.events[-1], ev.FINAL)):
        return words_of.GOING_ON, None  # also a resumed run whose process has not said anything yet
    match event:
        case ev.PhaseDone():
            return f"{_phase(event.phase)} is done", None
        case ev.RLEvaluation():
            return _evaluation(event, view.latest(ev.RLStep))
        case ev.RLStep():
            of = f" of {event.steps}" if event.steps else ""
            return words_of.ROUND.format(step=event.step, of=of, count=event.completions), _share_of_steps(event)
        case ev.Progress():
            count = f": {event.done} of {event.total}" if event.total > 1 else ""
            return f"{_phase(event.phase)}{count}", event.done / event.total if event.total > 1 else None
        case ev.RewardFold():
            return words_of.LEARNING.format(done=event.fold, total=event.folds), event.fold / max(1, event.folds)
        case ev.RewardEpoch():
            return words_of.ENCODER.format(done=event.epoch, total=event.epochs), event.epoch / max(1, event.epochs)
        case ev.WarmStartStep():
            return words_of.ANSWERED.format(done=event.step, total=event.steps), event.step / max(1, event.steps)
    return words_of.STARTING, None


def _evaluation(event: ev.RLEvaluation, step: ev.RLStep | None) -> tuple[str, float | None]:
    """What an evaluation found, until the next step says more."""
    where = f"round {event.step}" if event.step else words_of.BEFORE
    best = words_of.BEST if event.best and event.step else ""
    return words_of.CHECKED.format(where=where, best=best), _share_of_steps(step) if step else None


def _share_of_steps(event: ev.RLStep) -> float | None:
    return event.step / event.steps if event.steps else None


def _phase(name: str) -> str:
    words = words_of.PHASES.get(name, name.replace("_", " ").strip())
    return words[:1].upper() + words[1:]
