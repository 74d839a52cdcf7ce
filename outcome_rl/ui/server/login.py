"""A login before everything, where the owner asks for one: ``OUTCOME_RL_AUTH=user:password``."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

PAUSE = 1.0
"""Seconds that a wrong password costs."""


class LoginMiddleware:
    """ASGI middleware: HTTP Basic, also before what gradio asks no login for (cancelling, heartbeats, files, tools)."""

    def __init__(self, app: ASGIApp, login: str) -> None:
        self.app = app
        self.expected = login.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on where it brings the login."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("authorization", "")
        if self.is_right(given):
            await self.app(scope, receive, send)
            return
        if given:
            await asyncio.sleep(PAUSE)
        asked = {"www-authenticate": 'Basic realm="Outcome RL", charset="UTF-8"'}
        await PlainTextResponse("This page asks for a user and a password.", 401, headers=asked)(scope, receive, send)

    def is_right(self, header: str) -> bool:
        """Whether an Authorization header holds the user and the password."""
        kind, _, value = header.partition(" ")
        try:
            given = base64.b64decode(value.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return kind.lower() == "basic" and hmac.compare_digest(given, self.expected)
