"""The line above the page: there without gradio, and on every tab until the run it told of is another's."""

from __future__ import annotations

import json

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from outcome_rl import events as ev
from outcome_rl.runs.run import KINDS
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.run_watcher import RunWatcher
from outcome_rl.ui.page import create_page
from outcome_rl.ui.server.status_line import (
    TABS_IN_USE,
    TABS_WHILE_RUNNING,
    StatusLineMiddleware,
    initial_tabs,
    status_of,
)
from tests.helpers.made_runs import made_run, rl_step
from tests.helpers.pages import served_here

SOON = 60_000
PAGE = "<html><head></head><body><gradio-app></gradio-app>ä</body></html>"


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path)


def client(space, answer):
    middleware = [Middleware(StatusLineMiddleware, watcher=RunWatcher(space))]
    return TestClient(Starlette(routes=[Route("/{rest:path}", answer)], middleware=middleware))


def test_the_page_holds_the_line_before_all_that_is_gradios(space):
    found = client(space, lambda _: HTMLResponse(PAGE)).get("/")
    assert found.text.index('id="at-work"') < found.text.index("<gradio-app>")
    assert int(found.headers["content-length"]) == len(found.content)
    assert found.text.endswith("ä</body></html>")


def test_a_page_in_parts_is_put_together(space):
    parts = [PAGE[:30].encode(), PAGE[30:].encode()]
    found = client(space, lambda _: StreamingResponse(iter(parts), media_type="text/html")).get("/")
    assert 'id="at-work"' in found.text
    assert found.text.endswith("</html>")


@pytest.mark.parametrize("place", ["/", "/other"])
def test_everything_else_passes_as_it_is(space, place):
    answer = PlainTextResponse(PAGE) if place == "/" else HTMLResponse(PAGE)
    assert client(space, lambda _: answer).get(place).text == PAGE


def test_what_is_said_of_a_run(space):
    asked = client(space, lambda _: HTMLResponse(PAGE))
    assert asked.get("/at_work").json() == {"run": "", "running": False, "words": "", "share": None}
    made_run(space, "one", [rl_step(3, steps=6)])
    found = asked.get("/at_work").json()
    assert (found["run"], found["running"], found["share"]) == ("one", True, 0.5)
    assert found["words"].startswith("Teaching · Round 3 of 6")
    made_run(space, "two", [ev.Stopped(message="Stopped early.", resumable=True)], kind="evaluate")
    assert status_of(RunWatcher(space))["run"] == "one", "the run at work goes before a later one"


@pytest.mark.browser
@pytest.mark.slow
def test_a_visitor_is_told_without_gradio_and_until_the_run_is_over(chromium, space):
    run = made_run(space, "one", [rl_step(3)])
    with served_here(space.root) as address:
        context = chromium.new_context()
        page = context.new_page()
        page.route("**/assets/**", lambda route: route.abort())
        page.goto(address)
        line = page.locator("#at-work")
        line.get_by_text("Round 3").wait_for(timeout=SOON)
        assert page.get_by_role("tab").count() == 0, "gradio has drawn nothing"
        page.unroute("**/assets/**")
        page.reload()
        line.get_by_text("Round 3").wait_for(timeout=SOON)
        page.wait_for_function("document.title.startsWith('… ')", timeout=SOON)
        page.get_by_role("tab", name="3 Write & compare").click()
        with open(run.events_file, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(ev.to_json(ev.Finished(result={}))) + "\n")
        line.get_by_text("Finished in").wait_for(timeout=SOON)
        page.wait_for_function("document.title === 'Outcome RL'", timeout=SOON)
        page.reload()
        page.get_by_role("tab", name="3 Write & compare").wait_for(timeout=SOON)
        with page.expect_response("**/at_work"):
            pass
        assert line.is_hidden(), "who opens the page later is not told of it"
        context.close()


@pytest.mark.parametrize(
    ("kind", "tabs"),
    [("finetune", {"tabs": "rl"}), ("evaluate", {"tabs": "compare", "compare-tabs": "compare-many"})],
)
def test_the_tab_of_a_run_at_work_is_opened_else_ones_own_emails_and_for_who_is_new_the_example(space, kind, tabs):
    assert initial_tabs(RunWatcher(space)) == {}, "the first tab, which is the example"
    run = made_run(space, "one", [rl_step(3)], kind=kind)
    assert initial_tabs(RunWatcher(space)) == tabs
    with open(run.events_file, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(ev.to_json(ev.Finished(result={}))) + "\n")
    assert initial_tabs(RunWatcher(space)) == TABS_IN_USE


def test_every_kind_of_run_has_a_tab_to_open(space):
    parts = create_page(space).config["components"]
    there = {part["props"].get("elem_id") or part["props"].get("id") for part in parts if "tab" in part["type"]}
    assert set(TABS_WHILE_RUNNING) == set(KINDS)
    assert there >= {name for tabs in TABS_WHILE_RUNNING.values() for pair in tabs.items() for name in pair}


def test_a_page_opens_also_where_a_run_cannot_be_read(space, monkeypatch):
    def gone(*_):
        raise FileNotFoundError

    monkeypatch.setattr(RunWatcher, "snapshot", gone)
    assert initial_tabs(RunWatcher(space)) == TABS_IN_USE


@pytest.mark.browser
@pytest.mark.slow
def test_a_page_opens_where_work_goes_on_and_a_reload_where_the_visitor_was(chromium, space):
    made_run(space, "one", [rl_step(3)])
    with served_here(space.root) as address:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(address)
        page.locator("#rl-progress").get_by_text("Round 3").wait_for(timeout=SOON)
        page.locator("#rl-advanced button").first.click()
        assert "finetune" in page.locator("#rl-command textarea").input_value(timeout=SOON)
        page.get_by_role("tab", name="3 Write & compare").click()
        page.get_by_role("tab", name="Blind test").click()
        page.locator("#compare-lock").wait_for(timeout=SOON)
        page.reload()
        page.get_by_role("tab", name="Blind test", selected=True).wait_for(timeout=SOON)
        assert page.get_by_role("tab", name="3 Write & compare").get_attribute("aria-selected") == "true"
        page.goto("about:blank")
        page.goto(address)
        page.get_by_role("tab", name="2 Teach", selected=True).wait_for(timeout=SOON)
        keep = "kept => addEventListener('pagehide', () => sessionStorage.setItem('outcome-rl-tabs', kept))"
        for kept, tab in (('{"tabs": "unknown"}', "Example"), ("no JSON", "2 Teach")):
            page.evaluate(keep, kept)
            page.reload()
            page.get_by_role("tab", name=tab, selected=True).wait_for(timeout=SOON)
            page.locator("#at-work").get_by_text("Round 3").wait_for(timeout=SOON)
        context.close()
