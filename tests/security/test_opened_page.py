"""The page is made once for all who get the same: kept to the byte, a cookie for each, nothing for who has a name."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest
from starlette.responses import HTMLResponse

from outcome_rl import events as ev
from outcome_rl.runs.workspace import Workspace
from outcome_rl.security.hub_accounts import Account
from outcome_rl.security.visitor_ids import COOKIE
from outcome_rl.ui.common.run_watcher import RunWatcher
from outcome_rl.ui.common.visits import ACCOUNT
from outcome_rl.ui.server import opened_page
from outcome_rl.ui.server.opened_page import GZIP, KEPT, OpenedPageMiddleware
from tests.helpers.made_runs import made_run
from tests.helpers.space_visitors import Visitor, served_space

TWO = ["/", "/config"]
PLAIN = {"accept-encoding": "identity"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SPACE_ID", "somebody/outcome-rl")
        environment.setenv("OUTCOME_RL_ALLOWED_HOSTS", "page.example")
        environment.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("cache")))
        with served_space(tmp_path_factory.mktemp("space")) as served:
            yield served


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """What gets as far as gradio of what could have been kept."""
    asked, made = [], OpenedPageMiddleware._made

    async def noted(self, key, scope, receive, messages):
        asked.append(scope["path"])
        return await made(self, key, scope, receive, messages)

    monkeypatch.setattr(OpenedPageMiddleware, "_made", noted)
    return asked


def get(address: str, path: str, **headers: str) -> httpx.Response:
    """What somebody gets who has never been there."""
    answer = httpx.get(f"{address}{path}", headers={**PLAIN, **headers}, timeout=120)
    answer.raise_for_status()
    return answer


def fresh(monkeypatch, address: str, path: str, **headers: str) -> httpx.Response:
    """The same, as gradio makes it."""
    with monkeypatch.context() as patch:
        patch.setattr(opened_page, "may_be_shared", lambda scope: False)
        return get(address, path, **headers)


def told(answer: httpx.Response) -> dict[str, str]:
    """The headers, but for what is each one's own and each second's."""
    return {name: value for name, value in answer.headers.items() if name not in ("set-cookie", "date", "vary")}


@pytest.mark.parametrize("path", TWO)
@pytest.mark.parametrize("query", ["", "?__theme=dark"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"x-forwarded-host": "page.example", "x-forwarded-proto": "https"}, {"host": "page.example:81"},
     {"x-gradio-server": "http://page.example/below"}],
)  # fmt: skip
def test_what_is_kept_is_what_gradio_makes(served, monkeypatch, asked, path, query, headers):
    address = served[0]
    get(address, path, **headers)
    asked.clear()
    kept = get(address, path + query, **headers)
    assert asked == []
    expected = fresh(monkeypatch, address, path + query, **headers)
    assert kept.content == expected.content
    assert told(kept) == told(expected)
    assert kept.headers["vary"] == "Accept-Encoding" and kept.headers["cache-control"] == "private"


@pytest.mark.parametrize("path", TWO)
def test_compressed_it_is_the_same_and_small(served, path):
    plain = get(served[0], path)
    small = get(served[0], path, **{"accept-encoding": "br, gzip"})
    assert small.headers["content-encoding"] == "gzip" and small.headers["vary"] == "Accept-Encoding"
    assert small.content == plain.content
    assert int(small.headers["content-length"]) < len(plain.content) / 4


@pytest.mark.parametrize("path", TWO)
def test_visitors_get_cookies_of_their_own(served, path):
    first, second = (get(served[0], path).headers.get_list("set-cookie") for _ in range(2))
    assert len(first) == len(second) == 1, "and nobody another's"
    assert first[0].startswith(COOKIE) and second[0].startswith(COOKIE)
    assert first != second
    anna = Visitor(*served)
    before = anna.client.cookies[COOKIE]
    anna.client.get(path)
    assert anna.client.cookies[COOKIE] == before


def test_a_page_opens_with_each_ones_own_tabs(served):
    anna, ben = Visitor(*served), Visitor(*served)
    made_run(anna.space, "annas", [ev.Failed(message="ANNA")])
    for visitor, tabs in ((ben, b'data-tabs="{}"'), (anna, b'data-tabs="{&quot;tabs&quot;: &quot;data&quot;}"')):
        for _ in range(2):
            assert tabs in visitor.client.get("/").content


@pytest.mark.parametrize(
    "path", ["/?deep_link=none", "/?page=", "/config?page=", "/?__theme=dark&deep_link=x", "/?x=1"]
)
def test_whoever_asks_for_something_besides_is_answered_afresh(served, asked, path):
    get(served[0], path)
    assert asked == []


@pytest.mark.parametrize("path", TWO)
def test_one_address_is_not_given_anothers(served, path):
    get(served[0], path)
    assert b"https://page.example" in get(served[0], path, **{"x-forwarded-host": "page.example",
                                                              "x-forwarded-proto": "https"}).content  # fmt: skip
    assert b"page.example" not in get(served[0], path).content


def test_many_at_once_wait_for_one_answer(served, asked):
    async def all_at_once() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=served[0], timeout=120, headers={"host": "page.example:82"}) as client:
            return await asyncio.gather(*(client.get("/") for _ in range(8)))

    answers = asyncio.run(all_at_once())
    assert len({answer.content for answer in answers}) == 1
    assert asked == ["/"]


# --- in front of an answer that is made up ----------------------------------------------------------------------------


class Gradio:
    """What gradio's app has of all this; counts the pages that it makes."""

    def __init__(self) -> None:
        self.auth = self.auth_dependency = None
        self.tokens, self.root_path, self.made = {}, "", 0
        self.blocks = SimpleNamespace(config={"title": "one"}, custom_mount_path=None)
        self.headers: dict[str, str] = {}
        self.status = 200

    def get_blocks(self) -> SimpleNamespace:
        return self.blocks

    async def __call__(self, scope, receive, send) -> None:
        self.made += 1
        page = f"{self.blocks.config['title']} {self.made}"
        await HTMLResponse(page, self.status, headers=self.headers)(scope, receive, send)


