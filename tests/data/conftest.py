"""A writer of small files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.written_files import writer_into


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    return writer_into(tmp_path)
