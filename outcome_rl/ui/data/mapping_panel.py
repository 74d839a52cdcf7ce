"""Which column is which, and what the words of the outcomes mean: dropdowns that are filled from the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.blocks import Block

from ...config import Columns
from ...data.column_mapping import MOST_WORDS, OutcomeWord, outcome_words
from ...data.csv_io import open_table
from ...data.outcomes import LEFT_OUT, meanings_text, parse_outcome
from ...errors import DataError
from ...importers.simple import guess_meanings
from ...utils.formatting import count_of
from ..common import html
from ..common.datasets import Dataset
from ..common.page_context import Updates
from ..words import emails as words_of

MEANINGS = dict(zip((0, 1, 2, LEFT_OUT), words_of.COUNTS_AS, strict=True))
"""What a word may count as, by the outcome."""
SHOWN_LETTERS = 40


@dataclass(frozen=True)
class MappingPanel:
    """The panel's parts; ``file`` is what the browser keeps of the file that is being mapped, or None."""

    fold: gr.Accordion
    columns: list[gr.Dropdown]
    meanings: list[gr.Dropdown]
    message: gr.HTML
    file: gr.State

    @property
    def parts(self) -> list[Block]:
        """What changes with the file that is mapped."""
        return [self.fold, *self.columns, *self.meanings, self.message, self.file]

    def hide(self) -> Updates:
        """For data that nobody has to explain."""
        return {self.fold: gr.Accordion(visible=False), self.message: "", self.file: None}

    def fill(self, file: dict[str, Any], dataset: Dataset, problem: str, asked: bool) -> Updates:
        """The choices that a file offers and what was chosen; opened where somebody should look at it.

        Raises:
            DataError: the file is not a CSV.
        """
        header, _ = open_table(dataset.path)
        columns = dataset.columns
        lowered = {name.lower(): name for name in header}
        found = {role: lowered.get(getattr(columns, role).lower()) for role in words_of.COLUMNS}
        words = outcome_words(dataset.path, columns) if found["outcome"] else []
        usable = [] if len(words) > MOST_WORDS else words
        names = [name for name in dict.fromkeys(header) if name]
        return {
            self.fold: gr.Accordion(visible=True, open=asked),
            self.file: file,
            self.message: html.sentences(_open_questions(found, words) if problem else [], html.CAUTION),
            **{
                box: gr.Dropdown(names, value=found[role])
                for box, role in zip(self.columns, words_of.COLUMNS, strict=True)
            },
            **{
                box: gr.Dropdown(
                    [(_word_with_rows(each), each.key) for each in usable],
                    value=[each.key for each in usable if each.meaning == meaning],
                )
                for box, meaning in zip(self.meanings, MEANINGS, strict=True)
            },
        }


def create_mapping_panel() -> MappingPanel:
    """Draw the panel, hidden; the caller wires it."""
    with gr.Accordion(words_of.MAPPING, open=False, visible=False, elem_id="data-mapping") as fold:
        with gr.Row():
            columns = [
                gr.Dropdown([], label=label, elem_id=f"data-column-{role}", min_width=200, interactive=True)
                for role, label in words_of.COLUMNS.items()
            ]
        gr.Markdown(words_of.WORDS_MEAN)
        with gr.Row():
            meanings = [
                gr.Dropdown(
                    [], label=label, multiselect=True, elem_id=f"data-meaning-{place}", min_width=200, interactive=True
                )
                for place, label in enumerate(MEANINGS.values())
            ]
        message = gr.HTML(elem_id="data-mapping-message")
    return MappingPanel(fold, columns, meanings, message, gr.State())


def columns_from_choices(dataset: Dataset, names: Sequence[str | None], keys: Sequence[Sequence[str]]) -> Columns:
    """How to read a file when these columns and words are chosen; another outcome column is guessed at anew.

    Raises:
        DataError: a column or a word is chosen twice.
    """
    context, email, outcome = (name or "" for name in names)
    chosen = [name for name in (context, email, outcome) if name]
    if len(set(chosen)) < len(chosen):
        twice = next(name for name in chosen if chosen.count(name) > 1)
        raise DataError(words_of.CHOSEN_TWICE.format(column=twice))
    if outcome.lower() != dataset.columns.outcome.lower():
        return (
            guess_meanings(dataset.path, Columns(context, email, outcome)) if outcome else Columns(context, email, "")
        )
    meant: dict[str, int] = {}
    for meaning, found in zip(MEANINGS, keys, strict=True):
        for key in found or []:
            if meant.setdefault(key, meaning) != meaning:
                raise DataError(words_of.TWO_MEANINGS.format(word=key[:SHOWN_LETTERS]))
    unusual = {key: meaning for key, meaning in meant.items() if parse_outcome(key) != meaning}
    return Columns(context, email, outcome, meanings_text(unusual))


def mapping_in_words(columns: Columns) -> str:
    """What was taken for what."""
    return words_of.TAKEN_FROM.format(context=columns.context, email=columns.email, outcome=columns.outcome)


def _open_questions(found: dict[str, str | None], words: Sequence[OutcomeWord]) -> list[str]:
    """What only the visitor can say, a sentence each."""
    columns = [words_of.COLUMNS[role] for role, name in found.items() if name is None]
    asked = [words_of.CHOOSE.format(column=f"{column[0].lower()}{column[1:]}") for column in columns]
    if len(words) > MOST_WORDS:
        return [*asked, words_of.TOO_MANY_VALUES.format(column=found["outcome"], most=MOST_WORDS)]
    unknown = [each for each in words if each.meaning is None]
    if unknown:
        listed = ", ".join(f"'{_word_label(each)}'" for each in unknown[:6])
        more = words_of.AND_MORE.format(count=len(unknown) - 6) if len(unknown) > 6 else ""
        means, it = ("means", "it") if len(unknown) == 1 else ("mean", "each")
        asked.append(words_of.SAY_WHAT.format(words=f"{listed}{more}", means=means, it=it))
    return asked


def _word_with_rows(word: OutcomeWord) -> str:
    return words_of.WORD_WITH_ROWS.format(word=_word_label(word), rows=count_of(word.rows, "email"))


def _word_label(word: OutcomeWord) -> str:
    return word.word[:SHOWN_LETTERS] or words_of.EMPTY_WORD
