"""A model that the Space does not offer, fetched by a visitor with their own login, for themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from ...errors import OutcomeRLError
from ...models.own_models import fetch_model, size_for
from ...runs.visitors import require_room
from ...security.caps import current_caps
from ...utils.formatting import format_bytes
from ..common import html
from ..common.config_inputs import Input
from ..common.failures import refusal
from ..common.page_context import QUIET, Page
from ..common.visits import current_account
from ..words import teach as words

FETCHING: dict[str, Any] = {"concurrency_id": "fetch", "concurrency_limit": 2}
"""A fetch takes a thread and the network for a minute; nothing else waits for it."""
LONGEST = 200
"""Characters of a name."""


def create_fetch_panel(page: Page, fold: gr.Accordion, model: Input) -> None:
    """Draw and wire it, in ``fold``; what was fetched is chosen in the field ``model``."""
    with fold, gr.Row():
        name = gr.Textbox(
            label=words.FETCH_NAME, info=words.FETCH_INFO, max_lines=1, max_length=LONGEST, elem_id="rl-fetch-name",
            scale=3, interactive=True,
        )  # fmt: skip
        fetch = gr.Button(words.FETCH, size="sm", elem_id="rl-fetch", scale=1)
    with fold:
        message = gr.HTML(elem_id="rl-fetch-message")

    def fetch_it(typed: str) -> Iterator[list[Any]]:
        try:
            for said in fetching(page, typed.strip()):
                yield [html.sentence(said), gr.skip()]
            yield [html.sentence(words.FETCH_DONE.format(name=typed.strip()), html.GOOD), typed.strip()]
        except Exception as error:  # the outermost layer
            yield [refusal(error), gr.skip()]

    fetch.click(fetch_it, name, [message, model], **QUIET, **FETCHING)


def fetching(page: Page, name: str) -> Iterator[str]:
    """Fetch a model for whoever asks, with their token and into their workspace; says what goes on.

    Raises:
        OutcomeRLError: nobody has logged in, the Hub does not give it to them, or there is no room for it.
    """
    account = current_account()
    if account is None:
        raise OutcomeRLError(words.LOG_IN_FIRST)
    size, home = size_for(name, account.token), page.workspace.own_models
    require_room(page.workspace, size, current_caps())
    yield words.FETCHING.format(name=name, size=format_bytes(size))
    fetch_model(name, account.token, home)
