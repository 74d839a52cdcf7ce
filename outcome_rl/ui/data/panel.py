"""The emails in use: what the page shows after somebody has brought, mapped, masked or changed them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gradio as gr
from gradio.blocks import Block

from ...config import DEFAULT_COLUMNS, Columns
from ...data.column_mapping import left_out, outcome_words
from ...data.dataset import EmailData
from ...errors import OutcomeRLError
from ...importers.api import ImportPreview, import_steps
from ...importers.composition import read_beside
from ...importers.contradictions import contradictions
from ...text.quoted import one_line
from ...utils.formatting import count_of
from ..common import html, plots
from ..common.datasets import SAMPLE, Dataset, browser_state, resolve, store_upload
from ..common.failures import refusal
from ..common.live_chart import figure_json
from ..common.page_context import Page, Updates
from ..reward.panel import learn_from
from ..words import emails as words_of
from ..words import learn as page_words
from ..words.importing import CHOSEN_BEFORE, recognised
from ..words.names import OF_THE_EXAMPLE, THE_SAMPLE
from .audit_panel import AuditPanel, in_plain_words, save_masked_copy
from .import_choices import guessed, import_as_said, made_again
from .import_panel import ImportPanel
from .mapping_panel import MappingPanel, columns_from_choices, mapping_in_words
from .reading import ReadingPanel, as_csv, paths_of, read_files
from .rows_panel import (
    RowsPanel,
    changes_in_words,
    collect_edits,
    save_edited_copy,
)

LONGEST_DESCRIPTION = 80
"""Characters of a recipient's description within a sentence."""


