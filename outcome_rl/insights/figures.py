"""Plotly figures of an analysis: shares as bars, 95 % intervals as whiskers, differences as dots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import takewhile

import plotly.graph_objects as go

from . import sentences
from .colours import OUTCOME_COLOURS
from .document import TITLES
from .results import CONVERTED, NOT_TESTED, REPLIED, UNCLEAR, Effect, FactorResult, Insights, Level

COLOURS = {REPLIED: OUTCOME_COLOURS["reply"], CONVERTED: OUTCOME_COLOURS["conversion"]}
GRID, INK = "rgba(128,128,128,0.22)", "#808998"
ROW, AROUND = 44, 96
"""Pixels of a level, and of everything else in a figure."""
MOST_LEVELS = 20
LONGEST = 42


def factor_figure(factor: FactorResult, measures: Sequence[str]) -> go.Figure:
    """Shares of a factor's levels with their intervals, one bar for each measure."""
    return rates_figure(factor.title, factor.levels, measures)


def rates_figure(title: str, levels: Sequence[Level], measures: Sequence[str]) -> go.Figure:
    """Horizontal bars, the first level on top; at most :data:`MOST_LEVELS`."""
    shown = list(levels)[:MOST_LEVELS]
    names = _names(shown)
    bars = []
    for measure in measures:
        rates = [level.rate(measure) for level in shown]
        known = [(name, rate) for name, rate in zip(names, rates, strict=True) if rate]
        bars.append(
            go.Bar(
                x=[rate.share for _, rate in known],
                y=[name for name, _ in known],
                name=TITLES[measure],
                orientation="h",
                marker_color=COLOURS[measure],
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [rate.high - rate.share for _, rate in known],
                    "arrayminus": [rate.share - rate.low for _, rate in known],
                    "color": INK,
                    "thickness": 1.5,
                    "width": 4,
                },
                customdata=[[sentences.of(rate), sentences.percent(rate)] for _, rate in known],
                hovertemplate="%{y}<br>%{customdata[0]}, %{customdata[1]}<extra></extra>",
            )
        )
    figure = _styled(bars, title, "share of the emails, with 95 % intervals", len(shown))
    figure.update_layout(barmode="group", bargap=0.3)
    figure.update_xaxes(range=[0, None], tickformat=".0%")
    return figure


def clearest_measure(result: Insights) -> str:
    """The measure with the most differences that chance would hardly make, the first where none has any."""
    clear = {
        measure: sum(effect.verdict not in (UNCLEAR, NOT_TESTED) for effect in _effects(result, measure))
        for measure in result.measures
    }
    return max(result.measures, key=clear.__getitem__)


def _effects(result: Insights, measure: str) -> Iterator[Effect]:
    for factor in result.factors:
        for level in factor.levels:
            yield from (effect for effect in level.effects if effect.measure == measure)


def differences_figure(result: Insights, measure: str) -> go.Figure:
    """The clearest differences, held equal in other things; filled where chance would hardly make them."""
    found = [
        (effect.p, f"{factor.title}: {label}", effect)
        for factor in result.factors
        for level, label in zip(factor.levels, told_apart([each.label for each in factor.levels]), strict=True)
        for effect in level.effects
        if effect.measure == measure and effect.verdict != NOT_TESTED and effect.p is not None
    ]
    shown = sorted(found, key=lambda each: each[0])[:MOST_LEVELS]
    names = [_short(name) for _, name, _ in shown]
    values = [[float(value or 0.0) for value in (e.low, e.difference, e.high)] for _, _, e in shown]
    dots = go.Scatter(
        x=[middle for _, middle, _ in values],
        y=names,
        mode="markers",
        showlegend=False,
        marker={
            "size": 10,
            "color": COLOURS[measure],
            "line": {"width": 2, "color": COLOURS[measure]},
            "symbol": ["circle" if e.verdict != UNCLEAR else "circle-open" for _, _, e in shown],
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - middle for _, middle, high in values],
            "arrayminus": [middle - low for low, middle, _ in values],
            "color": INK,
            "thickness": 1.5,
            "width": 4,
        },
        customdata=[sentences.span(effect) for _, _, effect in shown],
        hovertemplate="%{y}<br>difference: %{customdata}<extra></extra>",
    )
    words = f"{TITLES[measure]}: difference to the other emails"
    figure = _styled([dots], words, "points of 100, other things held equal (filled: clearer than chance)", len(shown))
    figure.add_vline(x=0, line={"color": INK, "width": 1, "dash": "dot"})
    figure.update_xaxes(tickformat="+.0%")
    return figure


def _styled(traces: list[go.Bar] | list[go.Scatter], title: str, x_title: str, rows: int) -> go.Figure:
    figure = go.Figure(traces)
    figure.update_layout(
        title={"text": _short(title), "font": {"size": 14}, "x": 0.02, "xref": "container"},
        height=AROUND + ROW * max(1, rows),
        margin={"l": 8, "r": 8, "t": 48, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "IBM Plex Sans, ui-sans-serif, system-ui, sans-serif", "size": 12, "color": INK},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.02, "yanchor": "bottom"},
        showlegend=len(traces) > 1,
        hovermode="closest",
    )
    figure.update_xaxes(title=x_title, gridcolor=GRID, zeroline=False, automargin=True)
    figure.update_yaxes(autorange="reversed", type="category", automargin=True, showgrid=False)
    return figure


def _names(levels: Sequence[Level]) -> list[str]:
    """Labels that are all different, for Plotly draws two bars of one name on top of each other."""
    names: list[str] = []
    for level in levels:
        name = _short(level.label)
        names.append(name if name not in names else f"{name} ({len(names) + 1})")
    return names


def told_apart(labels: Sequence[str]) -> list[str]:
    """Labels without the words that they all begin with, where those would fill what is shown of them."""
    words = [label.split() for label in labels]
    same = takewhile(lambda each: len(set(each)) == 1, zip(*words, strict=False))
    common = sum(1 for _ in same) if len(labels) > 1 else 0
    if len(" ".join(words[0][:common]) if words else "") < LONGEST // 3 or any(len(each) == common for each in words):
        return list(labels)
    return [f"… {' '.join(each[common:])}" for each in words]


def _short(text: str) -> str:
    """Cut where it is long; Plotly reads a part of HTML, so signs of HTML are escaped."""
    line = " ".join(text.split())
    return escape(line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…", quote=False)
