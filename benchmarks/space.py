"""A page in a process of its own, as a Space serves it too, and visitors of it without a browser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from outcome_rl.runs.workspace import Workspace
from outcome_rl.security.visitor_ids import COOKIE

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 600
BUSY = (429, 503)
"""Answers that say when to come again."""


class Busy(Exception):
    """The page asks to come again later."""


class Visitor:
    """One visitor with a cookie of their own, and a reward model in their folder."""

    def __init__(self, address: str, home: Path, reward_model: Path) -> None:
        # the server closes a connection that is idle for five seconds, which may be at the moment it is used again
        self.client = httpx.Client(base_url=address, timeout=PATIENCE, limits=httpx.Limits(keepalive_expiry=3))
        self.client.get("/workspace")
        self.space = Workspace(home / self.client.cookies[COOKIE].partition(".")[0])
        shutil.copytree(reward_model, self.space.reward_model, symlinks=True)
        self._tick = -1

    def call(self, name: str, **given: Any) -> Any:
        """What an endpoint gives. Raises Busy; RuntimeError with what it says."""
        joined = self.client.post(f"/gradio_api/call/v2/{name}", json=given)
        if joined.status_code in BUSY and int(joined.headers.get("retry-after", 0)) > 0:
            raise Busy(joined.text)
        if joined.status_code != 200:
            raise RuntimeError(f"{joined.status_code}: {joined.text[:200]}")
        answer = self.client.get(f"/gradio_api/call/{name}/{joined.json()['event_id']}").text
        kind, _, said = answer.strip().rpartition("event: ")[2].partition("\ndata: ")
        if kind != "complete":
            raise RuntimeError(said[:200])
        return json.loads(said)

    def open_page(self) -> None:
        """The page with all that it needs to be drawn."""
        self.client.get("/").raise_for_status()
        settings = self.client.get("/config").raise_for_status().json()
        timers = [part["id"] for part in settings["components"] if part["type"] == "timer"]
        (self._tick,) = (each["id"] for each in settings["dependencies"] if [timers[0], "tick"] in each["targets"])

    def stay(self) -> None:
        """What the page's scripts ask for every other second while it is open."""
        asked = {"data": [], "fn_index": self._tick, "session_hash": f"page{self.space.root.name[:20]}"}
        self.client.get("/at_work").raise_for_status()
        self.client.post("/gradio_api/run/predict", json=asked).raise_for_status()


def resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def started(
    *command: str, environment: Mapping[str, str], log: Path | str = os.devnull
) -> tuple[subprocess.Popen, str, float]:
    """A Python program that serves a page at the port that is put behind its command; its address, and the seconds
    until that answered. Raises RuntimeError where it ends instead.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    began = time.monotonic()
    with open(log, "wb") as told:
        app = subprocess.Popen([sys.executable, *command, port], cwd=ROOT, env=environment, stdout=told, stderr=told)
    while app.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=5).close()
            return app, f"http://127.0.0.1:{port}", time.monotonic() - began
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{' '.join(command)} ended with status {app.returncode}: {Path(log).read_text()[-2000:]}")


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """The page as a Space serves it, up; its address and process. All jobs end with it."""
    environment = {name: value for name, value in os.environ.items() if name not in ("SPACE_HOST", "HF_TOKEN")}
    environment |= {"SPACE_ID": "local/benchmark", "HF_HUB_OFFLINE": "1", "GRADIO_TEMP_DIR": str(folder / "cache")}
    environment |= {"OUTCOME_RL_WORKSPACE": str(folder)}
    app, address, _ = started(
        "app.py", "--host", "127.0.0.1", "--port", environment=environment, log=folder / "app.log"
    )
    try:
        yield address, psutil.Process(app.pid)
    finally:
        app.terminate()
        app.wait()