class Door:
    """The middleware before it, and requests of it."""

    def __init__(self, space: Workspace) -> None:
        self.gradio = Gradio()
        self.page = OpenedPageMiddleware(self.gradio, RunWatcher(space))

    def open(self, path: str = "/", method: str = "GET", host: str = "a", headers: tuple = (), **more) -> str:
        sent: list = []

        async def send(message) -> None:
            sent.append(message)

        scope = {"type": "http", "method": method, "path": path, "query_string": b"", "app": self.gradio}
        scope |= {"headers": [(b"host", host.encode()), *headers], **more}
        asyncio.run(self.page(scope, None, send))
        self.sent = sent[0]
        return b"".join(message.get("body", b"") for message in sent).decode()


@pytest.fixture
def door(tmp_path) -> Door:
    return Door(Workspace(tmp_path))


@pytest.mark.parametrize("path", TWO)
def test_other_settings_are_not_served_stale(door, path):
    assert [door.open(path), door.open(path)] == ["one 1", "one 1"]
    door.gradio.blocks.config = {"title": "one"}
    assert door.open(path) == "one 2", "the same words, of other settings"
    door.gradio.blocks = SimpleNamespace(config={"title": "two"}, custom_mount_path=None)
    assert [door.open(path), door.open(path)] == ["two 3", "two 3"]


@pytest.mark.parametrize(
    "more",
    [{ACCOUNT: Account("1", "anna", "token")}, {"session": {"oauth_info": {}}},
     {"headers": ((b"authorization", b"Basic YTpi"),)}],
)  # fmt: skip
def test_nobody_with_a_name_gets_what_is_kept_or_leaves_anything(door, more):
    assert [door.open(**more), door.open(**more)] == ["one 1", "one 2"]
    assert not door.page.kept
    assert door.open() == "one 3"
    assert door.open(**more) == "one 4"
    assert door.open(session={}) == "one 3", "an empty session is nobody's"


@pytest.mark.parametrize("login", ["auth", "auth_dependency", "tokens"])
def test_where_gradio_asks_for_a_login_nothing_is_kept(door, login):
    setattr(door.gradio, login, {"anna": "secret"})
    assert [door.open(), door.open()] == ["one 1", "one 2"]
    assert not door.page.kept


@pytest.mark.parametrize(
    "path, method", [("/", "HEAD"), ("/config", "POST"), ("/workspace", "GET"), ("/at_work", "GET")]
)
def test_nothing_else_is_kept(door, path, method):
    door.open(path, method)
    assert not door.page.kept


@pytest.mark.parametrize(
    "headers, status", [({"set-cookie": "a=b"}, 200), ({}, 500), ({"content-encoding": "br"}, 200)]
)
def test_an_answer_that_is_nobody_elses_is_not_kept(door, headers, status):
    door.gradio.headers, door.gradio.status = headers, status
    assert [door.open(), door.open()] == ["one 1", "one 2"]
    assert door.sent["status"] == status
    assert not door.page.kept


@pytest.mark.parametrize("more", [{"scheme": "https"}, {"host": "b"}, {"root_path": "/r"}, {"server": ("a", 2)},
                                  {"headers": ((b"x-forwarded-host", b"b"),)},
                                  {"headers": ((b"x-forwarded-proto", b"https"),)}])  # fmt: skip
def test_each_address_has_its_own(door, more):
    assert [door.open(), door.open(**more), door.open(), door.open(**more)] == ["one 1", "one 2", "one 1", "one 2"]


def test_those_used_last_are_kept(door):
    for host in range(KEPT):
        door.open(host=str(host))
    door.open(host="0")
    door.open(host="new")
    assert len(door.page.kept) == KEPT
    made = door.gradio.made
    door.open(host="0")
    assert door.gradio.made == made
    door.open(host="1")
    assert door.gradio.made == made + 1


def test_headers_that_others_add_are_not_kept(door):
    door.open()
    door.sent["headers"].append((b"set-cookie", b"anna"))
    door.open()
    assert (b"set-cookie", b"anna") not in door.sent["headers"]


@pytest.mark.parametrize(
    "accepted, compressed",
    [("gzip", True), ("br, gzip, deflate", True), ("gzip;q=0.5", True), ("gzip; q=1.0, br", True), ("gzip;q=0", False),
     ("gzip;q=0.000", False), ("br", False), ("", False), ("xgzip", False)],
)  # fmt: skip
def test_who_can_read_it_compressed(accepted, compressed):
    assert bool(GZIP.search(accepted)) is compressed


def test_the_compressed_page_can_be_read(door):
    plain = door.open()
    (answer,) = door.page.kept.values()
    assert gzip.decompress(answer.compressed).decode() == plain
