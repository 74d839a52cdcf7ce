"""Logging in with Hugging Face and out again, where the owner of a Space has turned that on (``hf_oauth: true``)."""

from __future__ import annotations

import gradio as gr

from ..words.names import LOG_IN, LOG_OUT
from .page_context import VIEWER, Page
from .visits import current_account


def create_login(page: Page) -> gr.LoginButton:
    """Draw the button and wire it. That it is there has gradio keep the login, in a cookie of the browser's."""
    with gr.Row():
        # without gradio's icon, a file of the server's, of which none is served here
        button = gr.LoginButton(
            LOG_IN, LOG_OUT, icon=None, variant="secondary", size="sm", scale=0, min_width=220, elem_id="login"
        )
    button.load_event_to_attach = None  # gradio's own would be an endpoint for scripts

    def greet() -> gr.LoginButton:
        account = current_account()
        return gr.LoginButton(LOG_OUT.format(name=account.name) if account else LOG_IN)

    page.demo.load(greet, None, button, **VIEWER)
    return button
