"""An export before it is kept: what it was taken for, what is left out, the questions, ten rows as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr
from gradio.blocks import Block

from ...config import DEFAULT_EXPORT, ExportSettings
from ...data.outcomes import REST
from ...importers.api import ImportPreview
from ...importers.options import ImportOptions
from ...importers.questions import open_questions
from ...importers.templates import MissingText
from ..common.page_context import Updates
from ..words import importing as words_of
from ..words.emails import COLUMNS
from .import_choices import followed, guessed, is_usable, placed_words, to_make_again
from .import_words import preview_html, questions_html, sample_html
from .mapping_panel import MEANINGS

MOST_PASTED = 8
"""Texts that may be pasted; of more the file of templates is asked for."""


@dataclass(frozen=True)
class ImportPanel:
    """The panel's parts; ``guess`` holds what was proposed, so that only what a person changed is passed on."""

    box: gr.Column
    summary: gr.HTML
    templates: gr.File
    email: gr.Dropdown
    outcomes: gr.Dropdown
    context: gr.Textbox
    words: list[gr.Dropdown]
    rest_of_words: gr.Radio
    """What all words count as that stand in none of the lists."""
    refusals: gr.Radio
    meetings: gr.Radio
    """What a meeting that is agreed in an answer's own words is worth."""
    days: gr.Number
    day_first: gr.Checkbox
    mask: gr.Checkbox
    first_steps: gr.Checkbox
    own_address: gr.Textbox
    named: list[gr.Dropdown]
    """The columns of the step, the variant and the date."""
    pasted: list[gr.Textbox]
    """A box for each step and variant whose text the export does not hold."""
    questions: gr.HTML
    sample: gr.HTML
    use: gr.Button
    guess: gr.State
    kept: gr.State
    """What the controls held for files of this visit, by their columns."""

    @property
    def controls(self) -> list[Any]:
        """What a person may change, in the order in which :func:`options_from` takes it."""
        switches = [
            self.rest_of_words,
            self.refusals,
            self.meetings,
            self.days,
            self.day_first,
            self.mask,
            self.first_steps,
        ]
        said = [self.own_address, *self.named, *self.pasted]
        return [self.templates, self.email, self.outcomes, self.context, *self.words, *switches, *said]

    @property
    def parts(self) -> list[Block]:
        """What changes with the files that are looked at."""
        return [self.box, self.summary, *self.controls, self.questions, self.sample, self.use, self.guess, self.kept]

    def hide(self) -> Updates:
        """Nothing to look at."""
        return {self.box: gr.Column(visible=False), self.guess: None}

    def propose(self, preview: ImportPreview) -> Updates:
        """A file's preview for the first time: every control shows what was guessed."""
        guess = guessed(preview)
        header = [name for name in preview.header if name]
        return {
            **self.render(preview),
            self.templates: gr.File(value=None, visible=preview.needs_templates),
            self.email: gr.Dropdown(header, value=guess["email"] or None, visible=bool(header)),
            self.outcomes: gr.Dropdown(header, value=guess["outcome"], visible=bool(header)),
            self.context: guess["context"],
            **self._worths(preview, DEFAULT_EXPORT),
            self.days: preview.options.days,
            self.day_first: gr.Checkbox(value=any(each.day_first for each in preview.layouts)),
            self.mask: False,
            self.first_steps: False,
            self.own_address: gr.Textbox(value=guess["own"], visible=bool(preview.mailboxes)),
            **{
                box: gr.Dropdown(header, value=column or None, visible=bool(header))
                for box, column in zip(self.named, guess["named"].values(), strict=True)
            },
            **self._empty_boxes(preview.missing_texts),
            self.guess: guess,
        }

    def propose_again(self, preview: ImportPreview, said: ImportPreview, values: Sequence[Any]) -> Updates:
        """A file whose columns were met before, with the choices that were made then: ``said`` is what they give."""
        header = [name for name in preview.header if name]
        shown = zip(self.controls, values, strict=True)
        radios = (self.rest_of_words, self.refusals, self.meetings)
        again = {
            box: gr.Dropdown(header, value=value) if box in (self.email, self.outcomes, *self.named) else value
            for box, value in shown
            if box not in (self.templates, self.own_address, *radios, *self.words, *self.pasted)
        }
        worths = self._worths(said, said.options)
        return {**self.propose(preview), **self.render_again(said, guessed(preview), values), **again, **worths}

    def render_again(self, preview: ImportPreview, guess: dict[str, Any], values: Sequence[Any]) -> Updates:
        """What an import gives as the controls are now; it is what will be used."""
        texts = self.ask_for_texts(preview, guess, values)
        guess = texts.get(self.guess, guess)
        return {**self.render(preview), **texts, self.guess: followed(guess, preview)}

    def wait(self) -> Updates:
        """Nothing may be used while it is read how it would be."""
        return {self.use: gr.Button(words_of.STILL_READING, interactive=False)}

    def as_before(self, guess: dict[str, Any]) -> Updates:
        """The last preview stays the one that counts."""
        return {self.use: gr.Button(_use(guess["rows"]), interactive=bool(guess["usable"]))}

    def keep(
        self, kept: dict[tuple[str, ...], list[Any]] | None, preview: ImportPreview, values: Sequence[Any]
    ) -> Updates:
        """Remember what was chosen for a file with these columns, until the visitor leaves."""
        return {self.kept: {**(kept or {}), preview.header: to_make_again(preview, values, len(self.pasted))}}

    def ask_for_texts(self, preview: ImportPreview, guess: dict[str, Any], values: Sequence[Any]) -> Updates:
        """Boxes for other texts than those that were asked for, where another column was named and none is filled."""
        missing = [asdict(each) for each in preview.missing_texts]
        if missing == guess["missing"] or any(text and text.strip() for text in values[-len(self.pasted) :]):
            return {}
        return {**self._empty_boxes(preview.missing_texts), self.guess: {**guess, "missing": missing}}

    def _empty_boxes(self, missing: Sequence[MissingText]) -> Updates:
        """A box for each text that stands elsewhere; of very many the file has to be given."""
        named = missing if len(missing) <= len(self.pasted) else ()
        labels = [f"{each.label} ({each.emails:,})" for each in named]
        return {
            box: gr.Textbox(value="", visible=place < len(labels), label=labels[place] if place < len(labels) else "")
            for place, box in enumerate(self.pasted)
        }

    def render(self, preview: ImportPreview) -> Updates:
        """What an import gives as the controls are now."""
        open_ = open_questions(preview.questions)
        places, counts = placed_words(preview), {word: rows for word, rows, _ in preview.words}
        words = [(f"{word or words_of.EMPTY} ({counts.get(word, 0):,})", word) for word in places]
        boxes: Updates = {
            box: gr.Dropdown(words, value=[word for word in places if places[word] == outcome], visible=bool(words))
            for box, outcome in zip(self.words, MEANINGS, strict=True)
        }
        return {
            self.box: gr.Column(visible=True),
            self.summary: preview_html(preview),
            **boxes,
            self.rest_of_words: self._rest(preview),
            self.questions: questions_html(preview, open_),
            self.sample: sample_html(preview),
            self.use: gr.Button(_use(preview.rows), interactive=is_usable(preview)),
            **self._worths(preview),
            self.templates: gr.File(visible=preview.needs_templates or preview.options.templates is not None),
        }

    def _rest(self, preview: ImportPreview) -> gr.Radio:
        """One answer for all words that are in none of the lists, where there are several."""
        said = str(preview.options.meanings.get(REST, ""))
        asked = sum(meaning is None for _, _, meaning in preview.words)
        return gr.Radio(value=said, visible=bool(said) or asked > 1)

    def _worths(self, preview: ImportPreview, said: ImportOptions | ExportSettings | None = None) -> Updates:
        """What answers are worth that only the seller can judge, each where such came; ``said``: what is to be set."""
        rows = {each.about: each.rows for each in preview.questions}
        return {
            box: gr.Radio(
                visible=about in rows,
                label=words_of.answers_worth(about, rows.get(about, 0)),
                **({"value": getattr(said, about)} if said else {}),
            )
            for box, about in ((self.refusals, "not_interested"), (self.meetings, "agreed_meeting"))
        }


