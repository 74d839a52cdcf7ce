"""Base and tuned model on many contexts at once: a table that fills, and what the difference amounts to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..config import SamplingConfig
from ..data import read_contexts, sample_file
from ..errors import DataError, OutcomeRLError
from ..runs import command_line
from . import gains, markup
from .fields import Inputs, flag, flags
from .launcher import create_command
from .live_chart import create_live_chart, drawn
from .plots import FIGURE_HEIGHT, reward_distributions
from .shared import HEAVY, VIEWER, Page, failure
from .stopping import Stops
from .watch import duration
from .writers import MAX_CONTEXT, NEEDS_BOTH, Ready, compared, judged

if TYPE_CHECKING:  # it brings torch along
    from ..emails import ScoredEmail

MAX_CONTEXTS = 300
COLUMNS = {
    "context": ("context", "str", "260px"),
    "base": ("base", "number", "80px"),
    "warm_start": ("warm start", "number", "110px"),
    "tuned": ("tuned", "number", "80px"),
    "gain": ("gain", "number", "80px"),
    "base_email": ("base email", "str", "420px"),
    "tuned_email": ("tuned email", "str", "420px"),
}
"""Of the table: header, type and width; rewards under the models' names."""
MAX_CELL = 140
"""Characters of an email in the table; a click on the cell shows all."""
LIMITS = (
    f"A CSV with a column “context”, or a text file with one a line; at most {MAX_CONTEXTS} contexts. The command "
    "below takes any number. Keep this page open while the models write."
)
FEW_TO_DRAW = 3
Emails = dict[str, list["ScoredEmail"]]


@dataclass(frozen=True)
class Controls:
    """The components of the panel."""

    upload: gr.File
    warm_start: gr.Checkbox
    start: gr.Button
    stop: gr.Button
    chosen: gr.HTML
    status: gr.HTML
    result: gr.HTML
    chart: gr.HTML
    download: gr.DownloadButton
    table: gr.Dataframe
    examples: gr.HTML
    command: gr.Textbox


def create_many_contexts(page: Page, inputs: Inputs) -> tuple[list[Any], Any]:
    """Draw and wire it; the parts that depend on which models there are, and what gives their state."""
    gr.Markdown(LIMITS)
    upload = gr.File(label="Contexts (CSV or text file)", elem_id="many-upload", height=140)
    chosen = gr.HTML(chosen_words(None), elem_id="many-chosen")
    warm_start = gr.Checkbox(
        False, label="Let the warm start write too", info="shows what RL added to it; takes half as long again",
        elem_id="many-warm-start",
    )  # fmt: skip
    lock = gr.HTML(elem_id="many-lock")
    with gr.Row():
        start = gr.Button("Compare", variant="primary", interactive=False, elem_id="many-start")
        stop = gr.Button("Stop", variant="stop", interactive=False, elem_id="many-stop")
    status = gr.HTML(elem_id="many-status")
    result = gr.HTML(elem_id="many-result")
    chart = create_live_chart("many-chart", FIGURE_HEIGHT, visible=False)
    download = gr.DownloadButton("Download CSV", visible=False, elem_id="many-download")
    table = gr.Dataframe(
        interactive=False, wrap=True, max_height=420, max_chars=MAX_CELL, show_label=False, visible=False,
        elem_id="many-table",
    )  # fmt: skip
    examples = gr.HTML(elem_id="many-examples")
    command = create_command("many-command")
    _wire(page, inputs, Controls(
        upload, warm_start, start, stop, chosen, status, result, chart, download, table, examples, command
    ))  # fmt: skip

    def opened(ready: Ready) -> list[Any]:
        usable = ready.tuned and ready.judged
        return [markup.sentence("" if usable else NEEDS_BOTH, markup.CAUTION), gr.Button(interactive=usable)]

    return [lock, start], opened


