"""What works in your emails: what goes with answers in the data in use, counted without any model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import gradio as gr

from ...data.dataset import read_emails
from ...errors import OutcomeRLError
from ..common import html
from ..common.datasets import Dataset, resolve
from ..common.failures import refusal
from ..common.live_chart import create_live_chart, figure_json
from ..common.page_context import QUIET, Page
from ..words import emails as words

if TYPE_CHECKING:
    from ...insights.results import Insights

HEIGHT = 320


@dataclass(frozen=True)
class InsightsPanel:
    """The panel's parts; :meth:`render` gives the report, its chart and the file to take along."""

    page: Page
    look: gr.Button
    report: gr.HTML
    chart_box: gr.Column
    chart: gr.HTML
    take: gr.DownloadButton

    def render(self, chosen: Any) -> Iterator[list[Any]]:
        """The analysis of the data in use; a sentence first, as it takes seconds."""
        dataset = resolve(self.page.workspace, chosen)
        hidden = [gr.Column(visible=False), gr.skip(), gr.DownloadButton(visible=False)]
        yield [html.sentence(words.COUNTING), *hidden]
        try:
            result = analyse(dataset)
        except (OutcomeRLError, OSError) as error:
            yield [refusal(error), *hidden]
            return
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{Path(dataset.label).stem.replace(' ', '-')}-insights.html"
            file.write_text(_report_file(result, dataset.label), encoding="utf-8")
            chart = chart_json(result)
            drawn = [gr.Column(visible=bool(chart)), chart or gr.skip()]
            yield [report_html(result), *drawn, gr.DownloadButton(value=str(file), visible=True)]

    def clear(self) -> list[Any]:
        """Nothing, for other data than those that were looked at."""
        return ["", gr.Column(visible=False), gr.skip(), gr.DownloadButton(visible=False)]

    @property
    def outputs(self) -> list[Any]:
        """What :meth:`render` and :meth:`clear` fill."""
        return [self.report, self.chart_box, self.chart, self.take]


def create_insights_panel(page: Page) -> InsightsPanel:
    """Draw the panel; nothing is counted before the button is pressed."""
    with gr.Accordion(words.INSIGHTS, open=False, elem_id="insights"):
        gr.Markdown(words.INSIGHTS_ABOUT)
        look = gr.Button(words.LOOK, elem_id="insights-look")
        report = gr.HTML(elem_id="insights-report")
        with gr.Column(visible=False) as chart_box:
            chart = create_live_chart("insights-chart", HEIGHT)
        take = gr.DownloadButton(words.DOWNLOAD_INSIGHTS, visible=False, elem_id="insights-download")
    panel = InsightsPanel(page, look, report, chart_box, chart, take)
    look.click(panel.render, page.chosen, panel.outputs, concurrency_id="insights", concurrency_limit=1, **QUIET)
    return panel


def analyse(dataset: Dataset) -> Insights:
    """What goes with answers in a file. Raises DataError."""
    from ...insights.analysis import insights
    from ...insights.columns import read_columns_beside

    data = dataset.read()
    columns = dataset.columns
    used = (columns.context, columns.email, columns.outcome)
    beside = read_columns_beside(dataset.path, read_emails(dataset.path, columns).rows, used)
    return insights(data, beside)


def report_html(result: Insights) -> str:
    """The headline, and the clearest differences in words."""
    found = "".join(f"<li>{html.text(finding.sentence)}</li>" for finding in result.findings)
    notes = html.aside(" ".join(result.notes))
    return f"<b>{html.text(result.headline)}</b>" + (f"<ul>{found}</ul>" if found else "") + notes


def chart_json(result: Insights) -> str:
    """Differences to the other emails, else shares of what emails differ in first; nothing where there is neither."""
    from ...insights.figures import clearest_measure, differences_figure, factor_figure

    if not result.measures:
        return ""
    figure = differences_figure(result, clearest_measure(result))
    if any(len(trace.x or ()) for trace in figure.data):
        return figure_json(figure)
    factor = next(iter(result.factors), None)
    return figure_json(factor_figure(factor, result.measures)) if factor else ""


def _report_file(result: Insights, name: str) -> str:
    from ...insights.report import html_report

    return html_report(result, name)
