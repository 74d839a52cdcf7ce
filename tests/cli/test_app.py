"""``outcome-rl app`` serves the page; ``--sample`` stands in place of a file."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from outcome_rl.cli.commands import app
from outcome_rl.errors import ConfigError
from outcome_rl.security.surroundings import on_space
from tests.helpers.marks import slow

ROOT = Path(__file__).resolve().parents[2]


# --- app --------------------------------------------------------------------------------------------------------------


@contextmanager
def started(*arguments: object, cwd: Path) -> Iterator[Iterator[str]]:
    """What a program says, line by line, while it runs."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    program = subprocess.Popen(
        [sys.executable, *map(str, arguments)], cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        assert program.stdout is not None
        yield iter(program.stdout.readline, "")
    finally:
        program.terminate()
        program.wait(timeout=30)


@pytest.mark.parametrize("command", [["-m", "outcome_rl", "app"], slow([ROOT / "app.py"])], ids=["command", "app.py"])
def test_the_page_is_served_from_any_folder(command, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with started(*command, "--port", port, cwd=tmp_path) as lines:
        said = list(takewhile_including(lambda line: "Outcome RL is at" not in line, lines))
        assert f"http://127.0.0.1:{port} (workspace {tmp_path})" in said[-1], "".join(said)
        assert b"Outcome RL" in urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=60).read()


def takewhile_including(wanted: Callable[[str], bool], lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if not wanted(line):
            return


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "99999"], "--port 99999: is not a port; give a number from 1 to 65535"),
        (["--workspace", "app.py"], "--workspace app.py: is not a folder; give a folder, it may be a new one"),
        (["--port", "x"], "Invalid value for '--port'"),
        (["--nonsense"], "No such option: --nonsense"),
    ],
)
def test_what_cannot_be_served_is_said(arguments, said, capsys, monkeypatch):
    from outcome_rl.ui.serve import main

    monkeypatch.chdir(ROOT)
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_help_tells_the_page_s_options(capsys):
    from outcome_rl.ui.serve import main

    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(option in shown for option in ("--host", "--port", "--workspace", "--allow-host", "--mcp"))


def test_a_space_is_open_to_all_and_keeps_its_files_on_its_disk(monkeypatch):
    from outcome_rl.ui import serve

    assert (serve.default_host(), on_space()) == ("127.0.0.1", False)
    monkeypatch.setenv("SPACE_ID", "somebody/outcome-rl")
    assert (serve.default_host(), on_space()) == ("0.0.0.0", True)
    monkeypatch.setattr(serve.os, "access", lambda path, mode: True)
    assert serve.default_workspace() == Path("/data")
    monkeypatch.setenv("OUTCOME_RL_WORKSPACE", "/elsewhere")
    assert serve.default_workspace() == Path("/elsewhere")


# --- the sample data --------------------------------------------------------------------------------------------------


def test_the_sample_stands_in_place_of_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(app, ["check", "--sample", "--json"], catch_exceptions=False)
    assert json.loads(ended.stdout.splitlines()[-1])["rows"] == 415


@pytest.mark.parametrize("command", ["check", "train-reward", "finetune", "run"])
def test_either_a_file_or_the_sample(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="give either DATA or --sample; 'mails"):
        CliRunner().invoke(app, [command, "mails.csv", "--sample"], catch_exceptions=False)
    with pytest.raises(ConfigError, match="DATA is missing: give the path of a CSV"):
        CliRunner().invoke(app, [command], catch_exceptions=False)
    assert list(tmp_path.iterdir()) == []
