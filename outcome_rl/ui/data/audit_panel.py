"""What the audit found in the data, below their preview: the findings, the lengths, and a way to mask personal data."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from ...audit.findings import Finding, rows_in_words
from ...errors import OutcomeRLError
from ...importers.composition import read_beside
from ...runs.workspace import Workspace
from ...utils.formatting import count_of
from ..common import html, plots
from ..common.datasets import resolve, store_upload
from ..common.failures import refusal
from ..common.live_chart import create_live_chart
from ..common.page_context import QUIET, Page
from ..common.static import static_text
from ..words import emails as words_of
from ..words import findings as words
from .audits import AuditCache

TONES = {"problem": html.BAD, "warning": html.CAUTION, "note": html.PLAIN}


@dataclass(frozen=True)
class AuditPanel:
    """The panel's parts; :meth:`follow` draws it anew after an event that may have changed the data in use."""

    page: Page
    audits: AuditCache
    fold: gr.Accordion
    findings: gr.HTML
    mask: gr.Button
    lengths: gr.HTML

    def follow(self, event: Any) -> None:
        """The preview is drawn by ``event``; the audit comes after it, so that a large file shows at once."""
        event.then(
            self.render, [self.page.chosen], [self.fold, self.findings, self.mask, self.lengths],
            concurrency_id="audit", concurrency_limit=2, trigger_mode="always_last", **QUIET,
        )  # fmt: skip

    def render(self, chosen: Any) -> Iterator[list[Any]]:
        """The findings of the data in use; a sentence first, where the audit takes time."""
        dataset = resolve(self.page.workspace, chosen)
        hidden = gr.Button(visible=False)
        try:
            key = self.audits.key(dataset)
            if self.audits.known(key) is None:
                yield [gr.Accordion(label=words_of.CHECKING), html.sentence(words_of.CHECKING), hidden, gr.skip()]
            found = self.audits.get(key, dataset)
        except (OutcomeRLError, OSError):  # the preview says what is wrong with the file
            yield [gr.Accordion(label=words_of.CHECK, open=False), "", hidden, gr.skip()]
        except Exception as error:  # the outermost layer
            yield [gr.Accordion(open=True), refusal(error), hidden, gr.skip()]
        else:
            personal = any(finding.kind == "personal" for finding in found.findings)
            fold = gr.Accordion(label=found_in_words(found.findings))
            yield [fold, findings_list(found.findings), gr.Button(visible=personal), found.lengths]


def create_audit_panel(page: Page, audits: AuditCache, fold: gr.Accordion) -> AuditPanel:
    """Draw the panel inside ``fold``; the caller wires it."""
    with gr.Row():
        with gr.Column(scale=3, min_width=300):
            findings = gr.HTML(elem_id="data-audit", js_on_load=static_text("js/finding_click.js"))
            mask = gr.Button(words_of.MASK, visible=False, elem_id="mask-personal")
        with gr.Column(scale=2, min_width=300):
            lengths = create_live_chart("data-lengths", plots.FIGURE_HEIGHT)
    return AuditPanel(page, audits, fold, findings, mask, lengths)


def findings_list(findings: tuple[Finding, ...]) -> str:
    """Each finding with how serious it is, its rows and what to do."""
    if not findings:
        return html.sentence(words_of.NOTHING_FOUND, html.GOOD)
    items = "".join(_item(finding, number) for number, finding in enumerate(findings))
    return f'<ul class="orl-findings">{items}</ul>'


def in_plain_words(finding: Finding) -> words.PlainFinding:
    """A finding as the page tells it."""
    return words.plain_finding(finding.kind, finding.severity, finding.message, finding.advice)


def _item(finding: Finding, number: int) -> str:
    plain, where = in_plain_words(finding), rows_in_words(finding.rows)
    said = f"{plain.message}{f' ({where})' if where else ''}."
    return (
        f'<li class="orl-note orl-{TONES[finding.severity]}">'
        f"<b>{html.text(words.SEVERITIES[finding.severity])}.</b> {html.text(said)}<br>"
        f'<span class="orl-waiting">{html.text(plain.advice)}</span>{_rows_button(finding, number)}'
        f"{html.fold(words.MEASURED, html.text(plain.measured))}</li>"
    )


def found_in_words(findings: tuple[Finding, ...]) -> str:
    """What the check has found, for the fold that holds it."""
    if not findings:
        return words_of.NOTHING_FOUND
    problems = sum(finding.severity == "problem" for finding in findings)
    serious = words_of.ONLY_SERIOUS if len(findings) == 1 else words_of.SOME_SERIOUS.format(count=problems)
    return words_of.FOUND.format(things=count_of(len(findings), "thing")) + (serious if problems else "")


def _rows_button(finding: Finding, number: int) -> str:
    """A button that shows a finding's rows in the table above."""
    if not finding.rows:
        return ""
    rows = len(finding.rows)
    said = words_of.SHOW_ROW if rows == 1 else words_of.SHOW_ROWS.format(count=rows)
    return f'<br><button type="button" class="orl-link" data-finding="{number}">{said}</button>'


def save_masked_copy(workspace: Workspace, chosen: Any) -> dict[str, Any]:
    """A copy of the data in use with personal data masked; what the browser keeps of it. Raises DataError, OSError."""
    from ...data.rewrite import write_masked

    dataset = resolve(workspace, chosen)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{Path(dataset.label).stem[:33]}-masked.csv"
        write_masked(dataset.path, dataset.columns, path)
        return store_upload(workspace, path, dataset.columns, read_beside(dataset.path))
