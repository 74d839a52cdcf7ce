"""What is joined to a known tool's export: a stage of each person, answers written by hand between the steps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, ImportPreview, import_rows, preview_import
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import Write

TODAY = date(2024, 6, 3)
OUTREACH = ["PROSPECT_EMAIL", "SEQUENCE_ID", "STEP_ORDER", "DELIVERED_AT", "REPLIED_AT", "BOUNCED_AT"]
SALESLOFT = ["RecipientEmailAddress", "CadenceId", "StepNumber", "SentAt", "CountsReplies", "Bounced"]
APOLLO = ["Email", "Last Contacted", "Email Sent", "Replied", "Demoed", "Body"]
AT_ONCE, NEXT_DAY = "2024-03-04 09:01:00", "2024-03-05 09:00:00"
ANA, BEN, CLO, DOV = (f"{name}@firm.example" for name in ("ana", "ben", "clo", "dov"))


def found(path: Path, **said: object) -> dict[tuple[str, str], int]:
    """The outcome of each recipient's step."""
    rows = list(import_rows([path], ImportOptions(today=TODAY, **said)))  # type: ignore[arg-type]
    assert len({(row.recipient, row.step, row.campaign) for row in rows}) == len(rows)
    return {(row.recipient.partition("@")[0], row.step): row.outcome for row in rows}


def look(path: Path) -> ImportPreview:
    return preview_import([path], ImportOptions(today=TODAY))


def sent(whom: str, step: int, replied: str, stage: str) -> tuple[str, str, str, str, str, str]:
    """A step of one sequence, four days after the one before."""
    return whom, "7", str(step), f"2024-03-0{4 * step} 09:00:00", replied, stage


def mailings(write: Write, header: str, *rows: tuple[str, str, str, str, str, str]) -> Path:
    """(recipient, sequence, step, sent, replied, stage) as Outreach's mailings with a column of another's making."""
    cells = [
        [*row[:5], "", row[5], "Re: a page" if not row[2] else "A page", EMAILS[place]]
        for place, row in enumerate(rows)
    ]  # fmt: skip
    return write([[*OUTREACH, header, "SUBJECT", "BODY_TEXT"], *cells])


@pytest.mark.parametrize("header", ["STAGE_NAME", "PersonStageName", "CRM stage", "Lead Status", "Disposition"])
def test_what_a_person_is_called_says_what_a_tool_only_calls_answered(header: str, write: Write) -> None:
    path = mailings(
        write, header,
        sent(ANA, 1, AT_ONCE, "Out of Office"),
        sent(ANA, 2, "2024-03-08 09:01:00", "Out of Office"),
        sent(BEN, 1, NEXT_DAY, "Meeting Booked"),
        sent(BEN, 2, "2024-03-09 10:00:00", "Meeting Booked"),
        sent(CLO, 1, NEXT_DAY, "Not Interested"),
        sent(DOV, 1, NEXT_DAY, "Engaged"),
    )  # fmt: skip
    expected = {("ana", "1"): 0, ("ana", "2"): 0, ("ben", "1"): 1, ("ben", "2"): 2, ("clo", "1"): 0, ("dov", "1"): 1}
    assert found(path) == expected
    assert found(path, not_interested="skip") == {key: value for key, value in expected.items() if key[0] != "clo"}
    assert found(path, meanings={"Engaged": "conversion"}) == expected | {("dov", "1"): 2}
    (use,) = (each for each in look(path).columns if each.column == header)
    assert "'Out of Office'" in use.reason and "its other words ('Engaged') are not used" in use.reason


def test_a_meeting_that_was_booked_without_an_answer_is_the_last_email_s(write: Write) -> None:
    path = mailings(
        write, "Stage",
        sent(ANA, 1, "", "Meeting Set"),
        sent(ANA, 2, "", "Meeting Set"),
        sent(BEN, 1, NEXT_DAY, "Replied"),
    )  # fmt: skip
    assert found(path) == {("ana", "1"): 0, ("ana", "2"): 2, ("ben", "1"): 1}


def test_what_a_person_is_called_counts_once_in_two_campaigns(write: Write) -> None:
    rows = [(CLO, "7", "1", "2024-01-08 09:00:00", "", "No Response")]
    rows += [(ANA, each, "1", f"2024-0{month}-04 09:00:00", "", "Won") for each, month in (("7", 1), ("8", 3))]
    path = mailings(write, "Stage", *rows)
    got = [(row.recipient, row.campaign, row.outcome) for row in import_rows([path], ImportOptions(today=TODAY))]
    assert sorted(got) == [(ANA, "7", 0), (ANA, "8", 2), (CLO, "7", 0)]


@pytest.mark.parametrize("header", ["Account Stage", "Previous stage", "Email Verification Status", "Task status"])
def test_what_is_said_of_something_else_is_not_used(header: str, write: Write) -> None:
    path = mailings(write, header, sent(ANA, 1, NEXT_DAY, "Won"))
    assert found(path) == {("ana", "1"): 1}


def test_a_deal_that_was_lost_is_an_answer_all_the_same(write: Write) -> None:
    path = mailings(
        write, "Deal stage",
        sent(ANA, 1, NEXT_DAY, "Closed Lost"),
        sent(BEN, 1, NEXT_DAY, "Closed Won"),
    )  # fmt: skip
    assert found(path) == {("ana", "1"): 1, ("ben", "1"): 2}


