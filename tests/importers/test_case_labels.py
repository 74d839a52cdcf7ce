"""What the collected cases and others like them are labelled: labels that would be wrong and nobody would notice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.case_files import asked, look, outcomes


def test_a_minus_is_not_lost() -> None:
    preview = look("negative_codes")
    assert asked(preview) == ["-1"] and preview.left_out == {"outcome '-1' is not known": 21}
    assert outcomes(preview) == [0, 22, 17]
    said = look("negative_codes", meanings={"-1": 0})
    assert outcomes(said) == [21, 22, 17] and not said.questions


@pytest.mark.parametrize("minus", ["-1", "−1", "–1", "-1.0", " -1 "])
def test_a_minus_is_not_lost_however_it_is_written(minus: str, table: Callable[..., Path]) -> None:
    path = table(outcome=[minus, "1", "2"])
    assert outcomes(look(path)) == [0, 10, 10]
    assert outcomes(look(path, meanings={"-1": "no_reply"})) == [10, 10, 10]


def test_counts_of_replies_are_no_labels() -> None:
    assert outcomes(look("reply_count_012")) == [83, 37, 0]  # 27 answered once, 10 twice: nobody was won


@pytest.mark.parametrize("name", ["replies", "# replies", "number_of_replies", "email_reply_count", "Reply Count"])
def test_counts_are_told_by_their_name(name: str, table: Callable[..., Path]) -> None:
    assert outcomes(look(table(**{name: ["0", "0", "1", "2", "3"]}))) == [12, 18, 0]


@pytest.mark.parametrize("name", ["replied", "Response", "Answer"])
def test_numbers_that_may_be_counts_or_labels_are_asked_for(name: str, table: Callable[..., Path]) -> None:
    preview = look(table(**{name: ["0", "1", "2"]}))
    assert preview.rows == 0 and sorted(asked(preview)) == ["0", "1", "2"]


def test_an_outcome_beyond_two_makes_all_its_numbers_a_question(table: Callable[..., Path]) -> None:
    assert sorted(asked(look(table(outcome=["0", "1", "2", "5"])))) == ["0", "1", "2", "5"]


def test_yes_to_converted_is_a_conversion() -> None:
    preview = look("converted_yes_no")
    assert outcomes(preview) == [48, 0, 12]
    assert asked(preview) == ["no reply column"] and "no column says who replied" in preview.warnings[0]


@pytest.mark.parametrize("name", ["Won", "Meeting booked?", "Demoed", "Sale", "Signed", "Termin", "Meeting status"])
def test_yes_means_what_the_column_says(name: str, table: Callable[..., Path]) -> None:
    assert outcomes(look(table(**{name: ["Yes", "No", "No"]}))) == [20, 0, 10]


def test_send_states_are_no_outcome() -> None:
    preview = look("hubspot_send_status")
    assert preview.rows == 0 and preview.source == "hubspot_emails"
    assert preview.left_out == {"no column says what came of it": 24, "not sent": 24, "bounced": 12}
    assert asked(preview) == ["outcome column"]


@pytest.mark.parametrize("name", ["Status", "Delivery status", "email_status", "State"])
def test_send_states_are_no_outcome_in_any_file(name: str, table: Callable[..., Path]) -> None:
    preview = look(table(**{name: ["SENT", "bounced", "Failed", "delivered", "Opened"]}))
    assert preview.rows == 0
    assert preview.left_out == {"no column says what came of it": 18, "bounced": 6, "not sent": 6}


def test_numbers_of_a_status_are_asked_for(table: Callable[..., Path]) -> None:
    assert sorted(asked(look(table(Status=["1", "2", "3"])))) == ["1", "2", "3"]  # Salesforce's 1 is "read"


def test_the_sent_text_is_taken_not_the_answer() -> None:
    preview = look("sent_and_received")
    assert outcomes(preview) == [20, 20, 20]
    assert all("Thank you for your note" not in row.email_text for row in preview.sample)


SENT_AND_RECEIVED = [
    (["Sent text", "Reply text"], True),
    (["Outgoing", "Incoming"], True),
    (["Body", "Response body"], True),
    (["First email", "Last message"], True),
    (["Our message", "Their message"], False),
    (["Text A", "Text B"], False),
    (["Body", "Body"], False),
]


@pytest.mark.parametrize(("names", "told"), SENT_AND_RECEIVED)
def test_two_texts_are_told_apart_by_name_or_asked_for(
    names: list[str], told: bool, write: Callable[..., Path]
) -> None:
    answer = "Thank you for your note. We talked it over, and I would like to see how it works; any dates? {}"
    sent = "Hi Gus, your team of {} still keeps its records by hand. Our planner saves nine hours. Shall we talk?"
    rows = [[sent.format(n), answer.format(n), ["no reply", "replied"][n % 2]] for n in range(20)]
    preview = look(write([[*names, "Result"], *rows]))
    if told:
        assert outcomes(preview) == [10, 10, 0]
        assert all(row.email_text.startswith("Hi Gus") for row in preview.sample)
    else:
        assert asked(preview) == ["email column"] and preview.left_out == {"no email text": 20}


def test_categories_are_known_or_asked_for() -> None:
    preview = look("lead_categories")
    assert asked(preview) == ["COMPLETED", "INPROGRESS", "Neutral", "not_interested"]
    # none: N, Nein, No answer, Delivered, Sent, Opened, Clicked, OOO, Out Of Office, Auto-reply, and what turns down:
    # Not Interested, Wrong Person, Do Not Contact, Closed - Lost, Negative, Unsubscribed
    assert preview.outcomes["no_reply"] == 16 * 4
    assert preview.outcomes["reply"] == 6 * 4  # Interested, Information Request, Replied - positive, Ja, Y, Positive
    assert preview.outcomes["conversion"] == 3 * 4  # Meeting Request, Closed - Won, closedwon
    assert preview.left_out["bounced"] == 4


@pytest.mark.parametrize(
    ("worth", "counts"), [("reply", [44, 44, 12]), ("no_reply", [64, 24, 12]), ("skip", [40, 24, 12])]
)
def test_what_a_refusal_is_worth_is_for_the_seller_to_say(worth: str, counts: list[int]) -> None:
    # five kinds of refusal are answers; unsubscribing is a click and never a reply
    preview = look("lead_categories", not_interested=worth)
    assert outcomes(preview) == counts


@pytest.mark.parametrize(
    "word", ["Not now", "Interested - later", "Left company", "Qualified", "No show", "Meeting cancelled", "Maybe"]
)
def test_words_that_may_mean_either_are_asked_for(word: str, table: Callable[..., Path]) -> None:
    preview = look(table(lead_category=["Interested", word, "No answer"]))
    assert word in asked(preview) and outcomes(preview) == [10, 10, 0]


def test_dates_mean_that_it_happened() -> None:
    assert outcomes(look("reply_dates")) == [40, 13, 7]
    assert outcomes(look("dates_few")) == [45, 15, 0]


@pytest.mark.parametrize(
    ("name", "date_"),
    [("Date replied", "13/05/2024"), ("replied_at", "2024-05-13T10:00:00Z"), ("Replied", "20240513T100000")],
)
def test_two_percent_of_dates_are_dates_still(name: str, date_: str, table: Callable[..., Path]) -> None:
    assert outcomes(look(table(**{name: [date_, *[""] * 29]}))) == [29, 1, 0]


@pytest.mark.parametrize("nothing", ["1970-01-01T00:00:00Z", "0001-01-01", "0000-00-00 00:00:00", "null", "-", "Never"])
def test_a_date_that_says_never_is_none(nothing: str, table: Callable[..., Path]) -> None:
    assert outcomes(look(table(replied_at=["2024-05-13", nothing, nothing]))) == [20, 10, 0]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Reply due date", ["2024-05-13", ""]),
        ("Needs reply", ["Yes", "No"]),
        ("Reply-To", ["mo@seller.example"]),
        ("Time to reply (hours)", ["3", ""]),
        ("Opened", ["Yes", "No"]),
        ("click_count", ["1", "0"]),
        ("Stage", ["Lead", "Customer", "Opportunity"]),
        ("Lead score", ["1", "0"]),
        ("Replied by", ["Ana", "Bo"]),
    ],
)
def test_what_sounds_like_an_outcome_is_asked_for(name: str, cells: list[str], table: Callable[..., Path]) -> None:
    preview = look(table(**{name: cells}))
    assert preview.rows == 0 and asked(preview) == ["outcome column"]


def test_two_columns_of_outcomes_that_disagree_are_asked_for(write: Callable[..., Path]) -> None:
    rows = [["a buyer", f"Hi Gus, a note of mine {n}", "reply", ["no_reply", "reply"][n % 2]] for n in range(10)]
    preview = look(write([["context", "email_text", "outcome", "outcome"], *rows]))
    assert preview.rows == 0 and asked(preview) == ["outcome column"]
    assert "say different things" in preview.questions[0].text


@pytest.mark.parametrize(
    ("replied", "away"),
    [
        (["Yes", "No", "Yes"], ["No", "No", "Yes"]),
        (["yes", "", "yes"], ["", "", "yes"]),
        (["1", "0", "3"], ["0", "0", "2"]),
        (["2024-05-13", "", "2024-05-13"], ["", "", "2024-05-13"]),
        (["2024-05-13", "", "2024-05-13"], ["no", "no", "yes"]),
        (["replied", "", "replied"], ["no", "no", "yes"]),
    ],
)
@pytest.mark.parametrize("name", ["Out__of__office", "Auto-reply", "OOO"])
def test_a_reply_that_was_out_of_office_is_none(
    name: str, replied: list[str], away: list[str], table: Callable[..., Path]
) -> None:
    preview = look(table(Replied=replied, **{name: away}))
    assert outcomes(preview) == [20, 10, 0] and not preview.left_out
    told = "10 replies are said to have been automatic (out of office), so they count as none"
    assert told in preview.warnings


def test_out_of_office_takes_neither_a_meeting_nor_an_interest(table: Callable[..., Path]) -> None:
    away = ["No", "Yes", "Yes"]
    assert outcomes(look(table(Replied=["No", "Yes", "No"], Meeting=["No", "Yes", "No"], OOO=away))) == [20, 0, 10]
    preview = look(table(Reply__status=["no reply", "interested", "no reply"], OOO=away))
    assert outcomes(preview) == [20, 10, 0]
    assert not any("automatic" in warning for warning in preview.warnings)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"emailsInterested": [0, 0, 1]}, [20, 10, 0]),
        ({"emailsInterested": [0, 1, 2]}, [10, 20, 0]),
        ({"emailsReplied": [0, 1, 2], "emailsInterested": [0, 0, 2]}, [10, 20, 0]),
        ({"emailsReplied": [0, 1, 0], "emailsInterested": [0, 0, 1]}, [10, 20, 0]),
        ({"emailsReplied": [0, 1, 2], "emailsInterested": [0, 0, 1], "meetingBooked": [0, 0, 1]}, [10, 10, 10]),
        ({"emailsReplied": [0, 1, 2], "emailsNotInterested": [0, 1, 0]}, [20, 10, 0]),
        ({"emailsReplied": [0, 1, 2], "emailsInterested": [0, 1, 0], "emailsNotInterested": [0, 0, 1]}, [20, 10, 0]),
    ],
)
def test_who_is_counted_as_interested_replied(
    columns: dict[str, list[int]], expected: list[int], table: Callable[..., Path]
) -> None:
    """As a lead whose state or category is "interested" has."""
    preview = look(table(**columns))
    assert outcomes(preview) == expected and not preview.left_out


@pytest.mark.parametrize("name", ["Reply text", "Message received", "Antworttext"])
def test_a_refusal_that_stands_beside_a_reply_is_asked_about(name: str, table: Callable[..., Path]) -> None:
    told = ["Yes, call me on Friday.", "", "Not interested, thanks.\n\nOn 4 Mar 2025, Mo <mo@x.example> wrote:\n> Hi"]
    preview = look(table(Replied=["Yes", "No", "Yes"], **{name: told}))
    assert outcomes(preview) == [20, 10, 0] and asked(preview) == ["not_interested"]
    assert preview.questions[0].rows == 10
    dated = look(table(Replied__at=["2024-05-13", "", "2024-05-14"], **{name: told}))
    assert outcomes(dated) == [20, 10, 0]
    labelled = look(table(Status=["replied", "no reply", "replied"], **{name: told}))
    assert outcomes(labelled) == [10, 20, 0]  # somebody who read it called it a reply
