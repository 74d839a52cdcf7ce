"""Visitors of a Space take turns: as many are at work as it holds, the first come is the next, each once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from outcome_rl import events as ev
from outcome_rl.errors import RunChoiceError, RunError
from outcome_rl.runs import jobs, manage
from outcome_rl.runs.run import INTERRUPTED, RUNNING, STOPPED, WAITING, Run, last_event
from outcome_rl.runs.visitors import VisitorWorkspace, delete_visitor, keep_house
from outcome_rl.runs.workspace import Workspace
from outcome_rl.security.caps import current_caps
from tests.helpers.made_runs import made_run

ANNA, BEN, EVE = "a" * 32, "b" * 32, "e" * 32


class Space:
    """A Space with room for one training; jobs are processes that do nothing until they are ended."""

    def __init__(self, home: Path) -> None:
        self.home, self.who = home, ANNA
        self.workspace = VisitorWorkspace(home, lambda: self.who)
        self.commands: list[str] = []
        self.processes: dict[Path, subprocess.Popen] = {}

    def launch(self, run: Run, command: list[str]) -> None:
        self.commands.append(" ".join(command[3:]).replace(str(self.home), "HOME"))
        self.processes[run.folder] = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        run.claim(self.processes[run.folder].pid)

    def start(self, who: str, *arguments: str) -> Run:
        self.who = who
        return jobs.start(self.workspace, "finetune", arguments)

    def end(self, run: Run) -> None:
        self.processes[run.folder].kill()
        self.processes[run.folder].wait()


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Space]:
    monkeypatch.setenv("SPACE_ID", "somebody/outcome-rl")
    monkeypatch.setenv("OUTCOME_RL_MAX_TRAININGS", "1")
    found = Space(tmp_path / "visitors")
    monkeypatch.setattr(jobs, "_launch", found.launch)
    yield found
    for process in found.processes.values():
        process.kill()
        process.wait()


def came_at(run: Run, seconds: int) -> None:
    """Runs that come within a tick of the disk's clock are in no order."""
    os.utime(run.waiting_file, (seconds, seconds))


def test_who_comes_while_others_are_at_work_waits_and_begins_in_turn(space):
    first, second, third = (space.start(who, "x.csv") for who in (ANNA, BEN, EVE))
    came_at(third, 1000), came_at(second, 2000)
    assert [run.state() for run in (first, second, third)] == [RUNNING, WAITING, WAITING]
    assert jobs.waiting_runs(space.workspace) == [third, second]
    assert jobs.start_waiting(space.workspace) == [], "there is no place yet"
    space.end(first)
    assert jobs.start_waiting(space.workspace) == [third], "one place, one run, the first come"
    assert [run.state() for run in (second, third)] == [WAITING, RUNNING]
    space.end(third)
    assert jobs.start_waiting(space.workspace) == [second]
    begun = [f"finetune x.csv --workspace HOME/{who} --run-name {run.name}" for who, run in
             ((ANNA, first), (EVE, third), (BEN, second))]  # fmt: skip
    assert space.commands == begun, "each once, in its own folder, as it was asked for"


def test_nobody_overtakes_those_who_wait(space, monkeypatch):
    first, second = space.start(ANNA), space.start(BEN)
    space.end(first)
    assert space.start(EVE).state() == WAITING, "a place is free, but another one has come before"
    monkeypatch.setenv("OUTCOME_RL_MAX_TRAININGS", "3")
    assert space.start(ANNA).state() == RUNNING, "there are places for all who wait, and one more"
    assert len(jobs.start_waiting(space.workspace)) == 2
    assert second.state() == RUNNING


def test_a_visitor_waits_once(space):
    space.start(ANNA)
    waiting = space.start(BEN)
    with pytest.raises(RunError, match=f"run '{waiting.name}' waits for its turn already; stop it"):
        space.start(BEN)
    with pytest.raises(RunError, match="waits for its turn already"):
        jobs.resume(space.workspace, waiting)
    assert len(Workspace(space.home / BEN).runs()) == 1


