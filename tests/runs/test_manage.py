"""Runs are renamed, deleted and packed; none at work, none under a name that leads elsewhere."""

from __future__ import annotations

import os
import shutil
import zipfile

import pytest

from outcome_rl import events as ev
from outcome_rl.errors import RunChoiceError
from outcome_rl.runs import manage
from outcome_rl.runs.run import STOPPED, replay
from outcome_rl.runs.workspace import Workspace
from tests.helpers.made_runs import made_run, rl_step

FINISHED = ev.Finished(result={})
HOSTILE = ["..", "../other", "a/b", "/etc", "", ".", ".hidden", "A", "a.b", "a\\b", "a\n", "x" * 65]


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path / "work")


def stopped(name):
    message = f"Stopped; resume it to go on from here (--resume {name})."
    return ev.Stopped(message=message, resumable=True)


def test_a_renamed_run_keeps_its_record_and_its_place_and_says_how_to_resume_it(space):
    made_run(space, "mine", [rl_step(1), stopped("mine")])
    made_run(space, "mine-2", [FINISHED])
    renamed = manage.rename(space, "mine", "first-try")
    assert [run.name for run in space.runs()] == ["mine-2", "first-try"]
    assert renamed.state() == STOPPED
    events, _ = replay(renamed)
    assert [type(event) for event in events] == [ev.Started, ev.RLStep, ev.Stopped]
    assert events[-1].message.endswith("(--resume first-try).")
    manage.rename(space, "first-try", "first-try")


def test_a_name_that_is_taken_is_refused_and_nothing_is_lost(space):
    made_run(space, "a", [FINISHED])
    space.new_run("run", "empty")
    for taken in ("empty", "a"):
        made_run(space, f"other-{taken}", [FINISHED])
        with pytest.raises(RunChoiceError, match=f"run '{taken}' exists already; choose another name"):
            manage.rename(space, f"other-{taken}", taken)
    assert {run.name for run in space.runs()} == {"a", "empty", "other-a", "other-empty"}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_refused(space, name):
    made_run(space, "a", [FINISHED])
    (space.root / "other").mkdir()
    (space.root / "other" / "precious").write_text("x")
    with pytest.raises(RunChoiceError, match="is not allowed"):
        manage.rename(space, "a", name)
    for action in (manage.delete, manage.archive):
        with pytest.raises(RunChoiceError, match="is not allowed"):
            action(space, name)
    assert (space.root / "other" / "precious").exists()
    assert [run.name for run in space.runs()] == ["a"]


def test_a_run_at_work_stays_as_it_is(space):
    run = made_run(space, "busy", [rl_step(1)])
    actions = (
        manage.delete,
        manage.archive,
        lambda space, name: manage.rename(space, name, "b"),
    )
    for action in actions:
        with pytest.raises(RunChoiceError, match="run 'busy' is at work; stop it first"):
            action(space, "busy")
    assert run.folder.is_dir()


def test_a_deleted_run_is_gone_and_the_others_are_not(space):
    for name in ("a", "b"):
        made_run(space, name, [FINISHED])
    (space.run("a").checkpoint / "deep").mkdir(parents=True)
    manage.delete(space, "a")
    assert os.listdir(space.runs_folder) == ["b"]
    with pytest.raises(RunChoiceError, match="there is no run 'a'"):
        manage.delete(space, "a")


def test_what_a_kill_left_of_a_deletion_goes_with_the_next_one(space, monkeypatch):
    for name in ("a", "b"):
        made_run(space, name, [FINISHED])
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(manage.shutil, "rmtree", interrupted)
        manage.delete(space, "a")
    assert [run.name for run in space.runs()] == ["b"]
    assert len(os.listdir(space.runs_folder)) == 2
    manage.delete(space, "b")
    assert os.listdir(space.runs_folder) == []


def test_two_deletions_may_come_upon_the_same_remains(space, monkeypatch):
    for name in ("a", "b"):
        made_run(space, name, [FINISHED])
    remove = shutil.rmtree

    def overtaken(folder, **options):
        monkeypatch.setattr(manage.shutil, "rmtree", remove)
        manage.delete(space, "b")
        remove(folder, **options)

    monkeypatch.setattr(manage.shutil, "rmtree", overtaken)
    manage.delete(space, "a")
    assert os.listdir(space.runs_folder) == []


def interrupted(*_, **__):
    raise KeyboardInterrupt


def test_links_are_neither_followed_nor_packed(space, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    run = made_run(space, "a", [FINISHED])
    (run.folder / "file").symlink_to(outside / "secret")
    (run.folder / "folder").symlink_to(outside)
    with zipfile.ZipFile(manage.archive(space, "a")) as packed:
        assert not [name for name in packed.namelist() if "file" in name or "secret" in name]
    manage.delete(space, "a")
    assert (outside / "secret").read_text() == "secret"

    (space.runs_folder / "linked").symlink_to(outside)
    with pytest.raises(RunChoiceError, match="is a link to another folder"):
        manage.delete(space, "linked")


def test_a_zip_file_holds_the_whole_run_and_old_ones_make_room(space):
    run = made_run(space, "a", [rl_step(1), FINISHED])
    run.checkpoint.mkdir()
    (run.checkpoint / "state.safetensors").write_bytes(os.urandom(5000))
    assert manage.run_size(run) == sum(path.stat().st_size for path in run.folder.rglob("*") if path.is_file())
    made = [manage.archive(space, "a") for _ in range(5)]
    kept = set(space.archives.iterdir())
    assert made[-1] in kept
    assert len(kept) == manage.KEPT_ARCHIVES
    with zipfile.ZipFile(made[-1]) as packed:
        assert packed.testzip() is None
        inside = {name: packed.read(name) for name in packed.namelist()}
    files = {path for path in run.folder.rglob("*") if path.is_file()}
    assert inside == {f"a/{path.relative_to(run.folder).as_posix()}": path.read_bytes() for path in files}


def test_a_zip_file_that_could_not_be_written_leaves_nothing_behind(space, monkeypatch):
    made_run(space, "a", [FINISHED])

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(OSError, match="no space left"):
        manage.archive(space, "a")
    assert list(space.archives.iterdir()) == []
