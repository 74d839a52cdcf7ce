"""A line above the page that says what is at work, there before gradio has drawn anything; and the tab to open with.

Gradio needs seconds to start in a browser, more beside training on every core. So the line is put into the page's HTML
on its way out, and asks by itself, every other second, what there is to say.
"""

from __future__ import annotations

import asyncio
import json
from html import escape
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...errors import OutcomeRLError
from ...runs.run import KINDS
from ...utils.files import existing_folder
from ..common.run_watcher import RunWatcher, kind_of
from ..common.run_words import describe, kind_in_words
from ..common.static import static_text
from ..common.visits import SCOPE, for_visitor

PATH = "/at_work"
TABS = "outcome_rl.tabs"
"""Where a request carries the tabs to open with, once they have been found."""
BEFORE = b"<gradio-app"
"""What the line stands before: scripts of the head, which are gradio's, would hold up one that waits for them."""
TABS_WHILE_RUNNING = {
    "train-reward": {"tabs": "data"},
    "finetune": {"tabs": "rl"},
    "run": {"tabs": "rl"},
    "evaluate": {"tabs": "compare", "compare-tabs": "compare-many"},
}
"""Which tabs a page opens with while a run of some kind is at work; a reload opens those that were open."""
TABS_IN_USE = {"tabs": "data"}
"""Which one a page opens with where something has been done already; the example is for those who are new."""


class StatusLineMiddleware:
    """ASGI middleware: puts the line into the page and answers its question."""

    def __init__(self, app: ASGIApp, watcher: RunWatcher) -> None:
        self.app = app
        self.watcher = watcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the line's question, put the line into the page, or pass the request on."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in ("/", PATH):
            await self.app(scope, receive, send)
        elif scope["path"] == PATH:
            said = await asyncio.to_thread(for_visitor, scope.get(SCOPE), status_of, self.watcher)
            await JSONResponse(said)(scope, receive, send)
        else:
            tabs = await find_tabs(scope, self.watcher)
            await self.app(scope, receive, _inject(line_html(tabs).encode(), send))


async def find_tabs(scope: Scope, watcher: RunWatcher) -> dict[str, str]:
    """The tabs that whoever asks opens with, looked up once for a request."""
    if TABS not in scope:
        scope[TABS] = await asyncio.to_thread(for_visitor, scope.get(SCOPE), initial_tabs, watcher)
    found: dict[str, str] = scope[TABS]
    return found


def line_html(tabs: dict[str, str]) -> str:
    """The line, empty and hidden, with its style and its script; ``tabs``: those to open with."""
    style, script = static_text("css/status_line.css"), static_text("js/status_line.js")
    line = f'<div id="at-work" hidden data-tabs="{escape(json.dumps(tabs))}"></div>'
    return f"<style>{style}</style>{line}<script>{script}</script>"


def status_of(watcher: RunWatcher) -> dict[str, Any]:
    """The run at work, else the latest one: its name, what it does in words, how far it is (0..1 or None)."""
    view = watcher.snapshot(KINDS)
    if view.run is None:
        return {"run": "", "running": False, "words": "", "share": None}
    words, share = describe(view)
    said = f"{kind_in_words(view.run)} · {words}"
    return {"run": view.run.name, "running": view.running, "words": said, "share": share}


def initial_tabs(watcher: RunWatcher) -> dict[str, str]:
    """The tabs to open with, by the elements that hold them: those of the run at work, one's own emails where there
    are any, else the example.
    """
    try:
        view = watcher.snapshot(KINDS)
        used = bool(view.run or existing_folder(watcher.workspace.reward_model))
    except (OSError, OutcomeRLError):  # a run that is deleted just now; the page opens all the same
        return TABS_IN_USE
    at_work = TABS_WHILE_RUNNING.get(kind_of(view.run), TABS_IN_USE) if view.run and view.running else TABS_IN_USE
    return at_work if used else {}


def _inject(line: bytes, send: Send) -> Send:
    """Passes a response on, an HTML page with the line in it."""
    held: list[Message] = []

    async def passed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers:
                held.append(message)
                return
        if not held:
            await send(message)
            return
        held.append(message)
        if message.get("more_body"):
            return
        start, *parts = held
        body = b"".join(part.get("body", b"") for part in parts).replace(BEFORE, line + BEFORE, 1)
        MutableHeaders(raw=start["headers"])["content-length"] = str(len(body))
        held.clear()
        await send(start)
        await send({"type": "http.response.body", "body": body})

    return passed
