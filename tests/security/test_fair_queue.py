"""Heavy work of one visitor holds up neither progress, stop and lists nor what others asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import gradio as gr
import httpx
import pytest

from outcome_rl.runs.visitors import VisitorWorkspace
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui import page as ui_page
from outcome_rl.ui.common.page_context import HEAVY, SCORING
from outcome_rl.ui.common.visits import current_visitor
from outcome_rl.ui.page import LONGEST_QUEUE, launch_options
from outcome_rl.ui.server.protection import visitors_workspace
from tests.helpers.command_line import free_port
from tests.helpers.space_visitors import Visitor

PATIENCE = 60


class Work:
    """Heavy work that ends when the test says so; who was served, in order."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)
        self.served: list[str] = []

    def heavy(self, number: int) -> int:
        self.begun.release()
        assert self.go_on.wait(PATIENCE)
        self.served.append(str(current_visitor()))
        return number


def progress() -> str:
    return "so far"


def start() -> str:
    return "begun"


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def served(work: Work, tmp_path: Path) -> Iterator[tuple[str, VisitorWorkspace]]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SPACE_ID", "somebody/outcome-rl")
        environment.setenv("GRADIO_TEMP_DIR", str(tmp_path / "cache"))
        environment.setenv("OUTCOME_RL_MAX_WAITING", "3")
        environment.setenv("OUTCOME_RL_MAX_CALLS_PER_MINUTE", "100")
        space, port = visitors_workspace(tmp_path / "space"), free_port()
        with gr.Blocks() as page:
            gr.api(work.heavy, api_name="score", **HEAVY)
            gr.api(work.heavy, api_name="score_email", **SCORING)
            gr.api(progress, api_name="progress", queue=False)
            gr.api(start, api_name="start", concurrency_id="start", concurrency_limit=1)
        page.queue(max_size=LONGEST_QUEUE, api_open=False)
        page.launch(prevent_thread_lock=True, **launch_options(space, "127.0.0.1", port, check_host=True))
        try:
            yield f"http://127.0.0.1:{port}", space
        finally:
            work.go_on.set()
            page.close(verbose=False)


def test_sixty_calls_of_one_visitor_leave_room_for_all_others(served, work):
    anna, ben = Visitor(*served), Visitor(*served)
    answers = [anna.post("/call/score", json={"data": [0]})]
    assert work.begun.acquire(timeout=PATIENCE)
    answers += [anna.post("/call/score", json={"data": [number]}) for number in range(1, 60)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 56, "one at work, three that wait"
    assert "calls of one visitor that wait: at most 3 here" in answers[-1].text
    for visitor in (anna, ben):
        assert visitor.call("progress") == "so far"
        assert visitor.client.get("/at_work").status_code == 200
        assert visitor.call("start") == "begun", "another line"
        assert work.served == [], "the heavy work still waits for the test"
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ben.call, "score", 7)
        work.go_on.set()
        assert asked.result(PATIENCE) == 7
    assert work.served.count(anna.id) <= 4 and work.served[-1] == ben.id


def test_one_visitor_does_not_take_all_places_of_a_line_with_several_at_work(served, work):
    anna, ben = Visitor(*served), Visitor(*served)
    answers = []
    for number in range(10):
        answers.append(anna.post("/call/score_email", json={"data": [number]}).status_code)
        if number < 4:
            assert work.begun.acquire(timeout=PATIENCE), "there is a place for each of these"
    assert answers == [200] * 4 + [429] * 6
    assert ben.post("/call/score_email", json={"data": [10]}).status_code == 200
    assert work.begun.acquire(timeout=PATIENCE), "and for another visitor"


def test_sessions_take_no_more_memory_than_so_many(tmp_path, monkeypatch):
    monkeypatch.setattr(ui_page, "SESSIONS", 3)
    port = free_port()
    with gr.Blocks() as page:
        gr.api(progress, api_name="progress", queue=False)
    page.launch(prevent_thread_lock=True, **launch_options(Workspace(tmp_path), "127.0.0.1", port, check_host=True))
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/gradio_api", timeout=PATIENCE) as client:
            for n in range(9):
                called = client.post("/call/progress", json={"data": [], "session_hash": f"session {n}"})
                event = called.json()["event_id"]
                assert "so far" in client.get(f"/call/progress/{event}").text
        assert len(page.state_holder.session_data) == 3
    finally:
        page.close(verbose=False)


def test_a_visitor_who_calls_too_often_is_told_how_long_to_wait(served):
    anna, ben = Visitor(*served), Visitor(*served)
    answers = [anna.post("/call/progress", json={"data": []}) for _ in range(200)]
    too_often = [answer for answer in answers if "OUTCOME_RL_MAX_CALLS_PER_MINUTE" in answer.text]
    assert 10 <= len(too_often) <= 100, "others may have been refused because too many waited"
    assert too_often[0].status_code == 429 and int(too_often[0].headers["retry-after"]) >= 1
    assert ben.call("progress") == "so far"


def test_bodies_beyond_the_caps_are_refused_and_nothing_is_kept(served, tmp_path):
    anna = Visitor(*served)
    assert anna.post("/call/score", content=b'{"data": ["' + b"x" * 5_000_000 + b'"]}').status_code == 413
    assert anna.post("/upload", files={"files": ("big.csv", b"x" * 12_000_000)}).status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b"x" * 100_000

    with suppress(httpx.HTTPError):  # the server may hang up before all is sent
        assert anna.client.post("/gradio_api/call/score", content=endless()).status_code == 413
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    for body in (b"[" * 100_000, b"not json", b""):
        assert anna.post("/call/score", content=body).status_code in (400, 422)
    assert anna.call("progress") == "so far"
