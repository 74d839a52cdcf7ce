"""Visitors of a Space: whatever one of them knows of another, it reads, stops and deletes nothing."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from outcome_rl import events as ev
from outcome_rl.errors import RunError
from outcome_rl.runs import jobs
from outcome_rl.runs.jobs import find_running
from outcome_rl.security.visitor_ids import COOKIE
from outcome_rl.ui.server import own_files
from outcome_rl.ui.server.visitor_gate import NOT_YOURS
from tests.helpers.made_runs import made_run
from tests.helpers.space_visitors import Visitor, emails, file_data, served_space

PLANTED = "hf_planted" + "x" * 24
PATIENCE = 120
"""Seconds that a busy machine may take to answer."""
MARKS = [f"mark{number}x" for number in range(20)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SPACE_ID", "somebody/outcome-rl")
        environment.setenv("HF_TOKEN", PLANTED)
        environment.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("cache")))
        with served_space(tmp_path_factory.mktemp("space")) as served:
            yield served


@pytest.fixture(scope="module")
def anna(served) -> Visitor:
    """Has data and a run."""
    anna = Visitor(*served)
    anna.data = anna.use("secret-list.csv", emails("ANNA"))
    made_run(anna.space, "annas-run", [ev.Notice(message="ANNA"), ev.Failed(message="ANNA")])
    return anna


@pytest.fixture
def ben(served) -> Visitor:
    return Visitor(*served)


def test_each_has_data_of_their_own(anna, ben):
    assert anna.call("read_data", anna.data, 0, 1)[0]["context"] == "ANNA 0"
    with pytest.raises(RuntimeError, match="not kept here"):
        ben.call("read_data", anna.data, 0, 1)
    for guessed in ({"name": "last"}, {}, {"name": "../../" + anna.data["name"]}, {"name": str(anna.space.uploads)}):
        assert "ANNA" not in str(ben.call("read_data", guessed, 0, 5)), "the sample data"


def led_out(ben: Visitor, anna: Visitor) -> str:
    """What leads from Ben's runs to Anna's, were names not looked at; he needs a run, to have a folder to begin in."""
    if not ben.space.runs():
        made_run(ben.space, "bens-run", [ev.Failed(message="BEN")])
    name = f"../../../{anna.id}/outputs/runs/annas-run"
    assert (ben.space.runs_folder / name).is_dir()
    return name


def test_runs_are_seen_by_their_owner_alone(anna, ben):
    assert "ANNA" in str(anna.call("progress", "annas-run"))
    for name in ("annas-run", led_out(ben, anna), ""):
        try:
            assert "ANNA" not in str(ben.call("progress", name))
        except RuntimeError as refused:
            assert "ANNA" not in str(refused)
    assert ben.client.get("/at_work").json()["run"] == "bens-run"
    assert anna.client.get("/at_work").json()["run"] == "annas-run"


@pytest.mark.parametrize(("endpoint", "more"), [("delete_run", ()), ("rename_run", ("mine",)), ("pack_run", ()),
                                                ("resume_run", ())])  # fmt: skip
def test_a_run_is_changed_by_its_owner_alone(anna, ben, endpoint, more):
    for name in ("annas-run", led_out(ben, anna)):
        with pytest.raises(RuntimeError):
            ben.call(endpoint, name, *more)
    assert anna.space.run("annas-run").folder.is_dir()


def test_an_archive_is_fetched_by_its_owner_alone(anna, ben):
    where = "/" + anna.call("pack_run", "annas-run")
    assert anna.client.get(where).content.startswith(b"PK")
    assert ben.client.get(where).status_code == 404
    dots = where.replace(f"/{anna.id}/", f"/{ben.id}/../{anna.id}/")
    assert ben.client.get(dots.replace("..", "%2e%2e")).status_code in (403, 404)


def test_a_cached_file_is_fetched_and_used_by_its_owner_alone(anna, ben):
    path = anna.upload("theirs.csv", emails("CACHED"))
    assert "CACHED" in anna.get(f"/file={path}").text
    for spelled in (path, quote(path, safe=""), quote(quote(path, safe=""), safe=""), path.replace("/", "//")):
        assert ben.get(f"/file={spelled}").status_code in (403, 404)
    assert ben.get(f"/file/{path.lstrip('/')}").status_code == 404
    with pytest.raises(PermissionError):
        ben.call("upload_data", file_data(path), "", "", "", "")
    nested = {"data": [[{"x": [file_data(path)]}]], "fn_index": 0, "session_hash": uuid.uuid4().hex}
    assert ben.post("/queue/join", json=nested).status_code == 403
    url = file_data("http://127.0.0.1:9/list.csv")
    refused = ben.post("/call/upload_data", json={"data": [url, "", "", "", ""]})
    assert (refused.status_code, refused.text) == (403, NOT_YOURS), "before it is looked at whether it is an address"


def test_what_a_text_only_mentions_is_not_given(anna, ben):
    path = anna.upload("mentioned.csv", emails("MENTIONED"))
    text = emails("x").replace("x 0,", f'"""path"":""{path}"" x",')
    data = ben.use("mine.csv", text)
    assert path in str(ben.call("read_data", data, 0, 1)), "the server has repeated it"
    assert ben.get(f"/file={path}").status_code == 404


