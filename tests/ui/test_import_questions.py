"""What the page asks of an export that its guess leaves open, and the warnings that name its boxes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from outcome_rl.importers.api import ImportPreview, preview_import
from outcome_rl.importers.options import ImportOptions
from outcome_rl.importers.questions import open_questions
from outcome_rl.ui.data.import_choices import guessed, options_from
from outcome_rl.ui.data.mapping_panel import MEANINGS
from outcome_rl.ui.words.importing import warning_in_plain_words


def answered(path: Path, outcome: Sequence[str]) -> ImportPreview:
    """What the page's controls give where nothing but the outcome's columns was chosen."""
    guess = guessed(preview_import([path]))
    lists: list[Any] = [[word for word, meaning in guess["words"].items() if meaning == each] for each in MEANINGS]
    values = [None, guess["email"], list(outcome), guess["context"], *lists, "", "no_reply", "reply", 14, False, False]
    return preview_import([path], options_from(guess, [*values, False, guess["own"], *guess["named"].values()]))


@pytest.mark.parametrize(("name", "yes"), [("Customer", "yes"), ("Meeting booked", "yes")])
def test_a_further_column_is_asked_about_and_either_answer_is_taken(name: str, yes: str, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    again = "yes" if name == "Meeting booked" else "no"  # of people who did not answer
    cells = [("no reply", "no"), ("reply", "no"), ("reply", yes), ("no reply", again)]
    lines = [f"p{n}@f{n}.example,A note on fuel {n}.,{','.join(cells[n % 4])}" for n in range(32)]
    path.write_text("\n".join([f"Email,Body,Outcome,{name}", *lines]), encoding="utf-8")
    preview = preview_import([path])
    assert guessed(preview)["outcome"] == [] and open_questions(preview.questions)
    assert open_questions(answered(path, []).questions)
    alone, both = answered(path, ["Outcome"]), answered(path, ["Outcome", name])
    assert not open_questions((*alone.questions, *both.questions))
    assert alone.outcomes["conversion"] == 0 and both.outcomes["conversion"] >= 8


def test_what_was_won_too_late_and_texts_without_a_step_are_told_without_flags(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    lines = [f"p{n}@f.example,A note {n}.,2024-03-04,yes,{'2026-03-04' if n else ''}" for n in range(6)]
    path.write_text("\n".join(["Email,Body,Sent at,Replied,Meeting date", *lines]), encoding="utf-8")
    steps = tmp_path / "steps.csv"
    lines = [f"p{n}@f.example,{n % 2 + 1},no" for n in range(6)]
    steps.write_text("\n".join(["Email,Step,Replied", *lines]), encoding="utf-8")
    texts = ImportOptions(templates=({"body": "Hello there."},))
    leads = ImportOptions(templates=({"step": "1", "body": "Hello there."}, {"step": "2", "body": "Hello again."}))
    bare = tmp_path / "bare.csv"
    bare.write_text("\n".join(["Email,Replied", *(f"p{n}@f.example,no" for n in range(6))]), encoding="utf-8")
    found = [preview_import([path]), preview_import([steps], texts), preview_import([bare], leads)]
    told = [warning_in_plain_words(each) for preview in found for each in preview.warnings]
    assert "5 emails had a deal or a meeting more than 180 days later, too late to count" in " ".join(told)
    assert "Give your templates a column called step, or paste each text into its box." in " ".join(told)
    assert "no column gives the step of each email" in " ".join(told) and "--" not in " ".join(told)
