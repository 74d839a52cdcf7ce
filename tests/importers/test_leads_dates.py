"""A lead's row tells when the lead was contacted last: after an answer, that is when somebody wrote back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import

Write = Callable[..., Path]
TODAY = date(2024, 4, 15)
TEXT = "Hello, your rooms are loud at lunch. May I show you what felt can do for them next week?"
INSTANTLY = ["email", "lt_interest_status", "status", "timestamp_last_contact", "timestamp_last_reply", "Body"]
WOODPECKER = ["email", "interested", "status", "last_contacted", "last_replied", "snippet1", "Body"]


def instantly(write: Write, *leads: tuple[str, str, str]) -> Path:
    """Leads: how interested, when contacted last, when answered last."""
    rows = [[f"p{n}@x.example", word, "3", at, reply, TEXT] for n, (word, at, reply) in enumerate(leads)]
    return write([INSTANTLY, *rows], "leads.csv")


def woodpecker(write: Write, *leads: tuple[str, str, str]) -> Path:
    rows = [
        [f"p{n}@x.example", word, "REPLIED" if reply else "NON-RESPONSIVE", at, reply, "", TEXT]
        for n, (word, at, reply) in enumerate(leads)
    ]  # fmt: skip
    return write([WOODPECKER, *rows], "leads.csv")


def read(path: Path) -> list[tuple[int, str]]:
    """(outcome, time of sending) of each lead."""
    rows = sorted(import_rows([path], ImportOptions(today=TODAY)), key=lambda row: row.recipient)
    return [(row.outcome, row.sent_at[:10]) for row in rows]


Made = Callable[..., Path]


@pytest.mark.parametrize(("made", "words"), [(instantly, ("1", "2")), (woodpecker, ("INTERESTED", "INTERESTED"))])
def test_who_was_written_back_to_has_answered_all_the_same(made: Made, words: Sequence[str], write: Write) -> None:
    path = made(
        write,
        (words[0], "2024-03-14T09:00:00Z", "2024-03-12T10:00:00Z"),
        (words[1], "2024-03-14T09:00:00Z", "2024-03-12T10:00:00Z"),
        ("", "2024-03-14T09:00:00Z", ""),
    )
    won = 2 if words[1] == "2" else 1
    assert read(path) == [(1, ""), (won, ""), (0, "2024-03-14")]  # when it left, before they answered, nobody says
    assert not any("dated before" in warning for warning in preview_import([path]).warnings)


def test_an_answer_after_the_last_contact_leaves_its_time(write: Write) -> None:
    path = instantly(write, ("1", "2024-03-12T09:00:00Z", "2024-03-12T10:00:00Z"))
    assert read(path) == [(1, "2024-03-12")]


def test_a_day_alone_may_have_been_any_hour_of_it(write: Write) -> None:
    path = instantly(write, ("1", "2024-03-12T09:00:00Z", "2024-03-12"), ("1", "2024-03-13T09:00:00Z", "2024-03-12"))
    assert read(path) == [(1, "2024-03-12"), (1, "")]


def test_who_was_written_back_to_lately_is_still_one_who_answered_long_ago(write: Write) -> None:
    path = instantly(write, ("1", "2024-04-14T09:00:00Z", "2024-03-12T10:00:00Z"), ("", "2024-04-14T09:00:00Z", ""))
    preview = preview_import([path], ImportOptions(today=TODAY))
    assert (preview.pending, preview.outcomes["reply"]) == (1, 1)


@pytest.mark.parametrize(
    ("tool", "api"), [("apollo_contacts", "emailer_messages"), ("replyio_contacts", "v3/reporting")]
)
def test_one_row_a_contact_says_where_the_earlier_emails_are(tool: str, api: str) -> None:
    folder = Path(__file__).parent / "fixtures" / tool
    given = ImportOptions(today=TODAY, templates=folder / "templates.csv")
    (told,) = (each for each in preview_import([folder / "export.csv"], given).remarks if "one row a contact" in each)
    assert "earlier emails to these contacts are not in this export; the mailbox" in told and api in told
