"""Files given by mistake or on purpose: used, or refused in a sentence that says what and why."""

from __future__ import annotations

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.mail_threads import MailNotes
from outcome_rl.importers.questions import _of_mail
from outcome_rl.importers.resolve import resolve_data
from tests.torture.files import complaint, made_file


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_generated_files_are_used_or_refused_in_a_sentence(tmp_path, first):
    files = [made_file(number, seed=0, folder=tmp_path) for number in range(first, first + 20)]
    assert [f"{path.name}: {said}" for path in files if (said := complaint(path))] == []


def test_a_header_of_a_thousand_is_told_in_part(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"column number {n}" for n in range(1000)) + "\n" + ",".join(["x"] * 1000) + "\n")
    with pytest.raises(DataError) as told:
        resolve_data(path)
    assert "'column number 19' and 980 more" in str(told.value)


def test_a_word_of_several_lines_is_told_on_one(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text('context,email_text,outcome\nC,E,0\nC,F,"ma\n\x07yb"\n')
    with pytest.raises(DataError) as told:
        resolve_data(path).read()
    assert "'ma yb'" in str(told.value)
    assert (str(told.value) + told.value.remedy).isprintable()


CONTROLS = "\x7f\x9b31m\u200d\u202e\ue000\ud7ff\u2028"
"""What a terminal would obey, what turns a line around, what no font has."""


def test_nothing_of_a_file_is_told_with_signs_that_cannot_be_printed(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text(
        f"List of{CONTROLS}May\n\ncontext,email_text,won{CONTROLS}lost,open{CONTROLS}ed\n"
        + "".join(f"C{n},Hello {{{{first{CONTROLS}name}}}} {n},x{CONTROLS}{n % 3},{n % 2}\n" for n in range(30))
        + f"\nTotal{CONTROLS}rows\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as told:
        resolve_data(path).read()
    said = f"{told.value} {told.value.remedy}"
    assert "List of" in said and "Total" in said and "won" in said
    assert said.isprintable()


def test_whose_mailbox_it_is_is_told_on_one_line():
    notes = MailNotes(own=(f"a{CONTROLS}b@acme.example",), nothing_sent=True)
    (said,) = _of_mail(notes)
    assert said.isprintable() and "@acme.example" in said
