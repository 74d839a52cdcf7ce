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
from ..common import html
from ..common.datasets import Dataset
from ..common.page_context import Updates

ROLES = {"context": "Column of the recipient", "email": "Column of the email", "outcome": "Column of the outcome"}
MEANINGS = {0: "Counts as no reply", 1: "Counts as a reply", 2: "Counts as a conversion", LEFT_OUT: "Leave these out"}
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
        found = {role: lowered.get(getattr(columns, role).lower()) for role in ROLES}
        words = outcome_words(dataset.path, columns) if found["outcome"] else []
        usable = [] if len(words) > MOST_WORDS else words
        names = [name for name in dict.fromkeys(header) if name]
        return {
            self.fold: gr.Accordion(visible=True, open=asked),
            self.file: file,
            self.message: html.sentences(_open_questions(found, words) if problem else [], html.CAUTION),
            **{box: gr.Dropdown(names, value=found[role]) for box, role in zip(self.columns, ROLES, strict=True)},
            **{
                box: gr.Dropdown(
                    [(f"{_word_label(each)} ({each.rows:,})", each.key) for each in usable],
                    value=[each.key for each in usable if each.meaning == meaning],
                )
                for box, meaning in zip(self.meanings, MEANINGS, strict=True)
            },
        }


def create_mapping_panel() -> MappingPanel:
    """Draw the panel, hidden; the caller wires it."""
    with gr.Accordion("Columns and outcomes of your file", open=False, visible=False, elem_id="data-mapping") as fold:
        with gr.Row():
            columns = [
                gr.Dropdown([], label=label, elem_id=f"data-column-{role}", min_width=200, interactive=True)
                for role, label in ROLES.items()
            ]
        gr.Markdown("What the words in the outcome column mean, with the number of their rows:")
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
        raise DataError(f"The column '{twice}' is chosen twice; each column can only be one thing")
    if outcome.lower() != dataset.columns.outcome.lower():
        return (
            guess_meanings(dataset.path, Columns(context, email, outcome)) if outcome else Columns(context, email, "")
        )
    meant: dict[str, int] = {}
    for meaning, found in zip(MEANINGS, keys, strict=True):
        for key in found or []:
            if meant.setdefault(key, meaning) != meaning:
                raise DataError(f"'{key[:SHOWN_LETTERS]}' is given two meanings; leave one of them")
    unusual = {key: meaning for key, meaning in meant.items() if parse_outcome(key) != meaning}
    return Columns(context, email, outcome, meanings_text(unusual))


def mapping_in_words(columns: Columns) -> str:
    """What was taken for what."""
    return (
        f"The recipient was taken from “{columns.context}”, the email from “{columns.email}”, the outcome from "
        f"“{columns.outcome}”"
    )


def _open_questions(found: dict[str, str | None], words: Sequence[OutcomeWord]) -> list[str]:
    """What only the visitor can say, a sentence each."""
    asked = [f"Choose the {ROLES[role][0].lower()}{ROLES[role][1:]}." for role, name in found.items() if name is None]
    if len(words) > MOST_WORDS:
        return [
            *asked,
            f"'{found['outcome']}' has more than {MOST_WORDS} different values, so it cannot be the column of "
            "outcomes; choose another one.",
        ]
    unknown = [each for each in words if each.meaning is None]
    if unknown:
        listed = ", ".join(f"'{_word_label(each)}'" for each in unknown[:6])
        more = f" and {len(unknown) - 6} more" if len(unknown) > 6 else ""
        asked.append(f"Say what {listed}{more} means: add it to one of the four lists.")
    return asked


def _word_label(word: OutcomeWord) -> str:
    return word.word[:SHOWN_LETTERS] or "empty"
