"""One context, written about by the base, the warm start and the tuned model side by side, each email scored."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...config import BEST_OF, OWN_WORDS, SamplingConfig
from ...errors import OutcomeRLError
from ...flags import flag, flags
from ...reward.metadata import figures_if_any
from ...runs.commands import command_line
from ..common import html, per_hundred, verdicts
from ..common.config_inputs import Inputs
from ..common.endpoints import add_endpoint
from ..common.failures import api_call, refusal
from ..common.launcher import create_command
from ..common.loaded_models import (
    MAX_CONTEXT,
    REFRESH,
    AvailableModels,
    ModelDependentParts,
    WritingProgress,
    available_models,
    require_context,
    stream_writing,
)
from ..common.page_context import HEAVY, QUIET, VIEWER, Page, Updates, on_change_latest
from ..common.recipients import offer, sample_recipients
from ..common.stop_buttons import StopRequests
from ..words import write as words
from ..words.names import RECIPIENT, ROLES
from .email_card import email_to_dict, empty_email, growing_email, highlighted_email, other_candidates
from .email_panel import EmailPanel, create_panel, heading_of

if TYPE_CHECKING:  # it brings torch along
    from ...generation.emails import ScoredEmail

MAX_CANDIDATES, EXAMPLES = 8, 8
USUAL_DRAFTS = BEST_OF[OWN_WORDS]


def create_side_by_side(page: Page, inputs: Inputs[SamplingConfig], tab: gr.Tab) -> ModelDependentParts:
    """Draw and wire it."""
    examples = sample_recipients()[:EXAMPLES]
    example = gr.Dropdown(
        list(examples), value=examples[0] if examples else None, label=words.EXAMPLES, info=words.EXAMPLES_INFO,
        elem_id="compare-example", interactive=True,
    )  # fmt: skip
    context = gr.Textbox(
        examples[0] if examples else "", label=RECIPIENT, lines=2, max_length=MAX_CONTEXT, elem_id="compare-context",
    )  # fmt: skip
    candidates = gr.Slider(
        1, MAX_CANDIDATES, value=USUAL_DRAFTS, step=1, label=words.DRAFTS, info=words.DRAFTS_INFO, buttons=[],
        elem_id="sampling-candidates",
    )  # fmt: skip
    middle = gr.Checkbox(False, label=words.SHOW_MIDDLE, elem_id="compare-middle", container=False)
    with gr.Row():
        write = gr.Button(words.WRITE, variant="primary", interactive=False, elem_id="compare-write")
        stop = gr.Button(words.STOP, variant="stop", interactive=False, elem_id="compare-stop")
    message = gr.HTML(elem_id="compare-message")
    written_for = gr.State("")
    with gr.Row():
        panels = {role: create_panel(page, role, title, written_for) for role, title in ROLES.items()}
    with inputs.fold:
        command = create_command("compare-command", words.COMMAND)
    example.input(lambda chosen: chosen or gr.skip(), example, context, **VIEWER)
    context.input(None, context, example, js="(typed) => null", **VIEWER)
    offer(page, context, example, EXAMPLES)
    _wire(page, inputs, tab, SideBySidePanel(
        context, candidates, middle, write, stop, message, written_for, command, panels
    ))  # fmt: skip
    parts = [write, middle, panels["base"].title, panels["tuned"].title, *(panel.column for panel in panels.values())]

    def updates(available: AvailableModels) -> list[Any]:
        tuned, any_model = available.has_tuned_model, available.has_tuned_model or available.has_reward_model
        visible = {"base": any_model, "warm_start": False, "tuned": tuned}
        columns = (gr.Column(visible=visible[role]) for role in ROLES)
        titles = [heading_of(available.titles[role]) for role in ("base", "tuned")]
        return [gr.Button(interactive=any_model), gr.Checkbox(value=False, visible=available.taught), *titles, *columns]

    return parts, updates


@dataclass(frozen=True)
class SideBySidePanel:
    """The components of the panel."""

    context: gr.Textbox
    candidates: gr.Slider
    middle: gr.Checkbox
    write: gr.Button
    stop: gr.Button
    message: gr.HTML
    written_for: gr.State
    command: gr.Textbox
    panels: dict[str, EmailPanel]


def _wire(page: Page, inputs: Inputs[SamplingConfig], tab: gr.Tab, ui: SideBySidePanel) -> None:
    stops = StopRequests()

    def write_side_by_side(request: gr.Request, text: str, count: int, middle: bool, *values: Any) -> Iterator[Updates]:
        with stops.while_working(request) as stopped:
            try:
                sampling = inputs.read(values)
                yield {ui.written_for: require_context(text), ui.stop: gr.Button(interactive=True)}
                roles = [role for role in ROLES if middle or role != "warm_start"]
                candidates = min(int(count), MAX_CANDIDATES)
                with closing(stream_writing(page, text, sampling, candidates, roles)) as stream:
                    metrics = figures_if_any(page.workspace.reward_model)
                    yield from render(ui, stream, stopped, metrics, available_models(page).titles)
            except Exception as error:  # this is the outermost layer; out of memory, say, comes as any kind of error
                yield {ui.message: refusal(error)}

    def preview(text: str, count: int, middle: bool, *values: Any) -> Any:
        try:
            return command_line(page.in_workspace(arguments(text, int(count), inputs.read(values))))
        except OutcomeRLError:
            return ""  # the click says what is wrong

    given = [ui.context, ui.candidates, ui.middle, *inputs.components]
    panel_parts = [part for panel in ui.panels.values() for part in panel.parts]
    outputs = [ui.message, ui.stop, ui.written_for, *panel_parts]
    waiting = gr.on(
        [ui.write.click, ui.context.submit],
        lambda: [gr.Button(interactive=False), html.sentence(words.WAITING)],
        None, [ui.write, ui.message], **VIEWER,
    )  # fmt: skip
    done = waiting.then(write_side_by_side, given, outputs, **QUIET, **HEAVY)
    done.then(lambda: [gr.Button(interactive=True), gr.Button(interactive=False)], None, [ui.write, ui.stop], **VIEWER)
    stops.wire(ui.stop, "stop_writing")
    ui.middle.change(lambda shown: gr.Column(visible=shown), ui.middle, ui.panels["warm_start"].column, **VIEWER)
    changes = [tab.select, *(box.change for box in given)]
    on_change_latest(changes, preview, given, ui.command)


def arguments(context: str, candidates: int, sampling: SamplingConfig) -> list[str]:
    """The command that writes the tuned model's part."""
    many = flag("candidates", candidates) if candidates > 1 else []
    return ["generate", *flag("context", " ".join(context.split())), *many, *flags(sampling)]


