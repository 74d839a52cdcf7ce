"""Of calls that are over nothing is kept, however many there have been."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from gradio.queueing import Queue

from outcome_rl.ui.server.finished_calls import forget, session_of
from tests.helpers.space_visitors import Visitor, served_space


@pytest.fixture
def queues(monkeypatch) -> list[Queue]:
    """Those that pages have from now on."""
    made, make = [], Queue.__init__

    def noted(self, *arguments, **named):
        made.append(self)
        make(self, *arguments, **named)

    monkeypatch.setattr(Queue, "__init__", noted)
    return made


def test_a_call_that_is_answered_leaves_nothing_and_one_that_is_not_stays(tmp_path, monkeypatch, queues):
    monkeypatch.setenv("SPACE_ID", "somebody/outcome-rl")
    with served_space(tmp_path) as served:
        visitor = Visitor(*served)
        for named in ({}, {"session_hash": "mine"}, {"session_hash": "mine"}):
            joined = visitor.post("/call/use_sample", json={"data": [], **named}).json()
            waiting = [queue for queue in queues if queue.pending_event_ids_session]
            assert len(waiting) == 1
            assert len(waiting[0].pending_messages_per_session) == 1
            assert "event: complete" in visitor.get(f"/call/use_sample/{joined['event_id']}").text
            assert not any(queue.pending_event_ids_session for queue in queues)
            assert not any(queue.pending_messages_per_session for queue in queues)
        assert [*waiting[0].server_app.state_holder.session_data] == ["mine"], "who has named it may come back"


def messages_of(lines: Iterator[str]) -> Iterator[dict]:
    return (json.loads(line.partition(": ")[2]) for line in lines if line.startswith("data: "))


def test_a_page_that_comes_for_an_answer_it_has_had_gets_the_next_one(tmp_path, monkeypatch):
    """Fetched by the stream of the call before, as a quick answer is; the browser opens another all the same."""
    monkeypatch.setenv("SPACE_ID", "somebody/outcome-rl")
    with served_space(tmp_path) as served:
        visitor = Visitor(*served)
        join = {"data": [], "session_hash": "page", "fn_index": endpoint_number(visitor, "use_sample")}
        first = visitor.post("/queue/join", json=join).json()["event_id"]
        told = [*messages_of(iter(visitor.get("/queue/data", params={"session_hash": "page"}).text.splitlines()))]
        assert [told[-2]["msg"], told[-1]["msg"]] == ["process_completed", "close_stream"]
        assert told[-2]["event_id"] == first
        with visitor.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "page"}) as late:
            second = visitor.post("/queue/join", json=join).json()["event_id"]
            told = [*messages_of(late.iter_lines())]
        assert [told[-2]["msg"], told[-1]["msg"]] == ["process_completed", "close_stream"]
        assert told[-2]["event_id"] == second


def endpoint_number(visitor: Visitor, name: str) -> int:
    page = visitor.client.get("/config").json()
    return next(found["id"] for found in page["dependencies"] if found["api_name"] == name)


def fake_queue(**events: set[str]) -> SimpleNamespace:
    messages = OrderedDict((name, asyncio.Queue()) for name in events)
    return SimpleNamespace(pending_event_ids_session=dict(events), pending_messages_per_session=messages)


def test_whoever_waits_for_another_call_is_kept():
    queue = fake_queue(mine={"b"}, other={"c"})
    assert not forget(queue, session_of(queue, "b"))
    assert queue.pending_event_ids_session == {"mine": {"b"}, "other": {"c"}}
    assert [*queue.pending_messages_per_session] == ["mine", "other"]


def test_a_message_that_is_not_sent_is_kept():
    queue = fake_queue(mine=set())
    queue.pending_messages_per_session["mine"].put_nowait("an error")
    assert not forget(queue, "mine")
    assert [*queue.pending_messages_per_session] == ["mine"]
    queue.pending_messages_per_session["mine"].get_nowait()
    assert forget(queue, "mine")
    assert not queue.pending_messages_per_session
    assert not queue.pending_event_ids_session


def test_calls_that_nobody_fetches_are_kept_as_long_as_their_messages():
    queue = fake_queue(old={"a"}, new={"b"})
    del queue.pending_messages_per_session["old"]
    forget(queue, "another")
    assert queue.pending_event_ids_session == {"new": {"b"}}
