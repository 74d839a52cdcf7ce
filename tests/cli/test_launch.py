"""``accelerate launch``: several processes tune one model with one record and one result, and end as one."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from outcome_rl import events as ev
from outcome_rl.rl.checkpoints import load_checkpoint
from outcome_rl.runs.run import Run, replay
from tests.helpers.command_line import TUNING, environment, free_port, posix, refused

PATIENCE = 600
"""Seconds after which a test that waits for ever fails, however busy the machine is."""


def launch(*arguments, cwd):
    """A command in two processes over gloo; without ``--multi_gpu`` accelerate starts one where there is no GPU."""
    started = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1"]
    started += [
        "--mixed_precision",
        "no",
        "--dynamo_backend",
        "no",
        "--main_process_port",
        str(free_port()),
        "-m",
        "outcome_rl",
    ]
    return subprocess.Popen(
        [sys.executable, *started, *map(str, arguments)],
        cwd=cwd, env=environment(ACCELERATE_USE_CPU="true"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def asked(full_run, name, steps):
    tuning = ["--guard-contexts", 0, "--checkpoint-minutes", 0, "--run-name", name, "--json"]
    return [
        "finetune",
        "mails.csv",
        "--model",
        full_run.base,
        "--steps",
        steps,
        *TUNING,
        *tuning,
        "--out",
        f"outputs/{name}",
    ]


def steps_of(run):
    return [event.step for event in replay(run)[0] if isinstance(event, ev.RLStep)]


@posix
@pytest.mark.slow
def test_a_launched_run_has_one_record_and_one_result_and_stops_as_one(full_run):
    work = launch(*asked(full_run, "pair", 200), cwd=full_run.folder)
    run = Run(full_run.outputs / "runs" / "pair")
    wait_for(lambda: len(steps_of(run)) >= 2, work)
    assert set(workers(work)) == {"0", "1"}
    run.request_stop()
    out, err = work.communicate(timeout=PATIENCE)
    assert json.loads(next(line for line in out.splitlines() if line.startswith("{")))["stopped"] is True, err
    assert (err.count("run pair"), out.count("{")) == (1, 1)
    found = steps_of(run)
    assert found == list(range(1, len(found) + 1))
    assert run.state() == "stopped"
    assert {event.completions / event.step for event in replay(run)[0] if isinstance(event, ev.RLStep)} == {4.0}
    work = launch("finetune", "--resume", "pair", "--steps", len(found) + 1, "--json", cwd=full_run.folder)
    out, err = work.communicate(timeout=PATIENCE)
    assert work.returncode == 0, err
    done = json.loads(out.splitlines()[-1])
    assert (done["steps"], done["completions"]) == (len(found) + 1, 4 * (len(found) + 1))
    assert done["evaluation"].keys() >= {"base", "warm_start", "tuned"}
    assert steps_of(run) == [*found, len(found) + 1]
    assert run.state() == "done"


@posix
@pytest.mark.slow
@pytest.mark.parametrize("victim", ["0", "1", "launcher"])
def test_where_one_dies_all_end_by_themselves_and_the_run_has_failed(full_run, victim):
    """How long they wait for that is counted in tests/utils/test_peers.py."""
    work = launch(*asked(full_run, f"broken-{victim}", 500), cwd=full_run.folder)
    run = Run(full_run.outputs / "runs" / f"broken-{victim}")
    wait_for(lambda: len(steps_of(run)) >= 2, work)
    both = workers(work)
    (work if victim == "launcher" else both[victim]).send_signal(signal.SIGKILL)
    work.communicate(timeout=PATIENCE)  # until the last of them has closed its end
    assert work.returncode != 0
    assert not psutil.wait_procs(both.values(), timeout=PATIENCE)[1]
    assert run.state() == "failed"
    assert "another process of this run has ended" in replay(run)[0][-1].message
    assert load_checkpoint(run.checkpoint).state.step >= 1


def workers(work):
    """The processes that a launcher started, by rank."""
    found = psutil.Process(work.pid).children(recursive=True)
    return {rank: process for process in found if (rank := process.environ().get("RANK"))}


def wait_for(there, work):
    end = time.monotonic() + PATIENCE
    while not there():
        assert work.poll() is None, work.communicate()[1][-3000:]
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.parametrize("command", ["run", "train-reward"])
def test_only_finetune_is_shared(tmp_path, command, monkeypatch):
    (tmp_path / "good.csv").write_text("context,email_text,outcome\nC,E,1\n")
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert f"{command} works in one process" in refused(command, "good.csv", cwd=tmp_path)
    assert os.listdir(tmp_path) == ["good.csv"]
