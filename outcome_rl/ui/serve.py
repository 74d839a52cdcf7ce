"""Serves the page: ``outcome-rl app``, ``python -m outcome_rl.ui`` and, on Hugging Face Spaces, ``python app.py``."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

# Read when gradio is imported: nothing about this page or its visitors is sent anywhere.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Gradio sums up its last ten thousand calls anew after each call, for a page that is closed here: 2 to 12 ms of each
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)

import gradio as gr
import typer

from ..errors import ConfigError
from ..runs.workspace import Workspace
from ..security.caps import current_caps
from ..security.hub_accounts import missing_packages
from ..security.surroundings import on_space
from ..utils.cpu import remember_few_shapes, share_cores, share_heaps
from ..utils.output import tolerate_any_text
from .common.page_context import ModelCache
from .common.zero_gpu import find_card
from .example.tab import warm_up
from .page import create_page, launch_options
from .server.protection import required_login, start_housekeeping, visitors_workspace
from .words.names import LOGIN_MISSING

MCP_SHARED = "--mcp: the tools cannot tell the visitors of a Space apart; leave it out, scripts have the page's API"
MCP_MISSING = '--mcp: a package is missing; install it with: pip install "gradio[mcp]"'
LAST_PORT = 65535


def default_host() -> str:
    """This machine alone, but on a Space."""
    return "0.0.0.0" if on_space() else "127.0.0.1"


def default_workspace() -> Path:
    """The folder named in the environment, a Space's persistent disk where it has one, else the current folder."""
    if named := os.environ.get("OUTCOME_RL_WORKSPACE"):
        return Path(named)
    if on_space() and os.access("/data", os.W_OK):
        return Path("/data")
    return Path.cwd()


def demo() -> gr.Blocks:
    """The page as gradio's reloader wants it, with nothing but the environment to go by."""
    return create_page(_workspace_in(default_workspace()), shared=on_space())


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def serve(
    host: Annotated[
        str,
        typer.Option(
            default_factory=default_host,
            help="address to listen on (default: 127.0.0.1, this machine alone; on a Space 0.0.0.0)",
            show_default=False,
        ),
    ],
    workspace: Annotated[
        Path,
        typer.Option(
            default_factory=default_workspace,
            help="folder that holds outputs/ (default: $OUTCOME_RL_WORKSPACE or the current folder)",
            show_default=False,
        ),
    ],
    port: Annotated[int, typer.Option(help="port to listen on")] = 7860,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="another name the page can be reached under, for example behind a proxy; can be repeated",
        ),
    ] = None,
    mcp: Annotated[
        bool,
        typer.Option(
            "--mcp",
            help="also serve the page's work as tools for assistants (Model Context Protocol); needs the extra 'mcp'",
        ),
    ] = False,
) -> None:
    """The web page of Outcome RL."""
    if problem := _unusable(workspace, port, mcp):
        _refuse(problem)
    space = _workspace_in(workspace)
    try:
        caps, _ = current_caps(), required_login()
    except ConfigError as error:
        _refuse(str(error))
    if os.environ.get("OAUTH_CLIENT_ID") and on_space() and (missing := missing_packages()):
        print(LOGIN_MISSING.format(names=", ".join(missing)), file=sys.stderr)
    _reach_itself(host)
    remember_few_shapes()
    share_heaps()
    models = ModelCache()
    page = create_page(space, on_space(), models, find_card())
    options = launch_options(space, host, port, True, allow_host, mcp)
    start_housekeeping(space, caps)
    if on_space():
        threading.Thread(target=warm_up, args=(models,), name="warm-up", daemon=True).start()
    try:
        page.launch(prevent_thread_lock=True, **options)
    except OSError as error:
        taken = "Cannot find empty port" in str(error)
        reason = (
            "the port is in use, or the address is not this machine's; try --port or --host" if taken else str(error)
        )
        _refuse(f"cannot listen on {host}:{port}: {reason}")
    if page.mcp_error:  # gradio goes on without
        _refuse(f"--mcp: the tools cannot be served ({page.mcp_error})")
    shown = "localhost" if host in ("0.0.0.0", "::") else host
    print(f"Outcome RL is at http://{shown}:{port} (workspace {workspace}); Ctrl+C ends it", flush=True)
    page.block_thread()


def _reach_itself(host: str) -> None:
    """Gradio asks its own page whether it is up: no proxy of the environment can reach that for it."""
    for name in ("no_proxy", "NO_PROXY"):
        kept = [each for each in os.environ.get(name, "").split(",") if each.strip()]
        os.environ[name] = ",".join(dict.fromkeys([*kept, "127.0.0.1", "localhost", host]))


def _unusable(workspace: Path, port: int, mcp: bool) -> str | None:
    """What is wrong with the options, in words."""
    if workspace.exists() and not workspace.is_dir():
        return f"--workspace {workspace}: is not a folder; give a folder, it may be a new one"
    if not 1 <= port <= LAST_PORT:
        return f"--port {port}: is not a port; give a number from 1 to {LAST_PORT}"
    if mcp and on_space():
        return MCP_SHARED
    if mcp and importlib.util.find_spec("mcp") is None:
        return MCP_MISSING
    return None


def _refuse(message: str) -> None:
    """End with status 2 and one line."""
    print(message, file=sys.stderr)
    raise typer.Exit(2)


def _workspace_in(folder: Path) -> Workspace:
    """The workspace whose files hang on ``folder``, wherever the program goes on from; on a Space each has one."""
    whole = folder.expanduser().resolve()
    return visitors_workspace(whole) if on_space() else Workspace(whole)


def main(arguments: Sequence[str] | None = None, name: str = "outcome-rl app") -> int:
    """Serve until Ctrl+C; the status to end with. ``arguments``: those of the process where None."""
    share_cores()
    tolerate_any_text()
    try:
        app(list(sys.argv[1:] if arguments is None else arguments), prog_name=name)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
