"""Figures from plain values and events. Pure; colours hold on light and on dark ground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ...events import RewardEpoch, RewardFold
from ...insights.colours import OUTCOME_COLOURS
from ...outcomes import NUM_OUTCOMES, OUTCOMES, known_outcomes
from ..words.names import OUTCOME_WORDS

MAIN, SECOND = "#6366f1", "#e69f00"
GRID = "rgba(128,128,128,0.22)"
MAX_POINTS = 600
CURVE_HEIGHT, FIGURE_HEIGHT = 280, 320
"""Pixels: of lines that move while something is at work, and of everything else."""


def outcome_bars(counts: Sequence[int]) -> go.Figure:
    """How many rows have each outcome that a model of them can tell."""
    total = max(1, sum(counts))
    shown = {OUTCOMES[outcome]: counts[outcome] for outcome in known_outcomes(counts)}
    bars = go.Bar(
        x=[OUTCOME_WORDS[name] for name in shown],
        y=list(shown.values()),
        text=[f"{count} ({count / total:.0%})" for count in shown.values()],
        textposition="outside",
        cliponaxis=False,
        marker_color=[OUTCOME_COLOURS[name] for name in shown],
        hoverinfo="x+y",
    )
    return make_figure([bars], "What came of these emails", "", "emails", FIGURE_HEIGHT)


def length_boxes(words: Sequence[np.ndarray]) -> go.Figure:
    """How long the emails of each outcome are, in words; what is sent to the browser does not grow with the rows."""
    boxes = []
    for name, each in zip(OUTCOMES, words, strict=True):
        low, q1, median, q3, high = np.percentile(each if len(each) else [0], (5, 25, 50, 75, 95)).tolist()
        boxes.append(
            go.Box(
                x=[OUTCOME_WORDS[name]], q1=[q1], median=[median], q3=[q3], lowerfence=[low], upperfence=[high],
                marker_color=OUTCOME_COLOURS[name], showlegend=False, visible=len(each) > 0,
            )
        )  # fmt: skip
    title = "Words per email<br><sup>the box holds the middle half of the emails, the lines nine in ten</sup>"
    figure = make_figure(boxes, title, "", "words", FIGURE_HEIGHT)
    figure.update_layout(margin_t=64)
    figure.update_yaxes(rangemode="tozero")
    return figure


def fold_losses(folds: Sequence[RewardFold]) -> go.Figure:
    """How surprised the reward model is by each fold held back, and how surprised guessing is."""
    at = [event.fold for event in folds]
    lines = [
        line(at, [event.log_loss for event in folds], "reward model", MAIN),
        line(at, [event.guessing_log_loss for event in folds], "guessing", SECOND),
    ]
    lines[1].line.dash = "dash"
    x_title, y_title = "fold of the cross-validation", "nats, less is better"
    figure = use_whole_steps(make_figure(lines, "Log-loss", x_title, y_title, CURVE_HEIGHT))
    figure.update_xaxes(range=[0.5, folds[-1].folds + 0.5])  # the room that is left shows how much is to come
    figure.update_yaxes(rangemode="tozero")
    return figure


def loss_curves(epochs: Sequence[RewardEpoch]) -> go.Figure:
    """Mean cross-entropy on the rows trained on and on those kept back, fold after fold."""
    at = [event.epoch for event in epochs]
    lines = [
        line(at, [event.train_loss for event in epochs], "training", MAIN),
        line(at, [event.validation_loss for event in epochs], "held back", SECOND),
    ]
    return use_whole_steps(
        make_figure(lines, "Training the encoder", "epoch, fold after fold", "loss, nats", CURVE_HEIGHT)
    )


def confusion(matrix: Sequence[Sequence[int]], known: Sequence[int] = tuple(range(NUM_OUTCOMES))) -> go.Figure:
    """Rows: what happened; columns: what was predicted. Shaded by the share of the row. Of the ``known`` outcomes."""
    words = [OUTCOME_WORDS[OUTCOMES[outcome]] for outcome in known]
    matrix = [[matrix[happened][predicted] for predicted in known] for happened in known]
    shares = [[count / max(1, sum(row)) for count in row] for row in matrix]
    heat = go.Heatmap(
        x=words,
        y=words,
        z=shares,
        zmin=0,
        zmax=1,
        colorscale=[[0, "rgba(99,102,241,0.06)"], [1, "rgba(99,102,241,0.75)"]],
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="happened: %{y}<br>predicted: %{x}<br>%{z:.0%} of the row<extra></extra>",
    )
    figure = make_figure([heat], "Happened (rows), predicted (columns)", "", "", FIGURE_HEIGHT)
    figure.update_traces(text=[[str(count) for count in row] for row in matrix], texttemplate="%{text}")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False)
    return figure


def reliability(bins: Sequence[dict[str, Any]], outcomes: int = NUM_OUTCOMES) -> go.Figure:
    """How often predictions came true by how likely they were called; a dot's area is its number of predictions.

    Of so many ``outcomes`` the likeliest cannot be less likely than chance, where the axis begins.
    """
    start = round(1 / outcomes - 0.03, 2)
    said, right, rows = ([each[key] for each in bins] for key in ("confidence", "right", "rows"))
    sizes = [8 + 22 * (n / max(rows)) ** 0.5 for n in rows]
    ideal = go.Scatter(
        x=[start, 1], y=[start, 1], name="ideal", mode="lines", hoverinfo="skip",
        line={"color": SECOND, "width": 2, "dash": "dash"},
    )  # fmt: skip
    dots = go.Scatter(
        x=said, y=right, name="reward model", mode="markers", customdata=rows,
        marker={"size": sizes, "color": MAIN, "opacity": 0.75},
        hovertemplate="called %{x:.0%} likely<br>came true: %{y:.0%}<br>%{customdata:,} predictions<extra></extra>",
    )  # fmt: skip
    figure = make_figure(
        [ideal, dots], "Reliability", "how likely it was called", "how often it came true", FIGURE_HEIGHT
    )
    figure.update_layout(hovermode="closest", legend_itemsizing="constant")
    figure.update_xaxes(tickformat=".0%", range=[start, 1.04])
    figure.update_yaxes(tickformat=".0%", range=[0, 1.08])
    return figure


def reward_distributions(base: Sequence[float], tuned: Sequence[float]) -> go.Figure:
    """How many emails of each model got which reward; the dashed lines are the means."""
    edges = np.histogram_bin_edges([*base, *tuned], bins=min(20, max(5, len(base) // 2)))
    middles, width = ((edges[:-1] + edges[1:]) / 2).tolist(), float(edges[1] - edges[0])
    bars = [
        go.Bar(
            x=middles, y=np.histogram(rewards, edges)[0].tolist(), name=name, width=width, opacity=0.6,
            marker_color=colour, hovertemplate="reward about %{x:.2f}: %{y} emails",
        )
        for name, rewards, colour in (("base", base, SECOND), ("tuned", tuned, MAIN))
    ]  # fmt: skip
    figure = make_figure(bars, "Rewards", "reward, payoff units", "emails", FIGURE_HEIGHT)
    figure.update_layout(barmode="overlay")
    for rewards, colour in ((base, SECOND), (tuned, MAIN)):
        figure.add_vline(x=float(np.mean(rewards)), line={"color": colour, "width": 2, "dash": "dash"})
    return figure


def thin(events: Sequence[Any], most: int = MAX_POINTS) -> Sequence[Any]:
    """At most about ``most`` of the events, evenly spaced, the last one always among them."""
    if len(events) <= most:
        return events
    stride = -(-len(events) // most)
    return [*events[:-1:stride], events[-1]]


def line(x: list, y: list, name: str, colour: str) -> go.Scatter:
    """A line, with dots while there are few points."""
    mode = "lines+markers" if len(x) < 40 else "lines"
    return go.Scatter(x=x, y=y, name=name, mode=mode, line={"color": colour, "width": 2}, marker={"size": 5})


def make_figure(traces: list, title: str, x_title: str, y_title: str, height: int) -> go.Figure:
    """A figure in the common look. ``uirevision`` keeps a visitor's zoom where a chart is updated in place."""
    figure = go.Figure(traces)
    figure.update_layout(
        title={"text": title, "font": {"size": 14}, "x": 0.02, "xref": "container"},
        height=height,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "IBM Plex Sans, ui-sans-serif, system-ui, sans-serif", "size": 12, "color": "#808998"},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
        showlegend=len([trace for trace in traces if trace.showlegend is not False]) > 1,
        uirevision=title,
        hovermode="x unified" if traces[0].type == "scatter" else "closest",
    )
    figure.update_xaxes(title=x_title, gridcolor=GRID, zeroline=False, automargin=True)
    figure.update_yaxes(title=y_title, gridcolor=GRID, zeroline=False, automargin=True)
    return figure


def use_whole_steps(figure: go.Figure) -> go.Figure:
    """Steps and epochs are whole numbers; do not label halves."""
    few = max((trace.x[-1] for trace in figure.data if trace.x), default=0) <= 8
    figure.update_xaxes(tickformat=",d", rangemode="tozero", **({"dtick": 1} if few else {"nticks": 8}))
    return figure
