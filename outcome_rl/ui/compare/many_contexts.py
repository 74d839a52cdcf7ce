"""Base and tuned model on many contexts at once: a table that fills, and what the difference amounts to.

The models write in a process of its own, a run like any other: what is shown is read from its record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr

from ...api.recipients import read_recipients
from ...config import OWN_WORDS, Columns, SamplingConfig
from ...data.csv_io import write_rows
from ...errors import DataError, OutcomeRLError, RunError
from ...events import EmailWritten, PhaseDone
from ...flags import flag, flags
from ...importers.recipients import Recipients
from ...policy.metadata import is_taught
from ...reward.metadata import figures_if_any
from ...runs import jobs
from ...runs.commands import command_line
from ...runs.run import DONE, KINDS, Run
from ..common import html, verdicts
from ..common.config_inputs import Inputs
from ..common.datasets import store_upload
from ..common.downloads import comparison_download
from ..common.endpoints import add_endpoint
from ..common.failures import api_call, attempt, refusal
from ..common.launcher import STARTER, create_command, resume_run
from ..common.live_chart import create_live_chart, figure_json
from ..common.loaded_models import MAX_CONTEXT, AvailableModels, available_models
from ..common.page_context import VIEWER, Page, Updates, on_change_latest, progress_html
from ..common.plots import FIGURE_HEIGHT, reward_distributions
from ..common.recipients import own_recipients, sample_recipients
from ..common.run_watcher import RunSnapshot
from ..common.run_words import describe
from ..words import write as words
from ..words.names import DOWNLOAD_EMAILS, NOT_TAUGHT, NOT_TAUGHT_FREE, ROLES
from . import gains
from .emails_table import MAX_CELL, MAX_CONTEXTS, first_emails, render_table

KIND = "evaluate"
FEW_TO_DRAW = 3
SHOWN = 3
"""Recipients that are shown as they are described, before anything is written to them."""


@dataclass(frozen=True)
class ManyContextsPanel:
    """The components of the panel."""

    upload: gr.File
    warm_start: gr.Checkbox
    start: gr.Button
    stop: gr.Button
    resume: gr.Button
    chosen: gr.HTML
    lock: gr.HTML
    message: gr.HTML
    status: gr.HTML
    result: gr.HTML
    chart: gr.HTML
    download: gr.DownloadButton
    table: gr.Dataframe
    examples: gr.HTML
    command: gr.Textbox

    @property
    def outputs(self) -> list[Any]:
        """What changes with the comparison that is shown."""
        buttons = [self.start, self.stop, self.resume]
        shown = [self.chosen, self.status, self.result, self.chart, self.download, self.table, self.examples]
        return [self.lock, *buttons, *shown]


def create_many_contexts(page: Page, inputs: Inputs[SamplingConfig], tab: gr.Tab) -> None:
    """Draw and wire it."""
    gr.Markdown(words.LIMITS.format(most=MAX_CONTEXTS))
    upload = gr.File(label=words.RECIPIENTS, elem_id="many-upload", height=140)
    chosen = gr.HTML(chosen_words(None), elem_id="many-chosen")
    warm_start = gr.Checkbox(False, label=words.MIDDLE, info=words.MIDDLE_INFO, elem_id="many-warm-start")
    lock = gr.HTML(elem_id="many-lock")
    with gr.Row():
        start = gr.Button(words.COMPARE, variant="primary", interactive=False, elem_id="many-start")
        stop = gr.Button(words.STOP, variant="stop", interactive=False, elem_id="many-stop")
        resume = gr.Button(words.RESUME, interactive=False, elem_id="many-resume")
    message = gr.HTML(elem_id="many-message")
    status = gr.HTML(elem_id="many-status")
    result = gr.HTML(elem_id="many-result")
    chart = create_live_chart("many-chart", FIGURE_HEIGHT, visible=False)
    download = gr.DownloadButton(DOWNLOAD_EMAILS, visible=False, elem_id="many-download")
    table = gr.Dataframe(
        interactive=False, wrap=True, max_height=420, max_chars=MAX_CELL, show_label=False, visible=False,
        elem_id="many-table",
    )  # fmt: skip
    examples = gr.HTML(elem_id="many-examples")
    with inputs.fold:
        command = create_command("many-command", words.COMMAND_MANY)
    _wire(page, inputs, tab, ManyContextsPanel(
        upload, warm_start, start, stop, resume, chosen, lock, message, status, result, chart, download, table,
        examples, command,
    ))  # fmt: skip


def _wire(page: Page, inputs: Inputs[SamplingConfig], tab: gr.Tab, ui: ManyContextsPanel) -> None:
    def start(path: str | None, warm_start: bool, *values: Any) -> str:
        return attempt(lambda: start_comparison(page, path, warm_start, inputs.read(values)))

    def preview(path: str | None, warm_start: bool, *values: Any) -> Any:
        try:
            name = Path(path).name if path else "recipients.csv" if own_recipients(page) else None
            given = arguments(name, warm_start, inputs.read(values))
            return command_line(page.in_workspace([*given, *flag("out", "comparison.csv")]))
        except OutcomeRLError:
            return ""  # the click says what is wrong

    def refresh(before: Any, path: str | None) -> Iterator[Updates]:
        view, busy = page.watcher.snapshot((KIND,)), page.watcher.snapshot(KINDS)
        fingerprint = (view.fingerprint, busy.running, available_models(page))
        if fingerprint == before:
            yield {seen: gr.skip(), **({ui.status: progress_html(view)} if view.running else {})}
            return
        with TemporaryDirectory() as folder:  # gradio takes its own copy of what lies in it
            yield {
                seen: fingerprint,
                ui.chosen: chosen_words(path, own_recipients(page), page.workspace.policy),
                **render_controls(ui, page, view, busy.running),
                **render_result(ui, view, Path(folder), figures_if_any(page.workspace.reward_model)),
            }

    seen = gr.State()
    settings = [ui.upload, ui.warm_start, *inputs.components]
    ui.start.click(start, settings, ui.message, **STARTER)
    ui.stop.click(lambda: attempt(lambda: request_stop(page)), None, ui.message, **VIEWER)
    ui.resume.click(
        lambda: attempt(lambda: resume_run(page, page.watcher.snapshot((KIND,)))), None, ui.message,
        **STARTER,
    )  # fmt: skip
    tell = lambda path: [chosen_words(path, own_recipients(page), page.workspace.policy), ""]  # noqa: E731
    on_change_latest([ui.upload.change], tell, ui.upload, [ui.chosen, ui.message])
    changes = [tab.select, *(box.change for box in settings)]
    on_change_latest(changes, preview, settings, ui.command)
    page.on_refresh(refresh, seen, ui.outputs, unwatched=[ui.upload])


def start_comparison(page: Page, path: str | None, warm_start: bool, sampling: SamplingConfig) -> Run:
    """Start a comparison on a file's contexts. Raises OutcomeRLError where it cannot begin."""
    contexts = read_page_recipients(path, own_recipients(page), page.workspace.policy).contexts
    return _start(page, contexts, Path(path).stem if path else "contexts", warm_start, sampling)


