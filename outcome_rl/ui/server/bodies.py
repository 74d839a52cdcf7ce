"""Bodies of requests: read up to a limit, refused beyond it before they take memory."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...security.caps import Caps, too_much

UPLOAD = "/upload"
FORM = 1_000_000
"""Bytes that the form around an uploaded file may take."""


class TooLarge(Exception):
    """A body goes on beyond its limit."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body. Raises TooLarge."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise TooLarge
        more = message.get("more_body", False)
    return b"".join(parts)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def is_upload(path: str) -> bool:
    """Whether files are uploaded to this path."""
    return path.rstrip("/").endswith(UPLOAD)


class BodyLimitMiddleware:
    """ASGI middleware: answers 413 to a body above the caps, told of by its length or found out while it comes."""

    def __init__(self, app: ASGIApp, caps: Caps) -> None:
        self.app, self.caps = app, caps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what comes of it."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        cap = "upload" if is_upload(scope["path"]) else "body"
        limit = getattr(self.caps, cap) + (FORM if cap == "upload" else 0)
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdecimal() or int(told) > limit:
            await self._refuse(cap, scope, receive, send)
            return
        await self._counted(cap, limit, scope, receive, send)

    async def _counted(self, cap: str, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        size, begun = 0, False

        async def counting() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise TooLarge
            return message

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, counting, noting)
        except TooLarge:  # for this limit, or for a smaller one of whoever read it
            if not begun:
                await self._refuse(cap, scope, receive, send)

    async def _refuse(self, cap: str, scope: Scope, receive: Receive, send: Send) -> None:
        answer = PlainTextResponse(too_much(cap, None, self.caps), 413, headers={"connection": "close"})
        await answer(scope, receive, send)
