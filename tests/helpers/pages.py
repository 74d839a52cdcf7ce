"""The page, served for a test: in the tests' own process, or by the command that a person would type."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.page import create_page, launch_options
from tests.helpers.command_line import ROOT, free_port

PATIENCE = 60_000
"""Milliseconds that a browser waits for what a page should show: its parts are drawn one after the other."""
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def served_here(workspace: Path) -> Iterator[str]:
    """The page served by a thread of this process, as ``app.py`` serves it; its address."""
    space, port = Workspace(workspace), free_port()
    page = create_page(space)
    page.launch(prevent_thread_lock=True, **launch_options(space, "127.0.0.1", port, check_host=True))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        page.close(verbose=False)


@contextmanager
def served_by_command(workspace: Path, *options: str) -> Iterator[str]:
    """The page in a process of its own, as a person starts it; its address."""
    port = free_port()
    command = [sys.executable, "app.py", "--port", str(port), "--workspace", str(workspace), *options]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with open(workspace / "app.log", "wb") as log:
        app = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_up(app, f"http://127.0.0.1:{port}", workspace / "app.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(timeout=30)


def _wait_until_up(app: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(240):
        assert app.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except OSError:
            try:
                app.wait(timeout=0.25)
            except subprocess.TimeoutExpired:
                continue
    pytest.fail(f"the page did not come up: {log.read_text()}")


def chromium_path() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def patient(browser: Any) -> Any:
    """A browser whose pages wait as long for a click as :func:`says` does for words: the machine may be busy."""
    make_page, make_context = browser.new_page, browser.new_context

    def waiting(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(**options: Any) -> Any:
            place = make(**options)
            place.set_default_timeout(2 * PATIENCE)
            return place

        return made

    browser.new_page, browser.new_context = waiting(make_page), waiting(make_context)
    return browser


def says(page: Any, place: str, words: Any, timeout: float = 2 * PATIENCE) -> None:
    """Wait until what the selector ``place`` finds holds these words."""
    page.locator(place, has_text=words).wait_for(timeout=timeout)


def errors_of(page: Any) -> list[str]:
    """What goes wrong on a browser's page from now on: exceptions of its scripts, and errors in its console."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    return errors
