"""What people add to an export by hand, and what they call it: no sale, no bounce and no day of it is lost silently."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import preview_import
from outcome_rl.importers.dates import parse_date
from outcome_rl.importers.mailbox import MailKind, parse_mail
from outcome_rl.importers.options import ImportOptions
from outcome_rl.importers.resolve import resolve_data
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import PEOPLE, Write, outcomes, rows, warnings

ME = "me@seller.example"
SALESLOFT = {"Recipient__Email": PEOPLE, "Body": EMAILS, "Sent__At": ["2025-03-01T09:00:00Z"], "Bounced": ["false"]}


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Meeting booked", ["no", "no", "yes"]),
        ("Demo held on", ["", "", "2025-03-09"]),
        ("Termin vereinbart", ["nein", "nein", "ja"]),
        ("# meetings", ["0", "0", "2"]),
    ],
)
def test_a_sale_that_somebody_added_to_a_known_export_counts(name: str, cells: Sequence[str], write: Write) -> None:
    path = write(rows(**SALESLOFT, CountsReplies=["0", "1", "1"], **{name: cells}))
    assert outcomes(path) == [0, 1, 2] * 10
    told = {use.column: use for use in preview_import([path]).columns}[name]
    assert told.role == "outcome: conversion" and told.reason.startswith(f"called '{name}'")


@pytest.mark.parametrize("name", ["Meeting proposed", "Sales", "CTA: meeting", "Previous meetings"])
def test_what_may_say_something_else_is_no_sale_of_a_known_export(name: str, write: Write) -> None:
    path = write(rows(**SALESLOFT, CountsReplies=["0", "1", "1"], **{name: ["yes", "no", "yes"]}))
    assert outcomes(path) == [0, 1, 1] * 10


def test_a_sale_on_all_rows_of_a_recipient_is_that_of_the_email_that_was_answered(write: Write) -> None:
    header = ["lead_email", "sequence_number", "sent_time", "reply_time", "email_message", "Meeting booked"]
    lines = [header]
    for whom, text in zip(PEOPLE[:6], EMAILS, strict=False):
        for step, day in ((1, "2025-03-01"), (2, "2025-03-08")):
            lines.append([whom, str(step), f"{day}T09:00:00Z", "2025-03-03T09:00:00Z", f"{text} {step}", "yes"])
    assert outcomes(write(lines)) == [2, 0] * 6


def test_a_sale_in_words_that_are_not_known_is_told_of(write: Write) -> None:
    cells = ["", "", "Tue 12 March, ten o'clock"]
    path = write(rows(Email=PEOPLE, Body=EMAILS, Replied=["no", "yes", "yes"], Meeting=cells))
    assert "'Meeting' is filled in 10 rows and was not used" in warnings(path)
    ours = write(rows(Email=PEOPLE, Body=EMAILS, Replied=["no", "yes", "yes"], **{"Meeting proposed": cells}))
    assert "was not used" not in warnings(ours)


@pytest.mark.parametrize("name", ["Meeting status", "Demo status", "Status RDV"])
def test_states_of_a_meeting_beside_replies_are_asked_about(name: str, write: Write) -> None:
    path = write(rows(Email=PEOPLE, Body=EMAILS, Replied=["no", "yes", "yes"], **{name: ["", "", "Held"]}))
    with pytest.raises(DataError, match=r"not known, with the number of rows: 'Held' \(10\)"):
        resolve_data(path)
    assert outcomes(path, meanings={"Held": "conversion"}) == [0, 1, 2] * 10


@pytest.mark.parametrize("name", ["Deal stage", "Opportunity stage", "Stage"])
def test_a_sale_in_a_stage_beside_replies_is_not_lost(name: str, write: Write) -> None:
    path = write(rows(Email=PEOPLE, Body=EMAILS, Replied=["no", "yes", "yes"], **{name: ["", "", "Closed Won"]}))
    assert outcomes(path) == [0, 1, 2] * 10
    only = write(rows(Email=PEOPLE, Body=EMAILS, **{name: ["Discovery", "Closed Won", "Proposal"]}))
    with pytest.raises(DataError, match="stage of the customer relation"):
        resolve_data(only)


@pytest.mark.parametrize(
    ("sent", "opened", "answered"),
    [("EMAIL_SENT", "EMAIL_OPENED", "RESPONDED"), ("Email sent", "Mail opened", "Email replied")],
)
def test_states_may_begin_with_the_email(sent: str, opened: str, answered: str, write: Write) -> None:
    path = write(rows(Address=PEOPLE, Body=EMAILS, **{"Merge status": [sent, opened, answered, "EMAIL_BOUNCED"]}))
    assert outcomes(path) == [0, 0, 1] * 7 + [0, 0]


def test_letters_that_are_composed_and_apostrophes_are_the_same_word(write: Write) -> None:
    apart = unicodedata.normalize("NFD", "Réponse reçue")
    assert outcomes(write(rows(Mail=PEOPLE, Corps=EMAILS, **{apart: ["non", "oui"]}))) == [0, 1] * 15
    words = ["N’a pas répondu", unicodedata.normalize("NFD", "A répondu")]
    assert outcomes(write(rows(Mail=PEOPLE, Corps=EMAILS, Statut__status=words))) == [0, 1] * 15


@pytest.mark.parametrize(
    "name", ["Send time", "Email send date", "Time of sending", "Versanddatum", "Date et heure d’envoi", "Data wysyłki"]
)
def test_the_day_of_sending_is_told_by_its_name(name: str, write: Write) -> None:
    path = write(rows(Email=PEOPLE, Body=EMAILS, Replied=["no", "yes", "no"], **{name: ["2025-03-01", "2025-03-29"]}))
    preview = preview_import([path], ImportOptions(today=date(2025, 4, 1)))
    assert preview.pending == 10 and "without a date" not in " ".join(preview.warnings)


@pytest.mark.parametrize(
    "name", ["Reply sent on", "Contract sent", "Invoice sent date", "Next send date", "Delivery date"]
)
def test_the_day_of_something_else_is_not_that_of_sending(name: str, write: Write) -> None:
    path = write(rows(Email=PEOPLE, Body=EMAILS, **{name: ["", "2025-03-29"], "Replied": ["no", "yes"]}))
    assert "sent_at" not in preview_import([path]).layouts[0].columns


def test_dates_with_halves_of_a_day_and_dates_that_nobody_can_read(write: Write) -> None:
    assert parse_date("2024-03-04 12:05 AM") == datetime(2024, 3, 4, 0, 5, tzinfo=UTC)
    assert parse_date("2024/03/04, 3:09:10 p.m.") == datetime(2024, 3, 4, 15, 9, 10, tzinfo=UTC)
    path = write(rows(Email=PEOPLE, Body=EMAILS, Replied=["no", "yes"], **{"Sent at": ["2025-03-01"] * 9 + ["spring"]}))
    assert "'Sent at' holds dates that cannot be read, such as 'spring'" in warnings(path)


@pytest.mark.parametrize(
    "subject", ["Undeliverable: A note", "Message not delivered", "Impossibile recapitare: A note"]
)
def test_a_notice_in_a_table_of_messages_is_of_whom_it_names(subject: str, write: Write) -> None:
    lines = [["Incoming", "FromAddress", "ToAddress", "Subject", "TextBody", "MessageDate"]]
    for number, whom in enumerate(PEOPLE[:12]):
        lines.append(["false", ME, whom, "A note", EMAILS[number], "2025-03-01T09:00:00Z"])
        if number % 3 == 1:
            lines.append(["true", whom, ME, "Re: A note", "Tell me more, please.", "2025-03-02T09:00:00Z"])
        if number % 3 == 2:
            text = f"From: postmaster@firm.example To: {ME}\nNobody here is called {whom}."
            lines.append(["true", "postmaster@firm.example", ME, subject, text, "2025-03-01T09:01:00Z"])
    path = write(lines)
    assert outcomes(path) == [0, 1] * 4 and preview_import([path]).left_out == {"bounced": 4}


def test_a_notice_that_is_plain_text_names_whom_it_could_not_reach() -> None:
    head = f"From: mailer-daemon@mail.example\nTo: {ME}\nSubject: Delivery Status Notification (Failure)\n\n"
    mail = parse_mail(f"{head}Your message to ana@firm.example was not delivered.".encode())
    assert mail.kind is MailKind.BOUNCE and mail.failed == ("ana@firm.example",)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [("Accepted: Intro", 2), ("Zugesagt: Termin", 2), ("Declined: Intro", 0), ("Refusé : RDV", 0)],
)
def test_an_invitation_in_a_table_of_messages(subject: str, outcome: int, write: Write) -> None:
    lines = [["Incoming", "FromAddress", "ToAddress", "Subject", "TextBody", "MessageDate"]]
    for number, whom in enumerate(PEOPLE[:12]):
        lines.append(["false", ME, whom, "A note", EMAILS[number], "2025-03-01T09:00:00Z"])
        if number % 2:
            lines.append(["true", whom, ME, subject, "Ana has answered this invitation.", "2025-03-02T09:00:00Z"])
    assert outcomes(write(lines)) == [0, outcome] * 6


def test_codes_that_became_decimals_find_their_template(write: Write) -> None:
    texts = [["step", "variant", "subject", "body"]]
    texts += [[step, variant, "A note", f"{EMAILS[0]} {step}{variant}"] for step in "12" for variant in "AB"]
    header = ["email", "lt_interest_status", "email_replied_step", "email_replied_variant", "timestamp_last_reply"]
    lines = [[whom, "1.0", "1.0", "1.0", "2025-03-05T09:00:00Z"] for whom in PEOPLE[:6]]
    path, templates = write([header, *lines], "leads.csv"), write(texts, "templates.csv")
    preview = preview_import([path], ImportOptions(templates=templates))
    assert preview.outcomes["reply"] == 6
    assert all(row.email_text.endswith("2B") for row in preview.sample if row.outcome)


def test_codes_that_became_words_say_the_same(write: Write) -> None:
    header = ["email", "body", "status", "lt_interest_status", "timestamp_last_reply", "email_reply_count"]
    states = [["Completed", "", "", "0"], ["Active", "Interested", "2025-03-05", "1"]]
    states += [["Paused", "Meeting booked", "2025-03-05", "2"], ["Bounced", "", "", "0"]]
    lines = [[whom, text, *states[number % 4]] for number, (whom, text) in enumerate(zip(PEOPLE, EMAILS, strict=True))]
    assert outcomes(write([header, *lines])) == [0, 1, 2] * 7 + [0, 1]


def test_a_day_of_sending_that_nobody_can_read_is_told_of(write: Write) -> None:
    path = write(rows(Email=PEOPLE, Body=EMAILS, Replied=["no", "yes"], Sent__on=["week 3", "week 12"]))
    assert "'Sent on' was not used: 'week 3' is no date that can be read" in warnings(path)
    flags = write(rows(Email=PEOPLE, Body=EMAILS, Replied=["no", "yes"], Sent=["1", "1"]))
    assert "is no date" not in warnings(flags)


@pytest.mark.parametrize("name", ["Lost", "Meeting declined", "Demo cancelled"])
def test_nobody_is_told_to_take_for_a_sale_what_came_to_nothing(name: str, write: Write) -> None:
    path = write(rows(Email=PEOPLE, Body=EMAILS, Replied=["no", "yes", "no"], **{name: ["no", "yes", "no"]}))
    assert outcomes(path) == [0, 1, 0] * 10 and "was not used" not in warnings(path)


def test_the_answers_to_sales_emails_are_answers(write: Write) -> None:
    days = {"Recent Sales Email Replied Date": ["", "2025-03-06"], "Recent Sales Email Opened Date": ["2025-03-05"]}
    assert outcomes(write(rows(Email=PEOPLE, Body=EMAILS, **days))) == [0, 1] * 15
