"""Starts the web page: ``python app.py [--host H] [--port P] [--workspace DIR] [--mcp]``.

Hugging Face Spaces runs it too.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

# Read when gradio is imported: nothing about this page or its visitors is sent anywhere.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.page import create_page, launch_options
from outcome_rl.utils.cpu import share_cores

MCP_MISSING = '--mcp: a package is missing; install it with: pip install "gradio[mcp]"'
ON_SPACES = bool(os.environ.get("SPACE_ID"))


def default_workspace() -> Path:
    """The folder named in the environment, a Space's persistent disk where it has one, else the current folder."""
    if named := os.environ.get("OUTCOME_RL_WORKSPACE"):
        return Path(named)
    if ON_SPACES and os.access("/data", os.W_OK):
        return Path("/data")
    return Path.cwd()


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="app.py", description="The web page of Outcome RL.")
    parser.add_argument(
        "--host", default="0.0.0.0" if ON_SPACES else "127.0.0.1", help="address to listen on (default: %(default)s)"
    )
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--workspace", type=Path, default=default_workspace(),
        help="folder that holds outputs/ (default: $OUTCOME_RL_WORKSPACE or the current folder)",
    )  # fmt: skip
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME",
        help="a further name the page may be reached under, for example behind a proxy; can be given again",
    )  # fmt: skip
    parser.add_argument(
        "--mcp", action="store_true",
        help="also serve what the page does as tools for assistants (Model Context Protocol); needs gradio[mcp]",
    )  # fmt: skip
    return parser.parse_args(arguments)


def workspace_in(folder: Path) -> Workspace:
    """The workspace whose files hang on ``folder``, wherever the program goes on from."""
    return Workspace(folder.expanduser().resolve())


def __getattr__(name: str) -> Any:
    """``app.demo``, made when somebody asks for it (gradio's reloader does)."""
    if name == "demo":
        globals()["demo"] = create_page(workspace_in(default_workspace()), shared=ON_SPACES)
        return globals()["demo"]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def main(arguments: list[str] | None = None) -> int:
    share_cores()
    given = parse(arguments)
    if given.workspace.exists() and not given.workspace.is_dir():
        print(f"--workspace {given.workspace}: is not a folder; give a folder, it may be a new one", file=sys.stderr)
        return 2
    if not 1 <= given.port <= 65535:
        print(f"--port {given.port}: is not a port; give a number from 1 to 65535", file=sys.stderr)
        return 2
    if given.mcp and importlib.util.find_spec("mcp") is None:
        print(MCP_MISSING, file=sys.stderr)
        return 2
    workspace = workspace_in(given.workspace)
    options = launch_options(workspace, given.host, given.port, not ON_SPACES, given.allow_host, given.mcp)
    demo = create_page(workspace, shared=ON_SPACES)
    try:
        demo.launch(prevent_thread_lock=True, **options)
    except OSError as error:
        taken = "Cannot find empty port" in str(error)
        reason = (
            "the port is in use, or the address is not this machine's; try --port or --host" if taken else str(error)
        )
        print(f"cannot listen on {given.host}:{given.port}: {reason}", file=sys.stderr)
        return 2
    if demo.mcp_error:  # gradio goes on without
        print(f"--mcp: the tools cannot be served ({demo.mcp_error})", file=sys.stderr)
        return 2
    shown = "localhost" if given.host in ("0.0.0.0", "::") else given.host
    print(f"Outcome RL is at http://{shown}:{given.port} (workspace {given.workspace}); Ctrl+C ends it", flush=True)
    demo.block_thread()
    return 0


if __name__ == "__main__":
    sys.exit(main())
