"""Mailboxes: whose they are, and what belongs together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, ImportPreview, import_rows, preview_import
from outcome_rl.importers.mail_threads import subject_key

MO, ANA = "mo@seller.example", "ana@firm.example"


def message(
    sender: str, to: str, day: int, subject: str = "A question", number: str = "", refs: str = "", head: str = ""
) -> str:
    answers = f"In-Reply-To: <{refs}@x>\n" if refs else ""
    name = f"Message-ID: <{number}@x>\n" if number else ""
    return (
        f"From 1@xxx Mon Mar {day:2} 09:00:00 +0000 2024\nFrom: {sender}\nTo: {to}\nSubject: {subject}\n"
        f"Date: {day} Mar 2024 09:00:00 +0000\n{name}{answers}{head}\nHi, is our planner of use to you?\n\n"
    )


def look(write: Callable[..., Path], *messages: str, **options: object) -> ImportPreview:
    path = write("".join(messages), "box.mbox")
    return preview_import([path], ImportOptions(today=date(2024, 4, 15), **options))  # type: ignore[arg-type]


def test_the_owner_is_who_writes_to_many(write: Callable[..., Path]) -> None:
    sent = [message(MO, f"p{n}@firm{n}.example", 4, number=f"s{n}") for n in range(5)]
    back = [message(f"p{n}@firm{n}.example", MO, 5, refs=f"s{n}") for n in range(3)]
    preview = look(write, *sent, *back)
    assert "the mailbox of mo@seller.example" in preview.why
    assert list(preview.outcomes.values()) == [2, 3, 0] and not any("guess" in each for each in preview.warnings)


def test_labels_and_delivery_say_whose_it_is(write: Callable[..., Path]) -> None:
    for head in ("X-Gmail-Labels: Sent\n", ""):
        delivered = "" if head else f"Delivered-To: {MO}\n"
        preview = look(write, message(MO, ANA, 4, number="s", head=head), message(ANA, MO, 5, refs="s", head=delivered))
        assert "the mailbox of mo@seller.example" in preview.why
        assert list(preview.outcomes.values()) == [0, 1, 0]


def test_two_who_write_to_each_other_are_asked_about(write: Callable[..., Path]) -> None:
    messages = [message(MO, ANA, 4, number="s"), message(ANA, MO, 5, refs="s")]
    assert any("is a guess; say it with own_address" in each for each in look(write, *messages).warnings)
    said = look(write, *messages, own_address=MO)
    assert list(said.outcomes.values()) == [0, 1, 0] and not any("guess" in each for each in said.warnings)


def test_a_second_campaign_to_the_same_person_is_its_own(write: Callable[..., Path]) -> None:
    rows = write(
        message(MO, ANA, 4, "One", "a") + message(ANA, MO, 5, "Re: One", "b", "a") + message(MO, ANA, 20, "Two", "c"),
        "box.mbox",
    )
    got = [
        (row.outcome, row.step) for row in import_rows([rows], ImportOptions(today=date(2024, 4, 15), own_address=MO))
    ]
    assert got == [(1, "1"), (0, "1")]


def test_an_answer_goes_to_the_thread_that_it_names(write: Callable[..., Path]) -> None:
    rows = write(
        message(MO, ANA, 4, "One", "a") + message(MO, ANA, 6, "Two", "b") + message(ANA, MO, 8, "Re: One", "c", "a"),
        "box.mbox",
    )
    options = ImportOptions(today=date(2024, 4, 15), own_address=MO)
    assert [(row.email_text.split("\n")[0], row.outcome) for row in import_rows([rows], options)] == [
        ("Subject: One", 1),
        ("Subject: Two", 0),
    ]


def test_an_answer_to_nothing_is_counted(write: Callable[..., Path]) -> None:
    messages = [message(MO, ANA, 4, "One", "a"), message(ANA, MO, 5, "Another thing", "b")]
    preview = look(write, *messages, own_address=MO)
    assert list(preview.outcomes.values()) == [1, 0, 0]
    assert any("1 replies answer no email" in each for each in preview.warnings)


@pytest.mark.parametrize("subject", ["Re: AW: A question", "RE[2]: a  question", "Fwd: Re: A Question", "A question"])
def test_subjects_without_what_programs_put_before_them(subject: str) -> None:
    assert subject_key(subject) == "a question"


def test_a_single_message(write: Callable[..., Path]) -> None:
    text = message(MO, ANA, 4, number="a").split("\n", 1)[1]
    preview = preview_import([write(text, "one.eml")], ImportOptions(today=date(2024, 4, 15)))
    assert preview.rows == 1
