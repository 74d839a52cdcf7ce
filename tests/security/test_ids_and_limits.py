"""Tokens, owners, rates, bodies and the login, each by itself."""

from __future__ import annotations

import asyncio
import base64
import os
from pathlib import Path
from typing import Any

import pytest

from outcome_rl.errors import ConfigError
from outcome_rl.runs.visitors import VisitorWorkspace
from outcome_rl.runs.workspace import Workspace
from outcome_rl.security.caps import Caps, current_caps
from outcome_rl.security.ownership import Names, Ownership, remove_halves
from outcome_rl.security.rate_limit import RateLimit
from outcome_rl.security.visitor_ids import VisitorIds, load_ids
from outcome_rl.ui.server import login, protection
from outcome_rl.ui.server.bodies import BodyLimitMiddleware, read_body
from outcome_rl.ui.server.calls import CallCheckMiddleware
from outcome_rl.ui.server.host_check import HostCheckMiddleware
from outcome_rl.ui.server.login import LoginMiddleware
from outcome_rl.ui.server.visitor_gate import VisitorGate
from tests.helpers.asgi import page

ANNA, BEN = "a" * 32, "b" * 32
FEW = current_caps({"SPACE_ID": "x", "OUTCOME_RL_MAX_BODY": "100", "OUTCOME_RL_MAX_UPLOAD": "1000"})


def answered(
    app: Any, *chunks: bytes, path: str = "/gradio_api/queue/join", method: str = "POST", **headers: str
) -> tuple[int, int]:
    """Status of a request, and the bytes that were read of its body."""
    sent, read, left = [], [0], list(chunks)

    async def receive() -> dict:
        body = left.pop(0) if left else b""
        read[0] += len(body)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    async def send(message: dict) -> None:
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": named, "query_string": b""}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], read[0]


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


def test_one_content_under_many_names_is_many_uploads(tmp_path):
    owned, key = Ownership(tmp_path / "cache", tmp_path / "down", uploads=2), "a" * 64

    def uploaded(name: str, visitor: str) -> Path:
        file = tmp_path / "cache" / key / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("the same")
        owned.note_upload([str(file)], visitor)
        return file

    for number in range(5):
        uploaded(f"{number}.csv", ANNA)
    assert sorted(file.name for file in (tmp_path / "cache" / key).iterdir()) == ["3.csv", "4.csv"]
    assert owned.may_read(str(tmp_path / "cache" / key / "4.csv"), ANNA)
    bens = uploaded("bens.csv", BEN)
    owned.remove_files(ANNA)
    assert [*(tmp_path / "cache" / key).iterdir()] == [bens], "nor is anything left of what she called it"


def test_halves_that_nobody_writes_any_more_are_removed(tmp_path):
    (tmp_path / ("a" * 64)).mkdir()
    (tmp_path / "tmpfolder").mkdir()
    for name in ("tmpold", "tmpnew"):
        (tmp_path / name).write_text("x")
    os.utime(tmp_path / "tmpold", (1000, 1000))
    os.utime(tmp_path / "tmpnew", (1500, 1500))
    remove_halves(tmp_path, 1700.0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a" * 64, "tmpfolder", "tmpnew"]


def gate(app: Any, folder: Path, caps: Caps) -> VisitorGate:
    space = VisitorWorkspace(folder, lambda: None)
    return VisitorGate(app, VisitorIds(b"key"), space, Ownership(folder / "cache", folder / "down"), caps, False)


def test_what_is_only_read_is_counted_as_well(tmp_path):
    caps = current_caps({"SPACE_ID": "x", "OUTCOME_RL_MAX_CALLS_PER_MINUTE": "1"})
    guard, token = gate(page, tmp_path, caps), VisitorIds(b"key").token(ANNA)
    asked = [answered(guard, method="GET", path="/workspace", x_outcome_rl_visitor=token)[0] for _ in range(25)]
    assert asked == [200] * 20 + [429] * 5
    asked = [answered(guard, method="GET", path="/assets/x.js", x_outcome_rl_visitor=token)[0] for _ in range(25)]
    assert asked == [200] * 25, "a page is made of a hundred"


def test_so_many_answers_to_one_visitor_at_once(tmp_path):
    guard = gate(page, tmp_path, current_caps({"SPACE_ID": "x", "OUTCOME_RL_MAX_CONNECTIONS": "2"}))
    ids = VisitorIds(b"key")

    async def asked() -> list[int]:
        closed, begun = asyncio.Event(), asyncio.Semaphore(0)

        async def stream(scope: Any, receive: Any, send: Any) -> None:
            begun.release()
            await closed.wait()
            await page(scope, receive, send)

        async def one(visitor: str) -> int:
            status = 0

            async def send(message: dict) -> None:
                nonlocal status
                status = message.get("status", status)

            async def receive() -> dict:
                return {"type": "http.request", "body": b""}

            named = [(b"x-outcome-rl-visitor", ids.token(visitor).encode())]
            await guard({"type": "http", "method": "GET", "path": "/x", "headers": named}, receive, send)
            return status

        guard.app = stream
        streams = [asyncio.create_task(one(ANNA)) for _ in range(2)]
        for _ in streams:
            await begun.acquire()
        guard.app = page
        third, bens = await one(ANNA), await one(BEN)
        closed.set()
        return [third, bens, *await asyncio.gather(*streams), await one(ANNA)]

    assert asyncio.run(asked()) == [429, 200, 200, 200, 200]


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


def test_what_stands_before_the_page_and_in_which_order(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCOME_RL_AUTH", "anna:x")
    guards = [HostCheckMiddleware, LoginMiddleware, BodyLimitMiddleware, VisitorGate, CallCheckMiddleware]
    alone = [each for each in guards if each is not VisitorGate]
    for workspace, wanted in ((VisitorWorkspace(tmp_path, lambda: None), guards), (Workspace(tmp_path), alone)):
        chain = [each.cls for each in protection.middleware(workspace, "127.0.0.1", True, [])]
        assert [each for each in chain if each in guards] == wanted


def test_the_guard_of_hosts_knows_the_space_by_its_own_name(monkeypatch):
    monkeypatch.setenv("SPACE_HOST", "somebody-outcome-rl.hf.space")
    monkeypatch.setenv("OUTCOME_RL_ALLOWED_HOSTS", "mine.example, ")
    assert protection.own_names() == ["somebody-outcome-rl.hf.space", "mine.example"]
    first = protection.middleware(Workspace("/nowhere"), "0.0.0.0", True, [])[0]
    guard = first.cls(page, **first.kwargs)
    assert guard.is_ours("somebody-outcome-rl.hf.space") and not guard.is_ours("evil.example")
