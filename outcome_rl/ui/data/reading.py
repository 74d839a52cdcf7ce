"""The files that a visitor brings, read while they watch, with a button that stops it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from gradio.blocks import Block

from ...config import DEFAULT_COLUMNS, Columns
from ...data.csv_io import is_plain_text, open_table, write_rows
from ...importers.api import ImportOptions, ImportPreview, ImportProgress, import_steps
from ...importers.resolve import needs_import
from ...importers.simple import guess_meanings, simple_columns
from ..common import html
from ..common.page_context import VIEWER, Updates
from ..common.stop_buttons import StopRequests
from ..words import learn as words

Result = TypeVar("Result")


@dataclass(frozen=True)
class ReadingPanel:
    """How far the reading of files is, and the button that stops it."""

    progress: gr.HTML
    stop: gr.Button
    stops: StopRequests

    @property
    def parts(self) -> list[Block]:
        """What changes while files are read."""
        return [self.progress, self.stop]

    def watch(
        self, steps: Generator[ImportProgress, None, Result], request: gr.Request
    ) -> Generator[Updates, None, Result | None]:
        """Show each step; it returns what the steps do, None where the visitor has stopped them."""
        with self.stops.while_working(request) as stopped, closing(steps):
            while not stopped.is_set():
                try:
                    step = next(steps)
                except StopIteration as end:
                    result: Result = end.value
                    return result
                share = step.made / step.read if step.made else None
                yield {self.progress: html.progress(f"{step}.", share), self.stop: gr.Button(visible=True)}
        return None

    def clear(self, words: str = "") -> Updates:
        """Nothing is being read any more; ``words`` say why not, if that is not plain to see."""
        return {self.progress: html.sentence(words, html.CAUTION), self.stop: gr.Button(visible=False)}


def create_reading_panel() -> ReadingPanel:
    """Draw and wire it; nothing is to be seen while nothing is read."""
    progress = gr.HTML(elem_id="reading-progress")
    stop = gr.Button(words.STOP, variant="stop", visible=False, elem_id="reading-stop")
    stops = StopRequests()

    def ask(request: gr.Request) -> None:
        stops.request_stop(request)

    stop.click(ask, None, None, **VIEWER)
    return ReadingPanel(progress, stop, stops)


def paths_of(given: Any) -> list[str]:
    """The files that were dropped, one or several."""
    return [str(each) for each in given] if isinstance(given, list) else [str(given)] if given else []


def read_files(files: Sequence[str]) -> Generator[ImportProgress, None, Columns | ImportPreview]:
    """How a single table is read that needs no import; of all else what an import gives. Raises DataError."""
    path = Path(files[0])
    if len(files) == 1 and not needs_import(path):
        return guess_meanings(path, DEFAULT_COLUMNS)
    preview = yield from import_steps(files, ImportOptions())
    if len(files) > 1 or any(each.questions or each.warnings for each in preview.layouts):
        return preview
    return simple_columns(preview) or preview


def as_csv(path: str) -> Path:
    """The file itself, or its rows as CSV beside it where it is a spreadsheet or packed."""
    if is_plain_text(Path(path)):
        return Path(path)
    header, rows = open_table(Path(path))
    copy = Path(path).with_name(f"{Path(path).name.split('.')[0]}.as-csv.csv")
    write_rows(copy, header, (record.cells for record in rows))
    return copy
