"""The list of runs: what came of each, in a few words; a run that has not changed is not read again."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from outcome_rl import events as ev
from outcome_rl.errors import RunChoiceError
from outcome_rl.runs import manage
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.run_watcher import RunSnapshot, RunWatcher
from outcome_rl.ui.finetune import run_list, runs_panel
from outcome_rl.ui.finetune.results import result_words, short_result
from outcome_rl.ui.finetune.run_list import RunList
from outcome_rl.ui.words.progress import NO_RUN
from tests.helpers.made_runs import made_run, rl_step, told

EVALUATION = {"improved": "unclear", "gain": 0.1, "gain_ci95": [-0.1, 0.3]}


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path)


def test_a_model_that_a_later_run_has_replaced_is_said_to_be(space, tmp_path):
    model = tmp_path / "tuned"
    model.mkdir()
    finished = ev.Finished(result={"evaluation": EVALUATION, "steps": 3, "model_dir": str(model)})
    first, second = (
        RunSnapshot(run=made_run(space, name, [finished]), events=(finished,)) for name in ("first", "second")
    )
    (model / "outcome_rl.json").write_text('{"run": "second"}')
    replaced = f"replaced since: {model} holds the model of run second"
    assert replaced in result_words(first)
    assert "replaced" not in result_words(second)
    (model / "outcome_rl.json").write_text('{"run": "first, before it was renamed"}')
    assert "replaced" not in result_words(second)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"evaluation": EVALUATION}, "No clear difference."),
        ({"finetune": {"evaluation": {**EVALUATION, "improved": True}}}, "Yes, as far as can be predicted."),
        ({"accuracy": 0.62, "beats_guessing": True}, "Right in 62% of emails, better than guessing"),
        ({"accuracy": 0.4, "beats_guessing": "unclear"}, "Right in 40% of emails, not clearly better than guessing"),
        ({}, ""),
    ],
)
def test_a_result_in_a_few_words(result, words):
    assert short_result(result) == words


def test_every_state_has_its_row(space):
    made_run(space, "a", [ev.Finished(result={"accuracy": 0.5})], kind="train-reward")
    made_run(space, "b", [ev.Failed(message="the <disk> is full")])
    made_run(space, "c", [ev.Stopped(message="Stopped.", resumable=True)])
    space.new_run("finetune", "d")
    made_run(space, "e", [rl_step(1)])
    rows = {row.name: (row.kind, row.state, row.result) for row in RunList(space).rows()}
    assert rows == {
        "a": ("train-reward", "done", "Right in 50% of emails, not clearly better than guessing"),
        "b": ("finetune", "failed", "the <disk> is full."),
        "c": ("finetune", "stopped", "can go on"),
        "d": ("", "interrupted", ""),
        "e": ("finetune", "running", ""),
    }
    shown = run_list.table(RunList(space).rows())
    assert "the &lt;disk&gt; is full" in shown
    assert "Running" in shown
    assert NO_RUN in run_list.table([])


def test_only_what_changed_is_read_again(space, monkeypatch):
    made_run(space, "done", [ev.Finished(result={})])
    busy = made_run(space, "busy", [rl_step(1)])
    read, listed = [], RunList(space)
    original = run_list._row
    monkeypatch.setattr(run_list, "_row", lambda run: read.append(run.name) or original(run))
    listed.rows()
    assert sorted(read) == ["busy", "done"]
    listed.rows()
    assert read[2:] == ["busy"], "its process may vanish without a word"
    told(busy, [ev.Finished(result={})])
    assert {row.state for row in listed.rows()} == {"done"}
    listed.rows()
    assert read[3:] == ["busy"]
    manage.delete(space, "busy")
    assert [row.name for row in listed.rows()] == ["done"]


def test_a_name_that_is_used_again_is_another_run(space):
    watcher = RunWatcher(space)
    made_run(space, "a", [rl_step(1), rl_step(2), ev.Finished(result={})])
    assert len(watcher.snapshot(("finetune",)).events) == 4
    manage.delete(space, "a")
    assert watcher.snapshot(("finetune",)).run is None
    made_run(space, "a", [ev.Finished(result={})], kind="train-reward")
    assert watcher.snapshot(("finetune",)).run is None
    assert [type(event) for event in watcher.snapshot_of("a").events] == [ev.Started, ev.Finished]


def test_what_is_done_to_a_run_that_is_gone_is_done_to_no_other(space):
    made_run(space, "other", [rl_step(1)])
    page = SimpleNamespace(watcher=RunWatcher(space))
    assert runs_panel.selected_or_latest(page, "gone", ("finetune",)).run.name == "other"
    assert runs_panel.require_selected(page, runs_panel.LATEST, ("finetune",)).run.name == "other"
    with pytest.raises(RunChoiceError, match="there is no run 'gone'"):
        runs_panel.require_selected(page, "gone", ("finetune",))


def test_the_beat_changes_with_what_can_be_seen_and_nothing_else(space, monkeypatch):
    watcher, beats = RunWatcher(space), []

    def changed():
        beats.append(watcher.fingerprint())
        return len(beats) == 1 or beats[-1] != beats[-2]

    made_run(space, "old", [ev.Finished(result={})])
    assert changed()
    monkeypatch.setattr("outcome_rl.runs.run.last_event", lambda run: pytest.fail("an ended run is read again"))
    assert not changed()
    monkeypatch.undo()
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    busy = made_run(space, "busy", [rl_step(1)])
    busy.claim(process.pid)
    assert changed()
    busy.request_stop()
    assert changed()
    told_before = beats[-1][0]
    process.communicate(b"\n")
    assert watcher.fingerprint()[0] != told_before, "its process has vanished"
    assert changed()
    assert not changed(), "no clock runs where nothing does"
    manage.delete(space, "busy")
    assert changed()
