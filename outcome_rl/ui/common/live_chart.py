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

from .static import static_text


def create_live_chart(elem_id: str, height: int, **common: Any) -> gr.HTML:
    """An empty chart, ``height`` pixels high; its value is what :func:`figure_json` gives."""
    style = f'style="min-height: {height}px"'
    template = (
        f'<div class="orl-chart" role="figure" aria-label="chart" data-library="{quote(_library())}" {style}></div>'
    )
    return gr.HTML(html_template=template, js_on_load=static_text("js/live_chart.js"), elem_id=elem_id, **common)


def figure_json(figure: go.Figure) -> str:
    """A figure as the chart takes it: the JSON that Plotly reads."""
    return figure.to_json()


def library_file() -> Path:
    """Plotly's own script, which is everybody's."""
    return Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


@cache
def _library() -> str:
    """Where the browser finds Plotly's own script, which comes with the Python package; allows it to be served."""
    script = library_file()
    gr.set_static_paths(script)
    return f"gradio_api/file={script.as_posix()}"
