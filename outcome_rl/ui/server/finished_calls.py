"""Calls that are over are forgotten once they are answered.

Gradio makes a session for each call that names none, as those of scripts, and keeps it as if somebody could come back
to it; of whatever session, an empty set and an empty queue, the sets for good. To answer a call it looks through them.

A page's own queue is left to gradio, which keeps the newest 2,000. A browser that has had a quick answer by the stream
of the call before opens a stream for it all the same, and the answers to come reach it there: were the queue gone, it
would be refused, would take the stream for open, and nothing pressed on that page would be answered any more.
"""

from __future__ import annotations

import re

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
        if asked["event"] is None:  # a page's
            drop_outlived(queue)
            await self.app(scope, receive, send)
            return
        session = session_of(queue, asked["event"])

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


def forget(queue: Queue, session: str) -> bool:
    """Let a session's places in the queue go where it waits for nothing and its messages are all sent, and say whether
    that is so.
    """
    events, messages = queue.pending_event_ids_session, queue.pending_messages_per_session
    over = not events.get(session) and (session not in messages or messages[session].empty())
    if over:
        events.pop(session, None)
        messages.pop(session, None)
    drop_outlived(queue)
    return over


def drop_outlived(queue: Queue) -> None:
    """Let the sets of those go whose messages gradio has let go: it keeps the newest that nobody fetches."""
    events, messages = queue.pending_event_ids_session, queue.pending_messages_per_session
    if len(events) > len(messages):
        for name in events.keys() - messages.keys():
            del events[name]
