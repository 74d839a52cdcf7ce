"""Calls that gradio would end with an error of its own: told in a sentence, and the page goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from starlette.responses import JSONResponse

from outcome_rl.security.caps import current_caps
from outcome_rl.ui.server.calls import (
    ADDRESS,
    FULL,
    HALF,
    NAMELESS,
    NOWHERE,
    SHOWN,
    UNKNOWN,
    CallCheckMiddleware,
    holds_half_character,
    names_address,
)
from outcome_rl.ui.server.upload_forms import FIELD, NO_FORM
from tests.helpers.pages import served_here

HALVES = {
    "escaped": b'{"data": [null], "session_hash": "\\ud800"}',
    "of a pair, the second": b'{"data": [{"deep": ["fine", "\\uDFFFx"]}], "fn_index": 0, "session_hash": "s"}',
    "a name": b'{"data": [], "\\udc00": 1, "event_id": "e", "session_hash": "s"}',
    "unescaped": b'{"data": ["\xed\xa0\x80"], "fn_index": 0, "session_hash": "s"}',
    "in UTF-16": '{"data": ["\udfff"], "fn_index": 0, "session_hash": "s"}'.encode("utf-16-le", "surrogatepass"),
}
WHOLE = {
    "a pair": b'{"data": ["\\ud83d\\ude00"]}',
    "the letters of an escape": b'{"data": ["\\\\ud800"]}',
    "in UTF-16": '{"data": ["😀"]}'.encode("utf-16-le"),
    "no JSON": b'{"data": "\\ud800',
    "too deep": b"[" * 50_000 + b'"\\ud800"',
    "nothing": b"",
}
PLACES = ("queue/join", "run/check_data", "api/check_data", "call/check_data", "call/v2/check_data", "cancel", "reset",
          "component_server", "call/none", "nowhere")  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        served_here(tmp_path_factory.mktemp("odd-calls")) as address,
        httpx.Client(base_url=f"{address}/gradio_api/", timeout=120) as client,
    ):
        yield client


def post(client: httpx.Client, place: str, body: bytes) -> httpx.Response:
    return client.post(place, content=body, headers={"content-type": "application/json"})


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("body", HALVES.values(), ids=HALVES)
def test_half_a_character_is_refused_wherever_it_stands(client, place, body):
    answer = post(client, place, body)
    assert (answer.status_code, answer.json()) == (400, {"detail": HALF})


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_whole_characters_are_not(body):
    assert not holds_half_character(body)


def test_whole_characters_arrive_as_they_were_sent(client):
    joined = client.post("call/progress", json={"data": ["😀 \\ud800"]})
    told = client.get(f"call/progress/{joined.json()['event_id']}").text.partition("data: ")[2]
    assert "'😀 \\ud800' is not allowed" in json.loads(told)["error"]


PART = '--x\r\nContent-Disposition: form-data; name="files"{}\r\n\r\n'
FORMS = {
    "a field": (PART.format("") + "hello\r\n--x--\r\n", FIELD),
    "a field without end": (PART.format("") + "a" * 200_000, FIELD),
    "a field behind a file": (PART.format('; filename="a.csv"') + "a\r\n" + PART.format("") + "a\r\n--x--\r\n", FIELD),
    "no head behind a file": (PART.format('; filename="a.csv"') + "a\r\n--x\r\n\r\na\r\n--x--\r\n", FIELD),
    "no form": ("hello", NO_FORM),
    "no head": ("--x\r\n\r\n\r\n--x--\r\n", FIELD),
    "a broken head": ("--x\r\n:\x01\r\n\r\na\r\n--x--\r\n", NO_FORM),
}


@pytest.mark.parametrize("place", ["queue/join", "call/check_data", "call/v2/check_data", "run/check_data"])
def test_a_session_has_a_name(client, place):
    for body in (b'{"data": [null], "fn_index": 0, "session_hash": ""}', b'{"data": [], "s\\u0065ssion_hash": ""}'):
        answer = post(client, place, body)
        assert (answer.status_code, answer.json()) == (400, {"detail": NAMELESS})


@pytest.mark.parametrize("place", ["static/{}", "assets/{}/x", "gradio_api/file={}", "gradio_api/call/{}", "{}"])
@pytest.mark.parametrize("name", ["a" * 300, "%C3%A9" * 150, "a" * 5000], ids=["long", "of wide letters", "longer"])
def test_a_name_that_no_file_can_have_is_not_looked_for(client, place, name):
    for asked in (client.get, client.post):
        answer = asked(str(client.base_url.join("../" + place.format(name))))
        assert (answer.status_code, answer.json()) == (404, {"detail": NOWHERE})


def test_a_boundary_that_is_too_long_makes_no_form(client):
    kind = {"content-type": "multipart/form-data; boundary=" + "x" * 300}
    answer = client.post("upload", content=b"--x", headers=kind)
    assert (answer.status_code, answer.text) == (400, NO_FORM)


@pytest.mark.parametrize("query", ["", "?upload_id=abc"])
@pytest.mark.parametrize(("form", "told"), FORMS.values(), ids=FORMS)
def test_an_upload_is_a_form_of_files_alone(client, form, told, query):
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = client.post(f"upload{query}", content=form.encode(), headers=kind)
    assert (answer.status_code, answer.text) == (400, told)
    part = PART.format('; filename="a.csv"\r\nContent-Type: text/csv') + "hello\r\n"
    whole = part + part.replace("a.csv", "b.csv") + "--x--\r\n"
    assert client.post(f"upload{query}", content=whole.encode(), headers=kind).status_code == 200


def test_a_file_in_many_pieces_arrives_as_it_was_sent(client):
    """Whatever the boundary is cut into."""
    whole = (PART.format('; filename="a.csv"') + "hello\r\n--x-\r\n--y\r\n--x--\r\n").encode()
    pieces = (whole[place : place + 1] for place in range(len(whole)))
    kind = {"content-type": "multipart/form-data; boundary=x"}
    (path,) = client.post("upload", content=pieces, headers=kind).json()
    assert Path(path).read_bytes() == b"hello\r\n--x-\r\n--y"


@pytest.mark.parametrize("address", ['"http://127.0.0.1:9/x.csv"', r'"\u0048ttps:\/\/example.com/x"', '"ftp://a/b"'])
@pytest.mark.parametrize("place", ["call/upload_data", "call/v2/upload_data", "queue/join", "run/upload_data"])
def test_nothing_is_fetched_from_an_address(client, address, place):
    file = f'{{"p\\u0061th": {address}, "meta": {{"_type": "gradio.FileData"}}}}'
    body = f'{{"data": [[{file}], "", "", "", ""], "file": {file}, "fn_index": 0, "session_hash": "s"}}'
    answer = post(client, place, body.encode())
    assert (answer.status_code, answer.json()) == (403, {"detail": ADDRESS})


def test_nothing_of_the_machine_is_served(client, tmp_path):
    """By gradio's own check, as long as no folder is allowed: there are no visitors to keep apart here."""
    (tmp_path / "own.txt").write_text("own")
    for path in (tmp_path / "own.txt", "/etc/passwd", "/proc/self/environ", Path("app.py").resolve(), "../app.py"):
        for spelled in (path, quote(str(path), safe="")):
            assert client.get(f"file={spelled}").status_code in (403, 404), spelled


