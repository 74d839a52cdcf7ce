"""The tab that a new visitor sees first: a finished example, and the way to one's own emails."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from ...errors import ModelError
from ..common import html
from ..common.page_context import VIEWER, ModelCache, Page
from ..compare.draft_panel import create_form
from ..reward.opinion import Opinion, render_opinion
from ..words import example as words
from ..words import glossary
from ..words.names import EXAMPLE
from . import render
from .bundle import Example, load_example, reward_model_folder


def create_example_tab(page: Page) -> None:
    """Draw and wire it."""
    with gr.Tab(EXAMPLE, id="example"):
        try:
            _example(page, load_example())
        except ModelError:  # the program works without
            gr.HTML(html.aside(words.MISSING))
            _own(page)


def _example(page: Page, example: Example) -> None:
    with gr.Row(elem_id="example-head"):
        with gr.Column(scale=3, min_width=300):
            gr.Markdown(words.TITLE.format(count=example.emails))
            gr.HTML(render.about(example), elem_id="example-about")
        with gr.Column(scale=1, min_width=260):
            _own(page)
            gr.HTML(html.jump(words.TO_DRAFT, "example-draft"))
    with gr.Row(elem_id="example-result"):  # on a phone the emails stand between the two
        with gr.Column(min_width=420, elem_id="example-verdict"):
            gr.HTML(render.verdict(example))
        with gr.Column(min_width=420, elem_id="example-figures"):
            gr.HTML(render.figures(example))
    with gr.Column(elem_id="example-emails"):
        place = render.opening(example)
        chosen = gr.Dropdown(
            render.recipients(example), value=place, label=words.RECIPIENT, info=words.RECIPIENT_INFO,
            elem_id="example-recipient", interactive=True,
        )  # fmt: skip
        gr.HTML(render.about_recipients(example))
        first = render.emails(example, place)
        with gr.Row():
            shown = []
            for name, body in zip(("before", "middle", "after"), first, strict=True):
                with gr.Column(min_width=300):
                    shown.append(gr.HTML(body, elem_id=f"example-{name}"))
        gr.HTML(render.key())
    gr.Markdown(f"{words.DRAFT}\n{words.DRAFT_ABOUT}", elem_id="example-draft")
    form = create_form(
        "example-draft", lambda context, email: _opinion(page.models, example, context, email),
        example.contexts[place].context, words.A_DRAFT, usable=True,
    )  # fmt: skip

    def choose(place: int | None, typed: str) -> list[Any]:
        recipient = draft_recipient(example, int(place or 0), typed)
        return [*render.emails(example, int(place or 0)), gr.skip() if recipient is None else recipient]

    chosen.change(choose, [chosen, form.context], [*shown, form.context], **VIEWER)
    gr.HTML(html.glossary(glossary.TITLE, glossary.GLOSSARY))


def draft_recipient(example: Example, place: int, typed: str) -> str | None:
    """Who the draft is for once the recipient at ``place`` is chosen; None where the visitor has ``typed`` there."""
    untouched = not typed.strip() or typed in {each.context for each in example.contexts}
    return example.contexts[place].context if untouched else None


def _own(page: Page) -> None:
    own = gr.Button(words.USE_MINE, variant="primary", size="lg", elem_id="example-own")
    page.go_to(own, "data")
    gr.HTML(html.aside(words.USE_MINE_INFO))


def warm_up(models: ModelCache) -> None:
    """Have the example's reward model loaded and used once, so that no visitor has to wait for that."""
    try:
        example = load_example()
        first = example.contexts[0]
        _opinion(models, example, first.context, first.tuned.text)
    except ModelError:  # whoever asks for it is told
        logging.getLogger(__name__).info("the example's reward model cannot be loaded yet", exc_info=True)


def _opinion(models: ModelCache, example: Example, context: str, email: str) -> Opinion:
    """What the example's reward model makes of an email. Raises ModelError."""
    model = models.reward_models.get(reward_model_folder())
    return render_opinion(model, example.figures, context, email, words.OF_THE_SELLERS)
