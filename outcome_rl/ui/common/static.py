"""The page's scripts and styles, each a file in ``outcome_rl/ui/static``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def static_text(name: str) -> str:
    """The text of a file, such as ``js/live_chart.js``."""
    return files("outcome_rl.ui").joinpath("static", *name.split("/")).read_text(encoding="utf-8")
