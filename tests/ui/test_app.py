"""The command that serves the page: it comes up, turns strangers away, and says what it cannot do."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request

import pytest

import app
from tests.helpers.pages import served_by_command


def test_the_command_serves_the_page_and_its_status(tmp_path):
    with served_by_command(tmp_path) as address:
        with urllib.request.urlopen(address, timeout=30) as answer:
            assert "Outcome RL" in answer.read().decode()
        with urllib.request.urlopen(f"{address}/at_work", timeout=30) as answer:
            assert json.load(answer)["running"] is False
        assert f"Outcome RL is at {address}" in (tmp_path / "app.log").read_text()


def test_a_foreign_host_is_turned_away(address):
    request = urllib.request.Request(address, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 403


def test_what_cannot_be_served_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for options, told in (
            (["--workspace", str(tmp_path / "file")], "is not a folder"),
            (["--port", "0"], "is not a port; give a number from 1 to 65535"),
            (["--port", port, "--workspace", str(tmp_path)], f"cannot listen on 127.0.0.1:{port}: the port is in use"),
        ):
            assert app.main(options) == 2
            assert told in capsys.readouterr().err
