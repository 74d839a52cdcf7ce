"""What a person says that a word means holds, whatever other columns say of the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from outcome_rl.importers.fold import FoldRules, SentEmail, fold
from outcome_rl.importers.meanings import ASK, Form, Meaning, OutcomeRule, Signal
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import outcomes, rows

Write = Callable[..., Path]
TODAY = date(2024, 4, 15)
TEXT = "Hello, your rooms are loud at lunch. May I show you what felt can do for them next week?"
STATISTICS = ["lead_email", "sequence_number", "email_message", "sent_time", "reply_time", "lead_category"]
SMARTLEAD = ["email", "campaign_lead_map_id", "last_email_sequence_sent", "reply_count", "category", "body"]
INSTANTLY = ["email", "payload", "lt_interest_status", "email_reply_count", "body"]
APOLLO = ["Email", "Stage", "Email Sent", "Replied", "Demoed", "Reply Class", "Body"]
LEMLIST = ["email", "lastState", "body"]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (SMARTLEAD, ["7", "1", "1", "Neutral"]),
        (INSTANTLY, ["", "Neutral", "1"]),
        (APOLLO, ["Cold", "yes", "yes", "no", "Neutral"]),
        (LEMLIST, ["Neutral"]),
    ],
)
@pytest.mark.parametrize(
    ("said", "outcome"), [("no_reply", [0]), ("reply", [1]), ("conversion", [2]), ("skip", [])]
)  # fmt: skip
def test_a_word_that_was_asked_for_means_what_was_said(
    header: Sequence[str], cells: Sequence[str], said: str, outcome: list[int], write: Write
) -> None:
    path = write([header, ["a@x.example", *cells, TEXT]])
    assert outcomes(path, today=TODAY, meanings={"Neutral": said}) == outcome
    assert "Neutral" in [each.about for each in preview_import([path], ImportOptions(today=TODAY)).questions]


def test_what_is_said_of_a_code_of_answers_is_not_said_of_how_far_emails_got(write: Write) -> None:
    """Instantly's 1 is an interest in one column and "active" in the other; -1 no interest, and a bounce."""
    header = ["email", "payload", "lt_interest_status", "status", "timestamp_last_contact", "body"]
    cells = [("1", "3"), ("", "1"), ("-1", "3"), ("", "-1"), ("-2", "3"), ("", "-2")]
    people = [[f"p{n}@x.example", "", *pair, "2024-03-01", TEXT] for n, pair in enumerate(cells)]
    said = {"1": "conversion", "-1": "reply", "-2": "reply"}
    path, options = write([header, *people]), ImportOptions(today=TODAY, meanings=said)
    found = {int(row.recipient[1]): row.outcome for row in import_rows([path], options)}
    assert found == {0: 2, 1: 0, 2: 1, 4: 1, 5: 0}
    assert preview_import([path], options).left_out == {"bounced": 1}


def test_an_answer_that_counts_for_nothing_does_so_on_its_own_email(write: Write) -> None:
    cells = [["a@x.example", "1", TEXT, "2024-03-04", "2024-03-09", "Neutral"],
             ["a@x.example", "2", TEXT, "2024-03-08", "2024-03-09", "Neutral"],
             ["b@x.example", "1", TEXT, "2024-03-04", "2024-03-05", "Interested"]]  # fmt: skip
    path = write([STATISTICS, *cells])
    options = ImportOptions(today=TODAY, meanings={"Neutral": "no_reply"})
    found = {(row.recipient[0], row.step): row.outcome for row in import_rows([path], options)}
    assert found == {("a", "1"): 0, ("a", "2"): 0, ("b", "1"): 1}
    (told, *_) = (each for each in preview_import([path], options).warnings if "count as answered" in each)
    assert "1 count as answered, 1 do not (1 no reply as you said)" in told


def test_a_word_of_ones_own_sheet_holds_beside_a_yes(write: Write) -> None:
    columns = {"Title": ["CFO"], "Body": EMAILS, "Replied": ["yes", "yes", "no"]}
    path = write(rows(**columns, Reply__Sentiment=["Positive", "Objection", ""]))
    assert outcomes(path, meanings={"Objection": "no_reply"}) == [1, 0, 0] * 10
    assert outcomes(path, meanings={"Objection": "reply"}) == [1, 1, 0] * 10


def test_what_everybody_calls_no_reply_says_nothing_against_an_answer(write: Write) -> None:
    columns = {"Title": ["CFO"], "Body": EMAILS, "Replied": ["yes", "no"], "Reply status": ["No reply", "No reply"]}
    assert outcomes(write(rows(**columns))) == [1, 0] * 15


def test_a_silence_that_was_said_is_told_by_its_age_and_a_meeting_is_one() -> None:
    lately, long_ago = datetime(2024, 4, 10, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
    nothing, rules = Signal(Meaning.DISMISSED, named=True), FoldRules(TODAY)
    reasons = [fold([SentEmail(at, lead=(nothing,))], (), rules)[0] for at in (lately, long_ago, None)]
    assert [(each.outcome, each.reason, each.unaged) for each in reasons] == [
        (None, "pending", False), (0, "", False), (0, "", False)]  # fmt: skip
    won = Signal(Meaning.CONVERSION, named=True)
    assert fold([SentEmail(long_ago, lead=(nothing, won))], (), rules)[0].outcome == 2


def test_only_a_word_that_a_person_spoke_of_is_dismissed() -> None:
    rule = OutcomeRule("Kind", Form.WORD, codes=True)
    assert rule.read("0", {}) == Signal(Meaning.NONE, named=True)
    assert rule.read("0", {"0": Meaning.NONE}) == Signal(Meaning.DISMISSED, named=True)


@pytest.mark.parametrize(("header", "word"), [("Lead stage", "In Cadence"), ("Status", "Sent"), ("Kind", "No answer")])
def test_how_far_somebody_got_denies_no_answer_whatever_it_is_taken_for(header: str, word: str, write: Write) -> None:
    columns = {"Title": ["CFO"], "Body": EMAILS, "Replied": ["yes", "no", "no"], header.replace(" ", "__"): [word]}
    path = write(rows(**columns))
    said = {"columns": {"outcome": f"Replied, {header}"}, "meanings": {word: "no_reply"}}
    assert outcomes(path, **said) == [1, 0, 0] * 10
    told = " ".join(preview_import([path], ImportOptions(today=TODAY, **said)).warnings)  # type: ignore[arg-type]
    assert f"'{word}' is no reply, as you said; but 10 rows that say so are of people who answered by 'Replied'" in told


def test_a_known_word_whose_meaning_is_taken_back_is_asked_for(write: Write) -> None:
    path = write(rows(Title=["CFO"], Body=EMAILS, Outcome=["replied", "none"]))
    preview = preview_import([path], ImportOptions(today=TODAY, meanings={"replied": ASK}))
    assert (preview.rows, [each.about for each in preview.questions]) == (15, ["replied"])