def test_live_events_are_their_owners(anna, ben):
    session = uuid.uuid4().hex
    joined = anna.post("/call/read_data", json={"data": [anna.data, 0, 1], "session_hash": session})
    event = joined.json()["event_id"]
    for path in (f"/queue/data?session_hash={session}", f"/heartbeat/{session}", f"/call/read_data/{event}",
                 f"/call/v2/read_data/{event}"):  # fmt: skip
        with ben.client.stream("GET", f"/gradio_api{path}") as answer:  # some of them never end
            assert answer.status_code == 404, path
    for body in ({"session_hash": session, "event_id": event, "fn_index": 0}, {"event_id": event}):
        for path in ("/cancel", "/reset", "/cancel/"):
            assert ben.post(path, json=body).status_code == 403, path
    stolen = {"data": [], "fn_index": 0, "session_hash": session}
    assert ben.post("/queue/join", json=stolen).status_code == 403
    assert ben.post("/run/progress", json=stolen).status_code == 403
    assert "ANNA 0" in anna.get(f"/call/read_data/{event}").text


CLOSED = ["/monitoring", "/monitoring/summary", "/gradio_api/proxy=https://a.hf.space"]
CLOSED += [f"/gradio_api/{name}" for name in ("deep_link?session_hash=x", "%64eep_link?session_hash=x", "token")]
CLOSED += [f"/gradio_api/{name}" for name in ("component_server", "stream/x")]


@pytest.mark.parametrize("path", CLOSED)
def test_what_the_page_does_not_need_is_closed(ben, path):
    assert ben.client.get(path).status_code == 404
    assert ben.client.post(path, json={}).status_code in (404, 405)


def test_a_token_is_taken_only_with_our_signature(anna, ben, served):
    right = anna.client.cookies[COOKIE]
    other = httpx.get(f"{served[0]}/at_work", headers={"x-outcome-rl-visitor": right}, timeout=PATIENCE)
    assert other.json()["run"] == "annas-run", "a script may say who it is"
    for forged in (anna.id, f"{anna.id}.", f"{anna.id}.{'0' * 64}", right[:-1], right.upper(), f"../{right}"):
        answer = httpx.get(f"{served[0]}/at_work", headers={"cookie": f"{COOKIE}={forged}"}, timeout=PATIENCE)
        assert answer.json()["run"] == "", forged
        assert COOKIE in answer.headers["set-cookie"], "they are somebody new"
    assert "HttpOnly" in httpx.get(served[0], timeout=PATIENCE).headers["set-cookie"]


def test_whoever_comes_back_stays_who_they_are_for_as_long_again(ben):
    token = ben.client.cookies[COOKIE]
    for path in ("/", "/at_work", "/workspace", "/gradio_api/info"):
        answer = ben.client.get(path)
        assert answer.headers["set-cookie"].startswith(f"{COOKIE}={token}; Path=/; Max-Age=172800;"), path
        assert answer.headers["cache-control"] in ("private", "no-store"), "nobody else may be given it"


def test_what_is_the_same_for_all_tells_nobody_who_they_are(served):
    page = httpx.get(served[0], timeout=PATIENCE)
    (script,) = re.findall(r'src="\./(assets/index-[^"]+)"', page.text)
    answer = httpx.get(f"{served[0]}/{script}", timeout=PATIENCE)
    assert answer.status_code == 200 and "set-cookie" not in answer.headers


def test_a_session_without_a_name_has_an_owner_too(anna, ben):
    anna.get("/queue/status?session_hash=")
    assert ben.get("/queue/data?session_hash=").status_code == 404


def test_an_upload_that_is_cut_off_or_too_large_leaves_nothing(ben, served):
    cache = Path(os.environ["GRADIO_TEMP_DIR"])
    head = 'Content-Disposition: form-data; name="files"; filename="cut.csv"\r\n\r\n'
    body = f"--x\r\n{head}".encode() + b"z" * 3_000_000
    host, port = served[0].removeprefix("http://").split(":")
    lines = [
        f"POST /gradio_api/upload HTTP/1.1\r\nHost: {host}:{port}",
        f"Cookie: {COOKIE}={ben.client.cookies[COOKIE]}",
    ]
    lines += ["Content-Type: multipart/form-data; boundary=x", f"Content-Length: {len(body) + 1000}", "\r\n"]
    with socket.create_connection((host, int(port))) as line:
        line.sendall("\r\n".join(lines).encode() + body)
        written_to(cache, lambda sizes: 3_000_000 in sizes)
    written_to(cache, lambda sizes: not sizes)

    def endless() -> Iterator[bytes]:
        yield body
        for _ in range(12):
            yield b"z" * 1_000_000

    with suppress(httpx.HTTPError):  # the server may hang up before all is sent
        kind = {"content-type": "multipart/form-data; boundary=x"}
        assert ben.post("/upload", content=endless(), headers=kind).status_code == 413
    written_to(cache, lambda sizes: not sizes)


