"""How long a run has worked, by its own clock as far as its record has it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from outcome_rl import events as ev
from outcome_rl.runs.run import record, replay
from outcome_rl.runs.worked import worked
from outcome_rl.runs.workspace import Workspace
from outcome_rl.utils.work_clock import TimeLimit, WorkClock

BEGAN = datetime.fromisoformat("2026-11-28T10:00:00+00:00")


def at(seconds: float, count: float | None = None) -> ev.Event:
    return ev.Notice(time=(BEGAN + timedelta(seconds=seconds)).isoformat(), message="", worked=count)


def test_what_the_clock_said_last_counts_and_what_has_passed_since():
    events = [at(0, 5.0), at(3600, 90.0), at(3610)]
    assert worked(events) == pytest.approx(100)
    assert worked(events, BEGAN + timedelta(seconds=3630)) == pytest.approx(120)
    assert worked([]) == 0


def test_a_record_without_a_clock_counts_from_its_latest_start():
    started = ev.Started(time=(BEGAN + timedelta(seconds=50)).isoformat(), kind="run", command="")
    assert worked([at(0), started, at(80)]) == pytest.approx(30)
    assert worked([at(0), at(80)]) == pytest.approx(80)


def test_a_record_is_stamped_by_the_runs_clock(tmp_path):
    run, time = Workspace(tmp_path).new_run("finetune"), [7.0]
    events = record([ev.Notice(message="one"), ev.Notice(message="two")], run, WorkClock(100.0, now=lambda: time[0]))
    assert next(events).worked == 100
    time[0] += 2.5
    assert next(events).worked == 102.5
    assert [event.worked for event in replay(run)[0]] == [100, 102.5]
    assert next(record([ev.Notice(message="none")], run)).worked is None


def test_a_limit_is_counted_by_the_clock():
    time = [0.0]
    limit = TimeLimit(WorkClock(20.0, now=lambda: time[0]), 60.0)
    assert limit.left() == 40
    time[0] = 50.0
    assert limit.left() == -10
