"""As on a Space, with nothing of the machine's own environment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def on_a_space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """The environment of a Space; what a test sets in it is gone after the test."""
    for name in list(os.environ):
        if name.startswith("OUTCOME_RL_MAX_") or name in ("OUTCOME_RL_MODELS", "OUTCOME_RL_VISITORS"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SPACE_ID", "somebody/outcome-rl")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return monkeypatch
