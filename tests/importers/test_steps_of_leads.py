"""Leads are told with one email each: what their step gives away of the outcome, and what it makes steps look like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from outcome_rl.ui.words.importing import warning_in_plain_words

TODAY = date(2024, 4, 15)
Write = Callable[..., Path]
TEXTS = {"1": "Hello {{firstName}}, a word.", "2": "Once more, {{firstName}}.", "3": "A last word."}
INSTANTLY = ["email", "first_name", "company_name", "status", "lt_interest_status", "email_replied_step", "payload"]
LEMLIST = ["email", "firstName", "companyName", "lastState", "sequenceStep"]
OF_ANSWERS = "a lead without an answer is counted with the first email"
OF_LAST = "of each lead only the last email is in the file"


def instantly(write: Write, *leads: tuple[str, str]) -> Path:
    """Leads: how interested, in answer to which step, from 0."""
    cells = [[f"p{n}@x.example", f"Ana{n}", "Acme", "3", word, step, ""] for n, (word, step) in enumerate(leads)]
    return write([INSTANTLY, *cells])


def lemlist(write: Write, *leads: tuple[str, str]) -> Path:
    cells = [[f"p{n}@x.example", f"Ana{n}", "Acme", state, step] for n, (state, step) in enumerate(leads)]
    return write([LEMLIST, *cells])


def said(path: Path, **options: object) -> list[str]:
    chosen = ImportOptions(today=TODAY, templates=TEXTS, **options)  # type: ignore[arg-type]
    return [each for each in preview_import([path], chosen).warnings if each.startswith((OF_ANSWERS, OF_LAST))]


def test_a_step_that_only_answers_have_is_nowhere_to_be_learned_from(write: Write) -> None:
    path = instantly(write, ("1", "1"), ("2", "0"), ("", ""))
    rows = sorted(import_rows([path], ImportOptions(today=TODAY, templates=TEXTS)), key=lambda row: row.recipient)
    assert [(row.outcome, row.context, row.step) for row in rows] == [
        (1, "Ana0 at Acme", ""), (2, "Ana1 at Acme", ""), (0, "Ana2 at Acme", "")]  # fmt: skip
    assert [row.email_text for row in rows] == ["Once more, Ana0.", "Hello Ana1, a word.", "Hello Ana2, a word."]
    own = ImportOptions(today=TODAY, templates=TEXTS, context="{company_name}; step {step}")
    assert {row.context for row in import_rows([path], own)} == {"Acme"}


def test_texts_that_stand_only_with_answers_are_told_of_with_the_way_out(write: Write) -> None:
    (warning,) = said(instantly(write, ("1", "1"), ("", "")))
    assert warning.startswith(OF_ANSWERS) and warning.endswith("leave them out with --first-steps")
    assert "tick “Only the first email to each recipient”" in warning_in_plain_words(warning)
    assert not said(instantly(write, ("1", "1"), ("", "")), first_steps=True)
    assert not said(instantly(write, ("1", "0"), ("", "")))


@pytest.mark.parametrize(
    ("steps", "first", "told"), [("122", False, 1), ("111", False, 0), ("122", True, 1), ("111", True, 0)]
)  # fmt: skip
def test_early_steps_of_leads_seem_better_than_they_are(
    steps: Sequence[str], first: bool, told: int, write: Write
) -> None:
    path = lemlist(write, *(("emailsReplied" if step == "1" else "emailsSent", step) for step in steps))
    assert len(said(path, first_steps=first)) == told
    assert all(each.startswith(OF_LAST) for each in said(path, first_steps=first))
