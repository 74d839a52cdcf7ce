"""Figures from plain values and events. Pure; colours hold on light and on dark ground."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..config import OUTCOMES
from ..events import RewardEpoch, RewardFold, RLEvaluation, RLStep

OUTCOME_WORDS = {"no_reply": "No reply", "reply": "Reply", "conversion": "Conversion"}
OUTCOME_COLOURS = {"no_reply": "#8a94a6", "reply": "#3b8fd9", "conversion": "#009e73"}
MAIN, SECOND = "#6366f1", "#e69f00"
GRID = "rgba(128,128,128,0.22)"
MAX_POINTS = 600


def outcome_bars(counts: Sequence[int]) -> go.Figure:
    """How many rows have each outcome."""
    total = max(1, sum(counts))
    bars = go.Bar(
        x=[OUTCOME_WORDS[name] for name in OUTCOMES],
        y=list(counts),
        text=[f"{count} ({count / total:.0%})" for count in counts],
        textposition="outside",
        cliponaxis=False,
        marker_color=[OUTCOME_COLOURS[name] for name in OUTCOMES],
        hoverinfo="x+y",
    )
    return _figure([bars], "Rows per outcome", "", "rows", 300)


def lengths(words: Sequence[Sequence[float]]) -> go.Figure:
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
    title = "Words per email<br><sup>box: the middle half, whiskers: 5 to 95 %</sup>"
    figure = _figure(boxes, title, "", "words", 320)
    figure.update_layout(margin_t=64)
    figure.update_yaxes(rangemode="tozero")
    return figure


def fold_losses(folds: Sequence[RewardFold]) -> go.Figure:
    """How surprised the reward model is by each fold held back, and how surprised guessing is."""
    at = [event.fold for event in folds]
    lines = [
        _line(at, [event.log_loss for event in folds], "reward model", MAIN),
        _line(at, [event.guessing_log_loss for event in folds], "guessing", SECOND),
    ]
    lines[1].line.dash = "dash"
    figure = _whole_steps(_figure(lines, "Log-loss", "fold of the cross-validation", "nats, less is better", 280))
    figure.update_xaxes(range=[0.5, folds[-1].folds + 0.5])  # the room that is left shows how much is to come
    figure.update_yaxes(rangemode="tozero")
    return figure


def loss_curves(epochs: Sequence[RewardEpoch]) -> go.Figure:
    """Mean cross-entropy on the rows trained on and on those kept back, fold after fold."""
    at = [event.epoch for event in epochs]
    lines = [
        _line(at, [event.train_loss for event in epochs], "training", MAIN),
        _line(at, [event.validation_loss for event in epochs], "held back", SECOND),
    ]
    return _whole_steps(_figure(lines, "Training the encoder", "epoch, fold after fold", "loss, nats", 280))


def confusion(matrix: Sequence[Sequence[int]]) -> go.Figure:
    """Rows: what happened; columns: what was predicted. Shaded by the share of the row."""
    words = [OUTCOME_WORDS[name] for name in OUTCOMES]
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
    figure = _figure([heat], "Happened (rows), predicted (columns)", "", "", 320)
    figure.update_traces(text=[[str(count) for count in row] for row in matrix], texttemplate="%{text}")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False)
    return figure


def reliability(bins: Sequence[dict[str, Any]]) -> go.Figure:
    """How often predictions came true by how likely they were called; a dot's area is its number of predictions."""
    said, right, rows = ([each[key] for each in bins] for key in ("confidence", "right", "rows"))
    sizes = [8 + 22 * (n / max(rows)) ** 0.5 for n in rows]
    ideal = go.Scatter(
        x=[0.3, 1], y=[0.3, 1], name="ideal", mode="lines", hoverinfo="skip",
        line={"color": SECOND, "width": 2, "dash": "dash"},
    )  # fmt: skip
    dots = go.Scatter(
        x=said, y=right, name="reward model", mode="markers", customdata=rows,
        marker={"size": sizes, "color": MAIN, "opacity": 0.75},
        hovertemplate="called %{x:.0%} likely<br>came true: %{y:.0%}<br>%{customdata:,} predictions<extra></extra>",
    )  # fmt: skip
    figure = _figure([ideal, dots], "Reliability", "how likely it was called", "how often it came true", 320)
    figure.update_layout(hovermode="closest", legend_itemsizing="constant")
    figure.update_xaxes(tickformat=".0%", range=[0.3, 1.04])
    figure.update_yaxes(tickformat=".0%", range=[0, 1.08])
    return figure


