"""Forms that files are uploaded in: they hold files alone. Gradio keeps any other field in memory, however long it is,
stumbles over forms that are none, and leaves on the disk what came of an upload that is cut off, unless it is told so
by the one fault that it cleans up after.
"""

from __future__ import annotations

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.types import Message, Receive, Scope

from .bodies import TooLarge

FIELD = "An upload holds files alone, not other fields of a form."
NO_FORM = "This is no form with files."
CUT_OFF = "The upload was cut off."
TOO_LARGE = "The upload is beyond the maximum allowed size; /workspace lists the limits."
"""Gradio answers 413 to what has these three words."""


def files_alone(scope: Scope, receive: Receive) -> Receive:
    """Passes an upload on and looks at it on the way.

    Raises:
        MultiPartException: at once where it can be no form; while it is read, which gradio answers with what it says.
    """
    _, options = parse_options_header(Headers(scope=scope).get("content-type", ""))
    if b"boundary" not in options:
        return receive  # gradio says so
    form = _Form(options[b"boundary"])

    async def looked_at() -> Message:
        try:
            message = await receive()
        except TooLarge:
            raise MultiPartException(TOO_LARGE) from None
        if message["type"] == "http.disconnect":
            raise MultiPartException(CUT_OFF)
        form.look_at(message.get("body", b""))
        return message

    return looked_at


class _Form:
    """Reads the heads of a form's parts."""

    def __init__(self, boundary: bytes) -> None:
        self._name, self._value, self._disposition = bytearray(), bytearray(), b""
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_head,
                },
            )
        except FormParserError:  # a boundary that is too long
            raise MultiPartException(NO_FORM) from None

    def look_at(self, data: bytes) -> None:
        """What comes next of the form. Raises MultiPartException."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise MultiPartException(NO_FORM) from None

    def _end_header(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _end_head(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._disposition = b""
        if b"filename" not in options:
            raise MultiPartException(FIELD)
