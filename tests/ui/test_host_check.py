"""Who the page answers: only those who name it as it was started, and no script of another site."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request

import pytest
from starlette.datastructures import Headers

from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui import serve
from outcome_rl.ui.server.host_check import HostCheckMiddleware
from outcome_rl.ui.server.protection import middleware

HERE = "127.0.0.1:7860"


def refused(headers: dict[str, str], method: str = "GET", **options) -> bool:
    return HostCheckMiddleware(None, **options).problem(Headers(headers), method) is not None


def test_a_foreign_host_is_turned_away(address):
    request = urllib.request.Request(address, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as told:
        urllib.request.urlopen(request, timeout=30)
    assert told.value.code == 403


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1.evil.example:7860", "10.0.0.7:7860", "[::1"])
def test_a_name_that_it_was_not_started_for_is_not_its_own(host):
    assert refused({"host": host})


def test_of_two_names_neither_counts():
    """Whoever looks at the other one, gradio or a proxy, would take the request for its own."""
    twice = Headers(raw=[(b"host", HERE.encode()), (b"host", b"evil.example")])
    assert HostCheckMiddleware(None).problem(twice, "GET") is not None


@pytest.mark.parametrize("host", [HERE, "localhost:7860", "LOCALHOST.:7860", "[::1]:7860"])
def test_a_machine_knows_itself(host):
    assert not refused({"host": host})


def test_a_name_may_be_added_and_addresses_count_where_it_listens_on_all():
    assert refused({"host": "mine.example"})
    assert not refused({"host": "mine.example"}, extra=["Mine.Example"])
    assert not refused({"host": "10.0.0.7:7860"}, host="0.0.0.0")
    assert refused({"host": "evil.example"}, host="0.0.0.0"), "a name can be made to lead anywhere"


@pytest.mark.parametrize(
    ("headers", "method", "turned_away"),
    [
        ({"origin": f"http://{HERE}"}, "POST", False),
        ({"origin": "http://evil.example"}, "POST", True),
        ({"origin": "null"}, "POST", True),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, "GET", True),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, "GET", False),  # a link that is followed
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, "POST", True),  # a form of another site
        ({"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}, "POST", False),
    ],
)
def test_other_sites_may_link_to_it_and_no_more(headers, method, turned_away):
    assert refused({"host": HERE, **headers}, method) is turned_away


def test_nothing_is_read_of_what_another_site_uploads(tmp_path):
    said = []

    async def never(*_: object) -> None:
        raise AssertionError("the body is read, or the page asked")

    async def note(message) -> None:
        said.append(message)

    headers = [(b"host", HERE.encode()), (b"origin", b"http://evil.example"), (b"content-length", b"1000000000")]
    upload = {"type": "http", "method": "POST", "path": "/gradio_api/upload", "headers": headers}
    answer = HostCheckMiddleware(never)(upload, never, note)
    with pytest.raises(StopIteration):  # it waits for nothing, so it ends at once, without a loop
        answer.send(None)
    assert said[0]["status"] == 403
    assert middleware(Workspace(tmp_path), "127.0.0.1", True, [])[0].cls is HostCheckMiddleware, "the first of all"


def test_a_port_that_is_taken_is_said(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert serve.main(["--port", port, "--workspace", str(tmp_path)]) == 2
    assert f"cannot listen on 127.0.0.1:{port}: the port is in use" in capsys.readouterr().err