def written_to(cache: Path, enough: Callable[[list[int]], bool]) -> None:
    """Wait until what is being written in gradio's cache has such sizes; what is empty is of no upload."""
    deadline, sizes = time.monotonic() + PATIENCE, [-1]
    while not enough(sizes) and time.monotonic() < deadline:
        sizes = [size for half in cache.glob("tmp*") if (size := size_of(half))]
    assert enough(sizes), sizes


def size_of(file: Path) -> int:
    """0 where it has just been taken away."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def test_another_site_and_another_host_are_refused(served):
    odd = ({"origin": "null"}, {"origin": "http://[x"})
    for headers in ({"host": "evil.example"}, {"origin": "https://evil.example"}, *odd):
        assert httpx.get(served[0], headers=headers, timeout=PATIENCE).status_code == 403


def test_nothing_of_the_server_is_served(ben, served):
    home = served[1].home
    for path in (
        home / ".visitors.secret",
        "/etc/passwd",
        home / ben.id,
        "/proc/self/environ",
        Path("app.py").resolve(),
    ):
        assert ben.get(f"/file={path}").status_code in (403, 404)
    assert os.stat(home / ".visitors.secret").st_mode & 0o777 == 0o600


def test_a_training_is_started_in_its_owners_folder_and_stopped_by_them_alone(anna, ben, monkeypatch):
    seen = []

    def stand_in(arguments: list[str]) -> list[str]:
        seen.append(arguments)
        return [sys.executable, "-c", "import time; time.sleep(600)"]

    monkeypatch.setattr(jobs, "process_arguments", stand_in)
    joined = anna.post("/call/v2/train_reward", json={"data": anna.data, "minutes": 5})
    told = anna.get(f"/call/v2/train_reward/{joined.json()['event_id']}").text
    run = find_running(anna.space)
    assert run is not None and run.name in told
    process = run.process()
    try:
        assert seen[0][seen[0].index("--workspace") + 1] == str(anna.space.root)
        assert str(anna.space.uploads / anna.data["name"]) in seen[0]
        assert PLANTED not in str(process.environ())
        for endpoint in ("stop_reward", "stop_finetune", "stop_comparison"):
            with pytest.raises(RuntimeError):
                ben.call(endpoint)
        with pytest.raises(RuntimeError):
            ben.call("delete_run", run.name)
        assert not run.stop_requested() and ben.client.get("/at_work").json()["running"] is False
        assert anna.client.get("/at_work").json()["running"] is True
        anna.call("stop_reward")
        assert run.stop_requested()
    finally:
        process.kill()
        process.wait()


def test_the_owners_token_is_told_to_nobody(served, ben):
    for path in ("/", "/config", "/gradio_api/info", "/workspace", "/at_work"):
        answer = ben.client.get(path)
        assert answer.status_code == 200 and PLANTED not in answer.text
    with pytest.raises(RuntimeError) as told:
        ben.call("progress", PLANTED[3:] + "none")
    assert PLANTED not in str(told.value)


def test_a_page_that_is_uploaded_does_not_run(ben):
    path = ben.upload("evil.html", "<script>alert(1)</script>")
    assert "attachment" in ben.get(f"/file={path}").headers["content-disposition"]


def test_twenty_visitors_see_their_own_marks_and_no_others(served):
    crowd = {mark: Visitor(*served) for mark in MARKS}
    kept = {mark: visitor.use("emails.csv", emails(mark)) for mark, visitor in crowd.items()}
    for mark, visitor in crowd.items():
        seen = str(visitor.call("read_data", kept[mark], 0, 3)) + visitor.client.get("/").text
        seen += str(visitor.call("check_data", {"name": "last"}))
        assert mark in seen
        assert not [other for other in MARKS if other != mark and other in seen]


def test_everything_can_be_taken_along_and_deleted(served, anna):
    zoe = Visitor(*served)
    zoe.use("zoes.csv", emails("ZOE"))
    path = zoe.upload("zoes.csv", emails("ZOE2"))
    assert "48 hours" in zoe.client.get("/workspace").text
    packed = zoe.client.get("/workspace/download")
    assert packed.content.startswith(b"PK") and b"zoes-" in packed.content
    deadline = time.monotonic() + 30
    while list(zoe.archives.glob("*")) and time.monotonic() < deadline:  # it goes once all of it was sent
        zoe.client.get("/at_work")
    assert list(zoe.archives.glob("*")) == [], "what was fetched is not kept"
    zoe.client.post("/workspace/delete", data={})
    assert zoe.space.root.is_dir(), "one has to be sure"
    assert zoe.client.post("/workspace/delete", data={"sure": "yes"}).status_code == 303
    assert not zoe.space.root.exists() and not Path(path).exists()
    assert zoe.get(f"/file={path}").status_code == 404
    assert anna.space.root.is_dir()


def test_a_disk_too_full_for_everything_is_told(anna, monkeypatch):
    def full(*_: object) -> None:
        raise RunError("disk full: <everything.zip>")

    monkeypatch.setattr(own_files, "archive_everything", full)
    answer = anna.client.get("/workspace/download")
    assert (answer.status_code, answer.text) == (507, "disk full: &lt;everything.zip&gt;")