def test_what_waits_can_be_taken_back_and_is_not_begun(space):
    first, waiting = space.start(ANNA), space.start(BEN)
    jobs.stop(waiting)
    assert waiting.state() == STOPPED
    assert last_event(waiting) == ev.Stopped(time=last_event(waiting).time, message=jobs.WITHDRAWN, resumable=False)
    assert not waiting.stop_requested()
    space.end(first)
    assert jobs.start_waiting(space.workspace) == []
    assert space.start(BEN).state() == RUNNING


def test_going_on_waits_as_well_and_taken_back_it_is_as_before(space):
    space.start(ANNA)
    stopped = made_run(Workspace(space.home / BEN), "bens", [ev.Stopped(message="Enough.", resumable=True)])
    stopped.config_file.write_text('{"kind": "finetune"}')
    space.who = BEN
    jobs.resume(space.workspace, stopped)
    assert stopped.state() == WAITING
    assert stopped.waiting_command() == ["finetune", "--resume", "bens", "--workspace", str(space.home / BEN)]
    jobs.stop(stopped)
    assert (stopped.state(), last_event(stopped).message) == (STOPPED, "Enough.")


def test_it_is_not_renamed_or_deleted_while_it_waits_and_goes_with_its_visitor(space):
    first, waiting = space.start(ANNA), space.start(BEN)
    for change in (lambda: manage.rename(space.workspace, waiting.name, "new"),
                   lambda: manage.delete(space.workspace, waiting.name)):  # fmt: skip
        with pytest.raises(RunChoiceError, match="waits for its turn; stop it first"):
            change()
    caps = current_caps()
    done = keep_house(space.home, caps, now=os.stat(space.home / BEN).st_mtime + 3600 * (caps.hours + 1))
    assert done == [f"ended {ANNA}/{first.name}"], "and nobody's files are deleted while they wait"
    delete_visitor(space.home, BEN)
    space.end(first)
    assert jobs.start_waiting(space.workspace) == []


def test_a_new_server_knows_who_waits_and_that_it_is_new(space):
    space.start(ANNA)
    waiting = space.start(BEN)
    assert not waiting.waits_since_restart()
    note = json.loads(waiting.waiting_file.read_text())
    waiting.waiting_file.write_text(json.dumps({**note, "created": note["created"] - 100}))
    again = VisitorWorkspace(space.home, lambda: EVE)
    assert jobs.waiting_runs(again) == [waiting]
    assert waiting.waits_since_restart()
    space.end(Workspace(space.home / ANNA).runs()[0])
    assert jobs.start_waiting(again) == [waiting]


def test_a_run_that_cannot_be_begun_says_so_and_holds_nobody_up(space, monkeypatch):
    first, second, third = space.start(ANNA), space.start(BEN), space.start(EVE)
    came_at(second, 1000)
    space.end(first)

    def launch(run: Run, command: list[str]) -> None:
        if run == second:
            raise OSError("no room for a process")
        space.launch(run, command)

    monkeypatch.setattr(jobs, "_launch", launch)
    assert jobs.start_waiting(space.workspace) == [third]
    assert "could not be started when its turn came: no room for a process" in last_event(second).message


@pytest.mark.parametrize("note", ["[]", "{}", '{"arguments": []}', '{"arguments": "rm"}', '{"arguments": [1]}', "{"])
def test_a_damaged_note_is_no_place_in_line(space, note):
    space.start(ANNA)
    waiting = space.start(BEN)
    waiting.waiting_file.write_text(note)
    assert waiting.state() == INTERRUPTED
    assert jobs.waiting_runs(space.workspace) == []


def test_alone_on_a_machine_nobody_waits(tmp_path, monkeypatch):
    begun: list[Run] = []
    monkeypatch.setattr(jobs, "_launch", lambda run, command: begun.append(run))
    run = jobs.start(Workspace(tmp_path), "finetune", [])
    assert begun == [run]
    assert jobs.start_waiting(Workspace(tmp_path)) == []
