"""One run, opened: what came of it, its charts, and the emails written for the same contexts at each evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from ... import events as ev
from ...rl.time_budget import TOO_SHORT
from ...runs.run import DONE, STOPPED
from ..common import html, verdicts
from ..common.downloads import comparison_download
from ..common.live_chart import create_live_chart, figure_json
from ..common.page_context import Page, Updates, on_change_latest, progress_html
from ..common.run_watcher import RunSnapshot, kind_of
from ..common.run_words import kind_in_words
from ..words import teach as words
from ..words.names import DOWNLOAD_EMAILS
from ..words.notices import about_time, in_plain_words
from .charts import HEIGHTS, Curve, kl_chart, length_chart, make_curve, outcome_shares, reward_chart, variety_chart
from .emails import evaluation_cards, training_cards
from .results import in_the_bar, result_words, short_result

SMALL = {"rl-kl": kl_chart, "rl-length": length_chart, "rl-outcomes": outcome_shares, "rl-variety": variety_chart}


@dataclass(frozen=True)
class RunView:
    """Where a run is shown. ``heading`` says which one, where it is not the latest; ``slider`` chooses one of its
    evaluations, and at its end follows the newest one.
    """

    heading: gr.HTML
    plain_notices: gr.HTML
    notices: gr.HTML
    result: gr.HTML
    download: gr.DownloadButton
    go_on: gr.Button
    missing: gr.HTML
    live: gr.Column
    charts: gr.Accordion
    reward: gr.HTML
    small: dict[str, gr.HTML]
    rewriting: gr.Column
    slider: gr.Slider
    emails: gr.HTML
    latest: gr.HTML

    @property
    def parts(self) -> list[Any]:
        """What changes with the run that is shown."""
        shown = [self.heading, self.plain_notices, self.result, self.download, self.go_on, self.missing]
        return [
            *shown,
            self.live,
            self.charts,
            self.notices,
            self.reward,
            *self.small.values(),
            self.rewriting,
            self.slider,
            self.emails,
            self.latest,
        ]

    def render(
        self,
        view: RunSnapshot,
        chosen: bool,
        other: RunSnapshot,
        at: float | None,
        last: int,
        folder: Path,
        metrics: dict[str, Any] | None = None,
    ) -> Updates:
        """What is to be drawn of ``view``, beside the curve of ``other``. ``chosen``: it is not shown for being the
        latest. ``at``: the slider's place, ``last``: its largest when this was drawn before, 0 for another run.
        ``folder``: where files to take along may lie for a moment. ``metrics``: of the reward model.
        """
        curve, trusted = _curve(view), not verdicts.distrust(metrics)
        said, notices = result_words(view, metrics), _notices(view)
        updates: Updates = {
            self.heading: _heading(view) if chosen else "",
            self.plain_notices: html.sentences(in_plain_words(notices), html.CAUTION),
            self.notices: html.sentences(notices),
            self.result: said,
            self.download: comparison_download(view if said and trusted else RunSnapshot(), folder),
            self.go_on: gr.Button(visible=bool(said)),
            self.missing: _told(view) if said else _missing(view.running, metrics),
            self.live: gr.Column(visible=len(curve.steps) + len(curve.evaluations) > 1),  # one point is no line
            self.charts: gr.Accordion(visible=bool(curve or notices)),
            self.latest: "" if view.state == DONE else training_cards(curve.steps),
            **self._render_emails(curve, at, last, trusted),
        }
        if curve:
            updates[self.reward] = figure_json(reward_chart(curve, _curve(other)))
            updates |= {self.small[name]: figure_json(chart(curve)) for name, chart in SMALL.items()}
        return updates

    def _render_emails(self, curve: Curve, at: float | None, last: int, trusted: bool) -> dict[Any, Any]:
        newest = len(curve.evaluations) - 1
        if newest < 0:
            return {self.rewriting: gr.Column(visible=False)}
        follow = at is None or at >= last
        shown = newest if follow else int(at or 0)
        return {
            self.rewriting: gr.Column(visible=True),
            self.slider: gr.Slider(maximum=max(1, newest), value=shown, visible=newest > 0),
            self.emails: evaluation_cards(curve.evaluations, shown, trusted),
        }


def draw_next_bar(page: Page, view: RunView) -> None:
    """The next step, at the end of the tab and always in sight: what is missing for it, or its button."""
    with gr.Row(elem_classes="orl-next-bar"):
        view.missing.render()
        view.go_on.render()
    page.go_to(view.go_on, "compare")


def create_run_view() -> RunView:
    """Draw it, empty, but for what :func:`draw_next_bar` draws at the end of the tab."""
    missing = gr.HTML(elem_id="rl-missing", render=False)
    go_on = gr.Button(words.NEXT, variant="primary", visible=False, elem_id="rl-next", render=False)
    heading = gr.HTML(elem_id="rl-heading")
    result = gr.HTML(elem_id="rl-result")
    download = gr.DownloadButton(DOWNLOAD_EMAILS, visible=False, elem_id="rl-download")
    plain_notices = gr.HTML(elem_id="rl-told")
    with gr.Column(visible=False) as live:
        reward = create_live_chart("rl-chart", HEIGHTS["reward"])
    with gr.Column(visible=False) as rewriting:
        gr.Markdown(f"{words.CHANGING}\n{words.CHANGING_EXPLAINED}")
        slider = gr.Slider(0, 1, value=0, step=1, label=words.CHECK_UP, buttons=[], elem_id="rl-at", interactive=True)
        emails = gr.HTML(elem_id="rl-emails")
    latest = gr.HTML(elem_id="rl-samples")
    with gr.Accordion(words.CHARTS, open=False, visible=False, elem_id="rl-charts") as charts:
        notices = gr.HTML(elem_id="rl-notices")
        with gr.Row(elem_classes="orl-pairs"):
            small = {name: create_live_chart(name, HEIGHTS["small"]) for name in SMALL}
    shown = (heading, plain_notices, notices, result, download, go_on, missing)
    return RunView(*shown, live, charts, reward, small, rewriting, slider, emails, latest)


def wire_slider(
    view: RunView,
    look_up: Callable[..., RunSnapshot],
    inputs: list[Component],
    metrics: Callable[[], dict[str, Any] | None],
) -> None:
    """Show the evaluation that the slider points to; ``look_up`` gives the run shown for ``inputs``, ``metrics`` those
    of the reward model.
    """

    def show_evaluation(at: float, *values: Any) -> str:
        trusted = not verdicts.distrust(metrics())
        return evaluation_cards(_curve(look_up(*values)).evaluations, int(at or 0), trusted)

    on_change_latest([view.slider.input], show_evaluation, [view.slider, *inputs], view.emails)


def last_evaluation(view: RunSnapshot) -> int:
    """The slider's largest place."""
    return max(0, len(view.events_of(ev.RLEvaluation)) - 1)


