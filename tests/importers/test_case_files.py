"""Files that were refused before, or misread: the collected cases, and more of each kind."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, import_rows
from tests.helpers.case_files import CASES, TODAY, USUAL, asked, look, outcomes


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
    assert outcomes(preview) == [20, 20, 20] and preview.context == "{first_name} at {company}"
    assert preview.sample[0].context == "Ana Doe at a dental clinic"


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
