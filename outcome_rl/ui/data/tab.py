"""Tab 1: choose the emails, say what their columns mean, look at the rows; below them the reward model's panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr
from gradio.blocks import Block

from ...audit.findings import count_of
from ...config import DEFAULT_COLUMNS, Columns
from ...data.column_mapping import left_out, outcome_words
from ...data.dataset import EmailData, sample_file
from ...errors import OutcomeRLError
from ...importers.api import ImportPreview
from ...importers.contradictions import contradictions
from ...text.quoted import one_line
from ..common import html, plots
from ..common.datasets import SAMPLE, Dataset, browser_state, resolve, store_upload
from ..common.failures import refusal
from ..common.live_chart import create_live_chart, figure_json
from ..common.page_context import QUIET, VIEWER, Page, Updates, on_change_latest
from ..common.static import static_text
from ..reward.panel import create_reward_panel
from ..words import learn as page_words
from ..words.importing import recognised
from ..words.names import ANOTHER_SELLER, EMAILS, THE_SAMPLE
from .audit_panel import AuditPanel, create_audit_panel, in_plain_words, save_masked_copy
from .audits import AuditCache
from .import_panel import ImportPanel, create_import_panel, import_as_said
from .insights_panel import InsightsPanel, create_insights_panel
from .mapping_panel import MappingPanel, columns_from_choices, create_mapping_panel, mapping_in_words
from .reading import READING, ReadingPanel, as_csv, create_reading_panel, paths_of, read_files
from .rows_panel import (
    RowsPanel,
    changes_in_words,
    collect_edits,
    create_rows_panel,
    prepare_download,
    save_edited_copy,
)

LONGEST_DESCRIPTION = 80
"""Characters of a recipient's description within a sentence."""
STILL_IN_USE = "The emails chosen before stay in use."
SAMPLE_CHOSEN = "The sample data are in use now. Next: let the predictor learn from them, below."


def create_data_tab(page: Page, audits: AuditCache) -> None:
    """Draw the tab and wire it."""
    with gr.Tab(EMAILS, id="data"):
        gr.Markdown(page_words.INTRO)
        _data_panel(page, audits)
        create_reward_panel(page)


