"""Columns of states beside those that say who answered: what they tell of bounces and of answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, ImportPreview, import_rows, preview_import
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import outcomes, rows

Write = Callable[..., Path]
TODAY = date(2026, 11, 28)


def table(write: Write, **columns: Sequence[str]) -> Path:
    return write(rows(**{"Title": ["CFO"], "Body": EMAILS, **columns}))


def look(path: Path) -> ImportPreview:
    return preview_import([path], ImportOptions(today=TODAY))


@pytest.mark.parametrize(
    ("state", "replied", "reason"),
    [
        ("Bounced", "no", "bounced"),
        ("Skipped", "no", "not sent"),
        ("Not sent", "no", "not sent"),
        ("Blocked", "no", "blocked"),
    ],
)
@pytest.mark.parametrize("header", ["Lead Status", "Status", "Campaign status"])
def test_what_did_not_arrive_is_left_out_whatever_column_says_it(
    header: str, state: str, replied: str, reason: str, write: Write
) -> None:
    columns = {"Replied": ["yes", "no", replied], header: ["Completed", "Contacted so far", state]}
    path = table(write, **columns)
    assert dict(look(path).left_out) == {reason: 10} and outcomes(path) == [1, 0] * 10
    (use,) = (use for use in look(path).columns if use.column == header)
    assert f"says of some that they are '{state.lower()}'" in use.reason


@pytest.mark.parametrize(
    ("header", "left"),
    [("Send result", 10), ("Delivery status", 10), ("Email status", 10), ("Lead status", 0),
     ("Email verification status", 0)],
)  # fmt: skip
def test_what_failed_was_not_sent_where_the_column_is_of_sending(header: str, left: int, write: Write) -> None:
    columns = {"Replied": ["yes", "no", "no"], header: ["OK", "Fine", "Failed"]}
    assert look(table(write, **columns)).left_out.get("not sent", 0) == left


def test_an_opt_out_in_a_state_is_one(write: Write) -> None:
    path = table(write, Replied=["yes", "no", "no"], Lead__Status=["Completed", "Unsubscribed", "Done"])
    assert [each.about for each in look(path).questions] == ["not_interested"]
    skipped = ImportOptions(today=TODAY, not_interested="skip")
    assert [row.outcome for row in import_rows([path], skipped)] == [1, 0] * 10


@pytest.mark.parametrize("state", ["Invalid", "Invalid email", "Catch-all", "Verified"])
def test_whether_an_address_was_checked_is_no_bounce(state: str, write: Write) -> None:
    path = table(write, Replied=["yes", "no"], Email__Status=["Verified", state])
    assert not look(path).left_out and outcomes(path) == [1, 0] * 15


def test_who_is_still_written_to_and_has_no_date_is_pending(write: Write) -> None:
    path = table(write, Replied=["yes", "no", "no"], Lead__Status=["Active", "Active", "Bounced"])
    assert (look(path).pending, outcomes(path)) == (10, [1] * 10)


def test_who_is_active_is_no_state_of_sending_where_nothing_else_says_so(write: Write) -> None:
    path = table(write, Replied=["no", "yes"], Status=["Active", "Customer"])
    assert look(path).pending == 0 and outcomes(path) == [0, 1] * 15


def test_the_last_contact_tells_how_old_an_email_is_and_not_when_it_was_sent(write: Write) -> None:
    columns = {"Replied": ["no", "yes"], "Last Contacted": ["2026-11-27", "2026-11-27"]}
    path = table(write, **columns)
    assert look(path).pending == 15 and outcomes(path, today=TODAY) == [1] * 15
    assert {row.sent_at for row in import_rows([path], ImportOptions(today=TODAY))} == {""}


@pytest.mark.parametrize("header", ["Reply Sentiment", "Sentiment", "Response category"])
def test_a_kind_of_reply_that_is_not_known_is_asked_for(header: str, write: Write) -> None:
    columns = {"Replied": ["yes", "yes", "no", "yes"], header: ["Positive", "Objection", "", "Negative"]}
    path = table(write, **columns)
    preview = look(path)
    assert [each.about for each in preview.questions] == ["Objection", "not_interested"]
    assert preview.left_out == {"outcome 'Objection' is not known": 8 if len(EMAILS) == 30 else 7}


def test_outreach_asks_what_an_objection_is_worth(write: Write) -> None:
    header = ["PROSPECT_EMAIL", "BODY_TEXT", "DELIVERED_AT", "BOUNCED_AT", "REPLIED_AT", "Reply Sentiment"]
    words = ["objection", "positive", "negative", "referral", "unsubscribe", "neutral", ""]
    cells = [
        [f"p{n}@x.example", "Hello, may I call you?", "2026-03-01", "", "2026-03-02" if word else "", word]
        for n, word in enumerate(words)
    ]
    path = write([header, *cells])
    preview = look(path)
    assert preview.source == "outreach_mailings"
    assert {each.about for each in preview.questions} == {"objection", "neutral", "not_interested"}
    found = {row.recipient: row.outcome for row in import_rows([path], ImportOptions(today=TODAY))}
    assert found == {"p1@x.example": 1, "p2@x.example": 0, "p3@x.example": 1, "p4@x.example": 0, "p6@x.example": 0}
    said = ImportOptions(today=TODAY, meanings={"objection": "reply", "neutral": "no_reply"})
    assert {row.recipient: row.outcome for row in import_rows([path], said)}["p0@x.example"] == 1


LADDER = {
    "Reply__status": ["no reply", "replied", "replied"],
    "Lead__status": ["Contacted", "In talks", "Meeting booked"],
}


def test_two_columns_of_states_may_be_one_ladder(write: Write) -> None:
    path = table(write, **LADDER)
    assert outcomes(path) == [0, 1, 2] * 10
    (use,) = (use for use in look(path).columns if use.column == "Lead status")
    assert "says of some that they are 'Meeting booked'" in use.reason
    assert "its other words ('Contacted', 'In talks') are not used" in use.reason
    turned = {"Lead__category": ["", "Meeting booked", "Won"], "Status": ["Opened", "Replied", "Replied"]}
    more = {"Lead__category": [*turned["Lead__category"], ""], "Status": [*turned["Status"], "Replied"]}
    assert outcomes(table(write, **more), meanings={"": "no_reply"}) == ([0, 2, 2, 1] * 8)[:30]


def test_a_second_column_keeps_what_it_says_of_bounces(write: Write) -> None:
    columns = {name: [*cells, ""] for name, cells in LADDER.items()}
    path = table(write, **{**columns, "Lead__status": [*LADDER["Lead__status"], "Bounced"]})
    preview = preview_import([path], ImportOptions(today=TODAY, meanings={"": "no_reply"}))
    assert preview.left_out == {"bounced": 7} and preview.outcomes["conversion"] == 8 - 1 + 0


def test_who_was_a_customer_whatever_they_answered_is_not_won_by_the_email(write: Write) -> None:
    columns = {"Reply__status": ["no reply", "replied", "no reply"], "Lead__status": ["Contacted", "In talks", "Won"]}
    path = table(write, **columns)
    assert outcomes(path) == [0, 1, 0] * 10
    (warning,) = (each for each in look(path).warnings if "'Lead status' says 'Won'" in each)
    assert "of 10 people, 10 of whom did not answer by 'Reply status'" in warning
    assert "the outcome columns are then 'Reply status,Lead status'" in warning


def test_a_stage_counts_once_for_a_person_with_several_steps(write: Write) -> None:
    header = ["Email", "Step", "Body", "Reply status", "Lead status"]
    cells = [
        [
            f"p{n}@x.example",
            step,
            EMAILS[n],
            "replied" if n % 2 and step == "2" else "no reply",
            "Won" if n % 2 else "New",
        ]
        for n in range(12)
        for step in ("1", "2")
    ]
    assert outcomes(write([header, *cells])) == [0, 0, 0, 2] * 6


def test_a_tools_own_columns_tell_where_the_seller_wrote_no_outcome(write: Write) -> None:
    said = {
        "Outcome": ["WON", "", "", "", "no reply", ""],
        "Replied": ["TRUE", "TRUE", "", "", "TRUE", "TRUE"],
        "Bounced": ["", "", "TRUE", "", "", ""],
        "Blocked": ["", "", "", "TRUE", "", ""],
        "Unsubscribed": ["", "", "", "", "", "TRUE"],
    }
    path = table(write, **said)
    preview = look(path)
    assert list(preview.outcomes.values()) == [10, 5, 5] and preview.left_out == {"bounced": 5, "blocked": 5}
    assert [each.about for each in preview.questions] == ["not_interested"]
    assert any(each.column == "Replied" and "where 'Outcome' is empty" in each.reason for each in preview.columns)


def test_an_empty_outcome_is_asked_for_where_no_column_tells_replies(write: Write) -> None:
    path = table(write, Outcome=["reply", "no reply", ""], Bounced=["", "", "TRUE"])
    assert look(path).left_out == {"bounced": 10}
    path = table(write, Outcome=["reply", "no reply", "", ""], Bounced=["", "", "TRUE", ""])
    assert [each.about for each in look(path).questions] == [""]
