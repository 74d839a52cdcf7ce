"""What an import would write, shown in a terminal, and what only the user knows, asked there."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import typer

from ..data.outcomes import REST
from ..importers.api import ImportedRow, ImportPreview, ImportProgress
from ..importers.layouts import Question
from ..importers.options import ImportOptions
from ..importers.questions import ANSWERED
from ..importers.words import column_sentences, saying_sentences
from ..utils.streaming import run_to_end
from . import display

SHOWN_TEXT = 300
"""Characters of an email that a preview shows."""
LINE_EVERY = 100_000
"""Rows after which a line says how far an import is, where no line can be drawn anew."""
SHOWN_WORDS = 6
"""Words to be sorted that a preview names; the others are counted."""
_ALL = "all "
"""Typed before an answer that is meant for this word and all that are left."""
ANSWERS_FOR_ALL = tuple(f"{_ALL}{each}" for each in ("no_reply", "reply", "skip"))
Whole = TypeVar("Whole")
Prompt = Callable[[str, tuple[str, ...], str], str]
"""Asks for one of some words: the question, the words, the one that is taken without an answer."""


def finish_watched(steps: Generator[ImportProgress, None, Whole]) -> Whole:
    """Go through an import; how far it is stands in the terminal's last line, or in a line now and then."""
    console = display.progress_console
    if console.is_terminal:
        with console.status("Reading") as status:
            return run_to_end(steps, lambda progress: status.update(_told(progress)))

    told = 0

    def tell(progress: ImportProgress) -> None:
        nonlocal told
        if (count := progress.read + progress.made) - told >= LINE_EVERY:
            console.print(_told(progress), markup=False)
            told = count

    return run_to_end(steps, tell)


def _told(progress: ImportProgress) -> str:
    """How far an import is, with the share of the whole where it is known: a terminal has no bar beside it."""
    return str(progress) if progress.share is None else f"{progress}; {progress.share:.0%} of the import"


def show_preview(preview: ImportPreview, result: dict[str, Any], rows: bool = True) -> None:
    """Print what was recognised, what comes of it, what was left out and, where asked for, ten rows."""
    display.say(result["why"])
    for sentence in column_sentences(preview):
        display.say(sentence)
    for sentence in saying_sentences(preview, "--means"):
        display.say(sentence)
    for remark in result["remarks"]:
        display.say(f"note: {remark}")
    counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in result["outcomes"].items())
    display.say(
        f"{result['rows']} emails of {result['rows_read']} rows: {counts}; ages are counted to {result['today']}"
    )
    if result["pending"]:
        display.say(f"Too recent to tell: {result['pending']}")
    for reason, count in result["left_out"].items():
        display.say(f"Left out: {count}, {reason}")
    for kind, count in result["cuts"].items():
        display.say(f"Cut: {kind}, in {count} emails")
    display.say(f"Contexts: {result['context']}")
    for place, row in enumerate(preview.sample if rows else (), 1):
        _show_row(place, row)
    for warning in result["warnings"]:
        display.say(f"warning: {warning}")
    _show_questions(preview.questions)


def _show_questions(questions: Sequence[Question]) -> None:
    """What only the user knows; of many words the first, and how to answer for all."""
    words = [each for each in questions if _is_word(each)]
    folded = words[SHOWN_WORDS:] if len(words) > SHOWN_WORDS + 1 else []
    for question in questions:
        if question not in folded:
            display.say(f"question: {question.text} ({question.rows} rows, {question.answer} until you say)")
    if folded:
        display.say(
            f"question: and {len(folded)} more words, of {sum(each.rows for each in folded):,} rows; "
            f"--means '{REST}=no_reply' (or reply, or skip) says it of all that nothing else is said of"
        )


def _is_word(question: Question) -> bool:
    """Whether it asks what a word of outcomes means, and not what a column is or what answers are worth."""
    return question.about not in ANSWERED and not question.about.endswith(" column")


def _show_row(place: int, row: ImportedRow) -> None:
    text = " ".join(row.email_text.split())
    shown = text if len(text) <= SHOWN_TEXT else f"{text[:SHOWN_TEXT]} …"
    outcome = ("no reply", "reply", "conversion")[row.outcome]
    display.say(f"  {place}. {row.place}: {outcome}; {row.context}\n     {shown}")


def ask_user(options: ImportOptions, questions: Sequence[Question], prompt: Prompt) -> ImportOptions | None:
    """The options with the answers to what can be answered by a word; None where nothing was said anew."""
    meanings = dict(options.meanings)
    changed = options
    left = sum(map(_is_word, questions))
    for question in questions:
        if question.about == "not_interested":
            answer = prompt(question.text, question.choices, question.answer)
            changed = replace(changed, not_interested=answer)
        elif question.about == "agreed_meeting":
            answer = prompt(question.text, question.choices, question.answer)
            changed = replace(changed, agreed_meeting=answer)
        elif _is_word(question):
            left -= 1
            rest = meanings.get(REST)
            if rest and (question.about or rest != "reply"):
                continue
            choices = (*question.choices, *(ANSWERS_FOR_ALL if left and not rest else ()))
            answer = prompt(f"{question.text} ({question.rows} rows)", choices, "skip")
            if answer in ANSWERS_FOR_ALL:
                meanings[REST] = rest = answer.removeprefix(_ALL)
            if answer not in ANSWERS_FOR_ALL or not question.about:
                meanings[question.about] = answer.removeprefix(_ALL)
    changed = replace(changed, meanings=meanings)
    return changed if changed != options else None


def prompt_in_terminal(text: str, choices: tuple[str, ...], default: str) -> str:
    """One of the words, typed; another one is asked for again."""
    while True:
        answer = str(typer.prompt(f"{text}\n{', '.join(choices)}", default=default, err=True)).strip()
        if answer in choices:
            return answer
        display.progress_console.print(f"'{answer}' is none of these", markup=False)
