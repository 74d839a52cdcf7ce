"""The page starts where gradio's own question whether it answers would go unanswered."""

from __future__ import annotations

import httpx
from gradio import networking

from tests.helpers.pages import served_here


def test_a_page_that_answers_slowly_or_behind_a_proxy_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(networking, "url_ok", lambda url: False)
    with served_here(tmp_path) as address:
        assert httpx.get(address, trust_env=False, timeout=60).status_code == 200