@dataclass(frozen=True)
class DataPanel:
    """The upper half of the tab; its methods give what the page shows after something was done."""

    page: Page
    upload: gr.File
    status: gr.HTML
    reading: ReadingPanel
    chart: gr.HTML
    more: gr.Column
    """What else is to be seen of the emails in use."""
    mapping: MappingPanel
    importing: ImportPanel
    rows: RowsPanel
    audit: AuditPanel

    @property
    def parts(self) -> list[Block]:
        """What changes with the data in use."""
        shown = [*self.reading.parts, *self.mapping.parts, *self.importing.parts, *self.rows.parts]
        return [self.page.chosen, self.upload, self.status, self.chart, self.more, *shown]

    def use_upload(self, given: Any, request: gr.Request) -> Iterator[Updates]:
        """Take a file over that is understood as it stands; show what would come of any other, or of several.

        Whatever cannot be used leaves all else as it was.
        """
        if not (files := paths_of(given)):
            yield {self.status: gr.skip()}
            return
        try:
            found = yield from self.reading.watch(read_files(files), request, self.importing.hide())
            yield self.reading.clear()
            if isinstance(found, Columns):
                yield self._use_as_it_stands(as_csv(files[0]), found)
            elif found:
                yield self._propose(found)
            else:
                yield self._take_nothing(html.sentence(f"{page_words.READING_STOPPED} {STILL_IN_USE}", html.CAUTION))
        except (OutcomeRLError, OSError) as error:
            yield {**self._take_nothing(refusal(error, STILL_IN_USE)), **self.mapping.hide()}

    def _take_nothing(self, why: str) -> Updates:
        """What was dropped is gone, and what was in use is to be seen again."""
        shown: Updates = {self.chart: gr.HTML(visible=True), self.more: gr.Column(visible=True)}
        return {self.status: why, self.upload: None, **shown, **self.reading.clear(), **self.importing.hide()}

    def _propose(self, preview: ImportPreview) -> Updates:
        return {
            self.status: html.sentence(f"{page_words.CHECK_IMPORT} {STILL_IN_USE}", html.CAUTION),
            self.chart: gr.HTML(visible=False),  # it is of the emails that stay in use, as is what follows
            self.more: gr.Column(visible=False),
            **self.mapping.hide(),
            **self.importing.propose(preview),
        }

    def _use_as_it_stands(self, file: Path, columns: Columns) -> Updates:
        chosen = store_upload(self.page.workspace, file, columns)
        guessed = columns != DEFAULT_COLUMNS
        words = f"{mapping_in_words(columns)}. That is a guess: see below." if guessed else ""
        updates = self.use_data(chosen, words, guessed)
        told = html.sentences([f"{each}." for each in contradictions(file, columns)], html.CAUTION)
        return {**updates, self.status: f"{updates[self.status]}{told}"}

    def look_again(self, request: gr.Request, given: Any, guess: Any, *values: Any) -> Iterator[Updates]:
        """What the files give as the controls are now."""
        files = paths_of(given)
        if not files or not guess:
            yield {self.status: gr.skip()}
            return
        try:
            preview = yield from self.reading.watch(import_as_said(files, guess, values), request)
            yield self.reading.clear("" if preview else page_words.LOOK_STOPPED)
            if preview:
                yield self.importing.render(preview)
        except (OutcomeRLError, OSError) as error:
            refused: Updates = {
                self.importing.questions: refusal(error),
                self.importing.use: gr.Button(interactive=False),
            }
            yield {**self.reading.clear(), **refused}

    def use_import(self, request: gr.Request, given: Any, guess: Any, *values: Any) -> Iterator[Updates]:
        """Keep what the files give, and use it."""
        files = paths_of(given)
        if not files or not guess:
            yield {self.status: gr.skip()}
            return
        try:
            with TemporaryDirectory() as folder:
                copy = Path(folder) / f"{Path(files[0]).name.split('.')[0] or 'emails'}.csv"
                steps = import_as_said(files, guess, values, copy)
                preview = yield from self.reading.watch(steps, request)
                if preview is None:
                    yield self.reading.clear(f"{page_words.READING_STOPPED} {STILL_IN_USE}")
                    return
                yield {self.reading.stop: gr.Button(visible=False)}  # what is read is kept now
                chosen = store_upload(self.page.workspace, copy, DEFAULT_COLUMNS, preview.composition)
                yield {**self.reading.clear(), **self.use_data(chosen, f"Imported: {recognised(preview.why)}.")}
        except (OutcomeRLError, OSError) as error:
            yield {**self.reading.clear(), self.importing.questions: refusal(error)}

    def use_mapping(self, file: Any, *values: Any) -> Updates:
        """Read a file as the dropdowns say."""
        if not file:
            return {self.status: gr.skip()}
        dataset = resolve(self.page.workspace, file)
        try:
            columns = columns_from_choices(dataset, values[:3], values[3:])
        except (OutcomeRLError, OSError) as error:
            return {self.mapping.message: refusal(error, STILL_IN_USE)}
        return self.use_data({**file, "columns": asdict(columns)}, f"{mapping_in_words(columns)}.", True)

    def use_data(self, chosen: dict[str, Any], words: str = "", asked: bool = False) -> Updates:
        """Use this file of the uploads; ``asked``: show how it is read as well."""
        dataset = resolve(self.page.workspace, chosen)
        try:
            data = dataset.read()
        except (OutcomeRLError, OSError) as error:
            return {self.status: refusal(error, STILL_IN_USE), **self.mapping.fill(chosen, dataset, str(error), True)}
        return {
            self.page.chosen: chosen,
            **self.render(dataset, data, words),
            **self.mapping.fill(chosen, dataset, "", asked),
        }

    def load(self, chosen: Any) -> Updates:
        """The data that were chosen earlier."""
        dataset = resolve(self.page.workspace, chosen)
        try:
            updates = self.render(dataset, dataset.read())
        except OutcomeRLError as error:
            return {self.status: refusal(error)}
        file = browser_state(self.page.workspace, dataset)
        return updates | (self.mapping.fill(file, dataset, "", False) if file else self.mapping.hide())

    def show_sample(self) -> Updates:
        """Use the sample data."""
        gr.Info(SAMPLE_CHOSEN, duration=5)
        chosen = {"name": SAMPLE}
        return {self.page.chosen: chosen, **self.load(chosen)}

    def use_masked(self, chosen: Any) -> Updates:
        """Use a copy of the data with personal data masked."""
        try:
            masked = save_masked_copy(self.page.workspace, chosen)
        except (OutcomeRLError, OSError) as error:
            return {self.status: refusal(error, STILL_IN_USE)}
        return self.use_data(
            masked, "Personal data are masked in this copy, in all columns; download it below the table."
        )

    def save_edits(self, chosen: Any, table: list, shown: Any, edits: Any) -> Updates:
        """Keep what was changed in the table as a file of its own, and use that."""
        try:
            data = resolve(self.page.workspace, chosen).read()
            edits = collect_edits(data, table, shown, edits)
            copy = save_edited_copy(self.page.workspace, chosen, edits)
        except (OutcomeRLError, OSError) as error:
            return {self.rows.message: refusal(error)}
        words = f"{changes_in_words(edits)}; the file before is unchanged."
        return {**self.use_data(copy, words), self.rows.message: html.sentence(f"Saved: {words}", html.GOOD)}

    def filter_rows(
        self, chosen: Any, table: list, shown: Any, edits: Any, number: int | None, dropped: bool
    ) -> Updates:
        """The rows that a finding of the audit names, or all; unsaved changes stay."""
        dataset = resolve(self.page.workspace, chosen)
        try:
            data = dataset.read()
            edits = collect_edits(data, table, shown, edits)
            if dropped:
                return self.rows.render(data, edits, shown, "unticked, and dropped when you save.", dropped=True)
            if number is None:
                return self.rows.render(data, edits)
            finding = self.audit.audits.get(self.audit.audits.key(dataset), dataset).findings[number]
        except (OutcomeRLError, OSError, IndexError) as error:
            return {self.rows.message: refusal(error)}
        return self.rows.render(data, edits, finding.rows, in_plain_words(finding).message)

    def render(self, dataset: Dataset, data: EmailData, words: str = "") -> Updates:
        """Status, chart and rows of data that can be used; nothing else is being looked at any more."""
        return {
            **self.reading.clear(),
            **self.importing.hide(),
            self.status: html.sentence(data_in_words(dataset, data, words), html.GOOD),
            self.chart: gr.HTML(figure_json(plots.outcome_bars(data.counts())), visible=True),
            self.more: gr.Column(visible=True),
            **self.rows.render(data, {}),
        }


