"""The page starts where gradio's own question whether it answers would go unanswered."""

from __future__ import annotations

import os

import httpx
import pytest
from gradio import networking

from outcome_rl.ui import serve
from outcome_rl.utils.cpu import FEW_SHAPES
from tests.helpers.pages import served_here


def test_a_page_that_answers_slowly_or_behind_a_proxy_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(networking, "url_ok", lambda url: False)
    with served_here(tmp_path) as address:
        assert httpx.get(address, trust_env=False, timeout=60).status_code == 200


class Begun(Exception):
    """The page is about to be made."""


def test_the_page_remembers_few_shapes_of_matrices_and_has_few_heaps(tmp_path, monkeypatch):
    for name in (*FEW_SHAPES, "no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    for name in FEW_SHAPES:
        monkeypatch.delenv(name)

    def made(*_: object) -> None:
        raise Begun

    shared = []
    monkeypatch.setattr(serve, "share_heaps", lambda: shared.append(True))
    monkeypatch.setattr(serve, "create_page", made)
    with pytest.raises(Begun):
        serve.app(["--workspace", str(tmp_path)])
    assert shared, "before any thread of the page begins"
    assert {name: os.environ.get(name) for name in FEW_SHAPES} == FEW_SHAPES
