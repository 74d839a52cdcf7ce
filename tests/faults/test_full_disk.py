"""Full and read-only disks, devices, odd terminals, proxies: told in a sentence, and nothing half is left."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from outcome_rl import events as ev
from outcome_rl.config import Columns
from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import sample_file
from outcome_rl.errors import RunError
from outcome_rl.runs.manage import archive_everything
from outcome_rl.runs.run import record
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui import serve
from outcome_rl.ui.common.datasets import store_upload
from outcome_rl.ui.common.facts import store_facts
from outcome_rl.ui.common.failures import error_text
from outcome_rl.utils import files
from outcome_rl.utils.files import atomic_file, atomic_folder, copy_file, write_json
from tests.helpers.command_line import ROOT, environment

CASES = ROOT / "tests" / "cases"


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of 1 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def full(monkeypatch) -> int:
    """What is written cannot be forced to the disk; the fault's number can be changed."""
    fault = [errno.ENOSPC]

    def no_room(handle: int) -> None:
        raise OSError(fault[0], os.strerror(fault[0]))

    monkeypatch.setattr(files.os, "fsync", no_room)
    return fault


def test_what_was_written_is_named_and_what_it_needs_is_more_than_is_free(small_disk):
    (small_disk / "old").write_bytes(b"x" * 700_000)
    target = small_disk / "model"
    with pytest.raises(RunError) as told, atomic_folder(target) as folder:
        (folder / "config.json").write_text("{}")
        (folder / "weights.safetensors").write_bytes(b"x" * 500_000)
    said = str(told.value)
    assert said.startswith(f"disk full: 'weights.safetensors' of '{target}' needs more than the ")
    assert "nothing of it is kept" in said
    assert os.listdir(small_disk) == ["old"]


def test_a_file_that_does_not_fit_leaves_the_one_before(small_disk):
    path = small_disk / "scored.csv"
    write_rows(path, ["a"], [["x"]])
    before = path.read_bytes()
    with pytest.raises(
        RunError, match=r"disk full: 'scored\.csv' needs more than the .* free.*; the one before is whole"
    ):
        write_rows(path, ["a"], (["x" * 1000] for _ in range(2000)))
    assert path.read_bytes() == before
    assert os.listdir(small_disk) == ["scored.csv"]


def test_an_upload_that_does_not_fit_leaves_nothing(small_disk, tmp_path):
    big = tmp_path / "big.csv"
    big.write_bytes(b"x" * 2_000_000)
    space = Workspace(small_disk)
    with pytest.raises(RunError, match=r"disk full: 'big-.*csv' needs more than the"):
        store_upload(space, big, Columns())
    assert os.listdir(space.uploads) == []


def test_a_run_that_cannot_copy_its_data_leaves_no_run(small_disk, tmp_path):
    data = tmp_path / "emails.csv"
    data.write_text("context,email_text,outcome\n" + "".join(f"c{n},{'word ' * 400}{n},{n % 3}\n" for n in range(600)))
    command = [sys.executable, "-m", "outcome_rl", "train-reward", str(data), "--workspace", str(small_disk)]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert "error: disk full: 'data.csv'" in done.stderr and "Traceback" not in done.stderr
    assert Workspace(small_disk).runs() == []


def test_a_run_on_a_disk_that_fills_up_ends_as_failed_for_that(tmp_path):
    def work() -> Iterator[ev.Event]:
        yield ev.Notice(message="x")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "state.bin")

    run = Workspace(tmp_path).new_run("finetune", "full")
    with pytest.raises(RunError, match=r"disk full: 'state\.bin'"):
        list(record(work(), run))
    assert run.state() == "failed"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
def test_every_way_of_writing_tells_of_the_disk(full, tmp_path, number, monkeypatch):
    full[0] = number
    words = "disk full" if number in (errno.ENOSPC, errno.EDQUOT) else "cannot be written"
    space = Workspace(tmp_path)
    monkeypatch.setattr(zipfile.ZipFile, "write", lambda *_: files.os.fsync(0))  # a zip file is not forced to the disk
    for write in (
        lambda: write_json(tmp_path / "a.json", {}),
        lambda: write_rows(tmp_path / "a.csv", ["a"], []),
        lambda: copy_file(Path(__file__), tmp_path / "copy"),
        lambda: store_facts(space, "Prices from 9 euros."),
        lambda: archive_everything(CASES / "proxy", tmp_path),
        lambda: space.new_run("run", "r").write_config({}),
        lambda: atomic_folder(tmp_path / "folder").__enter__() and pytest.fail("not written yet"),
    ):
        if write.__code__.co_consts and "not written yet" in write.__code__.co_consts:
            with pytest.raises(RunError, match=words), atomic_folder(tmp_path / "folder") as folder:
                (folder / "a").write_text("x")
            continue
        with pytest.raises(RunError, match=words):
            write()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_half_is_told_by_the_name_that_it_would_have_had(tmp_path, monkeypatch):
    def refused(half: Path, *_: object) -> None:
        raise OSError(number, os.strerror(number), str(half))

    target = tmp_path / "model"
    for number, words in ((errno.EACCES, "'{}' cannot be written"), (errno.ENOSPC, "disk full: '{}'")):
        with pytest.raises(RunError) as told, atomic_folder(target) as folder:
            refused(folder / "weights")
        assert str(told.value).startswith(words.format(target / "weights" if number == errno.EACCES else "weights"))
        with monkeypatch.context() as patch, pytest.raises(RunError) as told:
            patch.setattr(files.os, "replace", refused)
            write_json(target, {})
        assert str(told.value).startswith(words.format(target if number == errno.EACCES else "model"))


