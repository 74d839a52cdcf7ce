"""Tokens, owners, rates, bodies, the login and the housekeeping, each by itself."""

from __future__ import annotations

import asyncio
import base64
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from outcome_rl import events as ev
from outcome_rl.config import Columns
from outcome_rl.errors import ConfigError, RunError
from outcome_rl.runs import jobs, visitors
from outcome_rl.runs.visitors import (
    PerWorkspace,
    VisitorWorkspace,
    delete_visitor,
    keep_house,
    note_visit,
    require_room,
)
from outcome_rl.runs.workspace import RUNNING, Run, Workspace
from outcome_rl.security.caps import CapError, Caps, current_caps
from outcome_rl.security.ownership import Names, Ownership
from outcome_rl.security.rate_limit import RateLimit
from outcome_rl.security.visitor_ids import VisitorIds, load_ids
from outcome_rl.ui.common.datasets import store_upload
from outcome_rl.ui.common.visits import SCOPE
from outcome_rl.ui.server import login, own_files, protection
from outcome_rl.ui.server.bodies import BodyLimitMiddleware, read_body
from outcome_rl.ui.server.login import LoginMiddleware
from outcome_rl.ui.server.own_files import OwnFilesMiddleware
from tests.helpers.made_runs import made_run

ANNA, BEN = "a" * 32, "b" * 32
FEW = current_caps({"SPACE_ID": "x", "OUTCOME_RL_MAX_BODY": "100", "OUTCOME_RL_MAX_UPLOAD": "1000"})


def answered(app: Any, *chunks: bytes, path: str = "/gradio_api/queue/join", **headers: str) -> tuple[int, int]:
    """Status of a POST, and the bytes that were read of its body."""
    sent, read, left = [], [0], list(chunks)

    async def receive() -> dict:
        body = left.pop(0) if left else b""
        read[0] += len(body)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    async def send(message: dict) -> None:
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": path, "headers": named, "query_string": b""}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], read[0]


