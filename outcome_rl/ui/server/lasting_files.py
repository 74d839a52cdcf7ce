"""Tells browsers how long they may keep gradio's own scripts, styles, fonts and pictures without asking again.

Gradio says nothing of it, so a browser asks for a hundred files again whenever it sees fit. They come with the package
and are the same for everybody; nothing of a visitor's is among them.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.status import HTTP_200_OK
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HASHED = re.compile(r"/assets/[^/]+-[\w-]{8,}\.(?:js|css|svg|ttf|woff2?)")
"""Files with a hash of their content in their name: another content has another name."""
FOR_GOOD = "max-age=31536000, immutable"
NAMED = re.compile(r"/static/(?:fonts|img|js)(?:/[\w-]+)*/[\w.-]+\.(?:js|svg|ttf|woff2?)")
"""Files that another version of gradio may have changed."""
A_DAY = "max-age=86400"


class LastingFilesMiddleware:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its answer is told how long it may be kept where it is such a file, and is there."""
        lasting = how_long(scope)

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == HTTP_200_OK:
                headers = MutableHeaders(raw=message["headers"])
                if {"set-cookie", "cache-control"}.isdisjoint(headers):
                    headers["cache-control"] = lasting
            await send(message)

        await self.app(scope, receive, told if lasting else send)


def how_long(scope: Scope) -> str:
    """What a browser is told, and a cache between; empty for all that may be somebody's own.

    Whoever has logged in keeps it for themselves: a cache between would hand to others what they need a login for.
    """
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return ""
    path = str(scope["path"]).removeprefix(str(scope.get("root_path") or ""))
    age = FOR_GOOD if HASHED.fullmatch(path) else A_DAY if NAMED.fullmatch(path) else ""
    own = scope.get("session") or "authorization" in Headers(scope=scope)
    return age and f"{'private' if own else 'public'}, {age}"
