"""Tab 1: choose the emails; below them the reward model's panel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from ..config import OUTCOMES
from ..data import EmailData
from ..errors import OutcomeRLError
from . import markup, plots
from .audit_panel import create_audit_panel, masked_copy
from .datasets import SAMPLE, Dataset, columns_from, keep_upload, resolve
from .reward_panel import create_reward_panel
from .shared import VIEWER, Page

SHOWN_ROWS = 200


def create_data_tab(page: Page) -> None:
    """Draw the tab and wire it."""
    with gr.Tab("Data & reward model", id="data"):
        _data_panel(page)
        create_reward_panel(page)


def _data_panel(page: Page) -> None:
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            upload = gr.File(label="CSV with context, email and outcome", elem_id="data-upload", height=150)
            sample = gr.Button("Use the sample data", elem_id="use-sample")
            with gr.Accordion("My columns have other names", open=False):
                columns = [
                    gr.Textbox(label=label, placeholder=usual, elem_id=f"data-column-{name}", max_lines=1)
                    for name, label, usual in (
                        ("context", "Context column", "context"),
                        ("email", "Email column", "email_text"),
                        ("outcome", "Outcome column (0, 1, 2 or no_reply, reply, conversion)", "outcome"),
                    )
                ]
            status = gr.HTML(elem_id="data-status")
        with gr.Column(scale=3, min_width=300):
            chart = gr.Plot(show_label=False, elem_id="data-outcomes")
    table = gr.Dataframe(
        headers=["line", "outcome", "context", "email"],
        datatype="str", interactive=False, wrap=True, max_height=320, column_widths=["70px", "130px", "300px", "600px"],
        show_label=False, elem_id="data-table",
    )  # fmt: skip
    shown = [status, table, chart]
    panel = create_audit_panel(page)

    def read(path: str | None, *names: str):
        if not path:
            return [gr.skip()] * 4
        return read_upload(page, Path(path), names)

    def use_sample():
        chosen = {"name": SAMPLE}
        return [chosen, *show(resolve(page.workspace, chosen))]

    def mask(chosen: Any):
        try:
            chosen = masked_copy(page.workspace, chosen)
        except (OutcomeRLError, OSError) as error:
            return [gr.skip(), markup.sentence(f"{error}.", markup.BAD), gr.skip(), gr.skip()]
        return [chosen, *show(resolve(page.workspace, chosen))]

    reading = {"inputs": [upload, *columns], "outputs": [page.chosen, *shown]}
    panel.follow(upload.upload(read, **reading, api_name="upload_data", show_progress="minimal"))
    for box in columns:
        panel.follow(box.submit(read, **reading, **VIEWER))
        panel.follow(box.blur(read, **reading, **VIEWER))
    panel.follow(
        sample.click(use_sample, None, [page.chosen, *shown], api_name="use_sample", show_progress="minimal")
    )
    panel.follow(
        panel.mask.click(
            mask, [page.chosen], [page.chosen, *shown], api_visibility="private", show_progress="minimal"
        )
    )
    panel.follow(
        page.demo.load(lambda chosen: show(resolve(page.workspace, chosen)), [page.chosen], shown, **VIEWER)
    )


def read_upload(page: Page, path: Path, names: tuple[str, ...]) -> list[Any]:
    """Take an uploaded file over if it is usable; otherwise say why and leave everything else as it was."""
    columns = columns_from(dict(zip(("context", "email", "outcome"), names, strict=True)))
    try:
        data = Dataset(path, columns, path.name).read()
        chosen = keep_upload(page.workspace, path, columns)
    except (OutcomeRLError, OSError) as error:
        kept = " The data chosen before stays in use."
        return [gr.skip(), markup.sentence(f"{error}.{kept}", markup.BAD), gr.skip(), gr.skip()]
    return [chosen, *drawn(data, path.name)]


def show(dataset: Dataset) -> list[Any]:
    """Status, table and chart of a data set that was chosen earlier."""
    try:
        return drawn(dataset.read(), dataset.label)
    except OutcomeRLError as error:
        return [markup.sentence(str(error), markup.BAD), gr.skip(), gr.skip()]


def drawn(data: EmailData, label: str) -> list[Any]:
    rows = [
        [str(data.rows[i]), OUTCOMES[data.outcomes[i]], data.contexts[i], data.emails[i]]
        for i in range(min(SHOWN_ROWS, len(data)))
    ]
    more = f" The table shows the first {SHOWN_ROWS}." if len(data) > SHOWN_ROWS else ""
    words = f"In use: {label}, {len(data):,} emails for {len(data.unique_contexts()):,} different contexts.{more}"
    return [markup.sentence(words, markup.GOOD), rows, plots.outcome_bars(data.counts())]
