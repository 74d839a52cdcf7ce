"""Browsers keep gradio's own files, and caches between nothing that is a visitor's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import gradio
import httpx
import pytest
from starlette.responses import PlainTextResponse

from outcome_rl.ui.server.lasting_files import A_DAY, FOR_GOOD, HASHED, NAMED, LastingFilesMiddleware
from tests.helpers.space_visitors import Visitor, emails, served_space

FRONTEND = Path(gradio.__file__).parent / "templates/frontend"
SCRIPT, FONT = "/assets/index-0aNuD791.js", "/static/fonts/IBMPlexSans/IBMPlexSans-Regular.woff2"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SPACE_ID", "somebody/outcome-rl")
        environment.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("cache")))
        with served_space(tmp_path_factory.mktemp("space")) as served:
            yield served


@pytest.fixture
def anna(served) -> Visitor:
    return Visitor(*served)


def test_every_file_that_comes_with_the_page_is_known():
    assert [each.name for each in (FRONTEND / "assets").iterdir() if not HASHED.fullmatch(f"/assets/{each.name}")] == []
    files = [each for kind in ("fonts", "img", "js") for each in (FRONTEND / "static" / kind).rglob("*.*")]
    assert [each for each in files if not NAMED.fullmatch(f"/{each.relative_to(FRONTEND).as_posix()}")] == []


def test_scripts_and_fonts_are_kept_by_whoever_gets_them(served, anna):
    scripts = re.findall(r'"\./(assets/[^"]+)"', httpx.get(served[0], timeout=120).text)
    assert scripts
    for get in (lambda path: httpx.get(f"{served[0]}{path}", timeout=120), anna.client.get):
        for path, age in ((f"/{scripts[0]}", FOR_GOOD), (f"/{scripts[-1]}", FOR_GOOD), (FONT, A_DAY)):
            answer = get(path)
            assert (answer.status_code, answer.headers["cache-control"]) == (200, f"public, {age}"), path
            assert "set-cookie" not in answer.headers


def test_nothing_of_a_visitors_is_kept_by_a_cache_between(anna):
    upload = anna.upload("list-0aNuD791.js", emails("ANNA"))
    anna.archives.mkdir(parents=True, exist_ok=True)
    (anna.archives / "index-0aNuD791.js").write_text("ANNA")
    own = [f"/gradio_api/file={upload}", f"/gradio_api/file={anna.archives / 'index-0aNuD791.js'}"]
    for path in own:
        assert "ANNA" in anna.client.get(path).text
    for path in (*own, "/", "/config", "/workspace", "/at_work", "/gradio_api/info", "/theme.css"):
        assert anna.client.get(path).headers["cache-control"] in ("private", "no-store"), path


def test_what_is_not_there_may_come(served):
    for path in (SCRIPT.replace("0aNuD791", "nothing1"), FONT.replace("Sans-", "Nothing-")):
        answer = httpx.get(f"{served[0]}{path}", timeout=120)
        assert answer.status_code == 404 and "cache-control" not in answer.headers


# --- in front of an answer that is made up ----------------------------------------------------------------------------


def kept(path: str = SCRIPT, status: int = 200, answer: dict | None = None, **more) -> str | None:
    """What is said of keeping an answer."""
    sent: list = []

    async def send(message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], **more}
    app = LastingFilesMiddleware(PlainTextResponse("x", status, headers=answer))
    asyncio.run(app(scope, None, send))
    return dict(sent[0]["headers"]).get(b"cache-control", b"").decode() or None


@pytest.mark.parametrize(
    "more", [{"method": "HEAD"}, {"session": {}}, {"root_path": "/page", "path": f"/page{SCRIPT}"}]
)
def test_it_is_everybodys(more):
    assert kept(**more) == f"public, {FOR_GOOD}"


@pytest.mark.parametrize(
    "more", [{"session": {"oauth_info": {}}}, {"headers": [(b"authorization", b"Basic YTpi")]}]
)  # fmt: skip
@pytest.mark.parametrize("path, age", [(SCRIPT, FOR_GOOD), (FONT, A_DAY)])
def test_whoever_has_logged_in_keeps_it_for_themselves(more, path, age):
    assert kept(path, **more) == f"private, {age}"


@pytest.mark.parametrize("status", [206, 304, 401, 403, 404, 500])
def test_only_the_whole_file_is_kept(status):
    assert kept(status=status) is None


@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_only_what_is_read_is_kept(method):
    assert kept(method=method) is None


def test_an_answer_that_tells_who_somebody_is_is_not_kept():
    assert kept(answer={"set-cookie": "session=anna"}) is None
    assert kept(answer={"cache-control": "no-store"}) == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/", "/config", "/assets/", "/assets/index.js", "/assets/../index-0aNuD791.js", "/assets/a/index-0aNuD791.js",
     "/assets/index-0aNuD791.json", f"/gradio_api/file={SCRIPT}", f"/file={SCRIPT}", f"/gradio_api{SCRIPT}",
     f"/config{SCRIPT}", f"{SCRIPT}/config", f"{SCRIPT}\n", "/static/fonts/../../config.js", "/static/img/..",
     "/static/ffmpeg/ffmpeg-core.js", f"/page{SCRIPT}"],
)  # fmt: skip
def test_nothing_else_is_kept(path):
    assert kept(path) is None