def test_an_address_in_a_text_is_a_text(client):
    body = {"data": ["path http://example.com", {"path": "/tmp/x", "url": "http://example.com"}]}
    assert not names_address(json.dumps(body).encode()) and not names_address(b"[" * 50_000 + b"path")


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("run/none", {"data": []}),
        ("run/check_data", {"data": [], "fn_index": 99999}),
        ("queue/join", {"data": [], "fn_index": 99999, "session_hash": "s"}),
        ("call/none", {"data": []}),
        ("call/v2/none", {}),
    ],
)
def test_a_call_that_there_is_not_is_told(client, place, body):
    answer = client.post(place, json=body)
    assert (answer.status_code, answer.json()) == (404, {"detail": UNKNOWN})


def test_an_argument_that_a_call_does_not_take_is_named(client):
    answer = client.post("call/v2/check_data", json={"data": {"name": "sample"}, "colour": 3})
    assert answer.status_code == 400 and "`colour`" in answer.json()["detail"]
    answer = client.post("call/v2/delete_run", json={})
    assert answer.status_code == 400 and "run" in answer.json()["detail"]
    assert client.post("call/v2/check_data", json={"data": {"name": "sample"}}).status_code == 200


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/gradio_api/call/check_data", KeyError("session")),
        ("/gradio_api/call/v2/none", KeyError("none")),
        ("/gradio_api/call/v2/none", KeyError("/other")),
        ("/gradio_api/cancel", KeyError(3)),
        ("/gradio_api/call/v2/none", TypeError("'NoneType' object is not subscriptable")),
        ("/gradio_api/call/none", TypeError("Parameter `colour` is not a valid key-word argument.")),
    ],
)
def test_any_other_fault_is_not_taken_for_an_odd_call(path, fault):
    async def faulty(*_: object) -> None:
        raise fault

    async def receive() -> dict:
        return {"type": "http.request", "body": b"{}"}

    scope = {"type": "http", "method": "POST", "path": path}
    with pytest.raises(type(fault)) as raised:
        asyncio.run(CallCheckMiddleware(faulty, current_caps({}))(scope, receive, None))
    assert raised.value is fault


def test_an_argument_is_repeated_in_short_and_on_one_line(client):
    answer = client.post("call/v2/check_data", json={"data": {"name": "sample"}, "a\u009b\n" + "b" * 5000: 3})
    told = answer.json()["detail"]
    assert answer.status_code == 400 and told.startswith("Parameter `a b") and told.isprintable() and len(told) <= SHOWN


def test_a_full_queue_says_when_to_come_again():
    async def full(scope, receive, send):
        await JSONResponse({"detail": "Queue is full. Max size is 256 and size is 256."}, 503)(scope, receive, send)

    async def asked() -> httpx.Response:
        app = CallCheckMiddleware(full, current_caps({}))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as client:
            return await client.post("/gradio_api/call/check_data", json={"data": []})

    answer = asyncio.run(asked())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert answer.json() == {"detail": FULL}
