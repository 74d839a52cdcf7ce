"""Commands as a person types them, run within the tests' process or, where that matters, in one of their own."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from outcome_rl.cli import main

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [
    *("check", "doctor", "insights", "import", "sends", "train-reward", "finetune", "run"),
    *("sentences", "generate", "score", "evaluate", "try", "runs"),
]
SHORT = ["--max-new-tokens", "8"]
TUNING = ["--ignore-verdict", "--contexts-per-step=2", "--samples-per-context=2", "--warm-start-epochs=1"]
TUNING += ["--max-new-tokens=12", "--held-out-contexts=3"]
SCORED = ["context", "email_text", "p_no_reply", "p_reply", "p_conversion", "reward", "word_count", "has_cta"]
SCORED += ["question_count"]

posix = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")


def environment(**more: str) -> dict[str, str]:
    """What a command's process finds: no network, one thread, lines of one width, nothing of this machine's own."""
    own = {k: v for k, v in os.environ.items() if k not in ("OUTCOME_RL_WORKSPACE", "OUTCOME_RL_DEBUG")}
    fixed = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "COLUMNS": "100", "PYTHONPATH": str(ROOT)}
    return {**own, **fixed, **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "outcome_rl", *map(str, arguments)]


def typed_in_a_process(*arguments: object, cwd: Path, stdin: str = "") -> tuple[int, str, str]:
    """(status, standard output, standard error) of a command in a process of its own."""
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment(), input=stdin, capture_output=True, text=True, timeout=240
    )
    return done.returncode, done.stdout, done.stderr


def typed(*arguments: object, cwd: Path, stdin: str = "") -> tuple[int, str, str]:
    """The same within this process, which has imported everything already."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    with (
        mock.patch.object(sys, "argv", ["outcome-rl", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", io.StringIO(stdin)),
        mock.patch.dict(os.environ, environment(), clear=True),
        chdir(cwd),
        redirect_stdout(out),
        redirect_stderr(err),
        _signals_as_they_were(),
    ):
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(bool(end.code))
    return status, out.getvalue(), err.getvalue()


@contextmanager
def _signals_as_they_were() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def result(*arguments: object, cwd: Path, stdin: str = "") -> dict[str, Any]:
    """The object on the last line of a command that succeeds under ``--json``."""
    status, out, err = typed(*arguments, "--json", cwd=cwd, stdin=stdin)
    assert status == 0, err
    found = json.loads(out.splitlines()[-1], parse_constant=pytest.fail)
    assert isinstance(found, dict)
    return found


def refused(*arguments: object, cwd: Path, status: int = 2) -> str:
    """The one message of a command that ends with ``status``."""
    ended, out, err = typed(*arguments, cwd=cwd)
    assert (ended, out) == (status, ""), err
    assert "Traceback" not in err
    message = err.strip().splitlines()[-1]
    assert message.startswith("error: ")
    assert err.count("error: ") == 1
    return message


def rows_of(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