def render(
    ui: SideBySidePanel,
    stream: Iterator[WritingProgress],
    stopped: threading.Event,
    metrics: dict[str, Any] | None,
    titles: Mapping[str, str] = ROLES,
) -> Iterator[Updates]:
    """What to draw of the writings. Emails for an earlier context vanish first: none may stand beside a new one.

    ``metrics``: of the reward model, which say whether its opinion may be shown. ``titles``: of the models.

    The last one draws every email again: gradio 6 loses updates of parts that the browser is still mounting.
    """
    yield {
        part: value
        for panel in ui.panels.values()
        for part, value in panel.render_waiting(empty_email(words.EMAIL_WAITS)).items()
    }
    notices: list[str] = []
    best: dict[str, ScoredEmail] = {}
    whole: Updates = {}
    drawn_at, unfinished = 0.0, dict.fromkeys(ui.panels, "")
    for writing in stream:
        panel, title = ui.panels[writing.role], titles[writing.role]
        if writing.emails:
            best[writing.role] = writing.emails[0]
            del unfinished[writing.role]
            notices += filter(None, (writing.notice, writing.slow))
            updates = panel.render_email(writing.emails[0], metrics, other_candidates(writing.emails[1:]))
            whole |= updates
            yield updates
        elif not writing.texts:
            yield {
                ui.message: html.sentence(words.LOADING.format(who=title)),
                panel.body: empty_email(words.EMAIL_LOADS),
            }
        elif time.monotonic() - drawn_at > REFRESH:
            drawn_at, unfinished[writing.role] = time.monotonic(), writing.texts[0]
            yield {
                panel.body: growing_email(writing.texts[0]),
                ui.message: html.sentence(_progress_words(title, writing.texts)),
            }
        if stopped.is_set():
            halves: Updates = {
                ui.panels[role].body: highlighted_email(text) if text else empty_email(words.NOT_WRITTEN)
                for role, text in unfinished.items()
            }
            yield {ui.message: html.sentence(words.STOPPED, html.CAUTION), **halves, **whole}
            return
    message = html.sentences(dict.fromkeys(notices), html.CAUTION) + html.sentence(
        "" if verdicts.distrust(metrics) else difference(best, titles)
    )
    yield {ui.message: message, **whole}


def _progress_words(title: str, texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return words.WRITING.format(who=title)
    return words.WRITING_MANY.format(who=title, count=len(texts))


def difference(best: dict[str, ScoredEmail], titles: Mapping[str, str] = ROLES) -> str:
    """What is expected of this one context's emails; ``titles``: what the models are called."""
    base, tuned = (per_hundred.answered(best.get(role)) for role in ("base", "tuned"))
    if base is None or tuned is None:
        return ""
    before, after = per_hundred.number(base), per_hundred.number(tuned)
    if titles["tuned"] != ROLES["tuned"]:
        return words.BESIDE_PLAIN.format(when=titles["tuned"], before=before, after=after)
    more_or_fewer = words.EXPECTS_MORE if tuned > base else words.EXPECTS_FEWER
    said = words.EXPECTS_AS_MANY if before == after else more_or_fewer
    return said.format(when=titles["tuned"], before=before, after=after) + words.ONE_PROVES_LITTLE


def expose_api(page: Page) -> None:
    """The same for scripts, as plain values; outside the tabs, for it draws nothing."""

    def write_emails(context: str, candidates: int = USUAL_DRAFTS, seed: int = SamplingConfig.seed) -> list[dict]:
        """The best email of each model for one context, with its probabilities, checks and hints."""

        def write() -> list[dict]:
            sampling, count = SamplingConfig(seed=seed), min(max(1, int(candidates)), MAX_CANDIDATES)
            done = [writing for writing in stream_writing(page, context, sampling, count) if writing.emails]
            return [{"role": each.role, **email_to_dict(each.emails[0])} for each in done]

        return api_call(write)

    add_endpoint(write_emails, api_name="write_emails", **HEAVY)