def _data_panel(page: Page, audits: AuditCache) -> None:
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            upload = gr.File(
                label="Your export: CSV, Excel, mailbox, zip, or several",
                file_count="multiple", elem_id="data-upload", height=150,
            )  # fmt: skip
            with gr.Row():
                sample = gr.Button("Use the sample data", min_width=140, elem_id="use-sample")
                gr.DownloadButton(
                    "Download a template",
                    value=str(sample_file("template.csv")),
                    min_width=140,
                    elem_id="data-template",
                )
            status = gr.HTML(elem_id="data-status")
            reading = create_reading_panel()
        with gr.Column(scale=3, min_width=300):
            chart = create_live_chart("data-outcomes", plots.FIGURE_HEIGHT)
    mapping, importing = create_mapping_panel(), create_import_panel()
    with gr.Column() as more:
        with gr.Accordion(page_words.AUDIT, open=False, elem_id="data-check") as check:
            audit = create_audit_panel(page, audits, check)
        with gr.Accordion(page_words.ROWS, open=False, elem_id="data-look") as look:
            rows = create_rows_panel(look)
        insights = create_insights_panel(page)
    panel = DataPanel(page, upload, status, reading, chart, more, mapping, importing, rows, audit)
    _wire(panel, upload, sample, insights)


def _wire(panel: DataPanel, upload: gr.File, sample: gr.Button, insights: InsightsPanel) -> None:
    page, rows, audit = panel.page, panel.rows, panel.audit
    private: dict[str, Any] = {"outputs": panel.parts, "api_visibility": "private", "show_progress": "minimal"}
    boxes = [*panel.mapping.columns, *panel.mapping.meanings]
    table = [page.chosen, *rows.given]
    importing = panel.importing
    looked_at = [upload, importing.guess, *importing.controls]
    edited = [box.input for box in importing.controls if not isinstance(box, (gr.File, gr.Textbox))]
    typed = [importing.context, importing.own_address]
    texts = [importing.templates.upload, importing.templates.clear]
    texts += [event for box in typed for event in (box.blur, box.submit)] + [box.blur for box in importing.pasted]
    on_change_latest([*edited, *texts], panel.look_again, looked_at, panel.parts, **READING)
    changing = [
        upload.upload(panel.use_upload, upload, trigger_mode="always_last", **private, **READING),
        sample.click(panel.show_sample, None, **private),
        importing.use.click(panel.use_import, looked_at, **private, **READING),
        audit.mask.click(panel.use_masked, page.chosen, **private),
        rows.save.click(panel.save_edits, table, **private),
        on_change_latest([box.input for box in boxes], panel.use_mapping, [panel.mapping.file, *boxes], panel.parts),
        page.demo.load(panel.load, page.chosen, panel.parts, **VIEWER),
    ]  # fmt: skip
    sample.click(lambda: None, None, upload, **VIEWER)  # it must not go on naming a file that is not in use
    for event in changing:
        audit.follow(event)
        event.then(insights.clear, None, insights.outputs, trigger_mode="always_last", **QUIET)
        event.then(
            lambda chosen: (yield from prepare_download(page.workspace, chosen)), page.chosen, rows.download,
            trigger_mode="always_last", **QUIET,
        )  # fmt: skip
    rows.everything.click(_filter(panel, None, False), table, **private)
    rows.untick.click(_filter(panel, None, True), table, **private)
    rows.undo.click(lambda chosen: panel.load(chosen), page.chosen, **private)

    def show_finding(chosen: Any, table: list, shown: Any, edits: Any, click: gr.EventData) -> Updates:
        return panel.filter_rows(chosen, table, shown, edits, int(click.finding), False)

    audit.findings.click(show_finding, table, **private).then(
        None, None, None, js=static_text("js/show_rows.js"), api_visibility="private"
    )


def _filter(panel: DataPanel, number: int | None, dropped: bool) -> Callable[..., Updates]:
    return lambda chosen, table, shown, edits: panel.filter_rows(chosen, table, shown, edits, number, dropped)


def data_in_words(dataset: Dataset, data: EmailData, words: str = "") -> str:
    """What the data in use are, in a sentence or three."""
    ways = len(data.unique_contexts())
    told = (
        f" to recipients described in {ways:,} different ways."
        if ways > 1
        else f". All recipients are described alike, as “{one_line(data.contexts[0], LONGEST_DESCRIPTION)}”."
    )
    said = f"In use: {dataset.label}, {len(data):,} emails{told}"
    if dataset.label == THE_SAMPLE:
        said += f" {ANOTHER_SELLER}"
    skipped = left_out(outcome_words(dataset.path, dataset.columns)) if dataset.columns.outcomes else 0
    if skipped:
        said += f" Left out for their outcome: {count_of(skipped, 'row')}."
    return f"{said} {words[:1].upper()}{words[1:]}" if words else said
