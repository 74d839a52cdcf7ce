"""A run is recorded, replayed, stopped, rewound; its state is told from its events and its process."""

import json
import math
import os
import re
import signal
import subprocess
import sys
from dataclasses import fields

import pytest

from outcome_rl import events as ev
from outcome_rl.errors import OutcomeRLError, RunError
from outcome_rl.runs.event_log import log_line
from outcome_rl.runs.workspace import Run, Workspace, command_line, last_event, record, replay
from outcome_rl.utils.files import read_json, write_json

posix = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture
def run(space):
    return space.new_run("finetune")


@pytest.fixture
def sleeper():
    """A process that waits for a line, then for the end of its input."""
    code = "import sys; sys.stdin.readline(); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def notices(*texts):
    return [ev.Notice(message=text) for text in texts]


def rl_step(step, **changes):
    spec = {field.name: field.type for field in fields(ev.RLStep)}
    values = {name: "x" if kind == "str" else 0.5 for name, kind in spec.items() if name not in ("time", "step")}
    values |= {"completions": 4 * step, "steps": 9, **changes}
    return ev.RLStep(step=step, **values)


def saved(step, warm_steps=3):
    return ev.CheckpointSaved(step=step, warm_steps=warm_steps, folder="checkpoint")


# --- recording and replaying ------------------------------------------------------------------------------------------


def test_events_pass_through_and_are_replayed_as_they_were(run):
    told = [ev.Started(kind="run", command="c"), *notices("Grüße\n\u2028", "b"), ev.Finished(result={"a": [1, None]})]
    assert list(record(told, run)) == told
    assert replay(run) == (told, run.events_file.stat().st_size)
    assert last_event(run) == told[-1]


def test_an_event_is_on_the_disk_before_it_is_passed_on(run):
    seen = []
    for event in record(notices("a", "b"), run):
        seen.append(event)
        assert replay(run)[0] == seen


def test_replay_goes_on_where_it_left_off(run):
    list(record(notices("a"), run))
    first, offset = replay(run)
    assert replay(run, offset) == ([], offset)
    list(record(notices("b", "c"), run))
    second, end = replay(run, offset)
    assert [event.message for event in [*first, *second]] == ["a", "b", "c"]
    assert end == run.events_file.stat().st_size


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_a_half_written_last_line_waits_until_it_is_whole(run, cut):
    list(record(notices("a", "ü"), run))
    whole = run.events_file.read_bytes()
    run.events_file.write_bytes(whole[:-cut])
    found, offset = replay(run)
    assert [event.message for event in found] == ["a"]
    assert last_event(run).message == "a"
    run.events_file.write_bytes(whole)
    assert [event.message for event in replay(run, offset)[0]] == ["ü"]


def test_what_follows_a_half_written_line_is_not_lost(run):
    """A killed process leaves half a line; the resumed one must not write its first event onto it."""
    list(record(notices("a", "b"), run))
    run.events_file.write_bytes(run.events_file.read_bytes()[:-7])
    list(record(notices("c", "d"), run))
    assert [event.message for event in replay(run)[0]] == ["a", "c", "d"]


def test_lines_that_are_no_events_are_passed_over(run):
    list(record(notices("a"), run))
    with open(run.events_file, "a") as stream:
        stream.write('not json\n[1]\n7\n{"event": "from the future"}\n{"event": "notice"}\n')
    list(record(notices("b"), run))
    assert [event.message for event in replay(run)[0]] == ["a", "b"]


def test_a_run_without_events(run):
    assert replay(run) == ([], 0)
    assert last_event(run) is None


def test_the_last_event_is_found_behind_long_ones(run):
    told = [*notices("a" * 200_000, "b" * 70_000)]
    list(record(told, run))
    assert last_event(run) == told[-1]
    with open(run.events_file, "a") as stream:
        stream.write("x" * 100_000)
    assert last_event(run) == told[-1]