def _curve(view: RunSnapshot) -> Curve:
    return make_curve(view.run.name if view.run else "", view.events)


def _told(view: RunSnapshot) -> str:
    finished = view.latest(ev.Finished)
    return in_the_bar(finished.result) if finished else ""


def _missing(working: bool, metrics: dict[str, Any] | None) -> str:
    """What is to be done before the next step; ``metrics``: of the reward model, if there is one."""
    if working or not metrics:
        return html.aside(words.MISSING_WHILE if working else words.MISSING)
    if verdicts.distrust(metrics):
        return html.jump(words.FIRST_UNTAUGHT, "rl-untaught", words.THEN_WRITE)
    return html.jump(words.FIRST, "rl-start", words.THEN)


def _heading(view: RunSnapshot) -> str:
    """Which run is open, what it was and how it went."""
    if view.run is None:
        return ""
    kind = kind_of(view.run)
    said = f"<h3>{html.text(f'Run {view.run.name}: {kind_in_words(view.run)}')}</h3>{progress_html(view)}"
    finished = view.latest(ev.Finished)
    if kind == "train-reward" and finished:
        said += html.sentence(f"{short_result(finished.result)}. Its figures are in step 1.")
    return said


def _notices(view: RunSnapshot) -> list[str]:
    """Each sentence once; what was said of the time before the run was gone on with is over."""
    began = max((place for place, event in enumerate(view.events) if isinstance(event, ev.Started)), default=0)
    told = [(place, event.message) for place, event in enumerate(view.events) if isinstance(event, ev.Notice)]
    said = [message for place, message in told if place >= began or not about_time(message)]
    last = view.latest(ev.Stopped) if view.state == STOPPED else None
    return list(dict.fromkeys([*said, *([last.message] if last and last.message.startswith(TOO_SHORT) else [])]))
