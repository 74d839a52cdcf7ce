"""The charts of a fine-tune, made from its events. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from ... import events as ev
from ...insights.colours import OUTCOME_COLOURS
from ...outcomes import OUTCOMES
from ..common.plots import GRID, MAIN, SECOND, line, make_figure, thin, use_whole_steps
from ..words.names import OUTCOME_WORDS

OTHER = "#d6569a"
"""The colour of a run that is compared with."""
SMOOTHING = 0.75
"""How much of the smoothed reward is carried over from one step to the next; half of it is of the last three steps."""
HEIGHTS = {"reward": 380, "small": 260}


@dataclass(frozen=True)
class Curve:
    """What the charts of one run are drawn from. ``marks``: (RL step, what happened there), in the order of time."""

    name: str = ""
    steps: Sequence[ev.RLStep] = ()
    evaluations: Sequence[ev.RLEvaluation] = ()
    annotations: Sequence[tuple[int, str]] = ()

    @property
    def best(self) -> ev.RLEvaluation | None:
        """The evaluation that was judged best, or None before the first."""
        return next((each for each in reversed(self.evaluations) if each.best), None)

    def __bool__(self) -> bool:
        return bool(self.steps or self.evaluations)


def make_curve(name: str, events: Iterable[ev.Event]) -> Curve:
    """The steps and evaluations among a run's events, and where it warm-started, went on and ended."""
    steps: list[ev.RLStep] = []
    evaluations: list[ev.RLEvaluation] = []
    marks: list[tuple[int, str]] = []
    at = 0
    for event in events:
        if isinstance(event, ev.WarmStartStep):
            marks = marks or [(0, "reading your emails")]
        elif isinstance(event, (ev.RLStep, ev.RLEvaluation)):
            at = event.step
            if isinstance(event, ev.RLStep):
                steps.append(event)
            else:
                evaluations.append(event)
        elif isinstance(event, ev.Started) and event.resumed:
            marks.append((at, "resumed"))
        elif isinstance(event, (ev.Stopped, ev.Failed)):
            marks.append((at, "stopped" if isinstance(event, ev.Stopped) else "failed"))
    return Curve(name, steps, evaluations, marks)


def reward_chart(curve: Curve, other: Curve | None = None) -> go.Figure:
    """Mean reward of each step's emails as it is and smoothed, in a band of one standard deviation; the judge's opinion
    of emails for contexts that are not trained on, with its interval. ``other`` is a run to compare with.
    """
    traces = [*_reward_traces(curve), *_evaluation_traces(curve)]
    if other:
        name = f"{other.name}: "
        traces += [_smoothed_trace(other, f"{name}score", OTHER), *_evaluation_traces(other, name, OTHER)[:1]]
    figure = make_figure(traces, "Score of the emails, round by round", "round", "score", HEIGHTS["reward"])
    # many names do not fit beside the title; how many rows they take depends on the width
    figure.update_layout(legend={"x": 0, "xanchor": "left", "y": 0, "yref": "container", "yanchor": "bottom"})
    return _annotate(use_whole_steps(figure), curve, words=True)


def _reward_traces(curve: Curve) -> list[go.Scatter]:
    steps = thin(curve.steps)
    at, mean = [event.step for event in steps], [event.reward_mean for event in steps]
    sides = [
        [None if m is None else m + sign * (event.reward_std or 0) for m, event in zip(mean, steps, strict=True)]
        for sign in (1, -1)
    ]
    edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "legendgroup": "band"}
    raw = line(at, mean, "mean of a round", MAIN)
    raw.update(opacity=0.45, line_width=1)
    return [
        go.Scatter(x=at, y=sides[0], showlegend=False, **edge),
        go.Scatter(
            x=at, y=sides[1], fill="tonexty", fillcolor="rgba(99,102,241,0.16)", name="spread (± 1 std)", **edge
        ),
        raw,
        _smoothed_trace(curve, "score, smoothed", MAIN),
    ]


def _smoothed_trace(curve: Curve, name: str, colour: str) -> go.Scatter:
    values = smooth([event.reward_mean for event in curve.steps])
    pairs = thin(list(zip((event.step for event in curve.steps), values, strict=True)))
    trace = line([step for step, _ in pairs], [value for _, value in pairs], name, colour)
    trace.update(mode="lines", line_width=3)
    return trace


def smooth(values: Sequence[float | None], carried: float = SMOOTHING) -> list[float | None]:
    """Each value averaged with those before it, a step further back weighing ``carried`` times as much; None is left
    out of the average.
    """
    total = weight = 0.0
    found: list[float | None] = []
    for value in values:
        total, weight = carried * total, carried * weight
        if value is not None:
            total, weight = total + value, weight + 1
        found.append(total / weight if weight else None)
    return found


