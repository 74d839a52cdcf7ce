"""What a Space keeps of its visitors: whose workspace it is, its bounds, its download, and the housekeeping."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from outcome_rl import events as ev
from outcome_rl.config import Columns
from outcome_rl.errors import RunError
from outcome_rl.runs import jobs, visitors
from outcome_rl.runs.run import RUNNING, WAITING, Run, last_event
from outcome_rl.runs.visitors import (
    PerWorkspace,
    VisitorWorkspace,
    delete_visitor,
    keep_house,
    note_visit,
    require_room,
)
from outcome_rl.runs.workspace import Workspace
from outcome_rl.security.caps import CapError, Caps, current_caps
from outcome_rl.ui.common.datasets import store_upload
from outcome_rl.ui.common.run_watcher import RunWatcher
from outcome_rl.ui.common.run_words import describe
from outcome_rl.ui.common.visits import SCOPE
from outcome_rl.ui.server import own_files, protection
from outcome_rl.ui.server.own_files import OwnFilesMiddleware
from tests.helpers.asgi import page
from tests.helpers.made_runs import made_run

ANNA, BEN = "a" * 32, "b" * 32
FEW = current_caps({"SPACE_ID": "x"})


@pytest.fixture
def asked(tmp_path) -> tuple[VisitorWorkspace, list[str | None]]:
    """The workspace of whoever is in the list."""
    who: list[str | None] = [None]
    return VisitorWorkspace(tmp_path, lambda: who[0]), who


def test_a_workspace_is_that_of_whoever_asks(asked):
    space, who = asked
    for nobody in (None, "", "..", "../" + ANNA, ANNA.upper()):
        who[0] = nobody
        with pytest.raises(RunError, match="cookie"):
            space.runs()
    kept = PerWorkspace(space, dict)
    who[0] = ANNA
    kept.mine()["seen"] = True
    made_run(Workspace(space.root), "annas", [ev.Failed(message="x")])
    assert [run.name for run in space.runs()] == ["annas"]
    who[0] = BEN
    assert space.runs() == [] and kept.mine() == {}


def test_room_is_bounded_for_each_and_in_all(asked, tmp_path):
    space, who = asked
    caps = current_caps({"SPACE_ID": "x", "OUTCOME_RL_MAX_DISK": "1kB", "OUTCOME_RL_MAX_VISITORS": "1"})
    who[0] = ANNA
    require_room(space, 1000, caps)
    (space.root / "outputs").mkdir(parents=True)
    (space.root / "outputs" / "x").write_bytes(b"x" * 600)
    require_room(space, 400, caps)
    with pytest.raises(CapError, match=r"disk that a visitor's files take: at most 1.0 kB here"):
        require_room(space, 401, caps)
    who[0] = BEN
    with pytest.raises(CapError, match="This Space is full"):
        require_room(space, 0, caps)
    require_room(Workspace(tmp_path), 10**12, caps)


def test_nobody_may_fill_the_disk(asked, monkeypatch):
    space, who = asked
    who[0] = ANNA
    left = visitors.RESERVE + 10
    monkeypatch.setattr(visitors.shutil, "disk_usage", lambda _: SimpleNamespace(free=left))
    require_room(space, 10, Caps(visitors=1))
    with pytest.raises(CapError, match="disk is nearly full"):
        require_room(space, 11, Caps(visitors=1))


def downloaded(
    guard: OwnFilesMiddleware, visitor: str, sent: asyncio.Event, go_on: asyncio.Event, **headers: str
) -> asyncio.Task[int]:
    """A download of everything, whose browser takes no byte before ``go_on``; its status."""
    named = [(name.encode(), value.encode()) for name, value in headers.items()]
    status = 0

    async def send(message: dict) -> None:
        nonlocal status
        status = message.get("status", status)
        if message["type"] == "http.response.body":
            sent.set()
            await go_on.wait()

    async def receive() -> dict:
        await asyncio.Event().wait()
        return {}

    async def ask() -> int:
        scope = {"type": "http", "method": "GET", "path": "/workspace/download", "headers": named, SCOPE: visitor}
        await guard(scope, receive, send)
        return status

    return asyncio.create_task(ask())


def test_everything_lies_packed_on_the_disk_once_for_each_visitor(tmp_path):
    for visitor in (ANNA, BEN):
        made_run(Workspace(tmp_path / visitor), "run", [ev.Failed(message="x")])
    guard = OwnFilesMiddleware(page, VisitorWorkspace(tmp_path, lambda: None), FEW)

    async def asked() -> list[int]:
        sent, go_on, at_once = asyncio.Event(), asyncio.Event(), asyncio.Event()
        at_once.set()
        slow = downloaded(guard, ANNA, sent, go_on)
        await asyncio.wait([slow, asyncio.create_task(sent.wait())], return_when="FIRST_COMPLETED")
        assert not slow.done()
        meanwhile = [await downloaded(guard, visitor, sent, at_once) for visitor in (ANNA, BEN)]
        go_on.set()
        first = await slow
        again = [await downloaded(guard, ANNA, sent, at_once, range=each) for each in ("bytes=0-1", "bytes=x")]
        return [*meanwhile, first, *again]

    assert asyncio.run(asked()) == [429, 200, 200, 206, 400]
    assert not [*visitors.downloads_in(tmp_path).rglob("*.zip")], "none stays"


def test_two_at_most_have_everything_packed_at_once(tmp_path, monkeypatch):
    names = [letter * 32 for letter in "abc"]
    for visitor in names:
        (tmp_path / visitor).mkdir()
    begun, go_on = threading.Semaphore(0), threading.Event()

    def pack(folder: Path, where: Path) -> Path:
        begun.release()
        go_on.wait()
        raise RunError("disk full")

    monkeypatch.setattr(own_files, "archive_everything", pack)
    guard = OwnFilesMiddleware(page, VisitorWorkspace(tmp_path, lambda: None), FEW)

    async def asked() -> list[int]:
        at_once = asyncio.Event()
        at_once.set()
        first = [downloaded(guard, visitor, asyncio.Event(), at_once) for visitor in names[:2]]
        for _ in first:
            await asyncio.to_thread(begun.acquire)
        third = await downloaded(guard, names[2], asyncio.Event(), at_once)
        go_on.set()
        return [third, *await asyncio.gather(*first)]

    assert asyncio.run(asked()) == [429, 507, 507]


def test_uploads_that_are_too_large_leave_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCOME_RL_MAX_UPLOAD", "10")
    (tmp_path / "a.csv").write_bytes(b"x" * 11)
    with pytest.raises(CapError, match=r"a\.csv: size of an uploaded file: at most 10 bytes"):
        store_upload(Workspace(tmp_path / "w"), tmp_path / "a.csv", Columns())
    assert not (tmp_path / "w").exists()


def sleeping(run: Run) -> subprocess.Popen[bytes]:
    """A process that works on a run."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    run.claim(process.pid)
    return process


