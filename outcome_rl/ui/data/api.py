"""The first tab for scripts, as plain values: the data, what is wrong with them, how far a run is, the reward model."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr

from ...config import Columns
from ...data.column_mapping import left_out, outcome_words
from ...data.rewrite import Edit
from ...errors import DataError
from ...importers.resolve import resolve_data
from ...outcomes import OUTCOMES
from ...reward.metadata import figures_if_any
from ...runs.run import KINDS
from ..common.datasets import SAMPLE, columns_from, resolve, store_upload
from ..common.endpoints import add_endpoint
from ..common.failures import api_call
from ..common.page_context import Page
from ..common.run_watcher import kind_of
from ..common.run_words import describe
from .audit_panel import save_masked_copy
from .audits import AuditCache
from .rows_panel import Edits, save_edited_copy

MOST_ROWS = 1000


def expose_api(page: Page, audits: AuditCache) -> None:
    """Add the endpoints; what one of them gives for data is what the others take."""
    _expose_choosing(page)
    _expose_looking(page, audits)
    _expose_changing(page)
    _expose_progress(page)


def _expose_choosing(page: Page) -> None:
    """Which data are used."""

    def upload_data(file: str, context: str = "", email: str = "", outcome: str = "", outcomes: str = "") -> dict:
        """Take a table of emails, or a sending tool's export, over. Columns and words that are not named are guessed.

        Args:
            file: CSV, spreadsheet, JSON lines, mailbox, or these packed
            context: column that says who the email is for, or a sentence with columns in braces
            email: column that holds the email
            outcome: column that holds the outcome, or several of which each says that something happened
            outcomes: what its words mean, as none=0,answered=1,won=2,bounced=skip
        """

        def store() -> dict:
            if not file:
                raise DataError("file: is missing; give a CSV")
            named = {"context": context, "email": email, "outcome": outcome, "outcomes": outcomes}
            columns = columns_from({name: value for name, value in named.items() if value})
            found = resolve_data(Path(file), columns)
            kept = store_upload(page.workspace, found.path, found.columns, found.composition)
            imported = {"import": found.preview.to_dict()} if found.preview and found.imported else {}
            return summary(page, kept) | imported

        return api_call(store)

    def use_sample() -> dict:
        """The sample data: emails that were written for this project, with simulated outcomes."""
        return api_call(lambda: summary(page, {"name": SAMPLE}))

    add_endpoint(use_sample, api_name="use_sample")
    with gr.Column(visible=False):  # a file of a script's own takes the way of the page's uploads, which is checked
        file = gr.File(label="file")
        names = [gr.Textbox("", label=name) for name in asdict(Columns())]
        file.upload(upload_data, [file, *names], gr.JSON(label="data"), api_name="upload_data")


def _expose_looking(page: Page, audits: AuditCache) -> None:
    """What is in the data."""
    workspace = page.workspace

    def read_data(data: dict, first: int = 0, count: int = 100) -> list[dict]:
        """Rows of the data, at most 1,000 at once: line, context, email, outcome.

        Args:
            data: what upload_data or use_sample gave
            first: place of the first row, counted from 0
            count: how many rows
        """

        def rows() -> list[dict]:
            emails = resolve(workspace, data).read()
            places = range(max(0, first), min(len(emails), max(0, first) + min(max(0, count), MOST_ROWS)))
            return [
                {"line": emails.rows[i], "context": emails.contexts[i], "email": emails.emails[i],
                 "outcome": OUTCOMES[emails.outcomes[i]]}
                for i in places
            ]  # fmt: skip

        return api_call(rows)

    def check_data(data: dict) -> list[dict]:
        """What in the data would fool a model: kind, severity, message, advice, rows.

        Args:
            data: what upload_data or use_sample gave
        """

        def findings() -> list[dict]:
            dataset = resolve(workspace, data)
            found = audits.get(audits.key(dataset), dataset)
            return [asdict(finding) for finding in found.findings]

        return api_call(findings)

    add_endpoint(read_data, api_name="read_data")
    add_endpoint(check_data, api_name="check_data")


def _expose_changing(page: Page) -> None:
    """Copies of the data that say something else."""
    workspace = page.workspace

    def mask_data(data: dict) -> dict:
        """A copy of the data with email addresses and telephone numbers masked in every column.

        Args:
            data: what upload_data or use_sample gave
        """
        return api_call(lambda: summary(page, save_masked_copy(workspace, data)))

    def edit_data(data: dict, changes: list[dict]) -> dict:
        """A copy of the data in which some rows say something else or are dropped.

        Args:
            data: what upload_data or use_sample gave
            changes: each with a line and any of context, email, outcome, or with drop set to true
        """
        return api_call(lambda: summary(page, save_edited_copy(workspace, data, edits_from(changes))))

    add_endpoint(mask_data, api_name="mask_data")
    add_endpoint(edit_data, api_name="edit_data")


def _expose_progress(page: Page) -> None:
    """How far a run is, and what came of it."""
    workspace = page.workspace

    def progress(run: str = "") -> dict:
        """How far a run is: run, kind, state, running, words, share (0 to 1, or none), result (once it is done).
        While it waits for its turn: place in line, and about how many minutes until it begins.

        Args:
            run: the run's name; empty: the one at work, else the latest
        """

        def describe_run() -> dict:
            view = page.watcher.snapshot_of(workspace.run(run).name) if run else page.watcher.snapshot(KINDS)
            (words, share), turn = describe(view), view.turn
            result = getattr(view.events[-1], "result", None) if view.events else None
            name, kind = (view.run.name, kind_of(view.run)) if view.run else ("", "")
            return {
                "run": name, "kind": kind, "state": view.state,
                "running": view.running, "words": words, "share": share, "result": result,
                "place": turn and turn.place, "minutes": turn and turn.minutes,
            }  # fmt: skip

        return api_call(describe_run)

    def reward_model() -> dict:
        """How good the trained reward model is: verdict, accuracy, log-loss and more; empty where there is none."""
        return figures_if_any(workspace.reward_model) or {}

    add_endpoint(progress, api_name="progress", queue=False)
    add_endpoint(reward_model, api_name="reward_model", queue=False)


def summary(page: Page, chosen: dict[str, Any]) -> dict[str, Any]:
    """What the browser keeps of a data set, and its figures. Raises DataError where it cannot be used."""
    dataset = resolve(page.workspace, chosen)
    data = dataset.read()
    return chosen | {
        "label": dataset.label,
        "emails": len(data),
        "contexts": len(data.unique_contexts()),
        "outcomes": dict(zip(OUTCOMES, data.counts(), strict=True)),
        "left_out": left_out(outcome_words(dataset.path, dataset.columns)) if dataset.columns.outcomes else 0,
    }


def edits_from(changes: list[dict]) -> Edits:
    """Changes as a script gives them. Raises DataError where one is none."""
    edits: Edits = {}
    for change in changes:
        unknown = set(change) - {"line", "drop", "context", "email", "outcome"} if isinstance(change, dict) else {""}
        if unknown or not isinstance(change.get("line"), int):
            raise DataError("changes: each needs a line and any of context, email, outcome, or drop: true")
        cells = {name: str(change[name]) for name in ("context", "email", "outcome") if change.get(name) is not None}
        edits[change["line"]] = None if change.get("drop") else Edit(**cells)
    return edits
