"""A person's answers beside a column of who was won: one ladder where both say the same, else a question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportPreview, preview_import
from outcome_rl.importers.options import ImportOptions
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import PEOPLE, Write, outcomes, rows, warnings

LABELS = ["no reply", "reply", "reply", "no reply"]
LADDER = ([0, 1, 2, 0] * 8)[:30]
ANSWERS = {
    "Outcome": LABELS,
    "Result": ["no_reply", "reply", "reply", "no_reply"],
    "Label": ["0", "1", "1", "0"],
    "Ergebnis": ["keine Antwort", "Antwort", "Antwort", "keine Antwort"],
    "Replied": ["no", "yes", "yes", "no"],
    "Antwort": ["nein", "ja", "ja", "nein"],
    "Replies": ["0", "1", "2", "0"],
    "Replied at": ["", "2024-03-05", "2024-03-05", ""],
    "Reply status": ["no reply", "replied", "replied", "no reply"],
}
WON = {
    "Meeting booked": ("no", "yes"),
    "Demo": ("", "x"),
    "Deal won": ("no", "yes"),
    "Meetings": ("0", "2"),
    "Meeting date": ("", "2024-03-08"),
    "Lead status": ("", "Meeting booked"),
    "Deal": ("", "won"),
    "CRM": ("", "Closed Won"),
    "Termin": ("nein", "ja"),
    "Termin am": ("", "08.03.2024"),
    "Bestellt": ("nein", "ja"),
    "Auftrag": ("nein", "ja"),
    "Phase": ("", "gewonnen"),
}


def table(write: Write, **columns: Sequence[str]) -> Path:
    return write(rows(**{"Email": PEOPLE, "Title": ["CFO"], "Body": EMAILS, **columns}))


def beside(write: Write, answers: str, won: str) -> Path:
    no, yes = WON[won]
    return table(write, **{answers: ANSWERS[answers], won: [no, no, yes, no]})


def look(path: Path) -> ImportPreview:
    return preview_import([path])


@pytest.mark.parametrize("won", WON)
@pytest.mark.parametrize("answers", ANSWERS)
def test_who_was_won_is_above_who_answered(answers: str, won: str, write: Write) -> None:
    path = beside(write, answers, won)
    assert outcomes(path) == LADDER and not look(path).questions
    (use,) = (use for use in look(path).columns if use.column == won)
    assert use.role.startswith("outcome") and won in use.reason


def test_the_reason_says_that_the_labels_bear_it_out(write: Write) -> None:
    (use,) = (use for use in look(beside(write, "Outcome", "Deal won")).columns if use.column == "Deal won")
    assert use.reason.endswith("it goes on from 'Outcome', which calls 7 of 7 answered")


@pytest.mark.parametrize("labels", [["no reply", "reply", "reply", "no reply"], ["lost", "reply", "won", "no reply"]])
@pytest.mark.parametrize(("name", "yes"), [("Meeting booked", "yes"), ("Stage", "Won"), ("Termin am", "08.03.2024")])
def test_what_the_labels_do_not_bear_out_is_asked(labels: list[str], name: str, yes: str, write: Write) -> None:
    path = table(write, Outcome=labels, **{name: ["", yes, yes, yes]})
    (question,) = (each for each in look(path).questions if each.about == "outcome column")
    assert (
        question.choices == ("Outcome", f"Outcome,{name}") and "says of 22 people that they were won" in question.text
    )
    assert outcomes(path, columns={"outcome": "Outcome"})[:4] == [0, 1, (labels[2] == "won" and 2) or 1, 0]
    assert outcomes(path, columns={"outcome": f"Outcome,{name}"})[:4] == [0, 2, 2, 2]


def test_customers_none_of_whom_answered_were_not_won_by_the_email(write: Write) -> None:
    path = table(write, Outcome=LABELS, **{"Deal won": ["yes", "no", "no", "no"]})
    assert outcomes(path) == ([0, 1, 1, 0] * 8)[:30] and not look(path).questions
    assert "'Deal won' says of 8 people that they were won, none of whom answered by 'Outcome'" in warnings(path)


def test_labels_that_tell_who_was_won_agree_with_the_column_that_does(write: Write) -> None:
    path = table(write, Outcome=["no reply", "reply", "won"], **{"Deal won": ["no", "no", "yes"]})
    assert outcomes(path) == [0, 1, 2] * 10 and not look(path).questions


def test_a_word_of_the_labels_is_asked_for_before_what_stands_beside_it(write: Write) -> None:
    path = table(write, Outcome=["no reply", "spoke", "spoke"], **{"Meeting booked": ["no", "no", "yes"]})
    assert [each.about for each in look(path).questions] == ["spoke"]
    assert outcomes(path, meanings={"spoke": "reply"}) == [0, 1, 2] * 10


def test_a_label_that_is_empty_leaves_it_to_the_column_beside(write: Write) -> None:
    columns = {"Outcome": ["", "reply", "reply", ""], "Replied": ["no", "yes", "yes", "yes"]}
    path = table(write, **columns, **{"Meeting booked": ["no", "no", "yes", "no"]})
    assert outcomes(path) == ([0, 1, 2, 1] * 8)[:30]


@pytest.mark.parametrize(
    ("name", "no", "yes", "says"),
    [
        ("Kunde", "nein", "ja", "yes"), ("Customer", "no", "yes", "yes"), ("Closed", "no", "yes", "yes"),
        ("Kunde seit", "", "02.04.2024", "yes"), ("Deal value", "", "1200", "yes"),
        ("Next step", "", "meeting booked", "'meeting booked'"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("answers", ["Outcome", "Replied", "Reply status"])
def test_what_may_say_who_was_won_is_asked(answers: str, name: str, no: str, yes: str, says: str, write: Write) -> None:
    path = table(write, **{answers: ANSWERS[answers], name: [no, no, yes, no]})
    (question,) = look(path).questions
    assert question.text.startswith(f"'{name}' says {says} in 7 rows, all of people who answered.")
    assert question.choices == (answers, f"{answers},{name}")
    for columns in question.choices:
        assert not preview_import([path], ImportOptions(columns={"outcome": columns})).questions
    assert outcomes(path, columns={"outcome": f"{answers},{name}"}) == LADDER
    assert outcomes(path, columns={"outcome": answers}) == ([0, 1, 1, 0] * 8)[:30]


@pytest.mark.parametrize("name", ["Deal value", "Customer", "Next step"])
def test_what_people_have_who_did_not_answer_says_of_nobody_that_they_were_won(name: str, write: Write) -> None:
    yes = {"Deal value": "1200", "Customer": "yes", "Next step": "meeting booked"}[name]
    path = table(write, Replied=["no", "yes", "yes", "no"], **{name: [yes, "", yes, ""]})
    assert outcomes(path) == ([0, 1, 1, 0] * 8)[:30] and not look(path).questions


def test_two_columns_of_states_that_differ_on_who_answered_are_told_of(write: Write) -> None:
    states = {"Lead category": ["Interested", "Interested", "Meeting booked"], "Reply status": ["no reply", "replied"]}
    told = warnings(table(write, **states))
    assert "'Reply status' says in 15 rows that nobody answered, though 'Lead category' says that somebody did" in told


def test_a_label_beyond_the_rows_that_are_looked_at_is_counted_where_it_denies(write: Write) -> None:
    cells = [["no reply", "no"], ["reply", "yes"]] * 1600 + [["no reply", "yes"]]
    lines = [[f"p{n}@f{n}.example", EMAILS[n % 30], *each] for n, each in enumerate(cells)]
    path = write([["Email", "Body", "Outcome", "Meeting booked"], *lines])
    told = [each for each in look(path).warnings if "'Meeting booked' says in 1 rows" in each]
    assert len(told) == 1 and "though 'Outcome' says no" in told[0]


def test_a_win_on_every_row_of_somebody_is_of_the_step_that_was_answered(write: Write) -> None:
    lines = [["Email", "Title", "Body", "Step", "Sent at", "Outcome", "Deal"]]
    for n in range(12):
        for step in (1, 2):
            said = "reply" if n % 3 == 0 and step == 1 else "no reply"
            sent = f"2024-03-{step * 7:02}"
            lines.append(
                [f"p{n}@f.example", "CFO", f"{EMAILS[n]} {step}", step, sent, said, "won" if n % 6 == 0 else ""]
            )
    assert outcomes(write(lines)) == [2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0] * 2
