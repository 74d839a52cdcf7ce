"""Somebody at the page, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.helpers import special_args

from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.data.panel import DataPanel
from outcome_rl.ui.page import create_page


class Visitor:
    """Hands what the page's parts hold to what they are wired to, and keeps what comes back, as a browser does."""

    def __init__(self, workspace: Path) -> None:
        self.wired = {each.name: each for each in create_page(Workspace(workspace)).fns.values()}
        self.panel: DataPanel = self.wired["use_import"].fn.__self__  # type: ignore[union-attr]
        self.held: dict[Any, Any] = {}
        self.shown: dict[Any, Any] = {}

    def does(self, name: str) -> None:
        """What follows once somebody has done this, by the name of the function that answers."""
        wired = self.wired[name]
        given = [self.held.get(box, getattr(box, "value", None)) for box in wired.inputs]
        for updates in wired.fn(*special_args(wired.fn, given, gr.Request(session_hash="visitor"))[0]):
            self.shown |= updates
            for box, update in updates.items():
                value = getattr(update, "value", None) if isinstance(update, Block) else update
                self.held |= {} if value is None else {box: value}
