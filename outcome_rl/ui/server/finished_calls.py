"""Calls that are over are forgotten once they are answered.

Gradio makes a session for each call that names none, as those of scripts, and keeps it as if somebody could come back
to it; of whatever session, an empty set and an empty queue, the sets for good. To answer a call it looks through them.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from gradio.queueing import Queue
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ANSWERS = re.compile(r"/call/(?:v2/)?[^/]+/(?P<event>[^/]+)/?$|/queue/data$")


class FinishedCallsMiddleware:
    """ASGI middleware, right before gradio, in whose thread everything here happens."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; forget what it was the last answer of."""
        asked = ANSWERS.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if asked is None:
            await self.app(scope, receive, send)
            return
        queue, sessions = scope["app"].get_blocks()._queue, scope["app"].state_holder
        session = session_of(queue, asked["event"]) if asked["event"] else _named(scope)

        def look() -> None:
            if forget(queue, session) and session == asked["event"]:
                with sessions.lock:
                    sessions.session_data.pop(session, None)
                    sessions.time_last_used.pop(session, None)

        async def looking(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                look()
            await send(message)

        try:
            await self.app(scope, receive, looking)
        finally:
            look()


def session_of(queue: Queue, event: str) -> str:
    """The session that waits for an event; one without a name is called as the event is."""
    return next((name for name, events in queue.pending_event_ids_session.items() if event in events), event)


def _named(scope: Scope) -> str:
    return parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [""])[0]


def forget(queue: Queue, session: str) -> bool:
    """Let a session's places in the queue go where it waits for nothing and its messages are all sent, and say whether
    that is so; and the places of those whose messages gradio has let go: it keeps the newest that nobody fetches.
    """
    events, messages = queue.pending_event_ids_session, queue.pending_messages_per_session
    over = not events.get(session) and (session not in messages or messages[session].empty())
    if over:
        events.pop(session, None)
        messages.pop(session, None)
    if len(events) > len(messages):
        for name in events.keys() - messages.keys():
            del events[name]
    return over
