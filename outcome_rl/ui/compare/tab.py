"""Tab 3: what the models write, compared in several ways; each way is a module of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr

from ...config import SamplingConfig
from ...errors import OutcomeRLError
from ...evaluation.blind_votes import PendingPairs
from ...policy.metadata import read_origin
from ...utils.files import folder_version
from ..common import html
from ..common.config_inputs import create_inputs
from ..common.datasets import label_of
from ..common.loaded_models import AvailableModels, available_models
from ..common.page_context import Page
from ..words import write as words
from ..words.names import WRITE
from ..words.settings import WRITING
from . import blind_vote, draft_panel, many_contexts, side_by_side

BEFORE = {1: "data", 2: "rl"}
"""The tabs of the steps before this one, by their numbers."""


def create_compare_tab(page: Page) -> None:
    """Draw the tab and wire it."""
    pending = PendingPairs()
    with gr.Tab(WRITE, id="compare") as tab:
        gr.Markdown(words.INTRO)
        lock = gr.HTML(elem_id="compare-lock")
        back = {tab: gr.Button(words.BACK.format(number=number), visible=False) for number, tab in BEFORE.items()}
        for opened, button in back.items():
            page.go_to(button, opened)
        taught = gr.HTML(elem_id="compare-taught")
        inputs = create_inputs(SamplingConfig, "sampling", WRITING)
        with gr.Tabs(elem_id="compare-tabs"):
            with gr.Tab(words.ONE, id="compare-one"):
                ways = [side_by_side.create_side_by_side(page, inputs, tab)]
            with gr.Tab(words.MANY, id="compare-many"):
                many_contexts.create_many_contexts(page, inputs, tab)
            with gr.Tab(words.BLIND, id="compare-blind"):
                ways.append(blind_vote.create_blind_test(page, inputs, pending))
            with gr.Tab(words.DRAFT, id="compare-draft"):
                ways.append(draft_panel.create_draft_panel(page, inputs.fold))
        inputs.fold.render()
        seen = gr.State()
    parts = [part for own, _ in ways for part in own]

    def refresh(before: Any) -> list[Any]:
        """What can be compared now; sent only when that changed."""
        available = available_models(page)
        if available.fingerprint == before:
            return [gr.skip()] * (5 + len(parts))
        untaught = words.UNTAUGHT_GUESSES if available.guesses else words.UNTAUGHT
        why = untaught if available.has_reward_model else words.NOTHING_YET
        why = "" if available.has_tuned_model else why
        changed = [value for _, updates in ways for value in updates(available)]
        learned, told = available.has_reward_model, [html.sentence(why, html.CAUTION), _taught(page, available)]
        ways_back = [gr.Button(visible=bool(why) and not learned), gr.Button(visible=bool(why) and learned)]
        return [available.fingerprint, *told, *ways_back, *changed]

    page.on_refresh(refresh, seen, [lock, taught, *back.values(), *parts])


def expose_api(page: Page) -> None:
    """What the tab does, for scripts, as plain values; outside the tabs, for it draws nothing."""
    side_by_side.expose_api(page)
    many_contexts.expose_api(page)
    blind_vote.expose_api(page, PendingPairs())
    draft_panel.expose_api(page)


def _taught(page: Page, available: AvailableModels) -> str:
    """Which run has taught the writer, from which file, and when; and whether the predictor is a newer one; or that
    nothing was taught, and what can be done about it.
    """
    try:
        run = page.workspace.run(str(read_origin(page.workspace.policy)["run"]))
        learned = label_of(page.workspace, Path(str(run.config()["data"])))
    except (OutcomeRLError, KeyError):  # nothing is taught, or its run is deleted
        return ""
    taught, read = folder_version(page.workspace.policy), folder_version(page.workspace.reward_model)
    when = f"{datetime.fromtimestamp(taught / 1e9):%Y-%m-%d %H:%M}"
    if available.without_teaching:
        said = words.NOT_TAUGHT if available.own_words else words.NOT_TAUGHT_FREE
        more = words.GUESSES if available.guesses else words.CAN_BE_TAUGHT
        return html.sentence(said.format(file=learned, when=when) + more, html.CAUTION)
    if not available.taught:
        more = words.GUESSES if available.guesses else words.MORE_MINUTES
        return html.sentence(words.NOTHING_KEPT.format(file=learned, when=when) + more, html.CAUTION)
    return html.aside(words.TAUGHT.format(file=learned, when=when) + (words.PREDICTOR_NEWER if read > taught else ""))
