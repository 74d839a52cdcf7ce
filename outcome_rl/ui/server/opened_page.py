"""The page as it is opened, and its settings for scripts: made once for all who get the same.

Gradio copies and writes out all of its settings, half a megabyte, for everybody who opens the page. What comes of it
hangs on the address it is asked for under and on the tabs to open with, so it is kept by these, plain and compressed.
Whoever is known by a name, and whoever asks for anything besides, is answered afresh; a cookie is never kept.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.status import HTTP_200_OK
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..common.run_watcher import RunWatcher
from ..common.visits import ACCOUNT
from .status_line import find_tabs

KEPT = 16
"""Answers that are kept, those used last: a host has two, and one more for each tab to open with."""
PAGE, SETTINGS = "/", "/config"
ADDRESS = ("host", "x-forwarded-host", "x-forwarded-proto", "x-gradio-server")
"""Headers of which gradio makes the address that it writes into the page."""
THEME = re.compile(rb"(?:__theme=(?:light|dark|system))?")
"""Queries that only the browser's script reads; a Space's frame adds one."""
GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?:1|0?\.0*[1-9])[\d.]*\s*)?(?:,|$)")


@dataclass(frozen=True)
class Answer:
    """What is sent; ``source``: the settings it was made of."""

    source: Any
    headers: tuple[tuple[bytes, bytes], ...]
    plain: bytes
    compressed: bytes


class OpenedPageMiddleware:
    """ASGI middleware, before what puts the line into the page."""

    def __init__(self, app: ASGIApp, watcher: RunWatcher) -> None:
        self.app, self.watcher = app, watcher
        self.kept: OrderedDict[Hashable, Answer] = OrderedDict()
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is kept, or pass the request on and keep what comes back."""
        if not may_be_shared(scope):
            await self.app(scope, receive, send)
            return
        key = (*await self._tabs(scope), *_address(scope))
        answer, messages = self._found(key, scope), list[Message]()
        if answer is None:
            async with self._making:  # those who come meanwhile wait for the one answer
                answer = self._found(key, scope) or await self._made(key, scope, receive, messages)
        for message in messages if answer is None else _messages(answer, scope):
            await send(message)

    async def _tabs(self, scope: Scope) -> tuple[str, ...]:
        return (json.dumps(await find_tabs(scope, self.watcher)),) if _path(scope) == PAGE else ()

    def _found(self, key: Hashable, scope: Scope) -> Answer | None:
        answer = self.kept.get(key)
        if answer is None or answer.source is not scope["app"].get_blocks().config:
            return None
        self.kept.move_to_end(key)
        return answer

    async def _made(self, key: Hashable, scope: Scope, receive: Receive, messages: list[Message]) -> Answer | None:
        """A fresh answer, kept; None where it is one to pass on as it stands in ``messages``."""
        source = scope["app"].get_blocks().config

        async def held(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, held)
        start, *parts = messages
        headers = Headers(raw=start["headers"])
        if start["status"] != HTTP_200_OK or not {"set-cookie", "content-encoding"}.isdisjoint(headers):
            return None
        plain = b"".join(part.get("body", b"") for part in parts)
        compressed = await asyncio.to_thread(gzip.compress, plain, mtime=0)
        answer = self.kept[key] = Answer(source, tuple(start["headers"]), plain, compressed)
        self.kept.move_to_end(key)
        while len(self.kept) > KEPT:
            self.kept.popitem(last=False)
        return answer


def may_be_shared(scope: Scope) -> bool:
    """Whether a request is for the page or its settings, as everybody gets them who has no name here."""
    if scope["type"] != "http" or scope["method"] != "GET" or _path(scope) not in (PAGE, SETTINGS):
        return False
    app = scope["app"]
    logs_in = app.auth is not None or app.auth_dependency is not None or app.tokens
    named = scope.get(ACCOUNT) or scope.get("session") or "authorization" in Headers(scope=scope)
    return not (logs_in or named) and bool(THEME.fullmatch(scope.get("query_string", b"")))


def _path(scope: Scope) -> str:
    return str(scope["path"])


def _address(scope: Scope) -> tuple[Hashable, ...]:
    """All that gradio makes the page's address of."""
    headers, app = Headers(scope=scope), scope["app"]
    named = tuple(tuple(headers.getlist(name)) for name in ADDRESS)
    served = (app.root_path, app.get_blocks().custom_mount_path, scope.get("root_path"), scope.get("app_root_path"))
    return (_path(scope), scope.get("scheme"), tuple(scope.get("server") or ()), *served, *named)


def _messages(answer: Answer, scope: Scope) -> Iterator[Message]:
    """An answer with headers of its own, for others add theirs to them."""
    accepted = ",".join(Headers(scope=scope).getlist("accept-encoding"))
    headers, body = MutableHeaders(raw=list(answer.headers)), answer.plain
    headers.add_vary_header("Accept-Encoding")
    if GZIP.search(accepted):
        headers["content-encoding"], body = "gzip", answer.compressed
    headers["content-length"] = str(len(body))
    yield {"type": "http.response.start", "status": HTTP_200_OK, "headers": headers.raw}
    yield {"type": "http.response.body", "body": body}
