"""What the page says of learning's time before it starts, and of what a stop keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from outcome_rl import events as ev
from outcome_rl.config import Columns
from outcome_rl.pipelines.known_speed import SPEED_FILE
from outcome_rl.runs.run import RUNNING
from outcome_rl.runs.visitors import VisitorWorkspace
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.datasets import Dataset
from outcome_rl.ui.common.run_watcher import RunSnapshot
from outcome_rl.ui.reward import learning_time
from outcome_rl.ui.reward.learning_time import before_learning, if_stopped, while_learning
from outcome_rl.ui.words import learn as words
from outcome_rl.utils.files import write_json
from outcome_rl.utils.probe import MachineSpeed
from tests.helpers.made_learning import fold, learned_events, loading, read
from tests.helpers.made_runs import made_run
from tests.helpers.seller import seller_emails

JUDGING = ev.Progress(phase="judging the reward model", done=0, total=1)
READ = [loading(), read(480, 0.0, 40.0)]


def at_work(events: list[ev.Event], **reward: Any) -> RunSnapshot:
    config = {"kind": "train-reward", "reward": reward, "data": reward.pop("data", "mails.csv")}
    run = SimpleNamespace(config=lambda: config, name="one", last_started_ns=lambda: None, process=lambda: None)
    return RunSnapshot(run=run, events=tuple(events), state=RUNNING)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred billion operations a second, and nothing else at work."""
    monkeypatch.setattr(learning_time, "speed_now", lambda: MachineSpeed(100.0, 100.0))


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    file = tmp_path / "my emails.csv"
    seller_emails().write(file)
    return Dataset(file, Columns(), file.name)


def test_the_time_is_that_of_the_last_learning_for_as_many_emails(tmp_path: Path, dataset: Dataset) -> None:
    page = SimpleNamespace(workspace=Workspace(tmp_path))
    said = before_learning(page, dataset)
    assert "Learning from 96 emails should take between 20 s and 1 min 10 s. The less" in said, (
        "(1,700 + 7.5 * 96) / 100"
    )
    made_run(page.workspace, "one", learned_events(), "train-reward")
    said = before_learning(page, dataset)  # 8 + 96 / 600 * (30 + 4 * 10 + 15) = 21.6 s
    assert "Learning from these 96 emails should take about 20 s, going by the last time" in said
    write_json(page.workspace.run("one").folder / SPEED_FILE, {"speeds": [400.0]})
    assert "96 emails should take about 1 min 30 s, going by" in before_learning(page, dataset), (
        "a quarter of the speed"
    )
    assert words.MEANWHILE in said


def test_beside_other_programs_it_is_told_how_long_it_takes_with_and_without_them(
    tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = SimpleNamespace(workspace=Workspace(tmp_path))
    monkeypatch.setattr(learning_time, "speed_now", lambda: MachineSpeed(10.0, 100.0))
    assert "96 emails should take between 20 s and 4 min. The less this computer" in before_learning(page, dataset)
    made_run(page.workspace, "one", learned_events(), "train-reward")
    write_json(page.workspace.run("one").folder / SPEED_FILE, {"speeds": [100.0]})
    said = before_learning(page, dataset)  # 21.6 s, and ten times as long
    assert (
        "96 emails should take between 20 s and 3 min 30 s, going by the last time on this computer. The less" in said
    )
    monkeypatch.setattr(learning_time, "speed_now", lambda: MachineSpeed(80.0, 100.0))
    assert "should take about 30 s, going by the last time" in before_learning(page, dataset), "hardly busier"


def test_of_a_file_that_cannot_be_read_no_time_is_said(tmp_path: Path) -> None:
    page = SimpleNamespace(workspace=Workspace(tmp_path))
    said = before_learning(page, Dataset(tmp_path / "gone.csv", Columns(), "gone.csv"))
    assert words.MEANWHILE in said and "takes" not in said


@pytest.mark.parametrize(
    ("events", "reward", "kept"),
    [
        (READ, {}, False),
        ([*READ, fold(4)], {}, False),
        ([*READ, fold(5)], {}, True),  # 480 rows are parted twice, in five each
        ([*READ, fold(5)], {"repeats": 1}, False),
        ([*READ, fold(9, 20)], {"repeats": 2}, False),
        ([*READ, fold(5)], {"method": "finetuned"}, False),
        ([*READ, fold(10), JUDGING], {}, True),
    ],
)
def test_a_stop_keeps_what_has_tested_every_email_once(
    events: list[ev.Event], reward: dict[str, Any], kept: bool
) -> None:
    view = at_work(events, **reward)
    assert (words.STOP_KEEPS in if_stopped(view)) is kept
    assert ("none of this is kept" in if_stopped(view)) is not kept
    pressed = if_stopped(replace(view, stopping=True))
    assert (words.STOPPING_KEEPS if kept else words.STOPPING_LOSES) in pressed


def test_it_says_from_when_on_a_stop_keeps_a_predictor() -> None:
    assert "Once part 5 of 10 is done" in if_stopped(at_work([*READ, fold(1)]))
    assert words.FROM_TEST in if_stopped(at_work(READ))


def test_nothing_is_said_where_nothing_learns() -> None:
    assert if_stopped(RunSnapshot()) == ""
    teaching = at_work(READ)
    assert if_stopped(replace(teaching, run=SimpleNamespace(config=lambda: {"kind": "finetune"}, name="one"))) == ""


def test_the_time_that_was_promised_stands_until_it_is_measured(tmp_path: Path, dataset: Dataset) -> None:
    page = SimpleNamespace(workspace=Workspace(tmp_path))
    begun = ev.Started(kind="train-reward", command="")
    view = at_work([begun, loading()], data=str(dataset.path))
    assert "should take between 20 s and" in while_learning(page, view, dataset)
    assert "should take between" not in while_learning(page, at_work([begun, loading()]), dataset), (
        "it learns from another file"
    )
    assert "should take between" not in while_learning(page, replace(view, stopping=True), dataset)
    silent = SimpleNamespace(
        config=dict, name="20261128_100000-train-reward", last_started_ns=lambda: None, process=lambda: None
    )
    started = RunSnapshot(run=silent, events=(), state=RUNNING)
    assert "should take between" in while_learning(page, started, dataset), "before its process has said a word"
    measured = at_work([begun, loading(), read(32, 28.0, 12.0)], data=str(dataset.path))
    said = while_learning(page, measured, dataset)
    assert "should take between" not in said and words.FROM_TEST in said


def test_visitors_are_told_before_and_meanwhile_when_learning_is_ended(
    tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = "On this website learning may take 35 min at most."
    monkeypatch.setenv("OUTCOME_RL_MAX_MINUTES", "20")
    shared = SimpleNamespace(workspace=VisitorWorkspace(tmp_path, lambda: "a" * 32))
    assert limit in before_learning(shared, dataset), "15 more to finish"
    assert limit in while_learning(shared, at_work([loading()]), dataset)
    assert "at most" not in before_learning(SimpleNamespace(workspace=Workspace(tmp_path)), dataset)