@dataclass(frozen=True)
class DataPanel:
    """The upper half of the tab; its methods give what the page shows after something was done."""

    page: Page
    upload: gr.File
    status: gr.HTML
    reading: ReadingPanel
    chart: gr.HTML
    more: gr.Column
    """What else is to be seen of the emails in use."""
    mapping: MappingPanel
    importing: ImportPanel
    rows: RowsPanel
    audit: AuditPanel
    learn: gr.Button
    """What is pressed to learn from them, which says what they are called."""

    @property
    def parts(self) -> list[Block]:
        """What changes with the data in use."""
        shown = [*self.reading.parts, *self.mapping.parts, *self.importing.parts, *self.rows.parts]
        return [self.page.chosen, self.upload, self.status, self.chart, self.more, self.learn, *shown]

    def use_upload(self, given: Any, kept: Any, request: gr.Request) -> Iterator[Updates]:
        """Take a file over that is understood as it stands; show what would come of any other, or of several.

        Whatever cannot be used leaves all else as it was.
        """
        if not (files := paths_of(given)):
            yield {self.status: gr.skip()}
            return
        try:
            found = yield from self.reading.watch(read_files(files), request, self.importing.hide())
            yield self.reading.clear()
            if isinstance(found, Columns):
                yield self._use_as_it_stands(as_csv(files[0]), found)
            elif found:
                yield self._propose(found)
                if values := (kept or {}).get(found.header):
                    said = yield from self.reading.watch(made_again(files, guessed(found), values), request)
                    told = html.sentence(CHOSEN_BEFORE, html.CAUTION)
                    again = self.importing.propose_again(found, said, values) if said else {}
                    yield {**self.reading.clear(), **again, **({self.status: told} if said else {})}
            else:
                yield self._take_nothing(
                    html.sentence(f"{page_words.READING_STOPPED} {words_of.STILL_IN_USE}", html.CAUTION)
                )
        except (OutcomeRLError, OSError) as error:
            yield {**self._take_nothing(refusal(error, words_of.STILL_IN_USE)), **self.mapping.hide()}

    def read_what_is_left(self, given: Any, kept: Any, guess: Any, request: gr.Request) -> Iterator[Updates]:
        """A file was taken away: what is shown is of those left; with none, the emails in use are seen again."""
        if paths_of(given):
            yield from self.use_upload(given, kept, request)
        else:
            yield self._take_nothing(html.sentence(words_of.STILL_IN_USE)) if guess else {self.status: gr.skip()}

    def _take_nothing(self, why: str) -> Updates:
        """What was dropped is gone, and what was in use is to be seen again."""
        shown: Updates = {self.chart: gr.HTML(visible=True), self.more: gr.Column(visible=True)}
        return {self.status: why, self.upload: None, **shown, **self.reading.clear(), **self.importing.hide()}

    def _propose(self, preview: ImportPreview) -> Updates:
        return {
            self.status: html.sentence(before_use(preview), html.CAUTION),
            self.chart: gr.HTML(visible=False),  # it is of the emails that stay in use, as is what follows
            self.more: gr.Column(visible=False),
            **self.mapping.hide(),
            **self.importing.propose(preview),
        }

    def _use_as_it_stands(self, file: Path, columns: Columns) -> Updates:
        chosen = store_upload(self.page.workspace, file, columns)
        guessed = columns != DEFAULT_COLUMNS
        words = words_of.GUESSED.format(mapping=mapping_in_words(columns)) if guessed else ""
        updates = self.use_data(chosen, words, guessed)
        told = html.sentences([f"{each}." for each in contradictions(file, columns)], html.CAUTION)
        return {**updates, self.status: f"{updates[self.status]}{told}"}

    def look_again(self, request: gr.Request, given: Any, kept: Any, guess: Any, *values: Any) -> Iterator[Updates]:
        """What the files give as the controls are now."""
        files = paths_of(given)
        if not files or not guess:
            yield {self.status: gr.skip()}
            return
        try:
            steps = import_as_said(files, guess, values)
            preview = yield from self.reading.watch(steps, request, self.importing.wait())
            if preview:
                shown = self.importing.render_again(preview, guess, values)
                told: Updates = {self.status: html.sentence(before_use(preview), html.CAUTION)}
                yield {**self.reading.clear(), **shown, **told, **self.importing.keep(kept, preview, values)}
            else:
                yield {**self.reading.clear(page_words.LOOK_STOPPED), **self.importing.as_before(guess)}
        except (OutcomeRLError, OSError) as error:
            refused: Updates = {
                self.importing.questions: refusal(error),
                self.importing.use: gr.Button(interactive=False),
            }
            yield {**self.reading.clear(), **refused}

    def use_import(self, request: gr.Request, given: Any, guess: Any) -> Iterator[Updates]:
        """Keep what the files give as the last preview showed it, and use it."""
        files = paths_of(given)
        if not files or not guess:
            yield {self.status: gr.skip()}
            return
        try:
            with TemporaryDirectory() as folder:
                copy = Path(folder) / f"{Path(files[0]).name.split('.')[0] or 'emails'}.csv"
                preview = yield from self.reading.watch(import_steps(files, guess["said"], copy), request)
                if preview is None:
                    yield self.reading.clear(f"{page_words.READING_STOPPED} {words_of.STILL_IN_USE}")
                    return
                yield {self.reading.stop: gr.Button(visible=False)}  # what is read is kept now
                chosen = store_upload(self.page.workspace, copy, DEFAULT_COLUMNS, preview.composition)
                yield {
                    **self.reading.clear(),
                    **self.use_data(chosen, words_of.IMPORTED.format(what=recognised(preview.why))),
                }
        except (OutcomeRLError, OSError) as error:
            yield {**self.reading.clear(), self.importing.questions: refusal(error)}

    def use_mapping(self, file: Any, *values: Any) -> Updates:
        """Read a file as the dropdowns say."""
        if not file:
            return {self.status: gr.skip()}
        dataset = resolve(self.page.workspace, file)
        try:
            columns = columns_from_choices(dataset, values[:3], values[3:])
        except (OutcomeRLError, OSError) as error:
            return {self.mapping.message: refusal(error, words_of.STILL_IN_USE)}
        return self.use_data({**file, "columns": asdict(columns)}, f"{mapping_in_words(columns)}.", True)

    def use_data(self, chosen: dict[str, Any], words: str = "", asked: bool = False) -> Updates:
        """Use this file of the uploads; ``asked``: show how it is read as well."""
        dataset = resolve(self.page.workspace, chosen)
        try:
            data = dataset.read()
        except (OutcomeRLError, OSError) as error:
            return {
                self.status: refusal(error, words_of.STILL_IN_USE),
                **self.mapping.fill(chosen, dataset, str(error), True),
            }
        return {
            self.page.chosen: chosen,
            self.learn: learn_from(dataset.label),
            **self.render(dataset, data, words),
            **self._mapped(chosen, dataset, asked),
        }

    def _mapped(self, chosen: dict[str, Any], dataset: Dataset, asked: bool) -> Updates:
        """How the file is read; the columns of what an import wrote are none that the visitor knows."""
        return self.mapping.hide() if read_beside(dataset.path) else self.mapping.fill(chosen, dataset, "", asked)

    def load(self, chosen: Any) -> Updates:
        """The data that were chosen earlier."""
        dataset = resolve(self.page.workspace, chosen)
        try:
            updates = self.render(dataset, dataset.read())
        except OutcomeRLError as error:
            return {self.status: refusal(error)}
        file = browser_state(self.page.workspace, dataset)
        return updates | (self._mapped(file, dataset, False) if file else self.mapping.hide())

    def show_sample(self) -> Updates:
        """Use the sample data."""
        gr.Info(words_of.SAMPLE_CHOSEN, duration=5)
        chosen = {"name": SAMPLE}
        return {self.page.chosen: chosen, self.learn: learn_from(THE_SAMPLE), **self.load(chosen)}

    def use_masked(self, chosen: Any) -> Updates:
        """Use a copy of the data with personal data masked."""
        try:
            masked = save_masked_copy(self.page.workspace, chosen)
        except (OutcomeRLError, OSError) as error:
            return {self.status: refusal(error, words_of.STILL_IN_USE)}
        return self.use_data(masked, words_of.MASKED)

    def save_edits(self, chosen: Any, table: list, shown: Any, edits: Any) -> Updates:
        """Keep what was changed in the table as a file of its own, and use that."""
        try:
            data = resolve(self.page.workspace, chosen).read()
            edits = collect_edits(data, table, shown, edits)
            copy = save_edited_copy(self.page.workspace, chosen, edits)
        except (OutcomeRLError, OSError) as error:
            return {self.rows.message: refusal(error)}
        words = words_of.FILE_UNCHANGED.format(changes=changes_in_words(edits))
        return {
            **self.use_data(copy, words),
            self.rows.message: html.sentence(words_of.SAVED.format(what=words), html.GOOD),
        }

    def filter_rows(
        self, chosen: Any, table: list, shown: Any, edits: Any, number: int | None, dropped: bool
    ) -> Updates:
        """The rows that a finding of the audit names, or all; unsaved changes stay."""
        dataset = resolve(self.page.workspace, chosen)
        try:
            data = dataset.read()
            edits = collect_edits(data, table, shown, edits)
            if dropped:
                return self.rows.render(data, edits, shown, words_of.UNTICKED, dropped=True)
            if number is None:
                return self.rows.render(data, edits)
            finding = self.audit.audits.get(self.audit.audits.key(dataset), dataset).findings[number]
        except (OutcomeRLError, OSError, IndexError) as error:
            return {self.rows.message: refusal(error)}
        return self.rows.render(data, edits, finding.rows, in_plain_words(finding).message)

    def render(self, dataset: Dataset, data: EmailData, words: str = "") -> Updates:
        """Status, chart and rows of data that can be used; nothing else is being looked at any more."""
        return {
            **self.reading.clear(),
            **self.importing.hide(),
            self.status: html.sentence(data_in_words(dataset, data, words), html.GOOD),
            self.chart: gr.HTML(figure_json(plots.outcome_bars(data.counts())), visible=True),
            self.more: gr.Column(visible=True),
            **self.rows.render(data, {}),
        }


def before_use(preview: ImportPreview) -> str:
    """What is to be done before an import can be used, and what is in use meanwhile."""
    first = page_words.CHECK_IMPORT if preview.rows else page_words.NOTHING_TO_USE
    return f"{first} {words_of.STILL_IN_USE}"


def data_in_words(dataset: Dataset, data: EmailData, words: str = "") -> str:
    """What the data in use are, in a sentence or three."""
    ways = len(data.unique_contexts())
    alike = words_of.ALIKE.format(context=one_line(data.contexts[0], LONGEST_DESCRIPTION))
    said = words_of.IN_USE.format(name=dataset.label, count=len(data))
    described = words_of.ALL_DIFFERENT if ways == len(data) else words_of.WAYS.format(count=ways)
    said += described if ways > 1 else alike
    if dataset.label == THE_SAMPLE:
        said += f" {OF_THE_EXAMPLE}"
    skipped = left_out(outcome_words(dataset.path, dataset.columns)) if dataset.columns.outcomes else 0
    if skipped:
        said += words_of.LEFT_OUT.format(rows=count_of(skipped, "row"))
    return f"{said} {words[:1].upper()}{words[1:]}" if words else said
