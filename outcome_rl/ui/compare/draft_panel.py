"""A visitor's own draft: checked while it is typed, then scored sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import gradio as gr

from ...flags import flag
from ...runs.workspace import command_line
from ..common import html
from ..common.failures import api_call, error_text
from ..common.launcher import create_command
from ..common.loaded_models import MAX_CONTEXT, AvailableModels, ModelDependentParts, require_context
from ..common.page_context import HEAVY, QUIET, Page, on_change_latest
from ..reward.try_panel import MAX_EMAIL, render_scores, require_reward_model, require_text
from .email_card import checks_html, email_to_dict, empty_email, highlighted_email
from .email_panel import score_text, wire_copy

BEFORE = "What the checks find will appear here while you type."
NEEDS_REWARD_MODEL = "Train a reward model in the first tab to have drafts scored; the checks work without one."


def create_draft_panel(page: Page) -> ModelDependentParts:
    """Draw and wire it."""
    with gr.Row():
        with gr.Column(scale=1, min_width=300):
            context = gr.Textbox(
                label="Context: who the customer is and what happened so far", lines=2, max_length=MAX_CONTEXT,
                elem_id="draft-context",
            )  # fmt: skip
            draft = gr.Textbox(label="Your draft", lines=12, max_lines=30, max_length=MAX_EMAIL, elem_id="draft-email")
            with gr.Row():
                score = gr.Button("Score it", variant="primary", interactive=False, elem_id="draft-score", scale=3)
                # gradio's own button would take the field's label, and with it the name that screen readers say
                copy = gr.Button("Copy", elem_id="draft-copy", min_width=80)
            lock = gr.HTML(elem_id="draft-lock")
            message = gr.HTML(elem_id="draft-message")
            result = gr.HTML(elem_id="draft-result")
        with gr.Column(scale=1, min_width=300):
            checked = gr.HTML(empty_email(BEFORE), elem_id="draft-checks")
    create_command("draft-command", "Many drafts at once in a terminal").value = command_line(
        page.in_workspace(["score", "drafts.csv", *flag("explain", True), *flag("out", "scored.csv")])
    )

    def score_draft(context: str, email: str) -> Iterator[list[Any]]:
        try:
            require_text(email)
            context = require_context(context)
            yield [html.sentence("Reading the draft …"), gr.skip()]
            yield ["", render_scores(require_reward_model(page), context, email[:MAX_EMAIL])]
        except Exception as error:  # the outermost layer
            yield [html.sentence(error_text(error), html.BAD), ""]

    wire_copy(copy, draft)
    on_change_latest([draft.change], check_draft, draft, [checked, result, message])
    score.click(score_draft, [context, draft], [message, result], **QUIET, **HEAVY)

    def updates(available: AvailableModels) -> list[Any]:
        usable = available.has_reward_model
        return [html.sentence("" if usable else NEEDS_REWARD_MODEL, html.CAUTION), gr.Button(interactive=usable)]

    return [lock, score], updates


def check_draft(email: str) -> list[str]:
    """What needs no model; the scores of the text before this change vanish."""
    email = email[:MAX_EMAIL]
    shown = highlighted_email(email) + checks_html(email) if email.strip() else empty_email(BEFORE)
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

    gr.api(score_email, api_name="score_email", **HEAVY)
