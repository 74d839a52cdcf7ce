"""Columns whose names hold a reply or a sale and something else are never taken for the outcome by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import preview_import
from outcome_rl.importers.meanings import Meaning
from outcome_rl.importers.outcome_names import said_by_name
from outcome_rl.importers.resolve import resolve_data
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import PEOPLE, Write, outcomes, rows


def beside_replies(write: Write, name: str, cells: Sequence[str], replied: Sequence[str] = ("no", "yes", "no")) -> Path:
    return write(rows(**{"Title": ["CFO"], "Body": EMAILS, name: cells, "Replied": replied}))


@pytest.mark.parametrize(
    "name",
    [
        *("Meeting proposed", "Asks for meeting", "Mentions demo", "CTA: meeting", "Demo video", "Booking page"),
        *("Sales Navigator", "B2B sales", "Sales", "Signed NDA", "Won award", "Purchase intent", "Termine pro Woche"),
        *("Stop on reply", "Reply tracking", "Easy to answer", "SDR replied", "I replied", "Reply draft"),
    ],
)
def test_what_may_be_a_property_of_the_email_or_the_firm_is_left_aside(name: str, write: Write) -> None:
    path = beside_replies(write, name, ["yes", "yes", "no"])
    assert outcomes(path) == [0, 1, 0] * 10
    found = preview_import([path])
    assert any(f"'{name}' was left aside" in remark for remark in found.remarks) and not found.questions
    alone = write(rows(Title=["CFO"], Body=EMAILS, **{name: ["yes", "no"]}))
    with pytest.raises(DataError, match="Which column says what came of each email"):
        resolve_data(alone)


def test_what_only_those_who_answered_have_is_asked_about(write: Write) -> None:
    path = beside_replies(write, "Meeting with AE", ["no", "yes", "no"])
    with pytest.raises(DataError, match="Does a yes in 'Meeting with AE' mean that somebody was won"):
        resolve_data(path)
    assert outcomes(path, columns={"outcome": "Replied,Meeting with AE"}) == [0, 2, 0] * 10
    assert outcomes(path, columns={"outcome": "Replied"}) == [0, 1, 0] * 10


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        *((name, Meaning.NEGATIVE) for name in ("Negative reply", "Reply (negative)", "Réponse négative", "Rejected")),
        *((name, Meaning.AUTOMATIC) for name in ("Automatic reply", "Vacation reply", "Automatische Antwort")),
        *((name, Meaning.AUTOMATIC) for name in ("Réponse automatique", "Risposta automatica", "Abwesenheitsantwort")),
    ],
)
def test_a_refusal_and_an_automatic_answer_are_no_replies(name: str, meaning: Meaning, write: Write) -> None:
    said = said_by_name(name)
    assert said and said.meaning is meaning
    with pytest.raises(DataError, match="says what came of"):
        resolve_data(write(rows(Title=["CFO"], Body=EMAILS, **{name: ["yes", "no"]})))


def test_a_negative_reply_beside_replies_turns_down(write: Write) -> None:
    path = beside_replies(write, "Negative reply", ["no", "yes", "no"], ["no", "yes", "yes"])
    assert outcomes(path) == [0, 0, 1] * 10
    assert outcomes(path, not_interested="reply") == [0, 1, 1] * 10


def test_two_columns_of_one_name_that_disagree_are_asked_about(write: Write) -> None:
    lines = [["Title", "Body", "Replied", "Replied"]]
    lines += [["CFO", email, ["no", "yes"][n % 2], ["yes", "no"][n % 2]] for n, email in enumerate(EMAILS)]
    with pytest.raises(DataError, match="two columns are called 'Replied' and say different things"):
        resolve_data(write(lines))
    lines[1:] = [[*line[:3], line[2]] for line in lines[1:]]
    assert outcomes(write(lines)) == [0, 1] * 15


def test_two_columns_of_a_usual_name_are_asked_about_where_they_disagree(write: Write) -> None:
    lines = [["context", "email_text", "outcome", "outcome"]]
    lines += [["a buyer", email, str(n % 2), str(n % 3)] for n, email in enumerate(EMAILS)]
    with pytest.raises(DataError, match="two columns are called 'outcome' and say different things"):
        resolve_data(write(lines))
    lines[1:] = [[*line[:3], line[2]] for line in lines[1:]]
    assert resolve_data(write(lines)).read().outcomes == (0, 1) * 15


def test_yes_and_no_without_any_name_are_asked_about(write: Write) -> None:
    for yes, no in (("yes", "no"), ("1", "0"), ("ja", "nein")):
        path = write([["CFO at a bank", email, (no, yes)[n % 2]] for n, email in enumerate(EMAILS)])
        with pytest.raises(DataError, match="holds yes and no, and no name says of what"):
            resolve_data(path)


@pytest.mark.parametrize("name", ["Sent", "Email sent", "Gesendet", "Delivered"])
def test_an_email_that_was_not_sent_is_no_case(name: str, write: Write) -> None:
    path = beside_replies(write, name, ["yes", "yes", "no"])
    assert outcomes(path) == [0, 1] * 10
    assert preview_import([path]).left_out == {"not sent": 10}


@pytest.mark.parametrize("name", ["Customer", "Client", "Kunde", "Product"])
def test_a_yes_or_no_describes_nobody(name: str, write: Callable[..., Path]) -> None:
    path = write(rows(Email=PEOPLE, Title=["CFO"], Body=EMAILS, Replied=["no", "yes"], **{name: ["no", "yes"]}))
    assert preview_import([path]).context == "{title}"