def test_housekeeping_ends_what_takes_too_long_and_deletes_what_was_left(tmp_path, monkeypatch):
    caps = Caps(minutes=30, hours=48)
    made_run(Workspace(tmp_path / ANNA), "run", [ev.Notice(message="x")])
    made_run(Workspace(tmp_path / BEN), "run", [ev.Failed(message="x")])
    process = sleeping(Workspace(tmp_path / ANNA).run("run"))
    try:
        now = time.time()
        assert keep_house(tmp_path, caps, now + 40 * 60) == []
        (done,) = keep_house(tmp_path, caps, now + 46 * 60)
        assert done == f"ended {ANNA}/run" and process.wait(30) is not None
    finally:
        process.kill()
    note_visit(tmp_path, BEN)
    assert keep_house(tmp_path, caps, now + 47 * 3600) == []
    assert sorted(keep_house(tmp_path, caps, now + 49 * 3600)) == [f"deleted {ANNA}", f"deleted {BEN}"]
    assert not any(Path(folder).name in (ANNA, BEN) for folder in os.listdir(tmp_path))


def test_a_training_that_is_ended_says_why_and_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "local/try")
    run = made_run(Workspace(tmp_path / ANNA), "run", [ev.Notice(message="x")], "train-reward")
    process = sleeping(run)
    try:
        keep_house(tmp_path, Caps(minutes=30), time.time() + 46 * 60)
    finally:
        process.kill()
    words, _ = describe(RunWatcher(Workspace(tmp_path / ANNA)).snapshot(["train-reward"]))
    assert words == (
        "Failed: It was ended after 45 minutes, the longest that one training may take here, before it was done. Take "
        "fewer emails, or run Outcome RL on your own machine, or duplicate this Space and set OUTCOME_RL_MAX_MINUTES."
    )


