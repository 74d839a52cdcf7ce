"""Stop buttons for work that a visitor waits for on the page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr


class StopRequests:
    """Who is at work and has asked for a stop; visitors are told apart by their session."""

    def __init__(self) -> None:
        self._asked: dict[str | None, threading.Event] = {}

    @contextmanager
    def while_working(self, request: gr.Request) -> Iterator[threading.Event]:
        """For as long as the visitor's work goes on, an event that is set once they ask for a stop."""
        asked = self._asked[request.session_hash] = threading.Event()
        try:
            yield asked
        finally:
            if self._asked.get(request.session_hash) is asked:
                del self._asked[request.session_hash]

    def request_stop(self, request: gr.Request) -> None:
        """Ask the visitor's work to stop, where there is any. The work says so itself when it has."""
        asked = self._asked.get(request.session_hash)
        if asked:
            asked.set()

    def wire(self, button: gr.Button, name: str) -> None:
        """Let a button, and the endpoint ``name``, ask for a stop."""

        def asked(request: gr.Request) -> None:
            """Stop what you are waiting for; what is whole by then is given."""
            self.request_stop(request)

        asked.__name__ = name  # what the tool is called that assistants see
        button.click(asked, None, None, api_name=name, queue=False, show_progress="hidden")
