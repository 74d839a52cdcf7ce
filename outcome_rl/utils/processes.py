"""Processes of this program's own."""

from __future__ import annotations

import os
from pathlib import Path


def search_path() -> str:
    """``PYTHONPATH`` for another process of this package; it may run from a checkout, not installed."""
    home = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