def create_import_panel() -> ImportPanel:
    """Draw the panel, hidden; the caller wires it."""
    with gr.Column(visible=False, elem_id="import-panel") as box:
        summary = gr.HTML(elem_id="import-summary")
        questions = gr.HTML(elem_id="import-questions")
        templates = gr.File(
            label=words_of.TEMPLATES, visible=False, height=120, elem_id="import-templates", file_count="multiple",
        )  # fmt: skip
        pasted = _paste_boxes()
        words = _word_boxes()
        rest_of_words = gr.Radio(
            list(words_of.REST.items()), value="", label=words_of.REST_OF_WORDS, elem_id="import-rest", visible=False,
        )  # fmt: skip
        refusals, meetings = _worth_boxes()
        use = gr.Button(words_of.USE, variant="primary", elem_id="import-use")
        with gr.Accordion(words_of.SETTINGS, open=False, elem_id="import-settings"):
            email, outcomes, context = _column_boxes()
            with gr.Row():
                days = gr.Number(
                    DEFAULT_EXPORT.days, precision=0, minimum=0, elem_id="import-days", min_width=200,
                    label=words_of.DAYS,
                )  # fmt: skip
                day_first = gr.Checkbox(False, label=words_of.DAY_FIRST, elem_id="import-day-first")
                mask = gr.Checkbox(False, label=words_of.MASK, elem_id="import-mask")
                first_steps = gr.Checkbox(False, label=words_of.FIRST_STEPS, elem_id="import-first")
            named = _named_boxes()
            own_address = gr.Textbox(
                "", label=words_of.OWN_ADDRESS, info=words_of.OWN_ADDRESS_INFO,
                elem_id="import-own-address", visible=False,
            )  # fmt: skip
        sample = gr.HTML(elem_id="import-sample")
    return ImportPanel(
        box, summary, templates, email, outcomes, context, words, rest_of_words, refusals, meetings, days, day_first,
        mask, first_steps, own_address, named, pasted, questions, sample, use, gr.State(), gr.State(),
    )  # fmt: skip


