"""Keeps the visitors of a Space apart: who asks, what is theirs, and how much of it at once.

Gradio hands a session, an event or a cached file to whoever names it. This middleware stands before it: every request
has a visitor (a signed cookie, or a header for scripts), and a name that is another visitor's is refused unseen.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, unquote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...runs.visitors import VisitorWorkspace, note_visit, require_room
from ...security.caps import CapError, Caps, too_much
from ...security.hub_accounts import account_in
from ...security.ownership import Ownership
from ...security.rate_limit import RateLimit
from ...security.visitor_ids import COOKIE, HEADER, VisitorIds
from ..common.visits import ACCOUNT, SCOPE, for_visitor
from .bodies import TooLarge, is_upload, read_body, replayed

CLOSED = re.compile(
    r"/(deep_link|component_server|stream|process_recording|monitoring|runs|run-history|profiling|dev|proxy=|file/"
    r"|vibe|undo-vibe|token|custom_component|docs|redoc)"
)
"""What gradio serves besides, and this page has no use for; some of it hands out sessions."""
EVERYBODYS = re.compile(r"/(assets|static)/")
"""Scripts, styles and pictures of the page: asked for a hundred at a time, the same for all, kept by whoever likes."""
NOT_YOURS = "There is nothing of yours under this name."
READINGS = 20
"""How many times as often as work may be asked for things that are only read; an open page reads twice a second."""
SESSION_PATHS = re.compile(r"/heartbeat/([^/]+)")
EVENT_PATHS = re.compile(r"/call/(?:v2/)?[^/]+/([^/]+)")


class VisitorGate:
    """ASGI middleware; ``secure``: the page is served over HTTPS inside another site's frame, as Spaces are."""

    def __init__(
        self, app: ASGIApp, ids: VisitorIds, workspace: VisitorWorkspace, owned: Ownership, caps: Caps, secure: bool
    ) -> None:
        self.app, self.ids, self.workspace, self.owned = app, ids, workspace, owned
        self.caps, self.secure = caps, secure
        self.calls, self.readings = RateLimit(caps.calls_per_minute), RateLimit(READINGS * caps.calls_per_minute)
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who asks; pass the request on, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # gradio 6 needs no websocket
        if scope["method"] == "GET" and EVERYBODYS.match(_path(scope)):
            await self.app(scope, receive, send)
            return
        browser, known = self._visitor(scope)
        account = account_in(scope.get("session"))  # gradio's middleware, which stands before this one, reads it
        visitor = self.ids.of_account(account.number) if account else browser
        scope[SCOPE], scope[ACCOUNT] = visitor, account
        send = self._introduced(browser, send)
        if self._under_way[visitor] >= self.caps.connections:
            await _busy(f"{too_much('connections', None, self.caps)}; close some of your tabs", 5)(scope, receive, send)
            return
        self._under_way[visitor] += 1
        try:
            for each in {*([browser] if known else []), *([visitor] if account else [])}:
                await asyncio.to_thread(note_visit, self.workspace.home, each)
            refused, receive = await self._refusal(scope, receive, visitor)
            await (refused or self.app)(scope, receive, send if refused else self._noted(scope, visitor, send))
        finally:
            self._under_way[visitor] -= 1
            if not self._under_way[visitor]:
                del self._under_way[visitor]

    def _visitor(self, scope: Scope) -> tuple[str, bool]:
        """The browser's id, which is the visitor's unless they have logged in, and whether they have brought it."""
        headers = Headers(scope=scope)
        tokens = [headers.get(HEADER, "")]
        tokens += [cookie_parser(each).get(COOKIE, "") for each in headers.getlist("cookie")]
        found = next(filter(None, (self.ids.visitor(token) for token in tokens if token)), None)
        return found or self.ids.new(), found is not None

    def _introduced(self, visitor: str, send: Send) -> Send:
        """An answer that tells the browser its id, and that it is good for as long again; none that others may keep."""
        inside = "; Secure; SameSite=None; Partitioned" if self.secure else "; SameSite=Lax"
        age = min(self.caps.hours, 24 * 365) * 3600
        cookie = f"{COOKIE}={self.ids.token(visitor)}; Path=/; Max-Age={age}; HttpOnly{inside}"

        async def introducing(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                headers.append("set-cookie", cookie)
                if "no-store" not in headers.get("cache-control", ""):
                    headers["cache-control"] = "private"
            await send(message)

        return introducing

    # --- what is refused ----------------------------------------------------------------------------------------------

    async def _refusal(self, scope: Scope, receive: Receive, visitor: str) -> tuple[PlainTextResponse | None, Receive]:
        """An answer in the page's place, or None; and from where the body can be read."""
        path = _path(scope)
        if CLOSED.match(path):
            return PlainTextResponse("Not found", 404), receive
        session = SESSION_PATHS.fullmatch(path)
        event = None if scope["method"] == "POST" else EVENT_PATHS.fullmatch(path)
        if session and not self.owned.sessions.claim(session[1], visitor):
            return PlainTextResponse(NOT_YOURS, 404), receive
        if event and not self.owned.events.owns(event[1], visitor):
            return PlainTextResponse(NOT_YOURS, 404), receive
        if path.startswith("/file=") and not self.owned.may_read(path.removeprefix("/file="), visitor):
            return PlainTextResponse(NOT_YOURS, 404), receive
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        named = [*query.get("session_hash", []), *(f"upload {each}" for each in query.get("upload_id", []))]
        if not all(self.owned.sessions.claim(each, visitor) for each in named):
            return PlainTextResponse(NOT_YOURS, 404), receive
        if refused := self._too_often(path, scope["method"], visitor):
            return refused, receive
        if scope["method"] != "POST":
            return None, receive
        if is_upload(path):
            return await asyncio.to_thread(self._no_room, visitor), receive
        return await self._refused_body(scope, path, receive, visitor)

    def _too_often(self, path: str, method: str, visitor: str) -> PlainTextResponse | None:
        works = method == "POST" and path.startswith(("/queue/join", "/call/", "/upload", "/mcp"))
        wait = (self.calls if works else self.readings).seconds_to_wait(visitor)
        if not wait:
            return None
        words = f"{too_much('calls_per_minute', None, self.caps)}; wait {math.ceil(wait)} s"
        return _busy(words, math.ceil(wait))

    def _no_room(self, visitor: str) -> PlainTextResponse | None:
        try:
            for_visitor(visitor, require_room, self.workspace, 0, self.caps)
        except CapError as error:
            return PlainTextResponse(str(error), 413)
        return None

    async def _refused_body(
        self, scope: Scope, path: str, receive: Receive, visitor: str
    ) -> tuple[PlainTextResponse | None, Receive]:
        """JSON that names what is another visitor's."""
        if "multipart" in Headers(scope=scope).get("content-type", ""):
            return PlainTextResponse("Not found", 404), receive
        try:
            body = await read_body(receive, self.caps.body)
            value = json.loads(body) if body.strip() else {}
        except TooLarge:
            return PlainTextResponse(too_much("body", None, self.caps), 413), receive
        except (ValueError, RecursionError):
            value = None
            if not path.startswith("/workspace"):
                return PlainTextResponse("The body is not JSON.", 400), receive
        if self._names_others(value, visitor):
            return PlainTextResponse(NOT_YOURS, 403), receive
        if path.startswith(("/queue/join", "/call/")) and (words := self._waits_already(scope, value, visitor)):
            return _busy(words, 5), receive
        return None, replayed(body, receive)

    def _names_others(self, value: Any, visitor: str) -> bool:
        """Whether JSON names a session, an event or a file of somebody else."""
        given = value if isinstance(value, dict) else {}
        session, event = given.get("session_hash"), given.get("event_id")
        if session is not None and not self.owned.sessions.claim(str(session), visitor):
            return True
        if event is not None and not self.owned.events.owns(str(event), visitor):
            return True
        return self.owned.forged_file(value, visitor)

    def _waits_already(self, scope: Scope, value: Any, visitor: str) -> str | None:
        """That too much of the visitor's waits in the line that this call would join."""
        if waiting_calls(scope, value, visitor) < self.caps.waiting:
            return None
        return f"{too_much('waiting', None, self.caps)}. Wait for one of them to end"

    # --- what is noted of answers -------------------------------------------------------------------------------------

    def _noted(self, scope: Scope, visitor: str, send: Send) -> Send:
        """Remembers what an answer gives the visitor: events and files."""
        path, held = _path(scope), bytearray()
        joins = path.startswith(("/queue/join", "/call/")) and scope["method"] == "POST"
        gives = path.startswith(("/queue/data", "/call/", "/run/", "/api/")) or path in ("/", "/config")

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.body":
                body = message.get("body", b"")
                if joins or is_upload(path):
                    held.extend(body)
                    if not message.get("more_body"):
                        self._note(bytes(held), is_upload(path), visitor)
                elif gives:
                    self.owned.note_files(body, visitor)
            await send(message)

        return noting

    def _note(self, body: bytes, uploaded: bool, visitor: str) -> None:
        try:
            value = json.loads(body)
        except ValueError:
            return
        if uploaded:
            self.owned.note_upload(value, visitor)
        elif isinstance(value, dict) and isinstance(value.get("event_id"), str):
            self.owned.events.give(value["event_id"], visitor)


def waiting_calls(scope: Scope, asked: Any, visitor: str) -> int:
    """A visitor's calls that wait in the one of gradio's lines that a call would join, and all but one of those at
    work: some lines have several at work, and nobody shall have them all. Gradio tells that nowhere else.
    """
    blocks = scope["app"].get_blocks()
    name = _path(scope).rsplit("/", 1)[-1]
    index = asked.get("fn_index") if isinstance(asked, dict) else None
    fn = blocks.fns.get(index) or next((each for each in blocks.fns.values() if each.api_name == name), None)
    line = blocks._queue.event_queue_per_concurrency_id.get(fn.concurrency_id) if fn else None
    if fn is None or line is None:
        return 0
    at_work = (event for job in blocks._queue.active_jobs for event in job or ())
    lines = line.queue, [event for event in at_work if event.concurrency_id == fn.concurrency_id]
    waiting, working = (sum(each.request.scope.get(SCOPE) == visitor for each in events) for events in lines)
    return waiting + max(0, working - 1)


def _busy(words: str, seconds: int) -> PlainTextResponse:
    """Come again in so many seconds."""
    return PlainTextResponse(words, 429, headers={"retry-after": str(seconds)})


def _path(scope: Scope) -> str:
    """The path below gradio's prefix and a proxy's, decoded as often as it was encoded."""
    path = str(scope["path"]).removeprefix(str(scope.get("root_path") or ""))
    for _ in range(3):
        path = unquote(path)
    return "/" + path.removeprefix("/gradio_api").lstrip("/")
