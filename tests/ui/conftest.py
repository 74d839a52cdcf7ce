"""The page for a fresh workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.pages import served_here


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The page, served for a fresh workspace."""
    with served_here(tmp_path) as url:
        yield url


@pytest.fixture
def metrics() -> dict[str, Any]:
    """The figures of a reward model that is better than guessing and not better than every baseline."""
    from tests.helpers.reward_reports import made_report

    return made_report()
