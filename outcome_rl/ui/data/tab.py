"""Tab 1: choose the emails, say what their columns mean, look at the rows; below them the reward model's panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from ...data.dataset import sample_file
from ..common import plots
from ..common.live_chart import create_live_chart
from ..common.page_context import QUIET, VIEWER, Page, Updates, on_change_latest
from ..common.static import static_text
from ..reward.panel import create_learn_button, create_reward_panel
from ..words import emails as words_of
from ..words import learn as page_words
from ..words.names import EMAILS
from .audit_panel import create_audit_panel
from .audits import AuditCache
from .import_panel import create_import_panel
from .insights_panel import InsightsPanel, create_insights_panel
from .mapping_panel import create_mapping_panel
from .panel import DataPanel
from .reading import READING, create_reading_panel
from .rows_panel import (
    create_rows_panel,
    prepare_download,
)


def create_data_tab(page: Page, audits: AuditCache) -> None:
    """Draw the tab and wire it."""
    with gr.Tab(EMAILS, id="data"):
        gr.Markdown(page_words.INTRO)
        learn = create_learn_button()
        _data_panel(page, audits, learn)
        create_reward_panel(page, learn)


def _data_panel(page: Page, audits: AuditCache, learn: gr.Button) -> None:
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            upload = gr.File(
                label=words_of.UPLOAD, file_count="multiple", elem_id="data-upload", height=150,
            )  # fmt: skip
            with gr.Row():
                sample = gr.Button(words_of.USE_SAMPLE, min_width=140, elem_id="use-sample")
                gr.DownloadButton(
                    words_of.TEMPLATE, value=str(sample_file("template.csv")), min_width=140, elem_id="data-template"
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
    panel = DataPanel(page, upload, status, reading, chart, more, mapping, importing, rows, audit, learn)
    _wire(panel, upload, sample, insights)


def _wire(panel: DataPanel, upload: gr.File, sample: gr.Button, insights: InsightsPanel) -> None:
    page, rows, audit = panel.page, panel.rows, panel.audit
    private: dict[str, Any] = {"outputs": panel.parts, "api_visibility": "private", "show_progress": "minimal"}
    boxes = [*panel.mapping.columns, *panel.mapping.meanings]
    table = [page.chosen, *rows.given]
    importing = panel.importing
    anew = [upload, importing.kept, importing.guess, *importing.controls]
    edited = [box.input for box in importing.controls if not isinstance(box, (gr.File, gr.Textbox))]
    typed = [importing.context, importing.own_address]
    texts = [importing.templates.upload, importing.templates.clear]
    texts += [event for box in typed for event in (box.blur, box.submit)] + [box.blur for box in importing.pasted]
    on_change_latest([*edited, *texts], panel.look_again, anew, panel.parts, **READING)
    changing = [
        upload.upload(panel.use_upload, [upload, importing.kept], trigger_mode="always_last", **private, **READING),
        *(
            event(
                panel.read_what_is_left, [upload, importing.kept, importing.guess], trigger_mode="always_last",
                **private, **READING,
            )
            for event in (upload.delete, upload.clear)
        ),
        sample.click(panel.show_sample, None, **private),
        importing.use.click(panel.use_import, [upload, importing.guess], **private, **READING),
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
