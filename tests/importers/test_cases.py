"""Files that people run into, by kind: the collected cases, and more inputs of each kind."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, ImportPreview, import_rows, preview_import

CASES = Path(__file__).parent.parent / "cases"
TODAY = date(2026, 11, 28)
USUAL = [16, 6, 8]
"""No reply, reply and conversion of the thirty rows that most cases hold."""


def look(path: Path | str, **options: object) -> ImportPreview:
    file = CASES / path / "input.csv" if isinstance(path, str) else path
    return preview_import([file], ImportOptions(today=TODAY, **options))  # type: ignore[arg-type]


def outcomes(preview: ImportPreview) -> list[int]:
    return list(preview.outcomes.values())


def asked(preview: ImportPreview) -> list[str]:
    return [question.about for question in preview.questions]


# --- labels that would be wrong and nobody would notice ---------------------------------------------------------------


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


def test_a_reply_and_out_of_office_at_once_is_neither(table: Callable[..., Path]) -> None:
    preview = look(table(Replied=["Yes", "No", "Yes"], Out__of__office=["No", "No", "Yes"]))
    assert outcomes(preview) == [10, 10, 0]
    assert preview.left_out == {"a reply and out of office are both set": 10}


# --- refused before, or misread ---------------------------------------------------------------------------------------


def test_the_commonest_file_of_all() -> None:
    assert outcomes(look("yes_no")) == [40, 20, 0]


def test_an_empty_outcome_is_asked_for_in_words() -> None:
    preview = look("blank_is_no_reply")
    assert asked(preview) == [""] and "empty outcome" in preview.questions[0].text
    assert outcomes(preview) == [0, 13, 7] and preview.left_out == {"outcome is blank": 40}
    assert outcomes(look("blank_is_no_reply", meanings={"": 0})) == [40, 13, 7]


def test_german_numbers() -> None:
    assert outcomes(look("comma_numbers")) == [20, 20, 20]


def test_a_context_is_composed_where_there_is_none() -> None:
    preview = look("no_context")
    assert outcomes(preview) == [20, 20, 20] and preview.context == "Someone at {company}"
    assert preview.sample[0].context.startswith("Someone at a ")


@pytest.mark.parametrize(
    "case",
    ["cp1252", "utf16_excel", "utf8_bom_semicolon", "mac_cr", "pipe", "gz", "header_spaces", "ctrl_chars", "no_header"],
)
def test_files_that_are_read_as_they_are(case: str) -> None:
    preview = look(case)
    assert outcomes(preview) == USUAL and preview.rows_read == 30


@pytest.mark.parametrize("case", ["cp1252", "utf16_excel", "utf8_bom_semicolon", "mac_cr", "pipe", "title_line"])
def test_letters_beyond_ascii_are_right(case: str) -> None:
    rows = list(import_rows([CASES / case / "input.csv"], ImportOptions(today=TODAY)))
    assert all("Mit freundlichen Grüßen – “Mo”" in row.email_text for row in rows)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("excel_blank_rows", "5 blank rows were left out"),
        ("salesforce_footer", "a footer of 5 rows was left out"),
        ("title_line", "above the header, and left out: Campaign report Q1 2024"),
        ("no_header", "has no header line"),
        ("duplicate_headers", "column 'Email' occurs more than once"),
    ],
)
def test_what_is_no_row_is_left_out_and_said(case: str, said: str) -> None:
    preview = look(case)
    assert outcomes(preview) == USUAL
    assert any(said in remark for remark in preview.remarks)


def test_of_two_columns_of_one_name_the_one_with_texts_is_the_email() -> None:
    uses = {use.column: use.role for use in look("duplicate_headers").columns}
    assert uses["Email (2)"] == "text" and uses["Email"] == "recipient"


def test_a_further_separator_at_the_end_of_rows() -> None:
    assert outcomes(look("trailing_separator")) == USUAL


def test_escaped_quotes() -> None:
    preview = look("backslash_quotes")
    assert outcomes(preview) == [6, 3, 3]
    assert all(row.email_text.startswith('He said "yes" to it.') for row in preview.sample)


def test_json_lines_called_csv() -> None:
    assert outcomes(look("json_lines")) == [3, 3, 3]


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("empty", "the file is empty"),
        ("header_only", "there are no rows below the header"),
        ("quote_open", r"row 12 \(line 82\): a quote that is opened here is not closed"),
    ],
)
def test_files_without_rows_and_open_quotes_are_refused_by_name(case: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        look(case)


@pytest.mark.parametrize(
    ("case", "counts"),
    [
        ("two_percent", [272, 22, 6]),
        ("contradict", [20, 20, 20]),
        ("dup_rows", [40, 20, 20]),
        ("one_template", [108, 9, 3]),
    ],
)
def test_counts_are_kept(case: str, counts: list[int]) -> None:
    assert outcomes(look(case)) == counts


def test_warnings_name_what_cannot_be_learned_from() -> None:
    assert any("60 rows are the same as an earlier one" in warning for warning in look("dup_rows").warnings)
    assert any("all emails have the same text" in warning for warning in look("one_template").warnings)
    assert any("every row has an answer" in warning for warning in look("one_class").warnings)


# --- texts ------------------------------------------------------------------------------------------------------------

QUOTES = sorted(each.name for each in CASES.glob("quote_*") if each.name != "quote_open")
MARKUP = sorted(each.name for each in CASES.glob("html_*"))
LANGUAGES = sorted(each.name for each in CASES.glob("lang_*"))
FIELDS = {"merge_00": "first_name", "merge_01": "firstName", "merge_02": "FNAME", "merge_04": "First Name",
          "merge_06": "first_name", "merge_08": "Name", "merge_12": "first"}  # fmt: skip


def raw(case: str) -> list[list[str]]:
    with (CASES / case / "input.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def read(case: str) -> list[str]:
    return [row.email_text for row in import_rows([CASES / case / "input.csv"], ImportOptions(today=TODAY))]


@pytest.mark.parametrize("case", QUOTES)
def test_what_was_quoted_is_cut_and_nothing_else(case: str) -> None:
    for text, cells in zip(read(case), raw(case), strict=True):
        own = cells[1].split("Kind regards\nMo")[0] + "Kind regards\nMo"
        assert text == own
    preview = look(case)
    assert preview.cuts.get("quoted thread", 0) + preview.cuts.get("forwarded message", 0) == 20


@pytest.mark.parametrize("case", MARKUP)
def test_no_markup_is_left(case: str) -> None:
    for text, cells in zip(read(case), raw(case), strict=True):
        assert not any(sign in text for sign in ("<", ">", "&nbsp", "&mdash", "&lt;", "**", "](", "[cid", "--[if"))
        greeting = text.split("\n")[0]
        assert greeting.startswith("Hi ") and greeting.endswith(",")
        assert text.count("\n\n") >= 3  # paragraphs are kept
        assert "Kind regards\nMo" in text and cells[2]
    assert sum(look(case).cuts.values()) >= 18


@pytest.mark.parametrize("case", LANGUAGES)
def test_other_languages_are_left_as_they_are(case: str) -> None:
    assert read(case) == [cells[1] for cells in raw(case)]


def test_broken_characters_are_put_right() -> None:
    texts = read("mojibake")
    assert all("Grüße, kind regards" in text and "We’d love to “show” it." in text for text in texts)


def test_control_characters_are_taken_out() -> None:
    assert all(
        text.isprintable() or set(text) - {"\n"} <= {s for s in text if s.isprintable()} for text in read("ctrl_chars")
    )
    assert all("Kind regards" in text and text.startswith("Hi ") for text in read("ctrl_chars"))


@pytest.mark.parametrize("case", FIELDS)
def test_merge_fields_that_nothing_fills_are_counted(case: str) -> None:
    preview = look(case)
    assert preview.unresolved_fields == {FIELDS[case]: 30}
    assert any("merge fields that nothing fills" in warning for warning in preview.warnings)


def test_a_field_with_a_default_is_filled_by_it() -> None:
    assert all(text.startswith("there,") for text in read("merge_10"))
    assert look("merge_10").cuts == {"merge field filled by its default": 30}


def test_half_of_the_emails_with_fields() -> None:
    assert look("merge_mixed").unresolved_fields == {"first_name": 20, "company": 4}


# --- more files of each kind ------------------------------------------------------------------------------------------

ROWS = [["context", "email_text", "outcome"]] + [
    [f"a buyer, {n}", f"Grüße an Sie, Müller;\nnur „{n}“ Fragen, bitte?", ["no_reply", "reply", "conversion"][n % 3]]
    for n in range(12)
]


def csv_text(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_with_every_separator(encoding: str, delimiter: str, write: Callable[..., Path]) -> None:
    path = write(csv_text(ROWS, delimiter).encode(encoding))
    rows = list(import_rows([path], ImportOptions(today=TODAY)))
    assert [row.email_text for row in rows] == [cells[1] for cells in ROWS[1:]]
    assert [row.outcome for row in rows] == [0, 1, 2] * 4


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end(end: str, write: Callable[..., Path]) -> None:
    rows = [[cell.replace("\n", " ") for cell in cells] for cells in ROWS]
    assert outcomes(look(write(csv_text(rows, end=end)))) == [4, 4, 4]


@pytest.mark.parametrize(
    "above",
    [
        "Campaign report\r\n\r\n",
        "Report,,\r\n",
        "Acme Ltd\r\nQ1 2024\r\n\r\n\r\n",
        "sep=,\r\n",
        "\r\n\r\n",
        "Exported on 2024-03-01 by Mo\r\n",
    ],
)
def test_titles_above_the_header(above: str, write: Callable[..., Path]) -> None:
    assert outcomes(look(write(above + csv_text(ROWS)))) == [4, 4, 4]


@pytest.mark.parametrize(
    "below",
    [
        "\r\n\r\nReport\r\nCopyright (c) 2024 Acme\r\n",
        "Grand Total\r\n",
        ",,\r\n,,\r\n",
        "Generated by Mo,,\r\n",
        "\r\nConfidential\r\n",
    ],
)
def test_footers_below_the_rows(below: str, write: Callable[..., Path]) -> None:
    assert outcomes(look(write(csv_text(ROWS) + below))) == [4, 4, 4]


def test_a_row_of_one_cell_among_rows_is_no_footer(write: Callable[..., Path]) -> None:
    text = csv_text(ROWS[:5]) + "lost line\r\n" + csv_text(ROWS[5:])
    with pytest.raises(DataError, match=r"row 6 \(line 10\): has 1 field where the header has 3"):
        look(write(text))


@pytest.mark.parametrize("name", ["export.gz", "export.csv", "export"])
def test_packed_files_are_told_by_their_bytes(name: str, write: Callable[..., Path]) -> None:
    assert outcomes(look(write(gzip.compress(csv_text(ROWS).encode()), name))) == [4, 4, 4]


@pytest.mark.parametrize("quote", ['"a buyer","Hello there,reply\n', 'a buyer,"Hello "you" there",reply\n'])
def test_quotes_that_do_not_match_are_named_by_row(quote: str, write: Callable[..., Path]) -> None:
    text = csv_text(ROWS[:3], end="\n") + quote + csv_text(ROWS[3:], end="\n")
    with pytest.raises(DataError, match=r"row 4 \(line 6\)"):
        look(write(text))


def test_a_file_without_a_header_keeps_its_first_row(write: Callable[..., Path]) -> None:
    assert outcomes(look(write(csv_text(ROWS[1:])))) == [4, 4, 4]
