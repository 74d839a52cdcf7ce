"""Answers 403 to requests that another site made a visitor's browser send to a page that runs on their machine.

Gradio compares Origin with the Host header, which a page with a rebound DNS name controls. Here the name has to be
one that the page was started for, before any handler runs and before any byte of a body is read.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
WILDCARDS = frozenset({"0.0.0.0", "::"})


def host_name(netloc: str) -> str:
    """``[::1]:7860`` -> ``::1``; empty for what is not a host."""
    try:
        return (urlsplit(f"//{netloc}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    """``https://a.example:81`` -> ``a.example:81``; empty for what is no origin."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def is_address(name: str) -> bool:
    """An IP address cannot be rebound, unlike a name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class HostCheckMiddleware:
    """ASGI middleware; ``host`` is what the server listens on."""

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1", extra: Iterable[str] = ()) -> None:
        self.app = app
        self.any_address = host in WILDCARDS
        self.names = LOCAL_NAMES | {host.lower(), *(host_name(name) for name in extra)}
        if self.any_address:
            self.names |= {socket.gethostname().lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        problem = self.problem(Headers(scope=scope), scope.get("method", "GET"))
        if problem is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(code=1008, reason=problem)(scope, receive, send)
        else:
            await PlainTextResponse(problem, status_code=403)(scope, receive, send)

    def problem(self, headers: Headers, method: str) -> str | None:
        """Why a request is refused, or None."""
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or not self.is_ours(host_name(host)):
            return "This page answers only to the name it was started for; start it with --allow-host NAME to add one."
        origins = headers.getlist("origin")
        if any(_netloc(origin) != host.lower() for origin in origins):
            return "Requests from other sites are refused."
        # Following a link from elsewhere is fine; a script or an image of another site is not.
        from_elsewhere = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        followed_link = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
        if from_elsewhere and not followed_link:
            return "Requests from other sites are refused."
        return None

    def is_ours(self, name: str) -> bool:
        """Whether the page may be reached under this name."""
        return name in self.names or (self.any_address and is_address(name))