def _wire(page: Page, inputs: Inputs, ui: Controls) -> None:
    stops = Stops()

    def click(request: gr.Request, path: str | None, warm_start: bool, *values: Any) -> Iterator[dict[Any, Any]]:
        with stops.watched(request) as stopped:
            try:
                contexts, sampling = read(path), inputs.read(values)
                yield cleared(ui)
                yield from shown(ui, page, contexts, compared(page, contexts, sampling, warm_start, stopped.is_set))
            except Exception as error:  # the outermost layer
                yield {ui.status: markup.sentence(failure(error), markup.BAD)}

    def preview(path: str | None, *values: Any) -> Any:
        try:
            return command_line(page.in_workspace(arguments(path, inputs.read(values))))
        except OutcomeRLError:
            return gr.skip()  # the click says what is wrong

    waiting = ui.start.click(
        lambda: [gr.Button(interactive=False), markup.sentence("Waiting for the models …")],
        None, [ui.start, ui.status], **VIEWER,
    )  # fmt: skip
    shown_parts = [ui.status, ui.stop, ui.result, ui.chart, ui.download, ui.table, ui.examples]
    given = [ui.upload, ui.warm_start, *inputs.components]
    quiet = {"api_visibility": "private", "show_progress": "hidden"}
    done = waiting.then(click, given, shown_parts, **quiet, **HEAVY)
    done.then(lambda: [gr.Button(interactive=True), gr.Button(interactive=False)], None, [ui.start, ui.stop], **VIEWER)

    stops.wire(ui.stop, "stop_comparison")
    ui.upload.change(chosen_words, ui.upload, ui.chosen, **VIEWER)
    settings = [ui.upload, *inputs.components]
    changes = [page.demo.load, *(box.change for box in settings)]
    gr.on(changes, preview, settings, ui.command, trigger_mode="always_last", **VIEWER)


def read(path: str | None) -> list[str]:
    """The contexts of a file, the sample's where none is given.

    Raises:
        DataError: it cannot be read, or holds more than the page takes.
    """
    contexts = [" ".join(each.split())[:MAX_CONTEXT] for each in read_contexts(path or sample_file("contexts.csv"))]
    if len(contexts) > MAX_CONTEXTS:
        raise DataError(
            f"{Path(path or '').name}: holds {len(contexts):,} contexts; the page takes at most {MAX_CONTEXTS}. Take "
            "fewer, or use the command below, which takes any number"
        )
    return contexts


def chosen_words(path: str | None) -> str:
    """What will be compared on, or what is wrong with the file; shown beside it."""
    try:
        contexts = read(path)
    except OutcomeRLError as error:
        return markup.sentence(f"{error}.", markup.BAD)
    if path is None:
        return markup.sentence(f"Without a file, the {len(contexts)} contexts of the sample are used.")
    return markup.sentence(f"In use: {Path(path).name}, {len(contexts):,} contexts.", markup.GOOD)


def arguments(path: str | None, sampling: SamplingConfig) -> list[str]:
    """The command that does the same."""
    contexts = flag("contexts", Path(path).name) if path else []
    return ["evaluate", *contexts, "--out", "comparison.csv", *flags(sampling)]


def cleared(ui: Controls) -> dict[Any, Any]:
    """An older comparison must not stand beside a new one."""
    return {
        ui.status: markup.progress("Loading the models …", None),
        ui.stop: gr.Button(interactive=True),
        ui.result: "",
        ui.examples: "",
        ui.chart: gr.HTML(visible=False),
        ui.download: gr.DownloadButton(visible=False),
        ui.table: gr.Dataframe(visible=False),
    }