def _paste_boxes() -> list[gr.Textbox]:
    return [
        gr.Textbox(
            "", lines=4, visible=False, elem_id=f"import-paste-{place}", interactive=True,
            placeholder=words_of.PASTE,
        )
        for place in range(MOST_PASTED)
    ]  # fmt: skip


def _worth_boxes() -> tuple[gr.Radio, gr.Radio]:
    refusals = gr.Radio(
        list(words_of.REFUSALS.items()), value=DEFAULT_EXPORT.not_interested, elem_id="import-refusals", visible=False,
    )  # fmt: skip
    meetings = gr.Radio(
        list(words_of.MEETINGS.items()), value=DEFAULT_EXPORT.agreed_meeting, elem_id="import-meetings", visible=False,
    )  # fmt: skip
    return refusals, meetings


def _word_boxes() -> list[gr.Dropdown]:
    with gr.Row():
        return [
            gr.Dropdown(
                [], label=label, multiselect=True, elem_id=f"import-meaning-{place}", min_width=200, interactive=True,
                visible=False,
            )
            for place, label in enumerate(MEANINGS.values())
        ]  # fmt: skip


def _named_boxes() -> list[gr.Dropdown]:
    with gr.Row():
        return [
            gr.Dropdown([], label=label, elem_id=f"import-{name}", min_width=200, interactive=True)
            for name, label in words_of.NAMED.items()
        ]


def _column_boxes() -> tuple[gr.Dropdown, gr.Dropdown, gr.Textbox]:
    with gr.Row():
        email = gr.Dropdown([], label=COLUMNS["email"], elem_id="import-email", min_width=200, interactive=True)
        outcomes = gr.Dropdown(
            [], label=words_of.OUTCOMES, multiselect=True, elem_id="import-outcome", min_width=260, interactive=True,
        )  # fmt: skip
    context = gr.Textbox(
        "", label=words_of.DESCRIBED, info=words_of.DESCRIBED_INFO, elem_id="import-context",
    )  # fmt: skip
    return email, outcomes, context


def _use(rows: int) -> str:
    return words_of.USE_ONE if rows == 1 else words_of.USE_MANY.format(count=rows)