# --- where it is written to -------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="devices are POSIX's")
def test_a_device_is_written_into_and_stays_one(capfd, tmp_path):
    with atomic_file(Path("/dev/null")) as stream:
        stream.write("x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    write_rows(Path("/dev/stdout"), ["a"], [["b"]])
    assert capfd.readouterr().out == "a\r\nb\r\n"
    (tmp_path / "table.csv").write_bytes(b"a\r\nc\r\n")
    copy_file(tmp_path / "table.csv", Path("/dev/fd/1"))
    assert capfd.readouterr().out == "a\r\nc\r\n"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_json(pipe, {"a": 1})
    assert b'"a": 1' in os.read(reader, 100)
    copy_file(tmp_path / "table.csv", pipe)
    assert os.read(reader, 100) == b"a\r\nc\r\n"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    with pytest.raises(RunError, match="is not a folder"), atomic_folder(pipe):
        pass


@pytest.fixture
def full_temporary_folder(small_disk) -> Path:
    """With room for a page and no more, so that it is still taken for a folder that can be used."""
    (small_disk / "old").write_bytes(b"x" * (shutil.disk_usage(small_disk).free - 4096))
    return small_disk


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "outcome_rl", *arguments]
    return subprocess.run(line, stderr=subprocess.PIPE, text=True, timeout=300, **options)


def test_a_full_folder_of_temporary_files_is_told_with_a_way_out(full_temporary_folder, tmp_path):
    export, book = tmp_path / "export.csv", tmp_path / "book.ods"
    rows = (f"p{n}@c.com,Hello {n},Hi {n} {'word ' * 20},{'yes' if n % 3 else 'no'}\n" for n in range(3000))
    export.write_text("To,Subject,Body,Replied\n" + "".join(rows))
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "x" * 200_000)
    shown = environment(TMPDIR=str(full_temporary_folder))
    for arguments in (["import", str(export), "--out", str(tmp_path / "rows.csv")], ["check", str(book)]):
        done = command(*arguments, env=shown)
        assert done.returncode == 1
        assert f"'{full_temporary_folder}', where files are put by meanwhile" in done.stderr, done.stderr
        assert done.stderr.startswith("error: disk full: ") and done.stderr.endswith("name another folder in TMPDIR\n")
    assert os.listdir(full_temporary_folder) == ["old"] and not (tmp_path / "rows.csv").exists()


def test_a_disk_without_room_for_what_a_handler_puts_by_is_told_on_the_page():
    told = error_text(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert told.startswith("disk full: there is no more room for the output, or '")
    told = error_text(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/nowhere/list.csv"))
    assert told.startswith("disk full: 'list.csv' needs more than the ")
    assert error_text(OSError(errno.ENOENT, "not here", "/nowhere/x")) == "[Errno 2] not here: '/nowhere/x'"


def test_half_a_character_ends_no_writing(tmp_path):
    write_json(tmp_path / "a.json", {"file": "bad\udcff.csv"})
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == '{\n  "file": "bad?.csv"\n}\n'


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_output_that_nobody_takes_is_told():
    with open("/dev/full", "w") as full:
        done = command("check", str(sample_file("emails.csv")), env=environment(), stdout=full)
    assert done.returncode == 1
    assert done.stderr.startswith("error: disk full: there is no more room for the output, or '"), done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_the_device_that_is_always_full_is_told_and_stays():
    with pytest.raises(RunError, match="disk full: 'full'"):
        write_rows(Path("/dev/full"), ["a"], [["b"]])
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_output_into_a_pipe_that_has_not_every_letter(tmp_path):
    """The case windows_pipe: the work must not fail for want of a letter, and JSON loses none."""
    assert (CASES / "windows_pipe" / "expected.md").is_file()
    code = (
        "from outcome_rl.cli import main, display; from outcome_rl.utils.output import tolerate_any_text\n"
        "tolerate_any_text(); display.say('── ü €'); display.print_json({'email': 'für 你好 ─'})"
    )
    shown = environment(PYTHONIOENCODING="cp1252")
    done = subprocess.run([sys.executable, "-c", code], env=shown, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    words, told = done.stdout.decode("cp1252").splitlines()
    assert words == "?? ü €"
    import json

    assert json.loads(told) == {"email": "für 你好 ─"}


def test_a_proxy_in_the_environment_does_not_stand_before_the_page_itself(monkeypatch):
    """The case proxy."""
    monkeypatch.setenv("NO_PROXY", "corp.example")
    monkeypatch.delenv("no_proxy", raising=False)
    serve._reach_itself("10.0.0.7")
    assert os.environ["NO_PROXY"] == "corp.example,127.0.0.1,localhost,10.0.0.7"
    assert os.environ["no_proxy"] == "127.0.0.1,localhost,10.0.0.7"


@pytest.mark.slow
def test_the_page_starts_behind_a_proxy(tmp_path):
    from tests.helpers.pages import served_by_command

    with pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            patch.setenv(name, "http://127.0.0.1:9")
        patch.setenv("NO_PROXY", "127.0.0.1")  # the test's own request; the page has to add the rest by itself
        with served_by_command(tmp_path) as address:
            assert address
