"""Mail of no known program: tables of both directions, and mailboxes of several senders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import preview_import
from outcome_rl.importers.resolve import resolve_data
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import PEOPLE, Write, outcomes, warnings


def test_mail_in_both_directions_tells_who_answered(write: Write) -> None:
    lines = [["From: (Address)", "To: (Address)", "Subject", "Body", "Date"]]
    for number in range(12):
        whom = PEOPLE[number]
        lines.append(["me@seller.example", whom, "A note", EMAILS[number], f"2025-03-01 10:{number:02d}"])
        if number % 3 == 1:
            lines.append([whom, "me@seller.example", "RE: A note", "Yes, call me.", f"2025-03-02 10:{number:02d}"])
        if number % 3 == 2:
            lines.append(
                [whom, "me@seller.example", "Automatic reply: A note", "I am away.", f"2025-03-01 11:{number:02d}"]
            )
    assert outcomes(write(lines)) == [0, 1, 0] * 4
    one_way = [["From", "To", "Subject", "Body", "Date"], *(line for line in lines[1:] if line[0].startswith("me@"))]
    with pytest.raises(DataError, match="Which column says what came of each email"):
        resolve_data(write(one_way))


def mailbox(path: Path, senders: Sequence[str]) -> Path:
    """Twelve emails by these senders in turn, every third of them answered."""
    with path.open("w", encoding="utf-8") as stream:
        for number in range(12):
            me, them = senders[number % len(senders)], PEOPLE[number]
            head = "From x Sat Mar  1 09:00:00 2025\nContent-Type: text/plain\n"
            sent = f"Message-ID: <a{number}@x>\nDate: Sat, 1 Mar 2025 09:{number:02d}:00 +0000\nSubject: A note\n"
            stream.write(f"{head}{sent}From: {me}\nTo: {them}\n\n{EMAILS[number]}\n\n")
            if number % 3 == 1:
                back = f"Message-ID: <b{number}@x>\nIn-Reply-To: <a{number}@x>\nDate: Sun, 2 Mar 2025 09:00:00 +0000\n"
                stream.write(f"{head}{back}Subject: Re: A note\nFrom: {them}\nTo: {me}\n\nGladly, call me.\n\n")
    return path


def test_a_mailbox_may_be_of_two_of_one_firm(tmp_path: Path) -> None:
    found = mailbox(tmp_path / "two.mbox", ["max@seller.example", "ute@seller.example"])
    assert outcomes(found) == [0, 1, 0] * 4
    assert "ute@seller.example" in preview_import([found]).why
    strangers = mailbox(tmp_path / "free.mbox", ["max@gmail.com", "ute@gmail.com"])
    assert len(outcomes(strangers)) == 6  # whoever shares a domain with strangers is asked about
    assert "is a guess" in warnings(strangers)


def both_ways(heads: Sequence[str], mine: str = "Max Seller <me@seller.example>") -> list[list[str]]:
    """Mail to thirty people, every third of whom answers: a header, then who, to whom, what and when."""
    lines = [list(heads)]
    for number, email in enumerate(EMAILS):
        whom, day = f"P{number} <{PEOPLE[number]}>", f"10:{number:02d}"
        lines.append([mine, whom, "A note", email, f"2025-03-01 {day}"])
        if number % 3 == 1:
            lines.append([whom, mine, "Re: A note", "Yes, call me.", f"2025-03-02 {day}"])
    return lines


@pytest.mark.parametrize(
    "heads",
    [
        ("From", "To", "Subject", "Body", "Date"),
        ("Von", "An", "Betreff", "Nachricht", "Datum"),
        ("De", "À", "Objet", "Message", "Date"),
        ("sender_email", "recipient_email", "subject", "body_text", "created_at"),
    ],
)
def test_mail_in_both_directions_in_other_words(heads: Sequence[str], write: Write) -> None:
    assert outcomes(write(both_ways(heads))) == [0, 1, 0] * 10


def test_mail_without_dates_says_what_is_missing(write: Write) -> None:
    lines = [line[:4] for line in both_ways(("From", "To", "Subject", "Body", "Date"))]
    with pytest.raises(DataError, match="no column says when each was sent"):
        resolve_data(write(lines))


@pytest.mark.parametrize(("name", "sent", "came"), [("Direction", "Outbound", "Inbound"), ("Kind", "SENT", "REPLY")])
def test_a_contact_may_be_named_in_both_directions(name: str, sent: str, came: str, write: Write) -> None:
    lines = [[name, "Contact email", "Body", "Sent at"]]
    for number, email in enumerate(EMAILS):
        lines.append([sent, PEOPLE[number], email, f"2025-03-01 10:{number:02d}"])
        if number % 3 == 1:
            lines.append([came, PEOPLE[number], "Yes.", f"2025-03-02 10:{number:02d}"])
    assert outcomes(write(lines)) == [0, 1, 0] * 10


@pytest.mark.parametrize(
    ("subject", "answer", "outcome"),
    [
        ("AW: A note", "Ich bin bis 5. März nicht im Büro. In dringenden Fällen wenden Sie sich an Bo.", 0),
        ("Absence : A note", "Je suis absente.", 0),
        ("Re: A note", "Sorry, I was out of the office last week. Yes, let us talk on Tuesday.", 1),
    ],
)
def test_who_is_away_did_not_answer(subject: str, answer: str, outcome: int, write: Write) -> None:
    lines = [["From", "To", "Subject", "Body", "Date"]]
    box = ""
    for number in range(12):
        whom, sent, came = PEOPLE[number], f"2025-03-01 10:{number:02d}", f"2025-03-02 10:{number:02d}"
        lines.append(["me@seller.example", whom, "A note", EMAILS[number], sent])
        box += _mail(
            f"a{number}", "me@seller.example", whom, "A note", EMAILS[number], f"Sat, 1 Mar 2025 09:{number:02d}"
        )
        if number % 2:
            lines.append([whom, "me@seller.example", subject, answer, came])
            back = f"Sun, 2 Mar 2025 09:{number:02d}"
            box += _mail(
                f"b{number}", whom, "me@seller.example", subject, answer, back, f"In-Reply-To: <a{number}@x>\n"
            )
    assert outcomes(write(lines)) == [0, outcome] * 6
    assert outcomes(write(box, "box.mbox")) == [0, outcome] * 6


def _mail(number: str, sender: str, whom: str, subject: str, text: str, day: str, more: str = "") -> str:
    head = f"From x Sat Mar  1 09:00:00 2025\nMessage-ID: <{number}@x>\nDate: {day}:00 +0000\n{more}"
    return (
        f"{head}From: {sender}\nTo: {whom}\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n"
    )
