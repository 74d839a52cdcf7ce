"""A lead at step 3 got steps 1 and 2 as well: counted where that is sure, and never made up where it is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import

TODAY = date(2024, 4, 15)
Write = Callable[..., Path]
TEXTS = {"1": "Hello {{first_name}}, a word.", "2": "Once more, {{first_name}}.", "3": "A last word."}
SMARTLEAD = ["campaign_lead_map_id", "email", "first_name", "status", "category", "is_unsubscribed"]
SMARTLEAD += ["last_email_sequence_sent", "reply_count"]
WOODPECKER = ["email", "first_name", "status", "snippet1", "last_contacted", "last_replied", "step"]
WOODPECKER += ["campaign_email_sent"]
INSTANTLY = ["email", "first_name", "status", "lt_interest_status", "payload", "timestamp_last_contact"]
INSTANTLY += ["timestamp_last_reply", "email_replied_step", "email_reply_count", "subsequence_id"]
MARCH, APRIL = "2024-03-12T09:00:00Z", "2024-04-10T09:00:00Z"
BEFORE = "are steps before the one that a lead's row tells of"


def outcomes(path: Path, **options: object) -> tuple[str, int]:
    """(steps with their outcomes, told by the texts; how many are pending)."""
    chosen = ImportOptions(**{"today": TODAY, "templates": TEXTS, **options})  # type: ignore[arg-type]
    steps = {"Hello Ana, a word.": 1, "Once more, Ana.": 2, "A last word.": 3}
    rows = list(import_rows([path], chosen))
    found = sorted((steps[row.email_text], row.outcome) for row in rows)
    return " ".join(f"{step}:{outcome}" for step, outcome in found), preview_import([path], chosen).pending


def smartlead(write: Write, *cells: str) -> Path:
    """Leads: status, category, unsubscribed, step, replies."""
    return write([SMARTLEAD, ["7", "a@x.example", "Ana", *cells]])


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["COMPLETED", "", "false", "3", "0"], ("1:0 2:0 3:0", 0)),  # nobody answered, and all three were sent
        (["COMPLETED", "", "false", "1", "0"], ("1:0", 0)),
        (["INPROGRESS", "", "false", "2", "0"], ("", 2)),  # how old either is, nobody says
        (["COMPLETED", "", "true", "2", "0"], ("1:0 2:0", 0)),
        (["INPROGRESS", "", "true", "2", "0"], ("1:0 2:0", 0)),  # nothing more can come
        (["COMPLETED", "Out Of Office", "false", "2", "1"], ("1:0 2:0", 0)),  # the only answer was automatic
        (["COMPLETED", "Out Of Office", "false", "2", "2"], ("2:0", 0)),  # the other one may have been a person's
        (["COMPLETED", "Out Of Office", "false", "2", ""], ("2:0", 0)),
        (["COMPLETED", "Interested", "false", "2", "1"], ("2:1", 0)),  # a campaign may go on after an answer
        (["COMPLETED", "Interested", "false", "2", "0"], ("2:1", 0)),
        (["COMPLETED", "Not Interested", "false", "2", "1"], ("2:0", 0)),
        (["BLOCKED", "", "false", "3", "0"], ("", 0)),
        (["COMPLETED", "Sender Originated Bounce", "false", "3", "0"], ("", 0)),
        (["COMPLETED", "Hot lead", "false", "3", "0"], ("", 0)),  # has to be asked for
    ],
)
def test_of_smartlead(cells: Sequence[str], wanted: tuple[str, int], write: Write) -> None:
    assert outcomes(smartlead(write, *cells)) == wanted


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        # status, contacted, replied, step, emails sent in the campaign
        (["NONRESPONSIVE", MARCH, "", "3", "3"], ("1:0 2:0 3:0", 0)),
        (["NONRESPONSIVE", MARCH, "", "3", "2"], ("3:0", 0)),  # one of the steps was no email
        (["NONRESPONSIVE", MARCH, "", "3", ""], ("3:0", 0)),
        (["NONRESPONSIVE", MARCH, "", "3", "3.0"], ("1:0 2:0 3:0", 0)),
        (["ACTIVE", APRIL, "", "2", "2"], ("", 2)),
        (["REPLIED", MARCH, MARCH, "2", "2"], ("2:1", 0)),
        (["AUTOREPLIED", MARCH, MARCH, "2", "2"], ("2:0", 0)),
    ],
)
def test_of_woodpecker(cells: Sequence[str], wanted: tuple[str, int], write: Write) -> None:
    status, contacted, replied, step, sent = cells
    row = ["a@x.example", "Ana", status, "", contacted, replied, step, sent]
    assert outcomes(write([WOODPECKER, row])) == wanted


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        # interest, contacted, replied, step of the reply from 0, replies, another sequence
        (["1", MARCH, MARCH, "2", "1", ""], ("1:0 2:0 3:1", 0)),
        (["2", MARCH, MARCH, "1", "1", ""], ("1:0 2:2", 0)),
        (["1", MARCH, MARCH, "2", "2", ""], ("3:1", 0)),  # an earlier step may have been answered as well
        (["1", MARCH, MARCH, "2", "", ""], ("3:1", 0)),
        (["1", MARCH, MARCH, "2", "1", "s-7"], ("3:1", 0)),
        (["1", MARCH, MARCH, "0", "1", ""], ("1:1", 0)),
        (["1", APRIL, APRIL, "1", "1", ""], ("1:0 2:1", 0)),  # what came before the answer is over, however recent
        (["0", MARCH, MARCH, "1", "1", ""], ("1:0 2:0", 0)),
        (["0", APRIL, APRIL, "1", "1", ""], ("", 2)),  # an automatic answer decides nothing
        (["", MARCH, "", "", "0", ""], ("1:0", 0)),  # which step came last is not in the file
    ],
)
def test_of_instantly(cells: Sequence[str], wanted: tuple[str, int], write: Write) -> None:
    interest, contacted, replied, step, replies, sequence = cells
    row = ["a@x.example", "Ana", "3", interest, "", contacted, replied, step, replies, sequence]
    assert outcomes(write([INSTANTLY, row])) == wanted


def test_a_refusal_that_is_left_out_leaves_what_came_before(write: Write) -> None:
    row = ["a@x.example", "Ana", "3", "-1", "", MARCH, MARCH, "1", "1", ""]
    path = write([INSTANTLY, row])
    assert outcomes(path, not_interested="skip") == ("1:0", 0)
    assert outcomes(path, not_interested="reply") == ("1:0 2:1", 0)
    opted_out = smartlead(write, "COMPLETED", "", "true", "2", "0")
    assert outcomes(opted_out, not_interested="skip") == ("1:0", 0)


@pytest.mark.parametrize(
    ("cells", "left_out"),
    [
        (["BLOCKED", "", "false", "3", "0"], {"blocked": 1}),
        (["COMPLETED", "Hot lead", "false", "3", "0"], {"outcome 'Hot lead' is not known": 1}),
    ],
)
def test_what_is_left_out_is_one_email(cells: Sequence[str], left_out: dict[str, int], write: Write) -> None:
    preview = preview_import([smartlead(write, *cells)], ImportOptions(today=TODAY, templates=TEXTS))
    assert preview.left_out == left_out


def test_one_automatic_answer_is_counted_once(write: Write) -> None:
    path = smartlead(write, "COMPLETED", "Out Of Office", "false", "3", "1")
    warnings = preview_import([path], ImportOptions(today=TODAY, templates=TEXTS)).warnings
    assert any(each.startswith("1 replies are said to have been automatic") for each in warnings)


def test_who_was_won_has_answered_whatever_another_column_calls_it(write: Write) -> None:
    row = ["7", "a@x.example", "Ana", "COMPLETED", "Out Of Office", "false", "2", "1", "Meeting booked"]
    assert outcomes(write([[*SMARTLEAD, "label"], row]), columns={"outcome": "category,label"}) == ("2:2", 0)


def test_of_lemlist_nothing_is_known_of_the_steps_before(write: Write) -> None:
    path = write([["email", "first_name", "lastState", "sequenceStep"], ["a@x.example", "Ana", "emailsSent", "3"]])
    assert outcomes(path) == ("3:0", 0)


def test_a_person_with_two_rows_is_told_by_those_alone(write: Write) -> None:
    cells = ["Ana", "COMPLETED", "", "false"]
    rows = [["7", "a@x.example", *cells, "2", "0"], ["8", "a@x.example", *cells, "3", "0"]]
    assert outcomes(write([SMARTLEAD, *rows])) == ("2:0 3:0", 0)
    assert outcomes(write([SMARTLEAD, rows[0], rows[0]])) == ("1:0 2:0", 0)  # the same lead twice


def test_a_step_whose_text_nobody_gives_or_that_has_several_is_not_counted(write: Write) -> None:
    path = smartlead(write, "COMPLETED", "", "false", "3", "0")
    assert outcomes(path, templates={"1": TEXTS["1"], "3": TEXTS["3"]}) == ("1:0 3:0", 0)
    told = preview_import([path], ImportOptions(today=TODAY, templates={"1A": "One", "1B": "Two", "3": "A last word."}))
    assert (told.rows, told.left_out, told.missing_texts) == (1, {}, ())
    two = {"1A": "One", "1B": "Two", "2": "Once more", "3": "A last word."}
    said = preview_import([path], ImportOptions(today=TODAY, templates=two))
    assert said.rows == 2
    assert "1 more of these are not counted, as no template says which text they had" in said.remarks


def test_the_text_of_a_row_is_that_of_its_last_step_alone(write: Write) -> None:
    own = "A last word of mine, written for you alone, Ana, as nobody has ever heard it before, and then never again."
    row = ["7", "a@x.example", "Ana", "COMPLETED", "", "false", "2", "0", own, "Mine"]
    path = write([[*SMARTLEAD, "email_text", "subject"], row])
    preview = preview_import([path], ImportOptions(today=TODAY))
    assert preview.rows == 1 and not any(BEFORE in each for each in preview.remarks)
    first = ["8", "b@x.example", *row[2:6], "1", *row[7:]]
    two = preview_import([write([[*SMARTLEAD, "email_text", "subject"], row, first], "two.csv")])
    assert any(each.startswith("of each lead only the last email is in the file; those") for each in two.warnings)
    rows = import_rows([path], ImportOptions(today=TODAY, templates=TEXTS))
    assert [row.email_text for row in rows] == ["Hello Ana, a word.", f"Subject: Mine\n\n{own}"]


def test_what_was_counted_and_what_was_not_is_said(write: Write) -> None:
    silent = ["COMPLETED", "", "false", "3", "0"]
    rows = [
        ["7", "a@x.example", "Ana", *silent],
        ["8", "b@x.example", "Bea", "COMPLETED", "Interested", "false", "2", "1"],
        ["9", "c@x.example", "Cem", "INPROGRESS", "", "false", "2", "0"],
    ]
    preview = preview_import([write([SMARTLEAD, *rows])], ImportOptions(today=TODAY, templates=TEXTS))
    assert (preview.rows, preview.pending) == (4, 2)
    assert (
        "2 emails with no reply and 1 that are too recent are steps before the one that a lead's row tells of: those "
        "were sent first, and nobody answered them"
    ) in preview.remarks
    (warning,) = (each for each in preview.warnings if "only the last email" in each)
    assert warning.startswith(
        "of 1 leads only the last email is counted (they answered, and to which step is not told); those before it"
    )
    alone = preview_import([write([SMARTLEAD, rows[0]])], ImportOptions(today=TODAY, templates=TEXTS))
    assert not any("only the last email" in each for each in alone.warnings)


def test_of_leads_whose_step_is_that_of_their_answer_later_ones_are_said_to_be_fewer(write: Write) -> None:
    def said(*leads: tuple[str, str]) -> str:
        rows = [["a@x.example", "Ana", "3", "1", "", MARCH, MARCH, step, replies, ""] for step, replies in leads]
        preview = preview_import([write([INSTANTLY, *rows])], ImportOptions(today=TODAY, templates=TEXTS))
        (warning,) = (each for each in preview.warnings if "a lead without an answer" in each)
        return warning.partition("; ")[2]

    seem = "were answered, so their texts seem to work better than they do: leave them out with --first-steps"
    assert said(("2", "1")) == f"later steps are counted only where they, or a step after them, {seem}"
    assert said(("2", "2")) == f"later steps are counted only where they {seem}"  # of two answers one may be to step 1


def test_an_earlier_email_has_neither_the_day_nor_the_variant_of_the_last(write: Write) -> None:
    row = ["a@x.example", "Ana", "3", "1", "", MARCH, MARCH, "1", "1", "", "0"]
    path = write([[*INSTANTLY, "email_replied_variant"], row])
    (first, last) = import_rows([path], ImportOptions(today=TODAY, templates=TEXTS))
    assert (first.sent_at, first.variant, first.place == last.place) == ("", "", True)
    (alone,) = import_rows([path], ImportOptions(today=TODAY, templates={"1A": "One", "1B": "Two", "2": "Three"}))
    assert alone.email_text == "Three"


def test_only_first_steps_leave_the_first_of_each(write: Write) -> None:
    path = smartlead(write, "COMPLETED", "", "false", "3", "0")
    assert outcomes(path, first_steps=True) == ("1:0", 0)


@pytest.mark.parametrize(
    ("interest", "replied", "step", "wanted"),
    [
        ("", "", "", ("1:0 2:0 3:0", 0)),  # nobody answered; the third was the last
        ("0", MARCH, "0", ("1:0 2:0 3:0", 0)),  # a machine answered the first, and the sequence went on
        ("1", MARCH, "1", ("1:0 2:1", 0)),  # a person's answer tells its step
        ("2", MARCH, "1", ("1:0 2:2", 0)),
    ],
)
def test_the_last_step_of_a_lead_stands_in_a_cell(
    interest: str, replied: str, step: str, wanted: tuple[str, int], write: Write
) -> None:
    header = [*INSTANTLY, "status_summary"]
    last = '{"from": "campaign", "lastStep": {"stepID": "0_2_0", "timestamp_executed": "2024-03-20T09:00:00Z"}}'
    count = "1" if replied else "0"
    told = ["a@x.example", "Ana", "3", interest, "{}", "2024-03-20T09:00:00Z", replied, step, count, "", last]
    path = write([header, told])
    assert outcomes(path) == wanted
    told = preview_import([path], ImportOptions(TODAY, templates=TEXTS)).warnings
    assert not any("dated before" in each for each in told)


def test_a_cell_without_a_last_step_tells_none(write: Write) -> None:
    header = [*INSTANTLY, "status_summary"]
    told = ["a@x.example", "Ana", "3", "", "{}", MARCH, "", "", "0", "", '{"domain_complete": true}']
    assert outcomes(write([header, told])) == ("1:0", 0)
