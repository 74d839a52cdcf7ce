"""Files and folders appear whole or not at all."""

import json
import math
import os
from pathlib import Path

import pytest

from outcome_rl.errors import RunError
from outcome_rl.utils import files
from outcome_rl.utils.files import atomic_folder, copy_file, existing_folder, read_json, write_json, write_text


def write(target, text, fail=False):
    with atomic_folder(target) as folder:
        (folder / "deep").mkdir()
        (folder / "deep" / "a.txt").write_text(text)
        if fail:
            raise KeyboardInterrupt


def content(target):
    return (existing_folder(target) / "deep" / "a.txt").read_text()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_seen_of_a_folder_before_it_is_whole(tmp_path):
    with atomic_folder(tmp_path / "model") as folder:
        (folder / "a.txt").write_text("x")
        assert existing_folder(tmp_path / "model") is None
        assert folder.parent == tmp_path, "a rename is atomic within one file system only"
    assert names(tmp_path / "model") == ["a.txt"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_told_with_what_is_needed_and_the_old_folder_is_whole(tmp_path):
    write(tmp_path / "model", "x" * 5_000_000)
    told = r"disk full: 'weights' of '.*model' needs more than the .* that are free for it \(the one before takes 5\.0"
    with pytest.raises(RunError, match=told), atomic_folder(tmp_path / "model") as folder:
        (folder / "weights").symlink_to("/dev/full")
        (folder / "weights").write_text("new")
    assert content(tmp_path / "model") == "x" * 5_000_000
    assert names(tmp_path) == ["model"]


def test_a_full_disk_is_known_by_what_the_library_for_tensors_says(tmp_path):
    with pytest.raises(RunError, match=r"disk full: .*; nothing of it is kept"), atomic_folder(tmp_path / "model"):
        raise ValueError("Error while serializing: I/O error: No space left on device (os error 28)")


def test_a_new_folder_and_one_that_is_replaced(tmp_path):
    target = tmp_path / "not" / "yet" / "model"
    write(target, "one")
    assert content(target) == "one"
    write(target, "two")
    assert content(target) == "two"
    assert names(target.parent) == ["model"]
    assert names(target) == ["deep"]


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_others_may_read_what_was_written(tmp_path):
    write(tmp_path / "model", "one")
    write_text(tmp_path / "a.txt", "x")
    assert (tmp_path / "model").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("before", [True, False])
def test_a_crash_in_the_middle_leaves_what_was_there(tmp_path, before):
    target = tmp_path / "model"
    if before:
        write(target, "old")
    with pytest.raises(KeyboardInterrupt):
        write(target, "new", fail=True)
    assert names(tmp_path) == (["model"] if before else [])
    assert (content(target) if before else existing_folder(target)) == ("old" if before else None)


class Killed(BaseException):
    """What a process that is killed does next: nothing."""


def kill_at_rename(monkeypatch, number):
    """The ``number``-th rename and all after it never happen."""
    rename, done = Path.rename, []

    def rename_or_die(path, target):
        done.append(path)
        if len(done) >= number:
            raise Killed
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", rename_or_die)


@pytest.mark.parametrize("number", [1, 2])
def test_a_kill_before_either_rename_leaves_the_old_folder_to_be_found(tmp_path, monkeypatch, number):
    target = tmp_path / "model"
    write(target, "old")
    with monkeypatch.context() as patch:
        kill_at_rename(patch, number)
        with pytest.raises(Killed):
            write(target, "new")
    assert target.exists() == (number == 1)
    assert content(target) == "old"
    with pytest.raises(KeyboardInterrupt):
        write(target, "newer", fail=True)
    assert content(target) == "old"
    write(target, "newest")
    assert content(target) == (target / "deep" / "a.txt").read_text() == "newest"


def test_a_kill_while_the_old_folder_is_removed_leaves_the_new_one(tmp_path, monkeypatch):
    target = tmp_path / "model"
    write(target, "old")
    remove, calls = files.shutil.rmtree, []

    def remove_or_die(path, **options):
        calls.append(path)
        if len(calls) == 2:
            raise Killed
        remove(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(files.shutil, "rmtree", remove_or_die)
        with pytest.raises(Killed):
            write(target, "new")
    assert content(target) == "new"
    write(target, "newer")
    assert names(tmp_path) == ["model"]


def test_text_is_replaced_in_one_step(tmp_path, monkeypatch):
    path = tmp_path / "folder" / "a.txt"
    write_text(path, "old ü\r\n")
    assert path.read_bytes() == "old ü\r\n".encode()

    def no_replace(*_):
        assert path.read_text() == "old ü\n"
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "replace", no_replace)
        with pytest.raises(Killed):
            write_text(path, "new")
    assert path.read_bytes() == "old ü\r\n".encode()
    assert names(path.parent) == ["a.txt"]


def test_a_copy_takes_the_place_of_what_was_there_in_one_step(tmp_path, monkeypatch):
    source, target = tmp_path / "source", tmp_path / "not" / "yet" / "copy"
    source.write_bytes(b"new")
    source.chmod(0o600)
    copy_file(source, target)
    assert target.read_bytes() == b"new"
    assert os.name == "nt" or target.stat().st_mode & 0o777 == 0o644
    target.write_bytes(b"old")

    def half_a_copy(_: Path, half: Path) -> None:
        half.write_bytes(b"n")
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(files.shutil, "copyfile", half_a_copy)
        copy_file(source, target)
    assert target.read_bytes() == b"old"
    assert names(target.parent) == ["copy"]


def test_json_keeps_letters_and_refuses_what_json_has_not(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, {"a": "ü", "b": [1, None]})
    assert "ü" in path.read_text(encoding="utf-8")
    assert read_json(path) == json.loads(path.read_bytes()) == {"a": "ü", "b": [1, None]}
    for value in (math.nan, math.inf):
        with pytest.raises(ValueError, match="JSON"):
            write_json(path, {"a": value})
    assert read_json(path)["b"] == [1, None]