def shown(ui: Controls, page: Page, contexts: Sequence[str], found: Iterator[Any]) -> Iterator[dict[Any, Any]]:
    """What to draw while the parts come in, and once they have."""
    from ..emails import write_scored
    from ..evaluate import finished

    emails: Emails = {}
    total, began = next(found) * len(contexts), time.monotonic()
    yield {ui.status: markup.progress(f"0 of {total} emails are written …", 0.0)}
    for part in found:
        emails.setdefault(part.model, []).extend(part.emails)
        done = sum(map(len, emails.values()))
        left = (time.monotonic() - began) / done * (total - done)
        words = f"{done} of {total} emails are written" + (f", about {duration(left)} left" if done < total else "")
        yield {
            ui.status: markup.progress(words, done / total),
            ui.table: drawn_table(contexts, emails),
        }
    whole = finished(emails)
    if not whole.get("tuned"):
        yield {ui.status: markup.sentence("Stopped before both models had written for any context.", markup.CAUTION)}
        return
    n = len(whole["base"])
    stopped = f"Stopped after {n} of {len(contexts)} contexts; these are compared." if n < len(contexts) else ""
    with TemporaryDirectory() as folder:  # gradio takes its own copy
        path = Path(folder) / "comparison.csv"
        write_scored(path, (email for found in emails.values() for email in found), "model")
        yield {
            ui.status: markup.sentence(stopped, markup.CAUTION),
            ui.download: gr.DownloadButton(value=str(path), visible=True),
            **outcome(ui, page, whole),
        }


def outcome(ui: Controls, page: Page, emails: Emails) -> dict[Any, Any]:
    """Verdict, figures, chart and examples of a comparison."""
    from ..evaluate import pairs

    result = judged(page, emails)
    rewards = {name: [each.reward or 0.0 for each in found] for name, found in emails.items()}
    enough = len(emails["base"]) >= FEW_TO_DRAW
    chart = drawn(reward_distributions(rewards["base"], rewards["tuned"])) if enough else None
    return {
        ui.result: gains.figures(result),
        ui.chart: gr.HTML(chart, visible=enough),
        ui.examples: gains.extremes(pairs(emails["base"], emails["tuned"])),
    }


def drawn_table(contexts: Sequence[str], emails: Emails) -> gr.Dataframe:
    """The table with the columns that there are figures for."""
    shown = [name for name in COLUMNS if name != "warm_start" or name in emails]
    headers, types, widths = (list(each) for each in zip(*(COLUMNS[name] for name in shown), strict=True))
    found = [[row[name] for name in shown] for row in rows(contexts, emails)]
    return gr.Dataframe(found, headers=headers, datatype=types, column_widths=widths, visible=True)


def rows(contexts: Sequence[str], emails: Emails) -> list[dict[str, Any]]:
    """A row for each context that somebody has written for, by the names in :data:`COLUMNS`; None: not there yet."""
    from ..evaluate import Pair

    found = []
    for place in range(max(map(len, emails.values()), default=0)):
        own = {name: written[place] for name, written in emails.items() if place < len(written)}
        row: dict[str, Any] = dict.fromkeys(COLUMNS)
        row["context"] = contexts[place]
        for name, email in own.items():
            row |= {name: round(email.reward or 0.0, 2), f"{name}_email": email.email_text}
        if "base" in own and "tuned" in own:
            row["gain"] = round(Pair(own["base"], own["tuned"]).gain, 2)
        found.append(row)
    return found


def expose_api(page: Page) -> None:
    """The same for scripts, as plain values."""

    def compare_contexts(contexts: list[str], warm_start: bool = False, seed: int = SamplingConfig.seed) -> dict:
        """Base and tuned model on these contexts: the paired gain with its interval, and all emails."""
        kept = [" ".join(str(each).split())[:MAX_CONTEXT] for each in contexts]
        try:
            if not 1 <= len(kept) <= MAX_CONTEXTS or not all(kept):
                raise DataError(f"contexts: give 1 to {MAX_CONTEXTS}, none of them empty")
            found = compared(page, kept, SamplingConfig(seed=seed), warm_start, lambda: False)
            next(found)
            emails: Emails = {}
            for part in found:
                emails.setdefault(part.model, []).extend(part.emails)
            flat = [asdict(email) for written in emails.values() for email in written]
            return {**judged(page, emails), "emails": flat}
        except OutcomeRLError as error:
            raise gr.Error(str(error)) from None

    gr.api(compare_contexts, api_name="compare_contexts", **HEAVY)
