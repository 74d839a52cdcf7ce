"""Mail of no known program: tables of both directions, and mailboxes of several senders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, preview_import
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


QUOTED = (
    "\n\nOn Sat, 1 Mar 2025 at 09:00, Max <me@seller.example> wrote:\n> If you are not interested, say so: remove me.\n"
)


def answered(*answers: tuple[int, str], second_email: bool = False) -> tuple[list[list[str]], str]:
    """Ten emails, each answered so on these days of March, as a table of messages and as a mailbox."""
    lines, box = [["From", "To", "Subject", "Body", "Date"]], ""
    for number in range(10):
        whom, me = PEOPLE[number], "me@seller.example"
        sent = [("a", me, 1, EMAILS[number])] + [("d", me, 20, EMAILS[number + 10])] * second_email
        came = [(f"b{place}", whom, day, text) for place, (day, text) in enumerate(answers)]
        for mark, sender, day, text in [*sent, *came]:
            to, own = (me, False) if sender == whom else (whom, True)
            topic = "Another note" if day >= 20 else "A note"
            subject = topic if own else f"Re: {topic}"
            refs = "" if own else f"In-Reply-To: <{'d' if day >= 20 else 'a'}{number}@x>\n"
            lines.append([sender, to, subject, text, f"2025-03-{day:02d} 10:{number:02d}"])
            box += _mail(f"{mark}{number}", sender, to, subject, text, f"{day} Mar 2025 10:{number:02d}", refs)
    return lines, box


@pytest.mark.parametrize("kind", ["table", "mailbox"])
@pytest.mark.parametrize(
    ("answers", "outcome", "asked"),
    [
        ([(2, "Not interested, thanks.")], 0, 10),
        ([(2, f"Please remove me from your list.{QUOTED}")], 0, 10),
        ([(2, "Kein Interesse.\n\nMit freundlichen Grüßen\nAna Feld")], 0, 10),
        ([(2, f"Call me on Friday.{QUOTED}")], 1, 0),
        ([(2, "Not interested in that, but my colleague may be.")], 1, 0),
        ([(2, "What does it cost?"), (5, "Not interested then.")], 1, 0),  # the end of a talk
        ([(2, "Not interested."), (5, "You may call me after all.")], 0, 10),
    ],
)
def test_a_refusal_in_ones_own_words_is_asked_about_once(
    answers: list[tuple[int, str]], outcome: int, asked: int, kind: str, write: Write
) -> None:
    lines, box = answered(*answers)
    path = write(lines) if kind == "table" else write(box, "box.mbox")
    own = ImportOptions(own_address="me@seller.example")
    preview = preview_import([path], own)
    assert list(preview.outcomes.values()) == [10 * (outcome == 0), 10 * (outcome == 1), 0]
    refusals = [each for each in preview.questions if each.about == "not_interested"]
    assert sum(each.rows for each in refusals) == asked and all(each.answer == "no_reply" for each in refusals)
    as_replies = preview_import([path], replace(own, not_interested="reply"))
    assert list(as_replies.outcomes.values()) == [0, 10, 0]
    left = preview_import([path], replace(own, not_interested="skip"))
    assert sum(left.outcomes.values()) == 10 - asked and left.left_out.get("not interested", 0) == asked


@pytest.mark.parametrize("kind", ["table", "mailbox"])
def test_a_refusal_of_a_later_letter_is_that_letters(kind: str, write: Write) -> None:
    lines, box = answered((2, "What does it cost?"), (22, "Not interested."), second_email=True)
    path = write(lines) if kind == "table" else write(box, "box.mbox")
    preview = preview_import([path], ImportOptions(own_address="me@seller.example"))
    assert list(preview.outcomes.values()) == [10, 10, 0]


def test_a_refusal_in_the_text_of_an_event(write: Write) -> None:
    lines = [["event", "email", "timestamp", "body"]]
    for number, email in enumerate(EMAILS[:12]):
        lines.append(["sent", PEOPLE[number], f"2025-03-01 10:{number:02d}", email])
        if number % 3:
            text = ["", "Not interested.", "Yes, call me."][number % 3]
            lines.append(["replied", PEOPLE[number], f"2025-03-02 10:{number:02d}", text])
    preview = preview_import([write(lines)])
    assert list(preview.outcomes.values()) == [8, 4, 0]
    assert [(each.about, each.rows) for each in preview.questions] == [("not_interested", 4)]
    won = ["meeting booked", PEOPLE[0], "2025-03-02 10:00", "Not interested at first, then on Tuesday."]
    assert list(preview_import([write([*lines, won])]).outcomes.values()) == [7, 4, 1]