def _start(page: Page, contexts: Sequence[str], name: str, warm_start: bool, sampling: SamplingConfig) -> Run:
    now = available_models(page)
    if not (now.has_tuned_model and now.has_reward_model):
        raise RunError(words.NEEDS_BOTH)
    if not now.comparable:
        raise RunError(needs_a_round(now))
    warm_start = warm_start and now.taught  # else it is the writer itself
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{name[:40]}.csv"
        write_rows(file, ["context"], [[context] for context in contexts])
        kept = page.workspace.uploads / store_upload(page.workspace, file, Columns())["name"]
    return jobs.start(page.workspace, KIND, arguments(str(kept), warm_start, sampling)[1:])


def needs_a_round(now: AvailableModels) -> str:
    """Why nothing can be compared where no round of teaching was kept."""
    return words.NEEDS_A_ROUND + ("" if now.guesses else words.MORE_MINUTES)


def request_stop(page: Page) -> Run:
    """Ask the comparison at work to stop. Raises RunError where there is none."""
    view = page.watcher.snapshot((KIND,))
    if not view.running or view.run is None:
        raise RunError(words.NOTHING_COMPARES)
    jobs.stop(view.run)
    return view.run


def read_page_recipients(path: str | None, own: Sequence[str] = (), model: Path | None = None) -> Recipients:
    """The recipients of a file, described as ``model`` has learned it; without a file the seller's ``own``, else the
    sample's.

    Raises:
        DataError: it cannot be read, or holds more than the page takes.
    """
    given = read_recipients(path, model) if path else Recipients(tuple(own or sample_recipients()))
    contexts = tuple(" ".join(each.split())[:MAX_CONTEXT] for each in given.contexts)
    if len(contexts) > MAX_CONTEXTS:
        name = Path(path or "").name
        raise DataError(words.TOO_MANY.format(name=name, count=len(contexts), most=MAX_CONTEXTS))
    return replace(given, contexts=contexts)


def chosen_words(path: str | None, own: Sequence[str] = (), model: Path | None = None) -> str:
    """What will be compared on, the first of them where they were composed, or what is wrong; shown beside the file."""
    try:
        found = read_page_recipients(path, own, model)
    except OutcomeRLError as error:
        return refusal(error)
    count = len(found.contexts)
    if path is None:
        sample = words.WITHOUT_FILE if model and is_taught(model) else ""  # before, nobody knows whose will be used
        return html.sentence((words.WITH_OWN if own else sample).format(count=count))
    in_use = words.IN_USE.format(name=Path(path).name, count=count)
    if not found.composed_as:
        return html.sentence(in_use, html.GOOD)
    if found.all_alike:
        return html.sentence(f"{in_use} {words.ALL_ALIKE.format(context=found.contexts[0])}", html.CAUTION)
    said = words.UNLIKE if found.missing else words.ALIKE if found.learned else words.DESCRIBED
    described = said.format(used=", ".join(found.used), missing=", ".join(found.missing))
    if found.unused:
        described += f" {words.UNUSED.format(unused=', '.join(found.unused))}"
    first = html.table((words.FIRST,), [(each,) for each in found.contexts[:SHOWN]])
    return html.sentence(f"{in_use} {described}", html.CAUTION if found.missing else html.GOOD) + first


