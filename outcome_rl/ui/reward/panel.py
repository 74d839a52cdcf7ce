"""The lower half of step 1: learn what gets answered, see whether that can be relied on, go on."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block

from ... import events as ev
from ...config import RewardConfig
from ...flags import flag, flags
from ...reward.metadata import figures_if_any, is_outdated, is_trusted, outcomes_of
from ...runs.run import DONE
from ...runs.run import KINDS as ALL_KINDS
from ...utils.files import folder_version
from ..common import html, per_hundred, plots, verdicts
from ..common.config_inputs import create_inputs, create_message
from ..common.datasets import Dataset, display_path, label_of, resolve
from ..common.launcher import Launcher, create_command
from ..common.live_chart import create_live_chart, figure_json
from ..common.page_context import Page, progress_html
from ..common.run_watcher import RunSnapshot
from ..words import glossary
from ..words import learn as words
from ..words.notices import NO_SECOND_OPINION, in_plain_words
from ..words.per_hundred import OWN
from ..words.settings import LEARNING
from . import figures
from .learning_time import before_learning, count_emails, learns_from, while_learning

KINDS = ("train-reward", "run")


def reward_arguments(page: Page, dataset: Dataset, config: RewardConfig) -> list[str]:
    """The arguments of ``train-reward`` for these data and settings."""
    return [*dataset.arguments(), *flag("out", display_path(page.workspace.reward_model)), *flags(config)]


def create_learn_button() -> gr.Button:
    """What learning starts with; it stands in the panel, and is named by whatever chooses the emails."""
    return gr.Button(words.LEARN, variant="primary", elem_id="train-reward", scale=3, render=False)


def learn_from(file: str) -> gr.Button:
    """The button for other emails than before, until it is known what can be done with them."""
    return gr.Button(words.LEARN_FROM.format(file=file))


def create_reward_panel(page: Page, train: gr.Button) -> None:
    """Draw the panel around its button and wire it."""
    with gr.Column(elem_id="learn"):  # it is hidden while a file waits to be used
        gr.Markdown(words.TITLE)
        with gr.Row():
            train.render()
            stop = gr.Button(words.STOP, variant="stop", interactive=False, elem_id="stop-reward", scale=1)
        message = create_message("reward-message")
        status = gr.HTML(elem_id="reward-progress")
        result = _result()
        with gr.Accordion(words.FIGURES, open=False, visible=False, elem_id="reward-figures") as fold:
            notices = gr.HTML(elem_id="reward-notices")
            shown = [*_curves(), *_figures()]
        inputs = create_inputs(RewardConfig, "reward", LEARNING)
        inputs.fold.render()
        with inputs.fold:
            command = create_command("reward-command")
    gr.HTML(html.glossary(glossary.TITLE, glossary.GLOSSARY))
    with gr.Row(elem_classes="orl-next-bar"):
        missing = gr.HTML(elem_id="reward-missing")
        go_on = gr.Button(words.NEXT, variant="primary", visible=False, elem_id="reward-next")
    page.go_to(go_on, "rl")
    seen = gr.State()
    launcher = Launcher("train-reward", KINDS, inputs, reward_arguments, train, stop, message, command)
    launcher.wire(page, "train_reward", "stop_reward", [page.demo.load, page.chosen.change])
    parts = [status, train, stop, *result, go_on, missing, fold, notices, *shown]
    page.on_refresh(lambda before, chosen: refresh(page, before, chosen, len(parts)), seen, parts, [page.chosen])


def _result() -> list[Any]:
    """The verdict, what there is to know besides, what was learned from, and replies per 100."""
    return [gr.HTML(elem_id=f"reward-{name}") for name in ("verdict", "told", "source", "own")]


def _curves() -> list[Any]:
    """What moves while it trains, first the row that holds it; hidden until there is something to draw."""
    with gr.Row(visible=False) as holder:
        folds = create_live_chart("reward-folds", plots.CURVE_HEIGHT, min_width=300)
        loss = create_live_chart("reward-loss", plots.CURVE_HEIGHT, min_width=300, visible=False)
    return [holder, folds, loss]


def _figures() -> list[Any]:
    """What the finished model is worth; the row of charts is hidden until there is one."""
    table = gr.HTML(elem_id="reward-metrics")
    with gr.Row(visible=False) as charts:
        with gr.Column(min_width=300):
            matrix = create_live_chart("reward-confusion", plots.FIGURE_HEIGHT)
            matrix_words = gr.HTML()
            members = gr.HTML(elem_id="reward-members")
        with gr.Column(min_width=300):
            reliability = create_live_chart("reward-reliability", plots.FIGURE_HEIGHT)
            reliability_words = gr.HTML()
            own = gr.HTML(elem_id="reward-own-rewards")
    return [table, charts, matrix, matrix_words, members, reliability, reliability_words, own]


def refresh(page: Page, before: Any, chosen: Any, size: int) -> list[Any]:
    """Everything the panel shows of the latest run and of the model on disk; only what changed is sent."""
    view, busy = page.watcher.snapshot(KINDS), page.watcher.snapshot(ALL_KINDS).running
    dataset = resolve(page.workspace, chosen)
    other, file = _other_data(page, view, chosen), dataset.label
    mark = (view.fingerprint, busy, folder_version(page.workspace.reward_model), other, file, count_emails(dataset))
    if mark == before:
        return [gr.skip(), _progress(page, view, dataset) if view.running else gr.skip(), *[gr.skip()] * (size - 1)]
    metrics = figures_if_any(page.workspace.reward_model)
    working = view.running
    usable = bool(metrics) and not is_outdated(metrics or {}) and not working and not other
    return [
        mark,
        _progress(page, view, dataset) + ("" if usable or working else before_learning(page, dataset)),
        _learn_button(file, learned=usable, busy=busy),
        gr.Button(interactive=view.running and not view.stopping),
        *_result_updates(page, view, metrics, other, stale=bool(other) or working),
        gr.Button(words.NEXT if is_trusted(metrics or {}) else words.NEXT_UNTAUGHT, visible=usable),
        _missing(working, usable, metrics),
        gr.Accordion(visible=bool(metrics or view.events_of(ev.RewardFold))),
        html.sentences(_notices(view, metrics)),
        *curve_updates(view),
        *figure_updates(metrics),
    ]


def _learn_button(file: str, learned: bool, busy: bool) -> gr.Button:
    """What to learn from; not the first thing to press any more once that has been ``learned``."""
    said = (words.LEARN_AGAIN if learned else words.LEARN_FROM).format(file=file)
    return gr.Button(said, variant="secondary" if learned else "primary", interactive=not busy)


def _missing(working: bool, usable: bool, metrics: dict[str, Any] | None) -> str:
    """What is to be done before the next step. Where all is done, a file may still wait to be used; else the verdict in
    short, for the card may stand below or behind the bar.
    """
    if working:
        return html.aside(words.MISSING_WHILE)
    verdict = verdicts.of_predictor(metrics)
    short = html.jump(f"{words.VERDICT_OF}: {verdict.answer}", "reward-verdict") if verdict else ""
    learn = short if usable else html.jump(words.FIRST, "train-reward", words.THEN)
    use = html.jump(words.FIRST_USE, "import-use", words.THEN_LEARN)
    return f'<div class="orl-first-learn">{learn}</div><div class="orl-first-use">{use}</div>'  # the style shows one


def _progress(page: Page, view: RunSnapshot, dataset: Dataset) -> str:
    """How far learning is, and what there is to know meanwhile; what is done is told by its result."""
    if view.run is None or view.state == DONE:
        return ""
    return progress_html(view) + while_learning(page, view, dataset)


def _result_updates(
    page: Page, view: RunSnapshot, metrics: dict[str, Any] | None, other: list[str], stale: bool
) -> list[str]:
    """Verdict, notices, source and replies per 100; greyed where they are not about what is in use or being learned."""
    verdict = verdicts.card(verdicts.of_predictor(metrics), words.VERDICT_OF)
    own = per_hundred.table({OWN: per_hundred.own_emails(metrics)}, words.OWN_CAPTION, False)
    greyed = [html.stale(each) if stale else each for each in (verdict, own)]
    source = "" if other or not metrics else html.aside(_source(page, view))
    told = in_plain_words(_notices(view, metrics))
    if verdicts.distrust(metrics):  # nobody teaches with it, so no second opinion is missed
        told = [each for each in told if each != NO_SECOND_OPINION]
    return [html.sentences(other, html.CAUTION) + greyed[0], html.sentences(told, html.CAUTION), source, greyed[1]]


def _source(page: Page, view: RunSnapshot) -> str:
    """Which file the predictor learned from, and when."""
    learned = _learned_from(view)
    if learned is None or view.run is None:
        return ""
    when = datetime.fromtimestamp(folder_version(page.workspace.reward_model) / 1e9)
    return words.LEARNED_FROM.format(file=label_of(page.workspace, learned), when=f"{when:%Y-%m-%d %H:%M}")


def _learned_from(view: RunSnapshot) -> Path | None:
    """The file of the latest run that has ended well, None where nobody knows."""
    return learns_from(view) if view.state == DONE else None


def _other_data(page: Page, view: RunSnapshot, chosen: Any) -> list[str]:
    """That the latest reward model learned from another file than the one in use, in a sentence."""
    learned, used = _learned_from(view), resolve(page.workspace, chosen)
    if learned is None or learned.resolve() == used.path.resolve():
        return []
    return [words.OTHER_FILE.format(learned=label_of(page.workspace, learned), used=used.label)]


def _notices(view: RunSnapshot, metrics: dict[str, Any] | None) -> list[str]:
    """Each sentence once: those of the run's learning, not of what it did after it, then those kept with the model."""
    kept = (metrics or {}).get("notices") or []
    learning = takewhile(lambda event: not isinstance(event, ev.PhaseDone), view.events)
    said = [event.message for event in learning if isinstance(event, ev.Notice)]
    return list(dict.fromkeys([*said, *map(str, kept)]))