def test_what_took_too_much_disk_and_what_called_its_end_a_stop_say_why(tmp_path):
    run = made_run(Workspace(tmp_path / ANNA), "run", [ev.Notice(message="x")])
    process = sleeping(run)
    try:
        keep_house(tmp_path, Caps(disk=1))
    finally:
        process.kill()
    assert "your files took more than 2 bytes of disk" in last_event(run).message
    stopped = made_run(Workspace(tmp_path / BEN), "run", [ev.Stopped(message="Stopped.", resumable=True)])
    stopped.mark_ended("It was ended after 45 minutes")
    words, _ = describe(RunWatcher(Workspace(tmp_path / BEN)).snapshot(["finetune"]))
    assert words.startswith("It was ended after 45 minutes. “Go on” takes it up from here. It ran for")
    done = made_run(Workspace(tmp_path / BEN), "done", [ev.Finished(result={})])
    done.mark_ended("too late")
    assert isinstance(last_event(done), ev.Finished)


@pytest.mark.parametrize("moved", [0.0, 100 * 3600.0])
def test_a_clock_that_is_set_forward_deletes_nothing(tmp_path, monkeypatch, moved):
    (tmp_path / "visitors" / ANNA).mkdir(parents=True)
    left = time.time() - 50 * 3600
    os.utime(tmp_path / "visitors" / ANNA, (left, left))
    clocks = iter([0.0, moved])  # when it begins, and at the first look
    monkeypatch.setattr(protection, "time", SimpleNamespace(time=lambda: next(clocks, moved), monotonic=lambda: 0.0))
    monkeypatch.setattr(protection, "HOUSEKEEPING", 0.01)
    looked = threading.Event()
    monkeypatch.setattr(protection, "remove_halves", lambda *_: looked.set())
    ended = protection.start_housekeeping(VisitorWorkspace(tmp_path / "visitors", lambda: None), FEW)
    assert ended is not None and looked.wait(30)
    ended.set()
    assert (tmp_path / "visitors" / ANNA).is_dir() == (moved > 0)


def test_housekeeping_gives_memory_back_even_where_it_fails(tmp_path, monkeypatch):
    def fails(*_: object) -> None:
        raise OSError

    given_back = threading.Event()
    monkeypatch.setattr(protection, "HOUSEKEEPING", 0.01)
    monkeypatch.setattr(protection, "remove_halves", fails)
    monkeypatch.setattr(protection, "give_back_freed_memory", given_back.set)
    ended = protection.start_housekeeping(VisitorWorkspace(tmp_path / "visitors", lambda: None), FEW)
    assert ended is not None and given_back.wait(5)
    ended.set()


@pytest.mark.parametrize("twice", [False, True])
def test_housekeeping_removes_what_a_kill_left_of_a_deletion(tmp_path, monkeypatch, twice):
    """Also where the same visitor came back and deletes everything again."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    for _ in range(1 + twice):
        made_run(Workspace(tmp_path / ANNA), "run", [ev.Failed(message="x")])
        (visitors.downloads_in(tmp_path) / ANNA).mkdir(parents=True)
        for part in range(2):  # the files, then what was packed for download
            with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
                patch.setattr(visitors.shutil, "rmtree", interrupted)
                delete_visitor(tmp_path, ANNA)
            assert not (tmp_path / ANNA).exists(), part
    made_run(Workspace(tmp_path / BEN), "run", [ev.Failed(message="x")])
    note_visit(tmp_path, BEN)
    assert keep_house(tmp_path, Caps()) == []
    assert not [*tmp_path.rglob("*.deleted")]
    assert (tmp_path / BEN).is_dir()


def test_so_many_trainings_at_once_and_no_more(asked, monkeypatch):
    space, who = asked
    monkeypatch.setenv("OUTCOME_RL_MAX_TRAININGS", "1")
    who[0] = ANNA
    run = made_run(Workspace(space.root), "run", [ev.Notice(message="x")])
    process = sleeping(run)
    try:
        assert run.state() == RUNNING
        who[0] = BEN
        assert jobs.start(space, "train-reward", ["x.csv"]).state() == WAITING
    finally:
        process.kill()
        process.wait()