def test_the_stage_of_a_lead_says_what_its_flags_do_not(write: Write) -> None:
    stages = ["Unresponsive", "Meeting Booked", "Not Interested", "Interested"]
    people = zip((ANA, BEN, CLO, DOV), stages, ("no", "yes", "yes", "yes"), strict=True)
    rows = [[who, "2024-03-04", "yes", replied, "no", EMAILS[0], stage] for who, stage, replied in people]
    path = write([[*APOLLO, "Stage"], *rows])
    assert found(path) == {("ana", ""): 0, ("ben", ""): 2, ("clo", ""): 0, ("dov", ""): 1}


def test_an_answer_with_a_time_is_placed_by_it_whatever_its_row_is_called(write: Write) -> None:
    """Outreach marks the mail whose thread was answered, though a later one had gone out."""
    header = [*OUTREACH, "STATE", "SUBJECT", "BODY_TEXT"]
    rows = [
        [ANA, "7", "1", "2024-03-04 09:00:00", "2024-03-12 11:00:00", "", "replied", "A page", EMAILS[0]],
        [ANA, "7", "2", "2024-03-12 09:00:00", "", "", "opened", "Re: a page", EMAILS[1]],
        [BEN, "7", "1", "2024-03-04 09:00:00", "", "", "delivered", "A page", EMAILS[2]],
    ]
    assert found(write([header, *rows])) == {("ana", "1"): 0, ("ana", "2"): 1, ("ben", "1"): 0}


def test_what_is_written_by_hand_between_the_steps_is_no_step(write: Write) -> None:
    path = mailings(
        write, "Note",
        sent(ANA, 1, NEXT_DAY, ""),
        (ANA, "", "", "2024-03-05 11:00:00", "2024-03-05 12:00:00", ""),
        (BEN, "", "", "2024-03-04 09:00:00", "2024-03-05 09:00:00", ""),
    )  # fmt: skip
    rows = list(import_rows([path], ImportOptions(today=TODAY)))
    assert sorted((row.recipient, row.sent_at[:10], row.outcome) for row in rows) == [
        (ANA, "2024-03-04", 1), (BEN, "2024-03-04", 1),
    ]  # fmt: skip
    assert look(path).left_out == {"an answer of yours outside the sequence": 1}


def test_counts_of_answers_outside_the_cadence_are_not_its_emails(write: Write) -> None:
    header = [*SALESLOFT, "PersonStageName", "Subject", "Body"]
    rows = [
        [ANA, "118", "1", "2024-03-04T09:00:00-05:00", "2", "false", "Won", "Roofs", EMAILS[0]],
        [ANA, "", "", "2024-03-05T09:00:00-05:00", "1", "false", "Won", "Re: Roofs", EMAILS[1]],
        [BEN, "118", "1", "2024-03-04T09:00:00-05:00", "1", "false", "Out of Office", "Roofs", EMAILS[2]],
    ]
    assert found(write([header, *rows])) == {("ana", "1"): 2, ("ben", "1"): 0}


def test_a_contact_after_the_answer_is_told_of(write: Write) -> None:
    header = ["Email", "Status", "Sequence", "Current Step", "Last Contacted Date", "Last Reply Date", "Body"]
    rows = [
        [ANA, "Replied", "S", "2", "3/12/2024 4:24:46 PM", "3/9/2024 7:18:03 AM", EMAILS[0]],
        [BEN, "Finished", "S", "2", "5/30/2024 4:24:46 PM", "", EMAILS[1]],
    ]
    path = write([header, *rows])
    assert found(path) == {("ana", "2"): 1} and look(path).pending == 1
    assert "1 people were contacted again after they had answered" in " ".join(look(path).warnings)


def test_the_category_of_an_inbox_says_what_the_answer_of_a_finished_contact_was(write: Write) -> None:
    header = ["Email", "Status", "Sequence", "Current Step", "Inbox Category", "Replies", "Body"]
    told = [("Interested", "1"), ("Not interested", "1"), ("Out of office", "2"), ("", "0")]
    rows = [
        [who, "Finished", "S", "1", *pair, EMAILS[0]] for who, pair in zip((ANA, BEN, CLO, DOV), told, strict=True)
    ]  # fmt: skip
    path = write([header, *rows])
    assert found(path) == {("ana", "1"): 1, ("ben", "1"): 0, ("clo", "1"): 0, ("dov", "1"): 0}
    assert found(path, not_interested="skip") == {("ana", "1"): 1, ("clo", "1"): 0, ("dov", "1"): 0}


@pytest.mark.parametrize("header", ["Type of answer", "Stage", "Kind"])
def test_a_column_that_is_named_by_hand_is_of_people_where_each_of_their_rows_says_the_same(
    header: str, write: Write
) -> None:
    path = mailings(
        write, header,
        sent(ANA, 1, AT_ONCE, "Out of Office"),
        sent(ANA, 2, "", "Out of Office"),
        sent(BEN, 1, NEXT_DAY, "Replied"),
        sent(BEN, 2, "", "Replied"),
        sent(CLO, 1, "", "No Response"),
    )  # fmt: skip
    columns = {"outcome": f"REPLIED_AT, {header}"}
    assert found(path, columns=columns) == {
        ("ana", "1"): 0, ("ana", "2"): 0, ("ben", "1"): 1, ("ben", "2"): 0, ("clo", "1"): 0,
    }  # fmt: skip
    told = preview_import([path], ImportOptions(today=TODAY, columns=columns)).warnings
    assert any("1 replies are said to have been automatic" in each for each in told)
