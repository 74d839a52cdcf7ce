"""Sessions share what the page begins as, and nothing that any of them has changed."""

from __future__ import annotations

import asyncio
import copy
import importlib
import sys

import gradio as gr
import pytest
from gradio.blocks import BlocksConfig
from gradio.queueing import Queue
from gradio.state_holder import SessionState

from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.page import create_page
from outcome_rl.ui.server.light_sessions import LightConfig, lighten_sessions
from tests.helpers.space_visitors import Visitor, served_space


@pytest.fixture
def demo() -> gr.Blocks:
    """A page with a field and a state."""
    with gr.Blocks(analytics_enabled=False) as demo:
        gr.Textbox("first", elem_id="field")
        gr.State({"a": 1})
    lighten_sessions(demo)
    return demo


def field(session: SessionState) -> tuple[int, dict]:
    """The field's number and its description."""
    ((number, said),) = ((n, each) for n, each in session.config_values.items() if each["type"] == "textbox")
    return number, said


def test_a_session_begins_as_gradio_has_it(tmp_path):
    page = create_page(Workspace(tmp_path))
    assert isinstance(page.default_config, LightConfig)
    light = [SessionState(page) for _ in range(2)]
    page.default_config = BlocksConfig.__copy__(page.default_config)
    plain = SessionState(page)
    for session in light:
        assert list(session.config_values) == list(plain.config_values)
        assert session.config_values == plain.config_values
        for name in ("blocks", "fns", "fn_id", "renderables"):
            assert getattr(session.blocks_config, name) == getattr(plain.blocks_config, name)


def test_the_page_itself_stays_as_it_was(tmp_path):
    page = create_page(Workspace(tmp_path))
    light = page.get_config_file()
    page.default_config = BlocksConfig.__copy__(page.default_config)
    assert light == page.get_config_file()


def test_each_part_is_described_once_for_all_sessions(demo, monkeypatch):
    described, describe = [], gr.Textbox.get_config

    def counted(self, *arguments):
        described.append(self)
        return describe(self, *arguments)

    monkeypatch.setattr(gr.Textbox, "get_config", counted)
    for _ in range(3):
        SessionState(demo)
    assert len(described) == 1


def test_what_a_session_writes_is_its_own(demo):
    one, two = SessionState(demo), SessionState(demo)
    number, _ = field(one)
    one._update_value_in_config(number, "changed")
    assert field(one)[1]["props"]["value"] == "changed"
    assert field(two)[1]["props"]["value"] == field(SessionState(demo))[1]["props"]["value"] == "first"


def test_a_part_that_a_session_exchanges_is_described_anew_and_for_it_alone(demo):
    one, two = SessionState(demo), SessionState(demo)
    number, _ = field(one)
    one[number] = gr.Textbox("other", render=False)
    one._update_config(number)
    assert demo.default_config.described[number][0] is demo.blocks[number]
    assert field(one)[1]["props"]["value"] == "other"
    assert field(two)[1]["props"]["value"] == field(SessionState(demo))[1]["props"]["value"] == "first"


def test_a_part_that_the_page_exchanges_is_described_anew(demo):
    number, _ = field(SessionState(demo))
    demo.blocks[number] = gr.Textbox("exchanged", render=False)
    assert field(SessionState(demo))[1]["props"]["value"] == "exchanged"


def test_sessions_add_parts_and_functions_for_themselves(demo):
    one, two = SessionState(demo), SessionState(demo)
    one.blocks_config.blocks[10**6] = gr.Textbox("new", render=False)
    one.blocks_config.fns[10**6] = None
    assert 10**6 not in {**two.blocks_config.blocks, **demo.blocks, **two.blocks_config.fns, **demo.fns}
    assert isinstance(copy.copy(one.blocks_config), LightConfig), "gradio copies it again where a page is reloaded"


def test_gradio_does_not_sum_up_all_calls_after_each(tmp_path, monkeypatch):
    importlib.import_module("outcome_rl.ui.serve")  # whatever serves the page begins with it
    summed, sum_up = [], Queue._get_df

    def counted(records):
        summed.append(len(records))
        return sum_up(records)

    monkeypatch.setattr(Queue, "_get_df", staticmethod(counted))
    monkeypatch.setenv("SPACE_ID", "somebody/outcome-rl")
    with served_space(tmp_path) as served:
        visitor = Visitor(*served)
        for _ in range(2):
            assert visitor.call("use_sample")["emails"]
    assert summed == []


def test_an_empty_queue_is_looked_at_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "somebody/outcome-rl")
    waited, sleep = [], asyncio.sleep

    async def noted(seconds, *args):
        if sys._getframe(1).f_code.co_name in ("start_processing", "start_progress_updates"):
            waited.append(seconds)
        return await sleep(seconds, *args)

    monkeypatch.setattr("gradio.queueing.asyncio.sleep", noted)
    with served_space(tmp_path) as served:
        assert Visitor(*served).call("use_sample")["emails"]
    assert waited
    assert min(waited) >= 0.02
