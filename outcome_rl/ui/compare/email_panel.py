"""One email on the page: read with what the checks find in it, copied, edited in place and scored again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...reward.metadata import figures_if_any
from ..common import html
from ..common.failures import refusal
from ..common.page_context import QUIET, SCORING, VIEWER, Page, Updates
from ..common.static import static_text
from ..reward.opinion import MAX_EMAIL, require_reward_model, require_text
from ..words import write as words
from .email_card import empty_email, highlighted_email, score_card

if TYPE_CHECKING:  # it brings torch along
    from ...generation.emails import ScoredEmail


@dataclass(frozen=True)
class EmailPanel:
    """Where one email is shown; ``text`` holds it as plain text, out of sight unless it is being edited."""

    column: gr.Column
    title: gr.Markdown
    body: gr.HTML
    text: gr.Textbox
    tools: gr.Row
    edit: gr.Button
    again: gr.Button
    scores: gr.HTML

    @property
    def parts(self) -> list[Any]:
        """What changes with the email that is shown."""
        return [self.body, self.text, self.tools, self.edit, self.again, self.scores]

    def render_waiting(self, body: str) -> Updates:
        """No email yet, or one that is not finished."""
        return self._render(body, "", "") | {self.tools: gr.Row(visible=False)}

    def render_email(self, email: ScoredEmail, metrics: dict[str, Any] | None, more: str = "") -> Updates:
        """A finished email, ``more`` below its scores; ``metrics``: of the reward model that scored it."""
        body = highlighted_email(email.email_text, email.findings)
        return self._render(body, email.email_text, score_card(email, metrics) + more)

    def render_editor(self) -> Updates:
        """The text in a box; its scores stay until it is scored again."""
        return {
            self.body: gr.HTML(visible=False),
            self.text: gr.Textbox(visible=True),
            self.edit: gr.Button(visible=False),
            self.again: gr.Button(visible=True),
        }

    def _render(self, body: str, text: str, scores: str) -> Updates:
        return {
            self.body: gr.HTML(body, visible=True),
            self.text: gr.Textbox(text, visible="hidden"),
            self.tools: gr.Row(visible=True),
            self.edit: gr.Button(visible=True),
            self.again: gr.Button(visible=False),
            self.scores: scores,
        }


def heading_of(title: str) -> str:
    """The line above an email."""
    return f"#### {title}"


def create_panel(page: Page, role: str, title: str, context: gr.State) -> EmailPanel:
    """Draw and wire a panel; ``context`` holds what its email is for."""
    name = f"compare-{role.replace('_', '-')}"
    with gr.Column(min_width=300, elem_id=name, visible=False) as column:
        heading = gr.Markdown(heading_of(title))
        body = gr.HTML(empty_email(words.BEFORE), elem_id=f"{name}-email")
        text = gr.Textbox(
            label=words.EDIT_EMAIL.format(title=title), lines=12, max_lines=24, max_length=MAX_EMAIL, visible="hidden",
            interactive=True, elem_id=f"{name}-text",
        )  # fmt: skip
        with gr.Row(visible=False) as tools:
            copy = gr.Button(words.COPY, size="sm", elem_id=f"{name}-copy", min_width=80)
            edit = gr.Button(words.EDIT, size="sm", elem_id=f"{name}-edit", min_width=80)
            again = gr.Button(
                words.SCORE_AGAIN, size="sm", variant="primary", visible=False, elem_id=f"{name}-again", min_width=80
            )
        scores = gr.HTML(elem_id=f"{name}-scores")
    panel = EmailPanel(column, heading, body, text, tools, edit, again, scores)

    def score_again(context: str, email: str) -> Iterator[Updates]:
        try:
            require_text(email)
            yield {scores: html.sentence(words.READING_EMAIL)}
            yield panel.render_email(score_text(page, context, email), figures_if_any(page.workspace.reward_model))
        except Exception as error:  # the outermost layer
            yield {scores: refusal(error)}

    wire_copy(copy, text)
    edit.click(panel.render_editor, None, panel.parts, **VIEWER)
    again.click(score_again, [context, text], panel.parts, **QUIET, **SCORING)
    return panel


def score_text(page: Page, context: str, email: str) -> ScoredEmail:
    """A text that somebody wrote or changed, scored. Raises ModelError where there is no reward model."""
    from ...generation.emails import score_emails

    return score_emails([context], [email[:MAX_EMAIL]], require_reward_model(page))[0]


def wire_copy(button: gr.Button, text: gr.Textbox) -> None:
    """Copy the text when the button is pressed, and say so on it for a moment."""
    copied = button.click(None, text, button, js=static_text("js/copy_text.js"), api_visibility="private")
    copied.then(None, None, button, js=static_text("js/say_copy_again.js"), api_visibility="private")
