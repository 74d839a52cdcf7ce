"""Deals and meetings that are dated long after the last email to somebody: they are no conversions of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from outcome_rl.config import DEFAULT_EXPORT
from outcome_rl.errors import ConfigError
from outcome_rl.importers.api import ImportPreview, import_rows, preview_import
from outcome_rl.importers.options import ImportOptions
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import Write

TODAY, SENT = date(2027, 1, 4), date(2024, 3, 4)
MO = "mo@seller.example"


def after(days: int) -> str:
    return (SENT + timedelta(days)).isoformat()


def look(path: Path, **said: object) -> ImportPreview:
    return preview_import([path], ImportOptions(today=TODAY, **said))  # type: ignore[arg-type]


def found(path: Path, **said: object) -> list[int]:
    return [row.outcome for row in import_rows([path], ImportOptions(today=TODAY, **said))]  # type: ignore[arg-type]


def late(preview: ImportPreview) -> list[str]:
    return [each for each in preview.warnings if "had a deal or a meeting more than" in each]


SHAPES: Mapping[str, Mapping[str, str]] = {
    "a meeting's day": {"Meeting date": "DAY"},
    "a deal's day": {"Closed won date": "DAY"},
    "Termin": {"Termin am": "DAY"},
    "Salesforce": {"Stage": "Closed Won", "CloseDate": "DAY"},
    "Close": {"Lead status": "Won", "Date won": "DAY"},
    "flag": {"Deal won": "yes", "Deal closed at": "DAY"},
    "Auftrag": {"Auftrag": "ja", "Abschlussdatum": "DAY"},
}


def table(write: Write, shape: str, days: int) -> Path:
    """Three who did not answer, three who did, and three who did and were won."""
    names = SHAPES[shape]
    lines = [["Email", "Body", "Sent at", "Replied", *names]]
    for n in range(9):
        told = [cell.replace("DAY", after(days)) for cell in names.values()] if n > 5 else ["" for _ in names]
        lines.append([f"p{n}@f{n}.example", EMAILS[n], SENT.isoformat(), "yes" if n > 2 else "no", *told])
    return write(lines, f"{days}.csv")


@pytest.mark.parametrize("shape", SHAPES)
def test_what_was_won_long_after_is_the_reply_that_it_was(shape: str, write: Write) -> None:
    soon, later = table(write, shape, 180), table(write, shape, 181)
    assert DEFAULT_EXPORT.won_within == 180
    assert (found(soon), late(look(soon))) == ([0, 0, 0, 1, 1, 1, 2, 2, 2], [])
    assert found(later) == [0, 0, 0, 1, 1, 1, 1, 1, 1]
    (told,) = late(look(later))
    assert told.startswith("3 emails had a deal or a meeting more than 180 days later, too late to count")
    assert found(later, won_within=400)[6:] == [2, 2, 2] and not late(look(later, won_within=400))


@pytest.mark.parametrize("meeting", ["Meeting booked", "Demo booked", "Termin"])
def test_the_day_on_which_a_deal_is_to_be_closed_is_not_a_meetings(meeting: str, write: Write) -> None:
    lines = [["Email", "Body", "Sent at", "Replied", meeting, "Close date"]]
    for n in range(9):
        met, day = ("yes", after(1000)) if n > 5 else ("no", "")
        lines.append([f"p{n}@f{n}.example", EMAILS[n], SENT.isoformat(), "yes" if n > 2 else "no", met, day])
    assert found(write(lines)) == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_who_was_won_before_the_first_email_was_not_won_by_it(write: Write) -> None:
    lines = [["Email", "Body", "Sent at", "Replied", "Stage", "Customer since"]]
    for n in range(9):
        stage, day = ("Won", after(-900)) if n > 5 else ("", "")
        lines.append([f"p{n}@f{n}.example", EMAILS[n], SENT.isoformat(), "yes" if n > 2 else "no", stage, day])
    assert 2 not in found(write(lines))


def test_a_win_without_its_day_counts(write: Write) -> None:
    lines = [["Email", "Body", "Sent at", "Replied", "Stage", "CloseDate"]]
    for n in range(9):
        stage, day = ("Closed Won", after(500) if n % 2 else "") if n > 5 else ("", "")
        lines.append([f"p{n}@f{n}.example", EMAILS[n], SENT.isoformat(), "yes" if n > 2 else "no", stage, day])
    assert found(write(lines)) == [0, 0, 0, 1, 1, 1, 2, 1, 2]


def test_emails_without_a_day_cannot_be_too_long_ago(write: Write) -> None:
    lines = [["Email", "Body", "Replied", "Meeting date"]]
    lines += [[f"p{n}@f{n}.example", EMAILS[n], "yes" if n else "no", after(500) if n > 1 else ""] for n in range(4)]
    assert found(write(lines)) == [0, 1, 2, 2]


def test_the_deals_of_a_crm_count_for_the_last_email_before_them_for_a_time(write: Write) -> None:
    header = ["hs_object_id", "hs_timestamp", "hs_email_direction", "hs_email_from_email", "hs_email_to_email",
              "hs_email_subject", "hs_email_text", "hs_email_status", "deal_createdate"]  # fmt: skip
    lines = []
    for n, days in enumerate((30, 730, 200)):
        whom, made = f"p{n}@f{n}.example", f"{after(days)}T08:00:00Z"
        for step in (0, 60):
            at = f"{after(step)}T09:00:00Z"
            lines.append([str(len(lines)), at, "EMAIL", MO, whom, "A page", EMAILS[2 * n + step // 60], "SENT", made])
    back = [
        "9",
        f"{after(61)}T09:00:00Z",
        "INCOMING_EMAIL",
        "p1@f1.example",
        MO,
        "Re: A page",
        "What does it cost?",
        "",
        "",
    ]
    path = write([header, *lines, back])
    assert found(path) == [2, 0, 0, 1, 0, 2]
    assert late(look(path))[0].startswith("1 email had")


def test_an_invitation_that_is_accepted_years_later_is_another(write: Write) -> None:
    head = "From x Mon Jan  1 00:00:00 2024\nFrom: {}\nTo: {}\nDate: {} 09:00:00 +0000\n"
    mail = head + "Message-ID: <{}@m>\nSubject: {}\n\n{}\n\n"
    own, whom = "sam@seller.example", "ana@firm.example"
    text = EMAILS[0]
    for day, outcome in (("4 Mar 2024", 2), ("4 Mar 2026", 0)):
        sent = mail.format(own, whom, "3 Mar 2024", 1, "Ovens", text)
        reply = mail.format(whom, own, day, 2, "Accepted: Ovens", "Ana has accepted.")
        reply = reply.replace("Subject:", "In-Reply-To: <1@m>\nContent-Type: text/calendar; method=REPLY\nSubject:")
        path = write(sent + reply.replace("Ana has accepted.", "METHOD:REPLY\nPARTSTAT=ACCEPTED"), f"{outcome}.mbox")
        assert found(path, own_address=own) == [outcome] and len(late(look(path, own_address=own))) == (outcome == 0)


def test_a_day_below_nought_is_refused() -> None:
    with pytest.raises(ConfigError, match="won_within: -1 is below 0"):
        ImportOptions(won_within=-1).validate()
