"""Runs in processes of their own, on tiny models: started, refused, stopped, resumed."""

import shlex
import sys
import threading
from pathlib import Path

import psutil
import pytest

from outcome_rl import events as ev
from outcome_rl.config import RewardConfig
from outcome_rl.data.csv_io import write_rows
from outcome_rl.errors import RunError
from outcome_rl.models.hub import ModelLocation
from outcome_rl.reward.train import train_reward
from outcome_rl.runs import jobs
from outcome_rl.runs.commands import process_arguments
from outcome_rl.runs.run import replay
from outcome_rl.runs.workspace import Workspace
from outcome_rl.utils.cpu import FEW_SHAPES

TINY = ["--ignore-verdict", "--contexts-per-step=2", "--samples-per-context=2", "--warm-start-epochs=1"]
TINY += ["--max-new-tokens=8", "--held-out-contexts=2"]


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path / "work")


@pytest.fixture
def data(tmp_path, few):
    """60 rows of few words."""
    rows = zip(few.contexts, (" ".join(email.split()[:9]) for email in few.emails), few.outcomes, strict=True)
    write_rows(tmp_path / "mails.csv", ("context", "email_text", "outcome"), rows)
    return tmp_path / "mails.csv"


def wait(run):
    process = run.process()
    if process:
        try:
            process.wait(timeout=300)
        except psutil.TimeoutExpired:
            process.kill()
            raise
    return run.console_file.read_text(encoding="utf-8")


def names(run):
    return [ev.event_name(type(event)) for event in replay(run)[0]]


def test_a_job_yields_to_the_page_that_started_it(space, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "NICENESS", 10)
    run = jobs.start(space, "train-reward", [str(tmp_path / "nowhere.csv")])  # it imports for a while before it fails
    process = run.process()
    assert process.nice() == min(19, psutil.Process().nice() + 10)
    group = Path(f"/proc/{process.pid}/autogroup")
    if group.exists() and group.read_text().strip():
        assert group.read_text().split()[-1] == "10", "as a group among the processor's groups, too"
    process.kill()


def test_a_job_remembers_all_shapes(space, tmp_path, monkeypatch):
    for name, few in FEW_SHAPES.items():
        monkeypatch.setenv(name, few)
    run = jobs.start(space, "train-reward", [str(tmp_path / "nowhere.csv")])  # as above
    environment = run.process().environ()
    assert FEW_SHAPES.keys().isdisjoint(environment) and environment["OMP_NUM_THREADS"] == "1"
    run.process().kill()


def test_a_started_job_runs_the_command_that_a_person_would_type(space, data, models_folder):
    arguments = [str(data), "--model", str(models_folder / "bert"), "--repeats", "1", "--out", str(space.root / "rm")]
    run = jobs.start(space, "train-reward", arguments)
    assert run.state() == "running"
    assert jobs.find_running(space) == run
    with pytest.raises(RunError, match=f"run '{run.name}' is still at work; stop it or let it finish first"):
        jobs.start(space, "train-reward", arguments)
    with pytest.raises(RunError, match="is still at work"):
        jobs.resume(space, run)
    assert space.runs() == [run], "a refused job leaves no folder behind"

    console = wait(run)
    assert run.state() == "done", console
    assert jobs.find_running(space) is None
    assert (space.root / "rm" / "model.safetensors").is_file()
    told = replay(run)[0]
    assert names(run)[0] == "started"
    assert names(run)[-2:] == ["phase_done", "finished"]
    assert shlex.split(told[0].command)[:4] == ["python", "-m", "outcome_rl", "train-reward"]
    assert str(data) in shlex.split(told[0].command)
    assert "Traceback" not in console


def test_of_two_that_start_at_once_one_is_refused(space, monkeypatch):
    refused = []

    def second():
        with pytest.raises(RunError, match="is still at work") as error:
            jobs.start(space, "evaluate", [])
        refused.append(error)

    other = threading.Thread(target=second)

    def launch(run, command):
        if not other.ident:
            other.start()
            other.join(0.3)  # it has to wait for as long as nobody works on the first one's run
            assert other.is_alive()
        run.claim()

    monkeypatch.setattr(jobs, "_launch", launch)
    run = jobs.start(space, "evaluate", [])
    other.join(60)
    assert len(refused) == 1
    assert space.runs() == [run]


def test_a_job_that_cannot_begin_is_over_and_its_console_says_why(space, tmp_path):
    run = jobs.start(space, "train-reward", [str(tmp_path / "nowhere.csv")])
    assert "error: " in wait(run)
    assert "nowhere.csv: cannot be read" in run.console_file.read_text()
    assert run.state() != "running"
    assert jobs.find_running(space) is None


@pytest.mark.slow
def test_a_job_stopped_before_it_has_begun_stops_and_is_resumed_to_its_end(space, data, models_folder):
    config = RewardConfig(model="tiny", repeats=1, max_tokens=32)
    from outcome_rl.data.dataset import read_emails

    found = ModelLocation("tiny", models_folder / "bert", "folder")
    for _ in train_reward(config, read_emails(data), found, space.reward_model):
        pass
    run = jobs.start(space, "finetune", [str(data), "--model", str(models_folder / "gpt2"), "--steps", "3", *TINY])
    jobs.stop(run)  # its process is still importing
    console = wait(run)
    assert run.state() == "stopped", console
    assert "rl_step" not in names(run)

    jobs.resume(space, run)
    assert run.state() == "running"
    console = wait(run)
    assert run.state() == "done", console
    told = replay(run)[0]
    assert [event.step for event in told if isinstance(event, ev.RLStep)] == [1, 2, 3]
    assert any(isinstance(event, ev.Started) and event.resumed for event in told)
    assert len(list(run.folder.glob("rl_ppo_outcome_*.log"))) == 1


@pytest.mark.slow
def test_arguments_are_never_read_by_a_shell(space, tmp_path):
    name = "no such; file $(echo) 'x'.csv"
    assert process_arguments(["check", name]) == [sys.executable, "-m", "outcome_rl", "check", name]
    run = jobs.start(space, "train-reward", [str(tmp_path / name)])
    assert f"{name}: cannot be read" in " ".join(wait(run).split("\n"))