def reward_chart(steps: Sequence[RLStep], evaluations: Sequence[RLEvaluation] = ()) -> go.Figure:
    """Mean reward of each step's emails, in a band of one standard deviation; the judge's opinion of emails for
    contexts that are not trained on, with its interval, and a star where it is highest.
    """
    steps = thinned(steps)
    at, mean = [event.step for event in steps], [event.reward_mean for event in steps]
    spread = [event.reward_std or 0 for event in steps]
    known = [m if m is not None else 0 for m in mean]
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    band = [
        go.Scatter(x=at, y=[m + s for m, s in zip(known, spread, strict=True)], **edge),
        go.Scatter(
            x=at, y=[m - s for m, s in zip(known, spread, strict=True)],
            fill="tonexty", fillcolor="rgba(99,102,241,0.18)", **{**edge, "showlegend": True, "name": "± 1 std"},
        ),
    ]  # fmt: skip
    lines = [*band, _line(at, mean, "mean reward", MAIN), *_judged(thinned(evaluations))]
    return _whole_steps(_figure(lines, "Reward", "step", "payoff units", 360))


def _judged(evaluations: Sequence[RLEvaluation]) -> list[go.Scatter]:
    if not evaluations:
        return []
    at, mean = [event.step for event in evaluations], [event.judge_mean for event in evaluations]
    name = "judge, other contexts" if evaluations[-1].independent else "reward model, other contexts"
    line = _line(at, mean, name, SECOND)
    line.error_y = {
        "array": [event.judge_high - event.judge_mean for event in evaluations],
        "arrayminus": [event.judge_mean - event.judge_low for event in evaluations],
        "thickness": 1,
    }
    best = max((event for event in evaluations if event.best), key=lambda event: event.step, default=evaluations[0])
    star = go.Scatter(
        x=[best.step], y=[best.judge_mean], name="best step", mode="markers",
        marker={"symbol": "star", "size": 14, "color": SECOND},
    )  # fmt: skip
    return [line, star]


def value_chart(steps: Sequence[RLStep], name: str, title: str, unit: str) -> go.Figure:
    """One number of each step."""
    steps = thinned(steps)
    line = _line([event.step for event in steps], [getattr(event, name) for event in steps], title, MAIN)
    figure = _whole_steps(_figure([line], title, "step", unit, 260))
    figure.update_yaxes(rangemode="tozero")
    return figure


def outcome_shares(steps: Sequence[RLStep]) -> go.Figure:
    """Predicted outcomes of each step's emails, stacked to 100 %."""
    steps = thinned(steps)
    at = [event.step for event in steps]
    layers = [
        go.Scatter(
            x=at,
            y=[getattr(event, f"share_{name}") for event in steps],
            name=OUTCOME_WORDS[name],
            mode="lines",
            line={"width": 0.5, "color": OUTCOME_COLOURS[name]},
            fillcolor=OUTCOME_COLOURS[name],
            stackgroup="outcomes",
        )
        for name in OUTCOMES
    ]
    figure = _whole_steps(_figure(layers, "Predicted outcomes", "step", "", 260))
    figure.update_yaxes(tickformat=".0%", range=[0, 1])
    # three names do not fit beside the title of a small chart
    figure.update_layout(legend={"x": 0, "xanchor": "left", "y": -0.3, "yanchor": "top"}, xaxis_title="")
    return figure


def thinned(events: Sequence[Any], most: int = MAX_POINTS) -> Sequence[Any]:
    """At most about ``most`` of the events, evenly spaced, the last one always among them."""
    if len(events) <= most:
        return events
    stride = -(-len(events) // most)
    return [*events[:-1:stride], events[-1]]


def _line(x: list, y: list, name: str, colour: str) -> go.Scatter:
    mode = "lines+markers" if len(x) < 40 else "lines"
    return go.Scatter(x=x, y=y, name=name, mode=mode, line={"color": colour, "width": 2}, marker={"size": 5})


def _figure(traces: list, title: str, x_title: str, y_title: str, height: int) -> go.Figure:
    """The common look. ``uirevision`` keeps a visitor's zoom wherever gradio updates a plot instead of replacing it."""
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


def _whole_steps(figure: go.Figure) -> go.Figure:
    """Steps and epochs are whole numbers; do not label halves."""
    few = max((trace.x[-1] for trace in figure.data if trace.x), default=0) <= 8
    figure.update_xaxes(tickformat=",d", rangemode="tozero", **({"dtick": 1} if few else {"nticks": 8}))
    return figure
