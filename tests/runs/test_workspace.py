"""A run's state is told from its events and its process; it is asked to stop, named and found again."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from outcome_rl import events as ev
from outcome_rl.errors import RunError
from outcome_rl.runs.run import Run, record
from outcome_rl.runs.workspace import Workspace
from outcome_rl.utils.files import read_json, write_json
from tests.helpers.run_events import rl_step, saved

posix = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")


@pytest.fixture
def sleeper():
    """A process that waits for a line, then for the end of its input."""
    code = "import sys; sys.stdin.readline(); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (ev.Finished(result={}), "done"),
        (ev.Stopped(message="", resumable=True), "stopped"),
        (ev.Failed(message=""), "failed"),
        (ev.Notice(message=""), "interrupted"),
        (None, "interrupted"),
    ],
)
def test_the_state_of_a_run_without_a_process(run, last, state):
    list(record([last] if last else [], run))
    (run.folder / "process.json").unlink()
    assert run.state() == state


def test_a_run_that_nobody_ever_worked_on_is_interrupted(run):
    assert run.process() is None
    assert run.state() == "interrupted"


def test_a_run_at_work_is_running_until_its_last_word(run, sleeper):
    run.claim(sleeper.pid)
    assert run.process().pid == sleeper.pid
    assert run.state() == "running"
    with open(run.events_file, "a") as stream:
        stream.write(json.dumps(ev.to_json(ev.Notice(message="a"))) + "\n")
    assert run.state() == "running"
    with open(run.events_file, "a") as stream:
        stream.write(json.dumps(ev.to_json(ev.Finished(result={}))) + "\n")
    assert run.state() == "done"


@posix
def test_a_run_whose_process_vanished_is_interrupted(run, sleeper):
    run.claim(sleeper.pid)
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)  # dead, but nobody has asked for its status yet
    assert run.state() == "interrupted"
    sleeper.wait()
    assert sleeper.returncode == -signal.SIGKILL
    assert run.state() == "interrupted"


def test_another_process_with_the_same_number_is_not_the_runs(run, sleeper):
    run.claim(sleeper.pid)
    note = read_json(run.folder / "process.json")
    write_json(run.folder / "process.json", {**note, "created": note["created"] - 100})
    assert run.process() is None
    assert run.state() == "interrupted"


def test_a_stopped_run_that_is_resumed_is_running_before_its_first_event(run, sleeper):
    # whatever the clocks say: the last word may be as young as the process
    for time in ("2026-01-02T03:04:05.000+00:00", "2100-01-02T03:04:05.000+00:00"):
        (run.folder / "process.json").unlink(missing_ok=True)
        stopped = ev.Stopped(time=time, message="", resumable=True)
        run.events_file.write_text(json.dumps(ev.to_json(stopped)) + "\n")
        assert run.state() == "stopped"
        run.claim(sleeper.pid)
        assert run.state() == "running"
        with open(run.events_file, "a") as stream:
            stream.write(json.dumps(ev.to_json(ev.Failed(message=""))) + "\n")
        assert run.state() == "failed"


def test_a_stop_asked_for_before_the_process_claims_its_run_is_not_lost(run):
    code = "import sys; sys.stdin.readline(); from outcome_rl.runs.run import Run; from pathlib import Path\n"
    code += f"run = Run(Path({str(run.folder)!r})); run.claim(); print(run.stop_requested())"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    run.claim(child.pid)  # as the page does, which started it
    run.request_stop()
    assert child.communicate("go\n")[0].strip() == "True"
    assert run.stop_requested()


def test_a_stop_outlives_that_the_process_forgets_what_comes_again(run, sleeper):
    list(record([saved(1), rl_step(2), ev.Stopped(message="", resumable=True)], run))
    run.claim(sleeper.pid)
    run.request_stop()
    run.rewind("checkpoint_saved", step=1, warm_steps=3)
    assert run.state() == "running"
    run.claim(sleeper.pid)
    assert run.stop_requested()
    with open(run.events_file, "a") as stream:
        stream.write(json.dumps(ev.to_json(ev.Stopped(message="", resumable=True))) + "\n")
    assert run.state() == "stopped"


def test_a_stop_asked_of_an_earlier_process_is_forgotten(run, sleeper):
    run.claim(sleeper.pid)
    run.request_stop()
    assert run.stop_requested()
    run.claim()
    assert not run.stop_requested()


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../up", "a/b", "/abs", "a\\b", "A", "a b", "a.b", "ü", "a\n", "~", "x" * 65, "nul\0"]
)
def test_names_that_could_leave_the_folder_are_refused(space, name):
    with pytest.raises(RunError, match=r"is not allowed; use 1 to 64 of a-z, 0-9, _ and -"):
        space.run(name, must_exist=False)
    if name:
        with pytest.raises(RunError, match="is not allowed"):
            space.new_run("run", name)
    assert not space.outputs.exists()


def test_an_unknown_run_is_told_with_the_latest(space):
    with pytest.raises(RunError, match="there is no run 'x'; the latest are: none yet"):
        space.run("x")
    space.new_run("run", "mine")
    with pytest.raises(RunError, match="the latest are: mine"):
        space.run("x")


def test_runs_are_named_after_time_and_kind_and_never_share_a_folder(space):
    names = [space.new_run("train-reward").name for _ in range(3)]
    assert len(set(names)) == 3
    assert all(re.fullmatch(r"20\d{6}_\d{6}-train-reward(-\d)?", name) for name in names)
    space.new_run("run", "mine")
    with pytest.raises(RunError, match="run 'mine' exists already; choose another name"):
        space.new_run("run", "mine")


def test_runs_are_listed_the_latest_first_and_other_folders_are_not_runs(space):
    assert space.runs() == []
    for name in ("b", "a", "c"):
        made = space.new_run("run", name).folder.stat().st_ctime_ns
        clock = space.root / "clock"
        clock.touch()
        while clock.stat().st_ctime_ns <= made:  # a file system's clock ticks every few milliseconds
            clock.touch()
    (space.runs_folder / ".hidden").mkdir()
    (space.runs_folder / "A.B").mkdir()
    (space.runs_folder / "file").write_text("x")
    assert [run.name for run in space.runs()] == ["c", "a", "b"]


def test_a_workspaces_folders(tmp_path):
    space = Workspace(tmp_path)
    assert space.reward_model == tmp_path / "outputs" / "reward_model"
    assert space.policy == tmp_path / "outputs" / "ppo_gpt2_outcome"
    assert space.runs_folder == tmp_path / "outputs" / "runs"


def test_the_settings_of_a_run(run):
    with pytest.raises(RunError, match=r"has no readable config\.json"):
        run.config()
    run.write_config({"kind": "run", "seed": 1})
    assert Run(run.folder).config() == {"kind": "run", "seed": 1}
    run.config_file.write_text("{")
    with pytest.raises(RunError, match=r"has no readable config\.json"):
        run.config()
