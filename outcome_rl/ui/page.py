"""The page: its head, its three tabs, and how it is served."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ..runs.workspace import Workspace
from ..security.caps import current_caps
from ..security.hub_accounts import login_is_on
from .common.login_button import create_login
from .common.page_context import ModelCache, Page
from .common.run_watcher import RunWatcher
from .common.static import static_text
from .common.turns import Turns
from .common.zero_gpu import Card
from .compare.tab import create_compare_tab, expose_api
from .data.api import expose_api as expose_data
from .data.audits import AuditCache
from .data.tab import create_data_tab
from .example.tab import create_example_tab
from .finetune.plan_panel import expose_api as expose_plan
from .finetune.runs_panel import expose_api as expose_runs
from .finetune.tab import create_rl_tab
from .server.light_sessions import lighten_sessions
from .server.protection import middleware
from .words.names import HEAD, SHARED_HERE

TITLE = "Outcome RL"
STYLES = ("css/page.css", "css/email.css", "css/verdict.css")
QUEUE_PAUSE = 0.02
"""Seconds between two looks at an empty queue: gradio's 0.001 takes a twentieth of a core while nobody asks."""
LONGEST_QUEUE = 256
"""Calls that wait, in all lines together; what one visitor may have waiting on a Space is capped besides."""
SESSIONS = 300
"""Sessions that are held in memory, those used last: each takes a fifth of a megabyte and what it changes."""
CACHE_SECONDS = (3600, 24 * 3600)
"""How often uploads in gradio's cache are looked through, and how old they get; runs keep copies of their own."""


def create_page(
    workspace: Workspace, shared: bool = False, models: ModelCache | None = None, card: Card | None = None
) -> gr.Blocks:
    """All of the page for one workspace; ``shared`` where strangers use it together, ``models``: those loaded,
    ``card``: what lends a graphics card for writing.
    """
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=CACHE_SECONDS) as demo:
        gr.Markdown(HEAD, elem_classes="orl-head")
        page = Page(
            demo=demo,
            workspace=workspace,
            watcher=RunWatcher(workspace, Turns(workspace).of),
            models=models or ModelCache(),
            timer=gr.Timer(2 if shared else 1),  # strangers share the processor as well
            # the secret only has to stay the same over restarts: what is kept is a name, checked when it comes back
            chosen=gr.BrowserState({}, storage_key="outcome-rl-data", secret="outcome-rl"),
            card=card,
            login=shared and login_is_on(),
        )
        if page.login:
            create_login(page)
        audits = AuditCache(workspace)
        with gr.Tabs(elem_id="tabs") as page.tabs:
            create_example_tab(page)
            create_data_tab(page, audits)
            runs = create_rl_tab(page)
            create_compare_tab(page)
        if shared:
            gr.HTML(SHARED_HERE.format(hours=current_caps().hours), elem_classes="orl-shared")
        for expose in page.endpoints:
            expose()
        expose_data(page, audits)
        expose_api(page)
        expose_plan(page)
        expose_runs(page, runs.rows)
    lighten_sessions(demo)
    demo.queue(max_size=LONGEST_QUEUE, api_open=False)  # scripts wait in the queue like everybody else
    demo._queue.sleep_when_free = demo._queue.progress_update_sleep_when_free = QUEUE_PAUSE
    return demo


def _theme() -> gr.themes.Base:
    """Fonts that come with gradio, so that none is fetched; their weight 600 lacks letters, so 700 stands in."""
    theme = gr.themes.Default(
        primary_hue="indigo",
        secondary_hue="indigo",
        font=[
            gr.themes.LocalFont("IBM Plex Sans", weights=(400, 700)),
            gr.themes.Font("system-ui"),
            gr.themes.Font("sans-serif"),
        ],
        font_mono=[gr.themes.LocalFont("IBM Plex Mono", weights=(400, 700)), gr.themes.Font("monospace")],
    )
    # one shade from gradio's own where that misses a contrast of 4.5
    return theme.set(
        body_text_color_subdued="*neutral_600",
        block_info_text_color="*neutral_600",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_hover_dark="*primary_700",
        link_text_color_dark="*secondary_300",
    )


def launch_options(
    workspace: Workspace,
    host: str,
    port: int,
    check_host: bool,
    allowed_hosts: list[str] | None = None,
    mcp: bool = False,
) -> dict[str, Any]:
    """Arguments for ``launch``: nothing leaves this machine, and limits where gradio has none.

    ``mcp``: the endpoints are tools of the Model Context Protocol as well.
    """
    caps = current_caps()
    return {
        "server_name": host,
        "server_port": port,
        "theme": _theme(),
        "css": "".join(map(static_text, STYLES)),
        "share": False,
        "max_file_size": caps.upload,
        "state_session_capacity": SESSIONS,
        "enable_monitoring": False,
        "run_history": False,
        "footer_links": ["api"],
        # gradio tells screen readers that something is done by a key that it has no words for
        "i18n": gr.I18n(en={"common.complete": "Done"}),
        # both would serve files from processes that the host check does not stand before
        "ssr_mode": False,
        "num_workers": 0,
        "mcp_server": mcp,
        # else gradio asks its own page for an answer, and gives up where a busy machine takes over three seconds or a
        # proxy of the environment stands between
        "_frontend": False,
        "show_error": True,
        "quiet": True,
        "app_kwargs": {"middleware": middleware(workspace, host, check_host, allowed_hosts or [])},
    }
