"""The rows of the data in use: look at them, change cells, drop rows; saved as a file of its own."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.components import Component

from ...data.dataset import EmailData
from ...data.rewrite import Edit, write_edited
from ...errors import DataError
from ...importers.composition import read_beside
from ...outcomes import OUTCOMES
from ...runs.workspace import Workspace
from ...utils.formatting import count_of
from ..common import html
from ..common.datasets import resolve, store_upload
from ..common.page_context import Updates
from ..words import emails as words

SHOWN_ROWS = 2000
HEADERS = ["use", "line", "outcome", "recipient", "email"]
EDITED = "-edited"
Edits = dict[int, Edit | None]
"""What was changed and is not saved yet, by line; None: the row is dropped."""


@dataclass(frozen=True)
class RowsPanel:
    """The panel's parts; ``shown`` are the lines in the table, ``edits`` what was changed in it or before."""

    fold: gr.Accordion
    note: gr.HTML
    table: gr.Dataframe
    everything: gr.Button
    untick: gr.Button
    save: gr.Button
    undo: gr.Button
    download: gr.DownloadButton
    message: gr.HTML
    shown: gr.State
    edits: gr.State

    @property
    def parts(self) -> list[Block]:
        """What changes with the rows that are shown."""
        return [self.fold, self.note, self.table, self.everything, self.untick, self.message, self.shown, self.edits]

    @property
    def given(self) -> list[Component]:
        """What a handler needs to know of the table."""
        return [self.table, self.shown, self.edits]

    def render(
        self, data: EmailData, edits: Edits, lines: Collection[int] = (), title: str = "", dropped: bool = False
    ) -> Updates:
        """The rows, or only those of ``lines``, unsaved changes included; ``dropped`` unticks them."""
        wanted = frozenset(lines)
        there = (place for place, line in enumerate(data.rows) if not wanted or line in wanted)
        places = list(islice(there, SHOWN_ROWS))
        rows = [_row(data, place, edits) for place in places]
        if dropped:
            rows = [[False, *row[1:]] for row in rows]
        return {
            self.fold: gr.Accordion(open=True) if lines else gr.skip(),
            self.note: html.aside(_note(len(rows), len(data), len(lines), title)),
            self.table: rows,
            self.everything: gr.Button(visible=bool(lines)),
            self.untick: gr.Button(visible=bool(lines)),
            self.message: "",
            self.shown: [data.rows[place] for place in places],
            self.edits: edits,
        }


def create_rows_panel(fold: gr.Accordion) -> RowsPanel:
    """Draw the panel inside ``fold``; the caller wires it."""
    with gr.Column(elem_id="data-rows"):
        note = gr.HTML(elem_id="data-rows-note")
        table = gr.Dataframe(
            headers=HEADERS, datatype=["bool", "number", "str", "str", "str"], type="array", interactive=True,
            wrap=True, max_height=360, column_widths=["80px", "80px", "130px", "280px", "520px"], static_columns=[1],
            show_label=False, label=words.ROWS, elem_id="data-table", buttons=["fullscreen"],
        )  # fmt: skip
        with gr.Row():
            everything = gr.Button(words.ALL_ROWS, visible=False, min_width=160, elem_id="data-all-rows")
            untick = gr.Button(words.UNTICK, visible=False, min_width=160, elem_id="data-untick")
            save = gr.Button(words.SAVE, min_width=160, elem_id="data-save")
            undo = gr.Button(words.UNDO, min_width=160, elem_id="data-undo")
            download = gr.DownloadButton(words.DOWNLOAD, interactive=False, min_width=160, elem_id="data-download")
        message = gr.HTML(elem_id="data-rows-message")
    return RowsPanel(
        fold, note, table, everything, untick, save, undo, download, message, gr.State(()), gr.State({})
    )  # fmt: skip