def test_nan_and_infinity_become_null(run):
    result = {"a": math.inf, "b": [(math.nan, 1.5)]}
    list(record([rl_step(1, kl=math.nan, loss=-math.inf), ev.Finished(result=result)], run))
    lines = [json.loads(line, parse_constant=pytest.fail) for line in run.events_file.read_text().splitlines()]
    assert (lines[0]["kl"], lines[0]["loss"], lines[0]["reward_mean"]) == (None, None, 0.5)
    assert replay(run)[0][1].result == {"a": None, "b": [[None, 1.5]]}


@pytest.mark.parametrize(
    ("error", "told"),
    [(RunError("lower the learning rate"), "lower the learning rate"), (KeyError("x"), "unexpected KeyError: 'x'")],
)
def test_an_error_is_recorded_and_goes_on(run, error, told):
    def work():
        yield ev.Notice(message="a")
        raise error

    with pytest.raises(type(error)) as caught:
        list(record(work(), run))
    assert caught.value is error
    assert last_event(run).message == told
    assert run.state() == "failed"
    assert isinstance(error, OutcomeRLError) or "unexpected" in told


# --- the log ----------------------------------------------------------------------------------------------------------


def test_the_log_is_named_after_the_runs_first_start_and_has_a_line_an_event(run):
    list(record([*notices("a\nb"), rl_step(1)], run))
    (log,) = run.folder.glob("*.log")
    assert re.fullmatch(r"rl_ppo_outcome_20\d{6}_\d{6}\.log", log.name)
    list(record(notices("c"), run))
    assert list(run.folder.glob("*.log")) == [log]
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in lines] == ["notice", "rl_step", "notice"]
    assert 'message="a\\nb"' in lines[0]


def test_a_line_of_the_log():
    event = ev.Progress(time="T", phase="a phase", done=1, total=3)
    assert log_line(event) == 'T progress phase="a phase" done=1 total=3'
    assert "seconds_left=1.235e+04" in log_line(ev.Progress(phase="x", done=1, total=2, seconds_left=12345.678))


def test_the_command_is_ready_to_be_typed():
    assert (
        command_line(["run", "my data.csv", "--minutes", "8"]) == "python -m outcome_rl run 'my data.csv' --minutes 8"
    )


# --- rewinding --------------------------------------------------------------------------------------------------------


def test_rewinding_forgets_what_came_after_the_checkpoint(run):
    kept = [rl_step(1), saved(1), rl_step(2), saved(2)]
    list(record([*kept, rl_step(3), ev.Stopped(message="m", resumable=True)], run))
    offset = replay(run)[1]
    run.rewind("checkpoint_saved", step=2, warm_steps=3)
    assert replay(run)[0] == kept
    assert replay(run, offset)[0] == kept, "a reader that was further on begins anew"


def test_rewinding_goes_to_the_latest_checkpoint_of_that_place_and_not_to_another_phases(run):
    told = [saved(0, 2), saved(0, 3), rl_step(1), saved(0, 3), rl_step(1)]
    list(record(told, run))
    run.rewind("checkpoint_saved", step=0, warm_steps=3)
    assert replay(run)[0] == told[:4]
    run.rewind("checkpoint_saved", step=0, warm_steps=2)
    assert replay(run)[0] == told[:1]


def test_rewinding_to_a_checkpoint_nobody_recorded_keeps_everything(run):
    list(record([rl_step(1)], run))
    run.rewind("checkpoint_saved", step=7, warm_steps=3)
    assert len(replay(run)[0]) == 1


def test_rewinding_passes_over_a_half_written_line(run):
    list(record([saved(1), rl_step(2)], run))
    run.events_file.write_bytes(run.events_file.read_bytes()[:-20])
    run.rewind("checkpoint_saved", step=1, warm_steps=3)
    assert replay(run)[0][-1].step == 1
    assert run.events_file.read_bytes().endswith(b"}\n")


# --- states -----------------------------------------------------------------------------------------------------------


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


# --- stopping ---------------------------------------------------------------------------------------------------------


def test_a_stop_asked_for_before_the_process_claims_its_run_is_not_lost(run):
    code = "import sys; sys.stdin.readline(); from outcome_rl.runs.workspace import Run; from pathlib import Path\n"
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


# --- names and folders ------------------------------------------------------------------------------------------------


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
