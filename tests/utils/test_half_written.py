"""What a killed process was writing goes with the next write into that folder; what a living one writes stays."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from outcome_rl.utils.files import atomic_file, atomic_folder, copy_file, write_text
from outcome_rl.utils.half_written import ABANDONED, half_written, remove_abandoned
from tests.helpers.command_line import ROOT

WRITERS = {
    "a folder": "with files.atomic_folder(target) as half:\n    (half / 'a').write_text('new')\n    wait()",
    "a file": "with files.atomic_file(target) as stream:\n    stream.write('new')\n    stream.flush()\n    wait()",
    "a copy": "files.shutil.copyfile = lambda source, half: (half.write_text('new'), wait())\n"
    "files.copy_file(pathlib.Path(__file__), target)",
    "an archive": "manage._files = lambda folder: iter(wait, 'never')\nmanage._pack(target.parent, target, 'run')",
}
"""Each writes something and waits in the middle of it, for a word or for its end."""
BEGINNING = """
import pathlib, sys
from outcome_rl.runs import manage
from outcome_rl.utils import files
target = pathlib.Path(sys.argv[1])
def wait():
    print("writing", flush=True)
    sys.stdin.readline()
    return "never"
"""


@contextmanager
def writing(writer: str, target: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in the middle of a write."""
    program = tmp_path / "program.py"
    program.write_text(BEGINNING + WRITERS[writer])
    process = subprocess.Popen(
        [sys.executable, str(program), str(target)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    with process:
        try:
            assert process.stdout.readline() == "writing\n"
            yield process
        finally:
            process.kill()


def halves(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".new")]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "place"
    place.mkdir()
    return place


@pytest.mark.parametrize("reaped", [True, False])
@pytest.mark.parametrize("writer", WRITERS)
def test_what_a_killed_process_left_goes_with_the_next_write(writer, reaped, place, tmp_path):
    with writing(writer, place / "model", tmp_path) as process:
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        if reaped:
            process.wait()
        assert len(halves(place)) == 1
        write_text(place / "another.txt", "x")
        assert sorted(os.listdir(place)) == ["another.txt"]


@pytest.mark.parametrize("writer", WRITERS)
def test_what_a_living_process_writes_stays_and_comes_to_its_end(writer, place, tmp_path):
    with writing(writer, place / "model", tmp_path) as process:
        (half,) = halves(place)
        write_text(place / "another.txt", "x")
        assert halves(place) == [half]
        process.communicate("go on\n")
        assert process.returncode == 0
        assert sorted(os.listdir(place)) == ["another.txt", "model"]


def test_one_process_may_write_several_at_once_and_leaves_none(place):
    (place / "source").write_text("new")
    with atomic_folder(place / "model") as folder, atomic_file(place / "a.txt") as stream:
        copy_file(place / "source", place / "copy")
        assert len(halves(place)) == 2
        (folder / "a").write_text("x")
        stream.write("y")
    assert sorted(os.listdir(place)) == ["a.txt", "copy", "model", "source"]
    with pytest.raises(KeyboardInterrupt), half_written(place / "b"):
        raise KeyboardInterrupt
    assert halves(place) == []


def test_nobody_knows_whether_another_machines_process_lives_so_it_has_a_day(place):
    name = ".model.0123abcd-1-abcd_123.new"
    (place / name).mkdir()
    (place / name / "a").write_text("half")
    remove_abandoned(place)
    assert halves(place) == [name]
    for path in (place / name, place / name / "a"):
        os.utime(path, (0, time.time() - ABANDONED - 60))
    remove_abandoned(place)
    assert halves(place) == []


def test_nothing_else_is_taken_for_a_half(place):
    kept = [".model.previous", "model.abcd_123.new", ".new", ".model.new", ".model.a-1-abcd_123.new", ".git"]
    kept += [".model.settings.new", "model.0123abcd-1-abcd_123.new", ".model.0123abcd-1-abcd_123.new.csv"]
    kept += [".model.0123abcd-1-notes-of-may.new", ".model.0123abcd-may-abcd_123.new"]
    for name in kept:
        (place / name).mkdir()
        os.utime(place / name, (0, 0))
    write_text(place / "a.txt", "x")
    assert sorted(os.listdir(place)) == sorted([*kept, "a.txt"])


def test_a_name_may_be_as_long_as_the_disk_allows(place):
    write_text(place / ("ü" * 120 + ".txt"), "x")
    assert len(os.listdir(place)) == 1
