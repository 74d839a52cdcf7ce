"""The runs of the workspace: a list, one to open and one to compare with, and what can be done with the open one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ...errors import OutcomeRLError, RunChoiceError
from ...runs import manage
from ...utils.formatting import format_bytes
from ..common import html, launcher
from ..common.endpoints import add_endpoint
from ..common.failures import api_call, refusal
from ..common.launcher import STARTING
from ..common.page_context import QUIET, VIEWER, Page, Updates, on_change_latest
from ..common.run_watcher import RunSnapshot
from ..words import teach as words
from .run_list import Row, table

LATEST, NONE = "(the latest)", "(none)"
"""Choices beside the runs' names; no run can be called so."""
PACKING: dict[str, Any] = {"concurrency_id": "packing", "concurrency_limit": 1}
AT_WORK = "The open run is still at work. You can rename, delete or pack it once it has ended."


@dataclass(frozen=True)
class RunsPanel:
    """``selected`` and ``other`` hold a run's name or :data:`LATEST` and :data:`NONE`."""

    listed: gr.HTML
    selected: gr.Dropdown
    other: gr.Dropdown
    about: gr.HTML
    name: gr.Textbox
    rename: gr.Button
    delete: gr.Button
    pack: gr.Button
    download: gr.DownloadButton
    message: gr.HTML
    sure: gr.Column
    asked: gr.State
    question: gr.HTML
    yes: gr.Button
    no: gr.Button

    @property
    def parts(self) -> list[Any]:
        """What changes with the runs and the selected one."""
        return [self.listed, self.selected, self.other, self.about, self.rename, self.delete, self.pack, self.download]

    def render_list(self, rows: tuple[Row, ...], selected: str, other: str) -> Updates:
        """The list, and what can be chosen of it; a choice that is gone is taken back."""
        names = [row.name for row in rows]
        curves = [row.name for row in rows if row.kind in ("finetune", "run") and row.name != selected]
        return {
            self.listed: table(rows),
            self.selected: gr.Dropdown([LATEST, *names], value=selected if selected in names else LATEST),
            self.other: gr.Dropdown([NONE, *curves], value=other if other in curves else NONE),
        }

    def render_controls(self, view: RunSnapshot, same: bool) -> Updates:
        """What can be done with the open run; ``same``: it was open before, so what was packed of it stays."""
        idle = view.run is not None and not view.running
        about = AT_WORK if view.running else ""
        if view.run is not None and not view.running:
            about = f"The open run is {view.run.name}, {format_bytes(manage.run_size(view.run))} on disk."
        found: dict[Any, Any] = {
            self.about: html.aside(about),
            self.rename: gr.Button(interactive=idle),
            self.delete: gr.Button(interactive=idle),
            self.pack: gr.Button(interactive=idle),
        }
        return found if same and idle else found | {self.download: gr.DownloadButton(visible=False)}


def create_runs_panel() -> RunsPanel:
    """Draw it, empty."""
    with gr.Accordion(words.RUNS, open=False, elem_id="runs"):
        listed = gr.HTML(elem_id="runs-list")
        with gr.Row():
            selected = gr.Dropdown(
                [LATEST], value=LATEST, label="Open a run", info="shows its charts and emails above",
                interactive=True, allow_custom_value=True, elem_id="runs-opened",
            )  # fmt: skip
            other = gr.Dropdown(
                [NONE], value=NONE, label="Compare with", info="draws its score into the same chart",
                interactive=True, allow_custom_value=True, elem_id="runs-other",
            )  # fmt: skip
        about = gr.HTML(elem_id="runs-about")
        name = gr.Textbox(
            label="New name of the open run", info="1 to 64 of a-z, 0-9, _ and -", max_lines=1, max_length=64,
            elem_id="runs-name",
        )  # fmt: skip
        message = gr.HTML(elem_id="runs-message")
        with gr.Row():
            rename = gr.Button("Rename", interactive=False, elem_id="runs-rename")
            pack = gr.Button("Pack as a zip file", interactive=False, elem_id="runs-pack")
            delete = gr.Button("Delete …", variant="stop", interactive=False, elem_id="runs-delete")
        download = gr.DownloadButton("Download", visible=False, variant="primary", elem_id="runs-download")
        with gr.Column(visible=False, elem_id="runs-sure") as sure:
            question = gr.HTML(elem_id="runs-question")
            with gr.Row():
                yes = gr.Button("Yes, delete it", variant="stop", elem_id="runs-yes")
                no = gr.Button("No, keep it", elem_id="runs-no")
        asked = gr.State("")
    return RunsPanel(
        listed, selected, other, about, name, rename, delete, pack, download, message, sure, asked, question, yes, no
    )


def selected_or_latest(page: Page, selected: str | None, kinds: tuple[str, ...]) -> RunSnapshot:
    """The run to show; the latest of ``kinds`` where none is chosen or the chosen one is gone."""
    try:
        return require_selected(page, selected, kinds)
    except RunChoiceError:
        return page.watcher.snapshot(kinds)


def require_selected(page: Page, selected: str | None, kinds: tuple[str, ...]) -> RunSnapshot:
    """The run to do something with, the latest where none is chosen. Raises RunChoiceError where it is gone."""
    return page.watcher.snapshot_of(selected) if selected and selected != LATEST else page.watcher.snapshot(kinds)


