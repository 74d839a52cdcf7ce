"""``python app.py --mcp``: the endpoints as tools for assistants, and what is said where the extra is missing."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys

import pytest

from tests.helpers.command_line import ROOT
from tests.helpers.pages import served_by_command


def test_a_missing_extra_is_said(tmp_path):
    code = (
        "import importlib.util, sys; found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: None if name == 'mcp' else found(name, *more)\n"
        "import app; sys.exit(app.main(['--mcp', '--workspace', sys.argv[1]]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 2
    assert ended.stderr.strip().endswith('install it with: pip install "gradio[mcp]"')


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
    assert "'emails': 415" in sample.content[0].text or '"emails": 415' in sample.content[0].text
    assert mistake.isError and "judge_share: 0.9 is outside the allowed range" in mistake.content[0].text
