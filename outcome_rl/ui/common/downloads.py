"""What a result offers to take along."""

from __future__ import annotations

import shutil
from pathlib import Path

import gradio as gr

from .run_watcher import RunSnapshot

COMPARISON_FILE = "comparison.csv"


def comparison_download(view: RunSnapshot, folder: Path) -> gr.DownloadButton:
    """A run's compared emails, copied into ``folder``, of which gradio takes a copy of its own; hidden where there are
    none, or somebody has deleted them.
    """
    if view.run is None:
        return gr.DownloadButton(visible=False)
    try:
        return gr.DownloadButton(value=shutil.copy(view.run.folder / COMPARISON_FILE, folder), visible=True)
    except OSError:
        return gr.DownloadButton(visible=False)
