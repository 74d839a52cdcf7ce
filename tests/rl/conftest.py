"""A tiny policy to tune."""

from __future__ import annotations

from pathlib import Path

import pytest

from outcome_rl.policy.model import Policy
from tests.helpers.finetuning import tiny_policy


@pytest.fixture
def policy(causal_folder: Path) -> Policy:
    return tiny_policy(causal_folder)
