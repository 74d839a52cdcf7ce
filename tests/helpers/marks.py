"""Parameters that only ``make test-all`` tries."""

from __future__ import annotations

from typing import Any

import pytest


def slow(*values: Any) -> Any:
    """A set of values whose test is marked as slow."""
    return pytest.param(*values, marks=pytest.mark.slow)
