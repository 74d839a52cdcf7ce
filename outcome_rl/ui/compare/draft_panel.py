"""The visitor's own draft, or any other text: checked while it is typed, then scored sentence by sentence."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from ...flags import flag
from ...runs.commands import command_line
from ..common import html
from ..common.datasets import resolve
from ..common.endpoints import add_endpoint
from ..common.failures import api_call, refusal
from ..common.launcher import create_command
from ..common.loaded_models import MAX_CONTEXT, AvailableModels, ModelDependentParts, require_context
from ..common.page_context import QUIET, SCORING, VIEWER, Page, on_change_latest
from ..reward.opinion import MAX_EMAIL, Opinion, page_opinion, require_reward_model, require_text
from ..words import draft as words
from ..words.names import RECIPIENT
from ..words.write import COPY
from .email_card import checks_html, email_to_dict, empty_email, highlighted_email
from .email_panel import score_text, wire_copy


@dataclass(frozen=True)
class DraftForm:
    """Where a draft is typed and read."""

    context: gr.Textbox
    email: gr.Textbox
    score: gr.Button
    tools: gr.Row
    lock: gr.HTML
    message: gr.HTML
    result: gr.HTML


@dataclass(frozen=True)
class Scored:
    """The last score: for what, what it says, and how many of 100 were to be answered before the last change."""

    context: str
    email: str
    opinion: Opinion
    before: int | None = None


def create_form(
    name: str, opinion: Callable[[str, str], Opinion], context: str = "", draft: str = "", usable: bool = False
) -> DraftForm:
    """Draw the form and wire it. ``opinion`` gives what is shown of a recipient and an email; ``draft`` is there to
    begin with.
    """
    with gr.Row():
        with gr.Column(scale=1, min_width=300):
            recipient = gr.Textbox(
                context, label=RECIPIENT, lines=2, max_length=MAX_CONTEXT, elem_id=f"{name}-context", interactive=True
            )
            email = gr.Textbox(
                draft, label=words.EMAIL, lines=10, max_lines=30, max_length=MAX_EMAIL, elem_id=f"{name}-email",
                interactive=True,
            )  # fmt: skip
            with gr.Row() as tools:
                score = gr.Button(words.SCORE, variant="primary", interactive=usable, elem_id=f"{name}-score", scale=3)
                # gradio's own button would take the field's label, and with it the name that screen readers say
                copy = gr.Button(COPY, elem_id=f"{name}-copy", min_width=80)
            lock = gr.HTML(elem_id=f"{name}-lock")
            message = gr.HTML(elem_id=f"{name}-message")
        with gr.Column(scale=1, min_width=300):
            result = gr.HTML(elem_id=f"{name}-result")
            checked = gr.HTML(check_draft(draft, context), elem_id=f"{name}-checks")
    last = gr.State()

    def score_draft(context: str, text: str, earlier: Scored | None) -> Iterator[list[Any]]:
        try:
            require_text(text)
            wanted = require_context(context)
            yield [html.sentence(words.READING), gr.skip()]
            yield ["", scored(opinion(wanted, text[:MAX_EMAIL]), context, text, earlier)]
        except Exception as error:  # the outermost layer
            yield [refusal(error), gr.skip()]

    def follow(context: str, text: str, known: Scored | None) -> list[Any]:
        return [check_draft(text, context), render_scored(known, context, text), ""]

    wire_copy(copy, email)
    fields = [recipient, email]
    on_change_latest([email.change, recipient.change], follow, [*fields, last], [checked, result, message])
    done = score.click(score_draft, [*fields, last], [message, last], **QUIET, **SCORING)
    done.then(
        lambda known, *now: render_scored(known, *now), [last, *fields], result, **VIEWER
    )  # what stands there now
    return DraftForm(recipient, email, score, tools, lock, message, result)


def create_draft_panel(page: Page, fold: gr.Accordion | None = None) -> ModelDependentParts:
    """Draw and wire it; the command that does the same belongs into ``fold``."""
    form = create_form("draft", lambda context, email: page_opinion(page, context, email))
    with form.tools:
        own = gr.Button(words.FILL, elem_id="draft-own", scale=2)
    with fold or gr.Column():
        create_command("draft-command", words.MANY).value = command_line(
            page.in_workspace(["score", "drafts.csv", *flag("explain", True), *flag("out", "scored.csv")])
        )

    def fill_in(chosen: Any) -> list[Any]:
        try:
            data = resolve(page.workspace, chosen).read()
        except Exception as error:  # the outermost layer
            return [gr.skip(), gr.skip(), refusal(error)]
        place = random.randrange(len(data))
        return [data.contexts[place], data.emails[place], ""]

    own.click(fill_in, [page.chosen], [form.context, form.email, form.message], **VIEWER)

    def updates(available: AvailableModels) -> list[Any]:
        usable = available.has_reward_model
        return [html.sentence("" if usable else words.NO_PREDICTOR, html.CAUTION), gr.Button(interactive=usable)]

    return [form.lock, form.score], updates


def check_draft(email: str, context: str = "") -> str:
    """What needs no model."""
    email = email[:MAX_EMAIL]
    return highlighted_email(email) + checks_html(email, context) if email.strip() else empty_email(words.BEFORE)


def scored(opinion: Opinion, context: str, email: str, earlier: Scored | None) -> Scored:
    """A score beside the one ``earlier`` in this session, where that was of another text to the same recipient."""
    same = earlier is not None and (earlier.context, earlier.email) == (context, email)
    before = earlier.opinion.answered if earlier and earlier.context == context else None
    return Scored(context, email, opinion, earlier.before if earlier and same else before)


def render_scored(known: Scored | None, context: str, email: str) -> str:
    """The last score; greyed, and said to be of the earlier text, where something else stands in the fields now."""
    if known is None:
        return ""
    now = known.opinion.answered
    compared = now is not None and known.before is not None
    change = html.sentence(words.WAS.format(before=known.before, now=now)) if compared else ""
    shown = change + known.opinion.shown
    if (known.context, known.email) == (context, email):
        return shown
    return html.sentence(words.OF_EARLIER, html.CAUTION) + html.stale(shown)


def expose_api(page: Page) -> None:
    """The same for scripts, as plain values."""

    def score_email(context: str, email: str) -> dict:
        """What the reward model expects of an email, what the checks find, and what each sentence adds."""
        from ...reward.explain import explain

        def score() -> dict:
            require_text(email)
            wanted, text = require_context(context), email[:MAX_EMAIL]
            effects = explain(require_reward_model(page), wanted, text)
            scored = score_text(page, wanted, text)
            return {**email_to_dict(scored), "sentences": [asdict(effect) for effect in effects]}

        return api_call(score)

    add_endpoint(score_email, api_name="score_email", **SCORING)
