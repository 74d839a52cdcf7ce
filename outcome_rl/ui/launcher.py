"""The buttons that start and stop a run, and the command that does the same in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import gradio as gr

from .. import jobs
from ..data import require_trainable
from ..errors import OutcomeRLError
from ..runs import command_line
from . import markup
from .datasets import Dataset, resolve
from .fields import Inputs
from .shared import VIEWER, Page, attempt

STARTER: dict[str, Any] = {"concurrency_id": "start", "concurrency_limit": 1, "show_progress": "hidden"}


@dataclass(frozen=True)
class Launcher:
    """Starts runs of ``kind`` and stops runs of ``kinds``; ``arguments`` makes the command line of the settings."""

    kind: str
    kinds: Collection[str]
    inputs: Inputs
    arguments: Callable[[Page, Dataset, Any], list[str]]
    start: gr.Button
    stop: gr.Button
    message: gr.HTML
    command: gr.Textbox

    def wire(
        self, page: Page, start_name: str, stop_name: str, check: Callable[[Any], None] = lambda config: None
    ) -> None:
        """Connect the buttons under these names of the API; ``check`` raises where nothing can be started with these
        settings yet.
        """

        def begin(chosen: Any, *values: Any) -> str:
            def action() -> None:
                dataset, config = resolve(page.workspace, chosen), self.inputs.read(values)
                check(config)
                require_trainable(dataset.read())  # a mistake in the file should show here, before a process is started
                jobs.start(page.workspace, self.kind, self.arguments(page, dataset, config))

            return attempt(action)

        def halt() -> str:
            view = page.watcher.view(self.kinds)
            return attempt(lambda: jobs.stop(view.run)) if view.running else markup.sentence("Nothing is running.")

        def preview(chosen: Any, *values: Any) -> tuple[Any, str]:
            try:
                given = self.arguments(page, resolve(page.workspace, chosen), self.inputs.read(values))
            except OutcomeRLError as error:
                return gr.skip(), markup.sentence(str(error), markup.BAD)
            return command_line(page.in_workspace([self.kind, *given])), ""

        settings = [page.chosen, *self.inputs.components]
        self.start.click(begin, settings, self.message, api_name=start_name, **STARTER)
        self.stop.click(halt, None, self.message, api_name=stop_name, queue=False, show_progress="hidden")
        changes = [page.demo.load, page.chosen.change, *(box.change for box in self.inputs.components)]
        gr.on(changes, preview, settings, [self.command, self.message], trigger_mode="always_last", **VIEWER)


def create_command(elem_id: str, label: str = "The same in a terminal") -> gr.Textbox:
    """Where the command is shown."""
    return gr.Textbox(label=label, interactive=False, lines=1, buttons=["copy"], elem_id=elem_id)
