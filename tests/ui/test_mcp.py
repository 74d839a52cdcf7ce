"""``python app.py --mcp``: the endpoints as tools for assistants, and what is said where the extra is missing."""

from __future__ import annotations

import asyncio
import importlib.util

import pytest

from outcome_rl.ui import serve
from tests.helpers.pages import served_by_command


def test_a_missing_extra_is_said(tmp_path, monkeypatch, capsys):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "mcp" else found(name, *more))
    assert serve.main(["--mcp", "--workspace", str(tmp_path)]) == 2
    assert capsys.readouterr().err.strip().endswith('install it with: pip install "gradio[mcp]"')


def test_there_are_no_tools_where_strangers_share_a_page(tmp_path, monkeypatch, capsys):
    """Gradio calls its own page for all of them in one session, which is the first one's."""
    monkeypatch.setenv("SPACE_ID", "somebody/outcome-rl")
    assert serve.main(["--mcp", "--workspace", str(tmp_path)]) == 2
    assert "cannot tell the visitors of a Space apart" in capsys.readouterr().err


@pytest.mark.skipif(importlib.util.find_spec("mcp") is None, reason="the extra gradio[mcp] is not installed")
def test_an_assistant_sees_the_tools_and_calls_them(tmp_path):
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def ask(address: str):
        async with (
            streamablehttp_client(f"{address}/gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            sample = await session.call_tool("use_sample", {})
            mistake = await session.call_tool("train_reward", {"data": {"name": "sample"}, "judge_share": 0.9})
            return tools, sample, mistake

    with served_by_command(tmp_path, "--mcp") as address:
        tools, sample, mistake = asyncio.run(ask(address))
    assert set(tools) >= {"use_sample", "upload_data", "train_reward", "start_finetune", "progress", "write_emails"}
    settings = tools["train_reward"].inputSchema["properties"]
    assert "independent judge" in settings["judge_share"]["description"]
    assert "'emails': 600" in sample.content[0].text or '"emails": 600' in sample.content[0].text
    assert mistake.isError and "judge_share: 0.9 is outside the allowed range" in mistake.content[0].text