def _evaluation_traces(curve: Curve, prefix: str = "", colour: str = SECOND) -> list[go.Scatter]:
    """The judge's line, a star at the best step, and the reward model's own opinion of the same emails, hidden."""
    evaluations = thin(curve.evaluations)
    if not evaluations:
        return []
    independent = evaluations[-1].independent
    at, mean = [event.step for event in evaluations], [event.judge_mean for event in evaluations]
    judge = line(at, mean, f"{prefix}{'second opinion' if independent else 'predictor'}, other recipients", colour)
    judge.line.dash = "dot" if prefix else "solid"
    judge.error_y = {
        "array": [_distance(event.judge_high, event.judge_mean) for event in evaluations],
        "arrayminus": [_distance(event.judge_mean, event.judge_low) for event in evaluations],
        "thickness": 1,
    }
    found = [judge]
    if best := curve.best:
        star = {"symbol": "star", "size": 14, "color": colour}
        found.append(go.Scatter(x=[best.step], y=[best.judge_mean], name="best round", mode="markers", marker=star))
    if independent:
        own = line(at, [event.reward_mean for event in evaluations], "predictor, other recipients", MAIN)
        own.update(visible="legendonly", line_dash="dot")
        found.append(own)
    return found


def _distance(high: float | None, low: float | None) -> float:
    return 0.0 if high is None or low is None else high - low


def kl_chart(curve: Curve) -> go.Figure:
    """How far the model has moved from the warm start."""
    return _values(curve, "kl", "kl", "KL from the warm start", "nats per email")


def length_chart(curve: Curve) -> go.Figure:
    """How long the emails are."""
    return _values(curve, "length_mean", "length_mean", "Length", "tokens")


def variety_chart(curve: Curve) -> go.Figure:
    """How different the emails of one evaluation are from each other."""
    figure = _values(curve, None, "distinct_2", "Diversity", "different word pairs")
    figure.update_yaxes(tickformat=".0%")
    return figure


def _values(curve: Curve, of_step: str | None, of_evaluation: str, title: str, unit: str) -> go.Figure:
    """One number of each step, and the same of the emails for other contexts."""
    traces = []
    if of_step:
        steps = thin(curve.steps)
        traces.append(line([e.step for e in steps], [getattr(e, of_step) for e in steps], "training", MAIN))
    evaluations = thin(curve.evaluations)
    if evaluations:
        values = [getattr(event, of_evaluation) for event in evaluations]
        traces.append(line([event.step for event in evaluations], values, "other recipients", SECOND))
    figure = _small(traces or [go.Scatter()], title, unit)
    figure.update_yaxes(rangemode="tozero")
    return _annotate(figure, curve)


def outcome_shares(curve: Curve) -> go.Figure:
    """Predicted outcomes of each step's emails, stacked to 100 %; those that are never predicted are left out."""
    steps = thin(curve.steps)
    known = [name for name in OUTCOMES if any(getattr(event, f"share_{name}") is not None for event in steps)]
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
        for name in known or OUTCOMES
    ]
    figure = _small(layers, "Predicted outcomes", "")
    figure.update_yaxes(tickformat=".0%", range=[0, 1])
    return _annotate(figure, curve)


def _small(traces: list[go.Scatter], title: str, unit: str) -> go.Figure:
    """A small chart; the names of its lines do not fit beside its title."""
    figure = use_whole_steps(make_figure(traces, title, "", unit, HEIGHTS["small"]))
    figure.update_layout(legend={"x": 0, "xanchor": "left", "y": -0.2, "yanchor": "top"})
    return figure


def _annotate(figure: go.Figure, curve: Curve, words: bool = False) -> go.Figure:
    """Dotted lines where the run warm-started, was best, ended and went on; what they are in ``words``."""
    best = [(curve.best.step, "best round")] if curve.best else []
    told: dict[int, list[str]] = {}
    for step, what in [*curve.annotations, *best]:
        told.setdefault(step, []).append(what)
    for step, marks in told.items():
        figure.add_shape(
            type="line", x0=step, x1=step, y0=0, y1=1, yref="paper", layer="below",
            line={"color": GRID.replace("0.22", "0.8"), "width": 1, "dash": "dot"},
        )  # fmt: skip
        if words:
            figure.add_annotation(
                x=step, y=0.02, yref="paper", xanchor="left", yanchor="bottom", textangle=-90, showarrow=False,
                text=", ".join(dict.fromkeys(marks)), font={"size": 11},
            )  # fmt: skip
    latest = curve.steps[-1] if curve.steps else None
    reward = "" if latest is None or latest.reward_mean is None else f", mean score {latest.reward_mean:+.2f}"
    title = figure.layout.title.text
    figure.update_layout(
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": "#808998", "activecolor": MAIN},
        uirevision=f"{title} {curve.name}",  # another run starts with a zoom of its own
        meta=f"Chart: {title}" + (f", up to round {latest.step}{reward}" if latest else ""),
    )
    return figure