def compared_run(page: Page, other: str | None) -> RunSnapshot:
    """The run to compare with, or an empty view."""
    try:
        return page.watcher.snapshot_of(other) if other and other != NONE else RunSnapshot()
    except RunChoiceError:
        return RunSnapshot()


def wire(page: Page, panel: RunsPanel, look_up: Callable[[str], RunSnapshot]) -> None:
    """Connect the buttons; ``look_up`` gives the view of what is chosen in ``selected``, or raises RunChoiceError."""
    gr.set_static_paths(page.workspace.served)  # otherwise each zip file would be copied before it is served
    selected, message = panel.selected, panel.message

    def rename(selected: str, name: str) -> list[Any]:
        try:
            run = manage.rename(page.workspace, _require_name(look_up(selected)), (name or "").strip())
        except (OutcomeRLError, OSError) as error:
            return [gr.skip(), gr.skip(), refusal(error)]
        renamed = html.sentence(f"The run is now called {run.name}.", html.GOOD)
        return [gr.Dropdown([LATEST, run.name], value=run.name), "", renamed]

    def pack(selected: str) -> list[Any]:
        try:
            name = _require_name(look_up(selected))
            packed = manage.archive(page.workspace, name)
        except (OutcomeRLError, OSError) as error:
            return [gr.DownloadButton(visible=False), refusal(error)]
        label = f"Download {name}.zip ({format_bytes(packed.stat().st_size)})"
        return [gr.DownloadButton(label, value=str(packed), visible=True), ""]

    submit = [panel.rename.click, panel.name.submit]
    gr.on(submit, rename, [selected, panel.name], [selected, panel.name, message], **QUIET)
    panel.pack.click(
        pack, selected, [panel.download, message], api_visibility="private", show_progress="minimal", **PACKING
    )
    _wire_delete(page, panel, look_up)


def _wire_delete(page: Page, panel: RunsPanel, look_up: Callable[[str], RunSnapshot]) -> None:
    """Delete the selected run, once its visitor has said yes."""
    selected, message, sure = panel.selected, panel.message, panel.sure

    def ask(selected: str) -> list[Any]:
        try:
            run = manage.require_idle(page.workspace, _require_name(look_up(selected)))
        except (OutcomeRLError, OSError) as error:
            return [gr.Column(visible=False), "", "", refusal(error)]
        asked = f"Delete run {run.name} ({format_bytes(manage.run_size(run))}) and everything recorded of it? "
        asked += "This cannot be undone. The writer and the predictor stay."
        return [gr.Column(visible=True), run.name, html.sentence(asked, html.CAUTION), ""]

    def delete(name: str) -> list[Any]:
        try:
            manage.delete(page.workspace, name)
        except (OutcomeRLError, OSError) as error:
            return [gr.Column(visible=False), gr.skip(), refusal(error)]
        deleted = html.sentence(f"Run {name} has been deleted.", html.GOOD)
        return [gr.Column(visible=False), gr.Dropdown(value=LATEST), deleted]

    def withdraw(selected: str, asked: str) -> Any:
        """The question stands as long as the run that it asks about is open, however late this comes."""
        return gr.skip() if asked in ("", selected) else gr.Column(visible=False)

    panel.delete.click(ask, selected, [sure, panel.asked, panel.question, message], **QUIET)
    panel.yes.click(delete, panel.asked, [sure, selected, message], **QUIET)
    panel.no.click(lambda: gr.Column(visible=False), None, sure, **VIEWER)
    on_change_latest([selected.change], withdraw, [selected, panel.asked], sure)


def expose_api(page: Page, rows: Callable[[], tuple[Row, ...]]) -> None:
    """The same for scripts, as plain values; outside the tabs, for it draws nothing."""
    workspace = page.workspace

    def list_runs() -> list[dict]:
        """All runs, the one that was started or resumed last first: name, kind, began, state, result."""
        return [vars(row) for row in rows()]

    def resume_run(run: str) -> str:
        """Go on with a run that was stopped or interrupted; gives its name."""
        return api_call(lambda: launcher.resume_run(page, page.watcher.snapshot_of(run))).name

    def rename_run(run: str, name: str) -> str:
        """Give a run another name; gives that name."""
        return api_call(lambda: manage.rename(workspace, run, name)).name

    def delete_run(run: str) -> str:
        """Delete a run that is not at work; gives its name."""
        return api_call(lambda: manage.delete(workspace, run)) or run

    def pack_run(run: str) -> str:
        """Pack a run into a zip file; gives the address to fetch it from, relative to the page's."""
        return f"gradio_api/file={api_call(lambda: manage.archive(workspace, run)).as_posix()}"

    for action in (list_runs, rename_run, delete_run):
        add_endpoint(action, api_name=action.__name__)
    add_endpoint(resume_run, api_name="resume_run", **STARTING)
    add_endpoint(pack_run, api_name="pack_run", **PACKING)


def _require_name(view: RunSnapshot) -> str:
    if view.run is None:
        raise RunChoiceError("there is no run yet")
    return view.run.name