def curve_updates(view: RunSnapshot) -> list[Block]:
    """Each fold's loss; the encoder's as well where it is tuned itself."""
    folds, epochs = view.events_of(ev.RewardFold), view.events_of(ev.RewardEpoch)
    return [
        gr.Row(visible=bool(folds or epochs)),
        gr.HTML(figure_json(plots.fold_losses(folds)), visible=True) if folds else gr.HTML(visible=False),
        gr.HTML(figure_json(plots.loss_curves(epochs)), visible=True) if epochs else gr.HTML(visible=False),
    ]


def figure_updates(metrics: dict[str, Any] | None) -> list[Any]:
    """Table, confusion matrix, reliability, members and what the user's own emails are worth."""
    table = figures.table(metrics)
    if not metrics or is_outdated(metrics):
        return [table, gr.Row(visible=False), *[gr.skip()] * 6]
    bins, known = metrics.get("reliability") or [], outcomes_of(metrics)
    return [
        html.aside(str(metrics.get("verdict") or "")) + table,
        gr.Row(visible=True),
        figure_json(plots.confusion(metrics["confusion_matrix"], known)),
        figures.confusion_words(metrics),
        figures.members(metrics),
        figure_json(plots.reliability(bins, len(known))),
        figures.reliability_words(bins, metrics.get("ece")),
        figures.own_rewards(metrics),
    ]
