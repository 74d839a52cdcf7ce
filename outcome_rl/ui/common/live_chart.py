"""A chart that changes in place: a visitor's zoom, hidden lines and scroll position outlive every update.

``gr.Plot`` builds its figure anew whenever the value changes. Here the browser keeps one Plotly figure and hands it
the new values (``Plotly.react``); ``uirevision`` in the figure says when the zoom is to be forgotten after all.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import gradio as gr
import plotly
import plotly.graph_objects as go

TEMPLATE = '<div class="orl-chart" role="img" style="min-height: HEIGHTpx"></div>'
SCRIPT = """
const box = element.querySelector('.orl-chart');
window.outcomeRLCharts ??= new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = 'LIBRARY';
    script.onload = () => done(window.Plotly);
    script.onerror = () => failed(new Error('the chart library did not load'));
    document.head.appendChild(script);
});
// a finger on a chart scrolls the page
const touch = window.matchMedia('(pointer: coarse)').matches;
// named one by one: Plotly's own choice has a button that sends the chart to its makers
const buttons = [['toImage', 'zoom2d', 'pan2d', 'resetScale2d']];
const bar = touch ? false : 'hover';
const options = { displaylogo: false, modeBarButtons: buttons, displayModeBar: bar };
const pause = () => new Promise(done => setTimeout(done));
let waiting = false;
async function draw() {
    if (!props.value || waiting) return;
    waiting = true;
    try {
        const library = await window.outcomeRLCharts;
        // one after the other, the first of the page first: all at once nothing could be seen or clicked for a second
        await (window.outcomeRLTurn = (window.outcomeRLTurn ?? Promise.resolve()).then(pause));
        waiting = false;
        const figure = JSON.parse(props.value);
        if (touch) figure.layout.dragmode = false;
        box.setAttribute('aria-label', figure.layout.meta || 'chart');
        await library.react(box, figure.data, figure.layout, options);
    } catch (error) {
        waiting = false;
        if (!box.data) box.textContent = 'The chart cannot be drawn: ' + error.message + '.';
    }
}
watch('value', draw);
draw();
new ResizeObserver(async () => {
    if (!box.data || !box.offsetWidth) return;
    const library = await window.outcomeRLCharts;
    await library.Plots.resize(box);
    await library.redraw(box);  // resize leaves the legend where the old width had put it
}).observe(box);
"""


def create_live_chart(elem_id: str, height: int, **common: Any) -> gr.HTML:
    """An empty chart, ``height`` pixels high; its value is what :func:`figure_json` gives."""
    template = TEMPLATE.replace("HEIGHT", str(height))
    script = SCRIPT.replace("LIBRARY", quote(_library()))
    return gr.HTML(html_template=template, js_on_load=script, elem_id=elem_id, **common)


def figure_json(figure: go.Figure) -> str:
    """A figure as the chart takes it: the JSON that Plotly reads."""
    return figure.to_json()


@cache
def _library() -> str:
    """Where the browser finds Plotly's own script, which comes with the Python package; allows it to be served."""
    script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    gr.set_static_paths(script)
    return f"gradio_api/file={script.as_posix()}"
