"""Starts the web page: ``python app.py [--host H] [--port P] [--workspace DIR] [--mcp]``.

Hugging Face Spaces runs it too; installed, the same is ``outcome-rl app``.
"""

from __future__ import annotations

import sys
from typing import Any

from outcome_rl.ui import serve


def __getattr__(name: str) -> Any:
    """``app.demo``, made when somebody asks for it (gradio's reloader does)."""
    if name == "demo":
        globals()["demo"] = serve.demo()
        return globals()["demo"]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def main(arguments: list[str] | None = None) -> int:
    return serve.main(arguments, name="app.py")


if __name__ == "__main__":
    sys.exit(main())