def prepare_download(workspace: Workspace, chosen: Any) -> Iterator[Any]:
    """The data in use, ready to be downloaded under a name that says what they are; gradio takes its own copy."""
    dataset = resolve(workspace, chosen)
    with TemporaryDirectory() as folder:
        path = Path(folder) / (dataset.label if dataset.label.endswith(".csv") else "emails.csv")
        try:
            shutil.copyfile(dataset.path, path)
        except OSError:  # the preview says so
            yield gr.DownloadButton(value=None, interactive=False)
        else:
            yield gr.DownloadButton(value=str(path), interactive=True)


def collect_edits(
    data: EmailData, table: Sequence[Sequence[Any]], shown: Collection[int], edits: Mapping[int, Edit | None]
) -> Edits:
    """All that is changed: ``edits`` of rows that are not in the table, and what the table itself says.

    A row is dropped where its tick is gone, and where it was deleted from the table.

    Raises:
        DataError: a row or a column was added, or a column deleted.
    """
    places = {line: place for place, line in enumerate(data.rows)}
    found: Edits = {line: edit for line, edit in edits.items() if line in places and line not in shown}
    seen = set()
    for row in table:
        if len(row) != len(HEADERS):
            raise DataError(words.NO_COLUMNS)
        keep, line, *cells = row
        if not any(str(cell or "").strip() for cell in cells) and not str(line or "").strip():
            continue  # an empty row that the table puts in by itself
        try:
            place = places[int(line)]
        except (TypeError, ValueError, KeyError):
            raise DataError(words.NO_ROWS) from None
        seen.add(int(line))
        edit = _changes(data, place, [str(cell if cell is not None else "") for cell in cells])
        if not _is_ticked(keep):
            found[int(line)] = None
        elif edit:
            found[int(line)] = edit
    return found | {line: None for line in shown if line not in seen}


def save_edited_copy(workspace: Workspace, chosen: Any, edits: Edits) -> dict[str, Any]:
    """A copy of the data in use with the changes; what the browser keeps of it.

    Raises:
        DataError: there is nothing to save, or a changed row cannot be used.
        OSError: the disk does not take it.
    """
    if not edits:
        raise DataError(words.NOTHING_CHANGED)
    dataset = resolve(workspace, chosen)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{Path(dataset.label).stem.removesuffix(EDITED)[:33]}{EDITED}.csv"
        write_edited(dataset.path, dataset.columns, path, edits)
        return store_upload(workspace, path, dataset.columns, read_beside(dataset.path))


def changes_in_words(edits: Edits) -> str:
    """``2 rows changed, 1 row dropped``."""
    dropped = sum(edit is None for edit in edits.values())
    parts = [(len(edits) - dropped, words.CHANGED), (dropped, words.DROPPED)]
    return ", ".join(f"{count_of(number, 'row')} {what}" for number, what in parts if number)


def _row(data: EmailData, place: int, edits: Edits) -> list[Any]:
    line = data.rows[place]
    edit = edits.get(line, Edit())
    now = edit or Edit()
    cells = (OUTCOMES[data.outcomes[place]], data.contexts[place], data.emails[place])
    new = (now.outcome, now.context, now.email)
    return [edit is not None, line, *(old if cell is None else cell for old, cell in zip(cells, new, strict=True))]


def _changes(data: EmailData, place: int, cells: list[str]) -> Edit | None:
    """What differs from the file, None where nothing does."""
    outcome, context, email = cells
    edit = Edit(
        None if context == data.contexts[place] else context,
        None if email == data.emails[place] else email,
        None if outcome == OUTCOMES[data.outcomes[place]] else outcome,
    )
    return None if edit == Edit() else edit


def _is_ticked(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "1")


def _note(rows: int, of: int, asked: int, title: str) -> str:
    if asked:
        beyond = words.FIRST_OF.format(shown=rows, count=asked) if asked > rows else ""
        return f"{count_of(rows, 'row')}{beyond}: {title}"
    if rows < of:
        return words.FIRST_ROWS.format(shown=rows, count=of)
    return words.HOW_TO_CHANGE
