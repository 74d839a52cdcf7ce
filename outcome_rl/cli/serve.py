"""The command that serves the page: app. The page knows gradio, which no other command waits for."""

from __future__ import annotations

import runpy
import sys

import typer

from .app import app


@app.command("app", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)
def serve(context: typer.Context) -> None:
    """Serve the page on http://127.0.0.1:7860; --port, --host, --workspace and more, see app --help."""
    sys.argv = ["outcome-rl app", *context.args]
    runpy.run_module("outcome_rl.ui", run_name="__main__")
