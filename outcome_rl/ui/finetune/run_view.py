"""One run, opened: what came of it, its charts, and the emails written for the same contexts at each evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from ... import events as ev
from ...config import FinetuneConfig
from ..common import html
from ..common.live_chart import create_live_chart, figure_json
from ..common.page_context import Updates, on_change_latest, progress_html
from ..common.run_watcher import RunSnapshot, kind_of
from .charts import HEIGHTS, Curve, kl_chart, length_chart, make_curve, outcome_shares, reward_chart, variety_chart
from .emails import EXPLAINED, evaluation_cards, training_cards
from .results import result_words, short_result
from .run_list import KIND_WORDS

WORDS = {
    "Step": "the model writes emails for a few contexts, and those that the reward model likes become likelier.",
    "Reward": "what the reward model expects an email to earn, in the unit in which you said what an outcome is worth, "
    "less what it doubts: where its parts disagree, or a text does not read like an email, the reward is lower, even "
    "lower than the worst outcome.",
    "Judge": "a second model, which learned from emails that the reward model never saw; tuning cannot please it by "
    "learning the reward model’s whims.",
    "Other contexts": "those that the model is never tuned on; what it writes for them shows what it has learned.",
    "Warm start": "the model after it has read your emails that were answered, before RL.",
    "KL": "how far the model has moved away from the warm start. The further, the stranger emails may get; "
    f"above {FinetuneConfig.kl_budget:g} tuning ends, unless you say otherwise under Advanced.",
    "Diversity": "how many of all pairs of words differ; where it falls, the emails grow alike.",
}
SMALL = {"rl-kl": kl_chart, "rl-length": length_chart, "rl-outcomes": outcome_shares, "rl-variety": variety_chart}


@dataclass(frozen=True)
class RunView:
    """Where a run is shown. ``heading`` says which one, where it is not the latest; ``slider`` chooses one of its
    evaluations, and at its end follows the newest one.
    """

    heading: gr.HTML
    notices: gr.HTML
    result: gr.HTML
    charts: gr.Column
    reward: gr.HTML
    small: dict[str, gr.HTML]
    rewriting: gr.Column
    slider: gr.Slider
    emails: gr.HTML
    latest: gr.HTML

    @property
    def parts(self) -> list[Any]:
        """What changes with the run that is shown."""
        shown = [self.heading, self.notices, self.result, self.charts, self.reward, *self.small.values()]
        return [*shown, self.rewriting, self.slider, self.emails, self.latest]

    def render(self, view: RunSnapshot, chosen: bool, other: RunSnapshot, at: float | None, last: int) -> Updates:
        """What is to be drawn of ``view``, beside the curve of ``other``. ``chosen``: it is not shown for being the
        latest. ``at``: the slider's place, ``last``: its largest when this was drawn before, 0 for another run.
        """
        curve = _curve(view)
        updates: Updates = {
            self.heading: _heading(view) if chosen else "",
            self.notices: html.sentences(_notices(view), html.CAUTION),
            self.result: result_words(view),
            self.charts: gr.Column(visible=bool(curve)),
            self.latest: training_cards(curve.steps),
            **self._render_emails(curve, at, last),
        }
        if curve:
            updates[self.reward] = figure_json(reward_chart(curve, _curve(other)))
            updates |= {self.small[name]: figure_json(chart(curve)) for name, chart in SMALL.items()}
        return updates

    def _render_emails(self, curve: Curve, at: float | None, last: int) -> dict[Any, Any]:
        newest = len(curve.evaluations) - 1
        if newest < 0:
            return {self.rewriting: gr.Column(visible=False)}
        follow = at is None or at >= last
        shown = newest if follow else int(at or 0)
        return {
            self.rewriting: gr.Column(visible=True),
            self.slider: gr.Slider(maximum=max(1, newest), value=shown, interactive=newest > 0),
            self.emails: evaluation_cards(curve.evaluations, shown),
        }


def create_run_view() -> RunView:
    """Draw it, empty."""
    heading = gr.HTML(elem_id="rl-heading")
    notices = gr.HTML(elem_id="rl-notices")
    result = gr.HTML(elem_id="rl-result")
    with gr.Column(visible=False) as charts:
        reward = create_live_chart("rl-chart", HEIGHTS["reward"])
        with gr.Row(elem_classes="orl-pairs"):
            small = {name: create_live_chart(name, HEIGHTS["small"]) for name in SMALL}
        gr.HTML(html.glossary("What the words mean", WORDS))
    with gr.Column(visible=False) as rewriting:
        gr.Markdown(f"### The same contexts, again and again\n{EXPLAINED}")
        slider = gr.Slider(
            0, 1, value=0, step=1, label="Evaluation (0 is the first, the warm start)", buttons=[], elem_id="rl-at",
            interactive=True,
        )  # fmt: skip
        emails = gr.HTML(elem_id="rl-emails")
    latest = gr.HTML(elem_id="rl-samples")
    return RunView(heading, notices, result, charts, reward, small, rewriting, slider, emails, latest)


def wire_slider(view: RunView, look_up: Callable[..., RunSnapshot], inputs: list[Component]) -> None:
    """Show the evaluation that the slider points to; ``look_up`` gives the run shown for ``inputs``."""

    def show_evaluation(at: float, *values: Any) -> str:
        return evaluation_cards(_curve(look_up(*values)).evaluations, int(at or 0))

    on_change_latest([view.slider.input], show_evaluation, [view.slider, *inputs], view.emails)


def last_evaluation(view: RunSnapshot) -> int:
    """The slider's largest place."""
    return max(0, len(view.events_of(ev.RLEvaluation)) - 1)


def _curve(view: RunSnapshot) -> Curve:
    return make_curve(view.run.name if view.run else "", view.events)


def _heading(view: RunSnapshot) -> str:
    """Which run is open, what it was and how it went."""
    if view.run is None:
        return ""
    kind = kind_of(view.run)
    words = f"<h3>{html.text(f'Run {view.run.name}: {KIND_WORDS.get(kind, kind)}')}</h3>{progress_html(view)}"
    finished = view.latest(ev.Finished)
    if kind == "train-reward" and finished:
        words += html.sentence(f"{short_result(finished.result)}. Its model's figures are in the first tab.")
    return words


def _notices(view: RunSnapshot) -> list[str]:
    """Each sentence once."""
    return list(dict.fromkeys(event.message for event in view.events_of(ev.Notice)))