def arguments(path: str | None, warm_start: bool, sampling: SamplingConfig) -> list[str]:
    """The command that does it."""
    contexts = flag("contexts", path) if path else []
    return [KIND, *contexts, *([] if warm_start else flag("no_warm_start", True)), *flags(sampling)]


def render_controls(ui: ManyContextsPanel, page: Page, view: RunSnapshot, busy: bool) -> Updates:
    """What can be done now, and how far the comparison is."""
    now = available_models(page)
    usable = now.has_tuned_model and now.has_reward_model
    why = words.NEEDS_BOTH if not usable else words.BUSY if busy and not view.running else ""
    if usable and not now.comparable:
        usable, why = False, needs_a_round(now)
    untaught = usable and not why and now.without_teaching
    return {
        ui.lock: html.aside(words.UNTAUGHT_MANY) if untaught else html.sentence(why, html.CAUTION),
        ui.start: gr.Button(interactive=usable and not busy),
        ui.stop: gr.Button(interactive=view.running and not view.stopping),
        ui.resume: gr.Button(interactive=view.resumable() and usable and not busy),
        ui.status: progress_html(view) if view.run else "",
    }


def render_result(ui: ManyContextsPanel, view: RunSnapshot, folder: Path, metrics: dict[str, Any] | None) -> Updates:
    """The table as far as it is filled; once the models have stopped writing, what the difference amounts to.

    ``folder`` gets the file that can be downloaded. ``metrics``: of the reward model; one that is not to be trusted
    has no say.
    """
    emails, trusted = first_emails(view.events_of(EmailWritten)), not verdicts.distrust(metrics)
    compared, titles = view.latest(PhaseDone), titles_of(view)
    taught = titles is ROLES
    if view.running or compared is None:
        return {
            ui.table: render_table(emails, trusted, taught) if emails else gr.Dataframe(visible=False),
            ui.result: "",
            ui.examples: "",
            ui.chart: gr.HTML(visible=False),
            ui.download: gr.DownloadButton(visible=False),
        }
    pairs = list(zip(emails.get("base", []), emails.get("tuned", []), strict=False))
    rewards = [[email.reward or 0.0 for email in own] for own in zip(*pairs, strict=True)]
    chart = figure_json(reward_distributions(*rewards)) if len(pairs) >= FEW_TO_DRAW and trusted else None
    return {
        ui.table: render_table(emails, trusted, taught),
        ui.result: gains.figures(compared.result, emails, metrics, titles),
        ui.examples: gains.extremes(pairs, titles) if trusted else "",
        ui.chart: gr.HTML(chart, visible=chart is not None),
        ui.download: comparison_download(view, folder),
    }


def titles_of(view: RunSnapshot) -> dict[str, str]:
    """What a comparison's models are called, by what its run wrote down of the writer when it began."""
    try:
        untaught = view.run.config().get("not_taught") if view.run else None
    except RunError:
        untaught = None
    return ROLES if untaught is None else NOT_TAUGHT if untaught == OWN_WORDS else NOT_TAUGHT_FREE


def expose_api(page: Page) -> None:
    """The same for scripts, as plain values."""

    def compare_contexts(contexts: list[str], warm_start: bool = False, seed: int = SamplingConfig.seed) -> dict:
        """Base and tuned model on these contexts: the paired gain with its interval, and all emails.

        The models write in a run of their own, which goes on if you do not wait for it.
        """

        def start() -> Run:
            kept = [" ".join(str(each).split())[:MAX_CONTEXT] for each in contexts]
            if not 1 <= len(kept) <= MAX_CONTEXTS or not all(kept):
                raise DataError(f"contexts: give 1 to {MAX_CONTEXTS}, none of them empty")
            return _start(page, kept, "contexts", warm_start, SamplingConfig(seed=seed))

        run = api_call(start)
        while process := run.process():
            process.wait()
        return api_call(lambda: _comparison_result(page.watcher.snapshot_of(run.name)))

    def stop_comparison() -> str:
        """Ask the comparison at work to stop; gives its run's name."""
        return api_call(lambda: request_stop(page)).name

    add_endpoint(compare_contexts, api_name="compare_contexts", concurrency_limit=None)
    add_endpoint(stop_comparison, api_name="stop_comparison", queue=False)


def _comparison_result(view: RunSnapshot) -> dict[str, Any]:
    compared = view.latest(PhaseDone)
    if view.state != DONE or compared is None:
        raise RunError(describe(view)[0])
    return {**compared.result, "emails": [asdict(email) for email in view.events_of(EmailWritten)]}
