"""The lower half of tab 1: train the reward model, watch its cross-validation, see how far it can be believed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block

from ... import events as ev
from ...config import RewardConfig
from ...errors import RunError
from ...flags import flag, flags
from ...reward.metadata import figures_if_any, is_outdated, outcomes_of
from ...runs.workspace import DONE
from ...runs.workspace import KINDS as ALL_KINDS
from ..common import html, plots
from ..common.config_inputs import create_inputs, create_message
from ..common.datasets import Dataset, display_path, label_of, resolve
from ..common.launcher import Launcher, create_command
from ..common.live_chart import create_live_chart, figure_json
from ..common.page_context import Page, folder_version, progress_html
from ..common.run_watcher import RunSnapshot
from . import figures
from .try_panel import create_try_panel, lock_updates

KINDS = ("train-reward", "run")


def reward_arguments(page: Page, dataset: Dataset, config: RewardConfig) -> list[str]:
    """The arguments of ``train-reward`` for these data and settings."""
    return [*dataset.arguments(), *flag("out", display_path(page.workspace.reward_model)), *flags(config)]


def create_reward_panel(page: Page) -> None:
    """Draw the panel and wire it."""
    gr.Markdown("### Reward model\nLearns from the emails above how likely each outcome is; that makes the reward.")
    inputs = create_inputs(RewardConfig, "reward")
    with gr.Row():
        train = gr.Button("Train reward model", variant="primary", elem_id="train-reward")
        stop = gr.Button("Stop", variant="stop", interactive=False, elem_id="stop-reward")
    message = create_message("reward-message")
    status = gr.HTML(elem_id="reward-progress")
    notices = gr.HTML(elem_id="reward-notices")
    figures = [*_curves(), *_figures()]
    command = create_command("reward-command")
    tried = create_try_panel(page)
    seen = gr.State()
    launcher = Launcher("train-reward", KINDS, inputs, reward_arguments, train, stop, message, command)
    launcher.wire(page, "train_reward", "stop_reward", [page.demo.load, page.chosen.change])
    parts = [status, train, stop, notices, *figures, *tried]
    page.on_refresh(lambda before, chosen: refresh(page, before, chosen, len(parts)), seen, parts, [page.chosen])


def _curves() -> list[Any]:
    """What moves while it trains, first the row that holds it; hidden until there is something to draw."""
    with gr.Row(visible=False) as holder:
        folds = create_live_chart("reward-folds", plots.CURVE_HEIGHT, min_width=300)
        loss = create_live_chart("reward-loss", plots.CURVE_HEIGHT, min_width=300, visible=False)
    return [holder, folds, loss]


def _figures() -> list[Any]:
    """What the finished model is worth; the row of charts is hidden until there is one."""
    verdict = gr.HTML(elem_id="reward-verdict")
    table = gr.HTML(elem_id="reward-metrics")
    with gr.Row(visible=False) as charts:
        with gr.Column(min_width=300):
            matrix = create_live_chart("reward-confusion", plots.FIGURE_HEIGHT)
            matrix_words = gr.HTML()
            members = gr.HTML(elem_id="reward-members")
        with gr.Column(min_width=300):
            reliability = create_live_chart("reward-reliability", plots.FIGURE_HEIGHT)
            reliability_words = gr.HTML()
            own = gr.HTML(elem_id="reward-own")
    return [verdict, table, charts, matrix, matrix_words, members, reliability, reliability_words, own]


def refresh(page: Page, before: Any, chosen: Any, size: int) -> list[Any]:
    """Everything the panel shows of the latest run and of the model on disk; only what changed is sent."""
    view, busy = page.watcher.snapshot(KINDS), page.watcher.snapshot(ALL_KINDS).running
    other = _other_data(page, view, chosen)
    mark = (view.fingerprint, busy, folder_version(page.workspace.reward_model), other)
    if mark == before:
        return [gr.skip(), progress_html(view) if view.running else gr.skip(), *[gr.skip()] * (size - 1)]
    metrics = figures_if_any(page.workspace.reward_model)
    return [
        mark,
        progress_html(view),
        gr.Button(interactive=not busy),
        gr.Button(interactive=view.running and not view.stopping),
        html.sentences([*other, *_notices(view.events_of(ev.Notice), metrics)], html.CAUTION),
        *curve_updates(view),
        *figure_updates(metrics),
        *lock_updates(metrics),
    ]


def _other_data(page: Page, view: RunSnapshot, chosen: Any) -> list[str]:
    """That the latest reward model learned from another file than the one in use, in a sentence."""
    if view.run is None or view.state != DONE:
        return []
    try:
        learned = Path(str(view.run.config()["data"]))
    except (RunError, KeyError):
        return []
    used = resolve(page.workspace, chosen)
    if learned.resolve() == used.path.resolve():
        return []
    learned_from = label_of(page.workspace, learned)
    return [f"This reward model learned from {learned_from}, not from {used.label}, which is in use now."]


def _notices(events: list[ev.Notice], metrics: dict[str, Any] | None) -> list[str]:
    """Each sentence once: those of the run, then those kept with the model."""
    kept = (metrics or {}).get("notices") or []
    return list(dict.fromkeys([*(event.message for event in events), *map(str, kept)]))


def curve_updates(view: RunSnapshot) -> list[Block]:
    """Each fold's loss; the encoder's as well where it is tuned itself."""
    folds, epochs = view.events_of(ev.RewardFold), view.events_of(ev.RewardEpoch)
    return [
        gr.Row(visible=bool(folds or epochs)),
        gr.HTML(figure_json(plots.fold_losses(folds)), visible=True) if folds else gr.HTML(visible=False),
        gr.HTML(figure_json(plots.loss_curves(epochs)), visible=True) if epochs else gr.HTML(visible=False),
    ]


def figure_updates(metrics: dict[str, Any] | None) -> list[Any]:
    """Verdict, table, confusion matrix, reliability, members and the user's own emails."""
    words = [figures.verdict(metrics), figures.table(metrics)]
    if not metrics or is_outdated(metrics):
        return [*words, gr.Row(visible=False), *[gr.skip()] * 6]
    bins, known = metrics.get("reliability") or [], outcomes_of(metrics)
    return [
        *words,
        gr.Row(visible=True),
        figure_json(plots.confusion(metrics["confusion_matrix"], known)),
        figures.confusion_words(metrics),
        figures.members(metrics),
        figure_json(plots.reliability(bins, len(known))),
        figures.reliability_words(bins, metrics.get("ece")),
        figures.own_rewards(metrics),
    ]