async def page(scope: Any, receive: Any, send: Any) -> None:
    """Reads the whole body."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def test_a_token_is_checked_by_its_signature():
    ids = VisitorIds(b"key")
    token = ids.token(ANNA)
    assert ids.visitor(token) == ANNA
    for forged in ("", ANNA, f"{ANNA}.", token[:-1], token + "0", f"{BEN}.{token[33:]}", f"{ANNA}.ä", f"../{token}"):
        assert ids.visitor(forged) is None
    assert VisitorIds(b"other").visitor(token) is None
    assert len({ids.new() for _ in range(100)}) == 100


def test_a_restart_knows_its_visitors(tmp_path, monkeypatch):
    monkeypatch.delenv("OUTCOME_RL_SECRET", raising=False)
    token = load_ids(tmp_path).token(ANNA)
    assert load_ids(tmp_path).visitor(token) == ANNA
    (tmp_path / ".visitors.secret").write_bytes(b"")  # a start that was cut short
    assert load_ids(tmp_path).visitor(token) is None
    monkeypatch.setenv("OUTCOME_RL_SECRET", "given")
    assert load_ids(tmp_path / "a").secret == load_ids(tmp_path / "b").secret


def test_names_belong_to_who_came_first():
    names = Names(kept=2)
    assert names.claim("one", ANNA) and not names.claim("one", BEN) and names.claim("one", ANNA)
    assert not names.owns("two", ANNA)
    names.give("two", ANNA)
    names.give("two", BEN)  # the same content uploaded by both
    assert names.owns("two", ANNA) and names.owns("two", BEN)
    assert names.take_back(names.all_of(ANNA), ANNA) == ["one"], "two is still Ben's"
    assert names.owns("two", BEN) and not names.owns("two", ANNA)
    names.give("three", ANNA)
    names.give("four", ANNA)
    assert not names.owns("two", BEN), "the oldest is forgotten"


def test_names_that_strangers_bring_take_little_memory():
    names = Names(kept=2)
    assert all(names.claim(name, ANNA) for name in ("one", "two", "three"))
    assert names.all_of(ANNA) == ["two", "three"], "so many and no more"
    names.claim("two", BEN)
    assert names.claim("four", ANNA) and names.owns("two", ANNA), "what is in use is kept"
    assert not names.claim("x" * 4_000_000, ANNA) and len(names.all_of(ANNA)) == 2


def test_the_newest_uploads_of_a_visitor_are_kept(tmp_path):
    owned = Ownership(tmp_path / "cache", tmp_path / "down", uploads=2)

    def uploaded(letter: str, visitor: str) -> Path:
        file = tmp_path / "cache" / (letter * 64) / "list.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(letter)
        owned.note_upload([str(file)], visitor)
        return file

    first, shared = uploaded("1", ANNA), uploaded("2", ANNA)
    uploaded("2", BEN)
    given = uploaded("3", ANNA)
    assert not first.exists() and not owned.may_read(str(first), ANNA)
    uploaded("4", ANNA)
    assert not owned.may_read(str(shared), ANNA) and owned.may_read(str(shared), BEN) and shared.exists()
    owned.remove_files(ANNA)
    assert not given.exists() and shared.exists()


def test_files_are_owned_by_whom_the_page_gave_them(tmp_path):
    owned, key = Ownership(tmp_path / "cache", tmp_path / "down"), "f" * 64
    path = f"{tmp_path}/cache/{key}/list.csv"
    owned.note_files(b'{"text": "\\"path\\":\\"' + path.encode() + b'\\""}', ANNA)
    assert not owned.may_read(path, ANNA), "only repeated in a text"
    owned.note_files(b'{"a\\"path":"' + path.encode() + b'"}', ANNA)
    assert not owned.may_read(path, ANNA), "only repeated, of a name that ends so"
    owned.note_files(b'{"value":{"path":"' + path.encode() + b'"}}', ANNA)
    assert owned.may_read(path, ANNA) and not owned.may_read(path, BEN)
    assert not owned.may_read(f"{tmp_path}/cache/{key}/../../etc/passwd", ANNA)
    assert owned.may_read(f"{tmp_path}/down/{ANNA}/run.zip", ANNA)
    for other in (f"{tmp_path}/down/{BEN}/run.zip", f"{tmp_path}/down/{ANNA}/../{BEN}/run.zip", f"{tmp_path}/down"):
        assert not owned.may_read(other, ANNA)
    assert owned.forged_file([[{"deep": {"path": "https://evil.example/x"}}]], ANNA)
    assert not owned.forged_file({"path": path, "more": [{"path": ""}, {"path": None}]}, ANNA)


def test_calls_are_counted_by_the_minute():
    now = [0.0]
    limit = RateLimit(60, clock=lambda: now[0])
    assert [limit.seconds_to_wait(ANNA) for _ in range(60)] == [0.0] * 60
    assert limit.seconds_to_wait(ANNA) == pytest.approx(1.0)
    assert limit.seconds_to_wait(BEN) == 0.0, "others are not held up"
    now[0] = 2.0
    assert [limit.seconds_to_wait(ANNA) > 0 for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize(
    ("chunks", "path", "headers", "status"),
    [
        ([b"x" * 100], "/gradio_api/queue/join", {}, 200),
        ([b"x" * 60, b"x" * 60, b"x" * 60], "/gradio_api/queue/join", {}, 413),
        ([], "/gradio_api/queue/join", {"content_length": "101"}, 413),
        ([], "/gradio_api/queue/join", {"content_length": "-1"}, 413),
        ([b"x" * 1000], "/gradio_api/upload", {}, 200),
        ([b"x" * 1000, b"x" * 1_000_001], "/gradio_api/upload", {}, 413),
    ],
)
def test_a_body_is_read_up_to_its_limit(chunks, path, headers, status):
    found, read = answered(BodyLimitMiddleware(page, FEW), *chunks, path=path, **headers)
    assert found == status
    assert read <= sum(map(len, chunks[:2]))


def test_a_body_that_a_part_of_the_page_finds_too_long_is_refused_as_well():
    async def picky(scope: Any, receive: Any, send: Any) -> None:
        await read_body(receive, 10)

    assert answered(BodyLimitMiddleware(picky, FEW), b"x" * 11)[0] == 413


def test_the_login_stands_before_everything(monkeypatch):
    monkeypatch.setattr(login, "PAUSE", 0)
    app = LoginMiddleware(page, "anna:sécret:x")
    right = base64.b64encode("anna:sécret:x".encode()).decode()
    wrong = base64.b64encode(b"anna:secret").decode()
    assert answered(app, authorization=f"Basic {right}")[0] == 200
    for header in (f"Basic {wrong}", f"Bearer {right}", "Basic", "Basic !!", right):
        assert answered(app, authorization=header)[0] == 401
    assert answered(app)[0] == 401
    monkeypatch.setenv("OUTCOME_RL_AUTH", "anna")
    with pytest.raises(ConfigError, match="OUTCOME_RL_AUTH: is not user:password"):
        protection.required_login()


def test_the_guard_of_hosts_knows_the_space_by_its_own_name(monkeypatch):
    monkeypatch.setenv("SPACE_HOST", "somebody-outcome-rl.hf.space")
    monkeypatch.setenv("OUTCOME_RL_ALLOWED_HOSTS", "mine.example, ")
    assert protection.own_names() == ["somebody-outcome-rl.hf.space", "mine.example"]
    first = protection.middleware(Workspace("/nowhere"), "0.0.0.0", True, [])[0]
    guard = first.cls(page, **first.kwargs)
    assert guard.is_ours("somebody-outcome-rl.hf.space") and not guard.is_ours("evil.example")


# --- workspaces -------------------------------------------------------------------------------------------------------


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
        with pytest.raises(RunError, match=r"trainings at work at once.*OUTCOME_RL_MAX_TRAININGS.*try again"):
            jobs.start(space, "train-reward", ["x.csv"])
        assert space.runs() == []
    finally:
        process.kill()
        process.wait()
