"""The visitor's own draft, or any other text: checked while it is typed, then scored sentence by sentence."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from ...flags import flag
from ...runs.workspace import command_line
from ..common import html
from ..common.datasets import resolve
from ..common.endpoints import add_endpoint
from ..common.failures import api_call, refusal
from ..common.launcher import create_command
from ..common.loaded_models import MAX_CONTEXT, AvailableModels, ModelDependentParts, require_context
from ..common.page_context import HEAVY, QUIET, VIEWER, Page, on_change_latest
from ..reward.opinion import MAX_EMAIL, page_opinion, require_reward_model, require_text
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


def create_form(
    name: str, opinion: Callable[[str, str], str], context: str = "", draft: str = "", usable: bool = False
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
            checked = gr.HTML(check_draft(draft)[0], elem_id=f"{name}-checks")

    def score_draft(recipient: str, email: str) -> Iterator[list[Any]]:
        try:
            require_text(email)
            recipient = require_context(recipient)
            yield [html.sentence(words.READING), gr.skip()]
            yield ["", opinion(recipient, email[:MAX_EMAIL])]
        except Exception as error:  # the outermost layer
            yield [refusal(error), ""]

    wire_copy(copy, email)
    on_change_latest([email.change], check_draft, email, [checked, result, message])
    score.click(score_draft, [recipient, email], [message, result], **QUIET, **HEAVY)
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


def check_draft(email: str) -> list[str]:
    """What needs no model; the scores of the text before this change vanish."""
    email = email[:MAX_EMAIL]
    shown = highlighted_email(email) + checks_html(email) if email.strip() else empty_email(words.BEFORE)
    return [shown, "", ""]


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

    add_endpoint(score_email, api_name="score_email", **HEAVY)
