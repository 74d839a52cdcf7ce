"""Who waits on a Space is told a place and about how many minutes, and what became of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from outcome_rl import events as ev
from outcome_rl.runs import jobs
from outcome_rl.runs.run import Run
from outcome_rl.runs.visitors import GRACE, VisitorWorkspace
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.run_watcher import RunSnapshot, RunWatcher, Turn
from outcome_rl.ui.common.run_words import describe
from outcome_rl.ui.common.turns import Turns, turns
from tests.helpers.made_runs import made_run

ANNA, BEN, EVE = "a" * 32, "b" * 32, "e" * 32


@pytest.mark.parametrize(
    ("working", "waiting", "places", "begin"),
    [
        ([300], [60, 60, 60], 1, [300, 360, 420]),
        ([300, 100], [60, 500, 60], 2, [100, 160, 300]),
        ([], [60, 60], 1, [0, 60]),
        ([300], [60, 60], 2, [0, 60]),
        ([0], [60], 1, [0]),
    ],
)
def test_the_first_in_line_takes_the_place_that_is_free_first(working, waiting, places, begin):
    found = turns([(each, False) for each in working], [(each, False) for each in waiting], places)
    assert found == [(each, False) for each in begin]


def test_what_follows_something_of_unknown_length_is_a_limit():
    found = turns([(100, False), (900, True)], [(60, True), (60, False), (60, False)], 2)
    assert found == [(100, False), (160, True), (220, True)]


@pytest.mark.parametrize(
    ("turn", "said"),
    [
        (Turn(1, 7), "Waiting for its turn, next in the queue: other visitors are using this website. It begins by "
         "itself in about 7 min; you may close the page. “Stop” takes it out of the queue."),
        (Turn(3, 45, at_most=True), "number 3 in the queue: other visitors are using this website. It begins by "
         "itself in 45 min at most;"),
        (Turn(1, 0), "begins by itself in a moment;"),
        (Turn(1, 7, restarted=True), "This page was restarted in the meantime; your place was kept."),
        (None, "Its turn has come: it begins."),
    ],
)  # fmt: skip
def test_it_is_said_in_words(tmp_path, turn, said):
    words, share = describe(RunSnapshot(Run(tmp_path), state="waiting", turn=turn))
    assert said in words
    assert share is None


def test_what_was_taken_back_says_so(tmp_path):
    view = RunSnapshot(Run(tmp_path), (ev.Stopped(message=jobs.WITHDRAWN, resumable=False),), "stopped")
    assert describe(view)[0] == "You took it out of the queue before its turn; nothing was done."


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VisitorWorkspace:
    """Anna's run is at work, this process being its own, with ten minutes given."""
    monkeypatch.setenv("SPACE_ID", "somebody/outcome-rl")
    monkeypatch.setenv("OUTCOME_RL_MAX_TRAININGS", "1")
    home = tmp_path / "visitors"
    run = made_run(Workspace(home / ANNA), "annas", [ev.Started(kind="finetune", command="")])
    run.config_file.write_text('{"kind": "finetune", "finetune": {"minutes": 10}}')
    run.claim()
    return VisitorWorkspace(home, lambda: BEN)


def test_minutes_come_from_what_is_at_work_and_what_is_before_in_line(space, monkeypatch):
    waiting = jobs.start(space, "finetune", ["x.csv", "--minutes", "5"])
    later = Workspace(space.home / EVE).new_run("train-reward")
    later.wait_for_turn(["train-reward", "x.csv"])
    newer = made_run(Workspace(space.home / BEN), "newer", [ev.Failed(message="x")])
    newer.config_file.write_text('{"kind": "finetune"}')
    view = RunWatcher(space, Turns(space).of).snapshot(("finetune",))
    assert (view.state, view.running, view.run) == ("waiting", True, waiting)
    assert view.turn == Turn(1, 10), "ten minutes less the test's own seconds"
    assert RunWatcher(Workspace(space.home / EVE), Turns(space).of).snapshot(("train-reward",)).turn == Turn(2, 15)
    Workspace(space.home / ANNA).run("annas").config_file.write_text('{"kind": "train-reward"}')
    assert Turns(space).of(later) == Turn(2, 5 + 30 + GRACE // 60, at_most=True), "nobody knows, but there is a limit"


def test_all_are_told_the_same_for_two_seconds(space):
    now = [0.0]
    waiting = jobs.start(space, "finetune", ["x.csv"])
    told = Turns(space, clock=lambda: now[0])
    before = told.of(waiting)
    Workspace(space.home / ANNA).run("annas").config_file.write_text(
        '{"kind": "finetune", "finetune": {"minutes": 20}}'
    )
    assert told.of(waiting) == before
    now[0] = 2.0
    assert told.of(waiting).minutes == before.minutes + 10
