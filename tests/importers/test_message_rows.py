"""Rows of messages, as a CRM exports them: whose they are, where each email begins a thread of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from outcome_rl.text.refusals import is_refusal
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import Write

HEADER = ["Id", "Incoming", "Status", "FromAddress", "ToAddress", "Subject", "TextBody", "MessageDate",
          "ReplyToEmailMessageId", "ThreadIdentifier", "MessageIdentifier"]  # fmt: skip
MO, ANA, BOSS = "mo@seller.example", "ana@firm.example", "manager@firm.example"
OPTIONS = ImportOptions(today=date(2024, 6, 3))


def out(number: int, to: str, at: str, thread: str, subject: str = "A page", answers: str = "") -> list[str]:
    text = EMAILS[number % len(EMAILS)]
    return [f"02s{number}", "0", "3", MO, to, subject, text, at, answers, thread, f"<{number}@x>"]


def back(number: int, who: str, at: str, thread: str, subject: str, text: str, answers: str = "") -> list[str]:
    return [f"02s{number}", "1", "1", who, MO, subject, text, at, answers, thread, f"<{number}@x>"]


def found(path: Path) -> list[tuple[str, str, int]]:
    return sorted((row.recipient, row.step, row.outcome) for row in import_rows([path], OPTIONS))


def test_emails_to_one_person_are_its_steps_though_each_is_a_thread(write: Write) -> None:
    rows = [
        out(1, ANA, "2024-03-04 09:00:00", "<t1>"),
        out(2, ANA, "2024-03-11 09:00:00", "<t2>", "Another"),
        back(3, ANA, "2024-03-12 09:00:00", "<t2>", "Re: Another", "Thanks, what does it cost?", "02s2"),
        out(4, ANA, "2024-03-12 11:00:00", "<t2>", "Re: Another", "02s3"),
        back(5, ANA, "2024-03-12 12:00:00", "<t5>", "Accepted: Visit", "Ana has accepted"),
    ]
    path = write([HEADER, *rows])
    assert found(path) == [(ANA, "1", 0), (ANA, "2", 2)]
    assert preview_import([path], OPTIONS).left_out == {"written after their answer": 1}
    assert "answer no email" not in " ".join(preview_import([path], OPTIONS).warnings)


def test_a_colleague_who_answers_in_a_thread_answers_for_it(write: Write) -> None:
    rows = [
        out(1, ANA, "2024-03-04 09:00:00", "<t1>"),
        out(2, ANA, "2024-03-11 09:00:00", "<t2>", "Another"),
        back(3, BOSS, "2024-03-12 09:00:00", "<t2>", "Re: Another", "I run this place; what does it cost?"),
        out(4, BOSS, "2024-03-12 11:00:00", "<t2>", "Re: Another", "02s3"),
    ]
    assert found(write([HEADER, *rows])) == [(ANA, "1", 0), (ANA, "2", 1)]


def test_one_message_that_was_logged_twice_is_one(write: Write) -> None:
    once = out(1, ANA, "2024-03-04 09:00:01", "<t1>")
    again = [*once]
    again[0], again[7] = "02s9", "2024-03-04 08:59:59"
    later = out(2, ANA, "2024-03-11 09:00:00", "<t2>")
    path = write([HEADER, once, again, later])
    assert found(path) == [(ANA, "1", 0), (ANA, "2", 0)]
    assert preview_import([path], OPTIONS).left_out == {"the same email twice": 1}


def test_what_went_to_the_sender_s_own_firm_is_no_sales_email(write: Write) -> None:
    rows = [out(1, ANA, "2024-03-04 09:00:00", "<t1>"), out(2, "boss@seller.example", "2024-03-04 10:00:00", "<t2>")]
    path = write([HEADER, *rows])
    assert found(path) == [(ANA, "1", 0)]
    assert preview_import([path], OPTIONS).left_out == {"a message to your own firm": 1}


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("We're a listed building and can't hang anything from it, so I'll have to pass.", True),
        ("We don't deal with cold emails. Please remove this address.", True),
        ("Please remove me from the list of the first day. It's a deal, we'll take it.", False),
        ("We will have to pass this on to the board first.", False),
    ],
)
def test_who_has_to_pass_turns_it_down(text: str, refuses: bool) -> None:
    assert is_refusal(text) == refuses


def test_a_column_of_names_that_holds_subjects_names_nobody(write: Write) -> None:
    sent = [out(n, ANA, f"2024-03-0{n} 09:00:00", f"<t{n}>") for n in (1, 2)]
    contexts = [
        next(iter(import_rows([write([[*HEADER, "Name"], *([*row, name] for row in sent)])], OPTIONS))).context
        for name in ("Who can hear the conversation in there?", "Ana Ortiz")
    ]
    assert "Who" not in contexts[0]
    assert "Ana" in contexts[1]
