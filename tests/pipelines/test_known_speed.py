"""How fast the machine was is kept with a run, and makes what it took the next one's on a busier machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from outcome_rl import events as ev
from outcome_rl.pipelines import known_speed
from outcome_rl.pipelines.known_speed import SPEED_FILE, keep_speed, kept_speed
from outcome_rl.pipelines.learning_time import find_times, first_time
from outcome_rl.pipelines.time_estimates import last_without_rl, without_rl_first
from outcome_rl.runs.workspace import Workspace
from outcome_rl.utils.files import write_json
from outcome_rl.utils.probe import MachineSpeed
from tests.helpers.made_learning import learned_events
from tests.helpers.made_runs import made_run


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_a_speed_is_the_mean_of_before_and_after_by_the_time_that_work_takes(space, monkeypatch):
    run = made_run(space, "one", [])
    assert kept_speed(run) is None
    for speed in (100.0, 50.0):
        monkeypatch.setattr(known_speed, "numpy_speed", lambda speed=speed: MachineSpeed(speed, 400.0))
        keep_speed(run)
    assert kept_speed(run) == pytest.approx(2 / (1 / 100 + 1 / 50))


@pytest.mark.parametrize("kept", [[], "x", None, [0.0], {"speeds": None}])
def test_of_a_damaged_file_nothing_is_known(space, kept):
    run = made_run(space, "one", [])
    write_json(run.folder / SPEED_FILE, kept if isinstance(kept, dict) else {"speeds": kept})
    assert kept_speed(run) is None


def test_learning_takes_longer_where_the_machine_has_become_busier(space):
    run = made_run(space, "one", learned_events(), "train-reward")
    write_json(run.folder / SPEED_FILE, {"speeds": [80.0]})
    times = find_times(space)
    assert times.expected(600, speed=20.0) == 4 * times.expected(600)
    assert times.expected(600, speed=160.0) == times.expected(600) / 2


def test_what_was_learned_before_speeds_were_kept_takes_as_long_again(space):
    made_run(space, "one", learned_events(), "train-reward")
    times = find_times(space)
    assert times.expected(600, speed=20.0) == times.expected(600)


def test_a_machine_that_has_not_learned_yet_is_told_by_its_speed():
    # 1,700 and 7.5 for each of 480 emails, billions of operations at 100 billion a second
    assert first_time(480, MachineSpeed(100.0, 100.0)) == pytest.approx((53.0, 159.0))
    assert first_time(480, MachineSpeed(10.0, 10.0)) == pytest.approx((530.0, 1590.0))


def test_beside_other_programs_it_takes_what_they_leave_at_most():
    assert first_time(480, MachineSpeed(50.0, 100.0)) == pytest.approx((53.0, 159.0)), "less than may be anyway"
    assert first_time(480, MachineSpeed(10.0, 100.0)) == pytest.approx((53.0, 530.0))
    assert without_rl_first(MachineSpeed(1.0, 100.0)) == (40.0, 4000.0)


def test_a_writer_without_rl_takes_longer_on_a_busier_machine(space):
    run = made_run(space, "one", [ev.Finished(result={}, worked=60.0)], steps=0)
    assert last_without_rl(space, MachineSpeed(20.0, 40.0)) == (60, 60)
    write_json(run.folder / SPEED_FILE, {"speeds": [80.0]})
    assert last_without_rl(space, MachineSpeed(20.0, 40.0)) == (120, 240)
    assert without_rl_first(MachineSpeed(100.0, 100.0)) == (40.0, 200.0)
