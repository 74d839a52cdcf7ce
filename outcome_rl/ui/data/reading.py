"""The files that a visitor brings, read while they watch, with a button that stops it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from gradio.blocks import Block

from ...config import DEFAULT_COLUMNS, Columns
from ...data.csv_io import is_plain_text, open_table, write_rows
from ...importers.api import ImportOptions, ImportPreview, ImportProgress, import_steps
from ...importers.questions import ANSWERS_WORTH
from ...importers.resolve import needs_import
from ...importers.simple import guess_meanings, simple_columns
from ...importers.template_files import may_be_text
from ..common import html
from ..common.page_context import VIEWER, Updates
from ..common.run_words import to_go
from ..common.stop_buttons import StopRequests
from ..words import learn as words

Result = TypeVar("Result")
SHOWN_EVERY = 0.4
"""Seconds between two looks at how far it is; what takes less is not shown at all."""
KNOWN_FROM = 0.1
"""Share from which on the time so far tells the time left."""
READING: dict[str, Any] = {"concurrency_id": "reading", "concurrency_limit": 1}
"""What is said of a file and what is then done with it come one after the other."""


@dataclass(frozen=True)
class ReadingPanel:
    """How far the reading of files is, and the button that stops it."""

    progress: gr.HTML
    stop: gr.Button
    stops: StopRequests
    clock: Callable[[], float] = time.monotonic

    @property
    def parts(self) -> list[Block]:
        """What changes while files are read."""
        return [self.progress, self.stop]

    def watch(
        self, steps: Generator[ImportProgress, None, Result], request: gr.Request, meanwhile: Updates | None = None
    ) -> Generator[Updates, None, Result | None]:
        """Show now and then how far it is; it returns what the steps do, None where the visitor has stopped them.

        Args:
            meanwhile: what else changes while there is something to see.
        """
        begun = shown = self.clock()
        with self.stops.while_working(request) as stopped, closing(steps):
            while not stopped.is_set():
                try:
                    step = next(steps)
                except StopIteration as end:
                    result: Result = end.value
                    return result
                now = self.clock()
                if now - shown >= SHOWN_EVERY:
                    shown = now
                    words_and_bar = html.progress(f"{step}{time_left(step.share, now - begun)}.", step.share)
                    yield {self.progress: words_and_bar, self.stop: gr.Button(visible=True), **(meanwhile or {})}
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


def time_left(share: float | None, elapsed: float) -> str:
    """The time to go by the time so far, in words; empty where it would be a guess."""
    if share is None or share < KNOWN_FROM:
        return ""
    return to_go(elapsed * (1 - share) / share)


def paths_of(given: Any) -> list[str]:
    """The files that were dropped, one or several; texts of single emails come after what they are of."""
    found = [str(each) for each in given] if isinstance(given, list) else [str(given)] if given else []
    return sorted(found, key=may_be_text)


def read_files(files: Sequence[str]) -> Generator[ImportProgress, None, Columns | ImportPreview]:
    """How a single table is read that needs no import; of all else what an import gives. Raises DataError."""
    path = Path(files[0])
    if len(files) == 1 and not needs_import(path):
        return guess_meanings(path, DEFAULT_COLUMNS)
    preview = yield from import_steps(files, ImportOptions())
    if len(files) > 1 or _asks_of_answers(preview) or any(each.questions or each.warnings for each in preview.layouts):
        return preview
    return simple_columns(preview) or preview


def _asks_of_answers(preview: ImportPreview) -> bool:
    """Whether the words of answers tell more of an outcome than its column does."""
    written = any("answer" in each.columns for each in preview.layouts)
    return written and any(each.about in ANSWERS_WORTH for each in preview.questions)


def as_csv(path: str) -> Path:
    """The file itself, or its rows as CSV beside it where it is a spreadsheet or packed."""
    if is_plain_text(Path(path)):
        return Path(path)
    header, rows = open_table(Path(path))
    copy = Path(path).with_name(f"{Path(path).name.split('.')[0]}.as-csv.csv")
    write_rows(copy, header, (record.cells for record in rows))
    return copy
