"""Calls that gradio would stumble over: answered in a sentence with 4xx, where its own answer would be a bare 500."""

from __future__ import annotations

import json
import re
from typing import Any

from gradio.route_utils import FnIndexInferError
from starlette.formparsers import MultiPartException
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.status import HTTP_503_SERVICE_UNAVAILABLE
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...security.caps import Caps
from ...security.ownership import paths_in
from ...text.quoted import one_line
from .bodies import is_upload, read_body, replayed
from .upload_forms import files_alone

HALF = r"The body holds half a character, one of \ud800 to \udfff without its other half; send whole characters."
ADDRESS = "A file has to be uploaded: nothing is fetched from an address."
NAMELESS = "A session has a name; leave session_hash out to have one made."
NOWHERE = "There is nothing under this name."
UNKNOWN = "The page has no such call; /gradio_api/info lists all."
AGAIN = 10
FULL = f"As many calls wait already as fit into the queue, everybody's together; try again in {AGAIN} s."
CALLS = re.compile(r"/(?:call|run|api|queue/join)(?:/|$)")
BY_NAME = re.compile(r"/call/v2(?P<name>/[^/]*)")
"""A call whose arguments have names; what it asks for begins with the slash by which gradio knows it."""
WRONG_ARGUMENT = re.compile(r"(?:Parameter `|No value provided for).*?(?= Please click on|$)", re.S)
"""What gradio says of an argument, without the footer that it sends people to."""
LONGEST = 255
"""Bytes of a name between two slashes of an address; a longer one is no file's, and asking for it is an error."""
SHOWN = 300
"""Letters of an answer that repeats what was sent."""
_MAY_NAME_SESSION = re.compile(rb"session|\\u|\0")
_MAY_NAME_FILE = re.compile(rb"path|\\u|\0")
_MAY_HOLD_HALF = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]|\0")
"""A surrogate as JSON escapes it or as Python reads it unescaped; UTF-16 and UTF-32, whose zeros betray them."""


class CallCheckMiddleware:
    """ASGI middleware, the last one that refuses anything; JSON and forms are looked at."""

    def __init__(self, app: ASGIApp, caps: Caps) -> None:
        self.app, self.caps = app, caps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, or refuse it."""
        if scope["type"] == "http" and any(len(name.encode()) > LONGEST for name in scope["path"].split("/")):
            await JSONResponse({"detail": NOWHERE}, 404)(scope, receive, send)
            return
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        if is_upload(scope["path"]):
            await self._upload(scope, receive, send)
            return
        body = await read_body(receive, self.caps.body)
        if holds_half_character(body):
            await JSONResponse({"detail": HALF}, 400)(scope, receive, send)
            return
        if names_address(body):
            await JSONResponse({"detail": ADDRESS}, 403)(scope, receive, send)
            return
        if names_no_session(body):
            await JSONResponse({"detail": NAMELESS}, 400)(scope, receive, send)
            return
        await self._called(scope, replayed(body, receive), send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            receive = files_alone(scope, receive)
        except MultiPartException as refused:
            await PlainTextResponse(refused.message, 400)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def _called(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = full = False

        async def noting(message: Message) -> None:
            nonlocal begun, full
            full = full or message.get("status") == HTTP_503_SERVICE_UNAVAILABLE
            if not full:
                begun = True
                await send(message)

        try:
            await self.app(scope, receive, noting)
        except (FnIndexInferError, KeyError, TypeError) as fault:
            told = _told(scope["path"], fault)
            if begun or told is None:
                raise
            await JSONResponse({"detail": told[1]}, told[0])(scope, receive, send)
        if full:
            headers = {"retry-after": str(AGAIN)}
            await JSONResponse({"detail": FULL}, HTTP_503_SERVICE_UNAVAILABLE, headers)(scope, receive, send)


def holds_half_character(body: bytes) -> bool:
    """Whether any text in a JSON body, a name included, has a surrogate without its other half: no answer and no file
    can be written of it. What is no JSON holds none.
    """
    if not _MAY_HOLD_HALF.search(body):
        return False
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        return False
    return False


def names_address(body: bytes) -> bool:
    """Whether a JSON body gives an address on the web as a file, which gradio would fetch, however large it is."""
    return bool(_MAY_NAME_FILE.search(body)) and any("://" in path for path in paths_in(_read(body)))


def names_no_session(body: bytes) -> bool:
    """Whether a JSON body names a session by nothing: gradio makes one for it, and looks for another."""
    given = _read(body) if _MAY_NAME_SESSION.search(body) else None
    return isinstance(given, dict) and given.get("session_hash") == ""


def _read(body: bytes) -> Any:
    """What a body of JSON holds; None of any other."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _told(path: str, fault: Exception) -> tuple[int, str] | None:
    """Status and sentence for what gradio raises of a call that it does not know; None for any other fault."""
    named = BY_NAME.search(path)
    if isinstance(fault, TypeError):
        wrong = WRONG_ARGUMENT.match(str(fault)) if named else None
        return (400, one_line(wrong[0], SHOWN)) if wrong else None
    if isinstance(fault, KeyError):  # it looks a call up by its number, or by its name
        asked_for = isinstance(fault.args[0], int) or (named and fault.args[0] == named["name"])
        return (404, UNKNOWN) if asked_for and CALLS.search(path) else None
    return 404, UNKNOWN
