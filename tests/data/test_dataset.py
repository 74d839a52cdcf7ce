"""Reading files of emails; every message says where, what and what is allowed."""

import re

import pytest

from outcome_rl.config import Columns
from outcome_rl.data.dataset import iterate_pairs, read_contexts, read_emails
from outcome_rl.data.outcomes import parse_outcome
from outcome_rl.errors import DataError

HEADER = "context,email_text,outcome\n"


@pytest.fixture
def file(tmp_path):
    """Makes ``mails.csv`` from text or bytes."""

    def write(content, name="mails.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def message(path, **columns):
    with pytest.raises(DataError) as caught:
        read_emails(path, Columns(**columns))
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith("mails.csv")
    return str(caught.value)


def test_a_plain_file(file):
    data = read_emails(file(HEADER + "Customer: A.,Hello Ana,2\nCustomer: B.,Hello Bo,0\nCustomer: A.,Bye,1\n"))
    assert data.contexts == ("Customer: A.", "Customer: B.", "Customer: A.")
    assert data.emails == ("Hello Ana", "Hello Bo", "Bye")
    assert data.outcomes == (2, 0, 1)
    assert data.rows == (2, 3, 4)
    assert data.counts() == [1, 1, 1]
    assert data.unique_contexts() == ["Customer: A.", "Customer: B."]
    assert data.take([2, 0]).rows == (4, 2)
    assert data.take(2).rows == data.take(range(2)).rows == (2, 3)
    assert data.take(9).rows == data.rows
    assert data.take(0).rows == ()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_separators_line_ends_and_a_byte_order_mark(file, separator, ending, mark):
    rows = [["context", "email_text", "outcome"], ["C", '"a, b; c\td"', "1"], ["D", "Grüße €", "0"]]
    data = read_emails(file(mark + "".join(separator.join(row) + ending for row in rows).encode()))
    assert data.contexts == ("C", "D")
    assert data.emails == ("a, b; c\td", "Grüße €")
    assert data.rows == (2, 3)


def test_quoted_fields_hold_line_breaks_and_rows_are_counted_as_a_spreadsheet_does(file):
    data = read_emails(file(HEADER + 'C,"Hi,\n\nsee ""you""\r\nBo",1\nD,Bye,0\n'))
    assert data.emails == ('Hi,\n\nsee "you"\r\nBo', "Bye")
    assert data.rows == (2, 3)


def test_blank_lines_are_not_rows_and_the_last_line_needs_no_end(file):
    assert read_emails(file("context,email_text,outcome\n\nC,one,0\r\n\r\n\nD,two,1")).rows == (3, 6)


def test_columns_stand_in_any_order_in_any_case_among_others(file):
    path = file("id, Result ,MAIL,who\n7,reply,Hello,Ana\n")
    data = read_emails(path, Columns(context="Who", email="mail", outcome="RESULT"))
    assert (data.contexts, data.emails, data.outcomes) == (("Ana",), ("Hello",), (1,))
    assert list(iterate_pairs(path, Columns(context="who", email="mail"))) == [("Ana", "Hello")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("0", 0), ("1", 1), ("2", 2), ("1.0", 1), ("2.", 2), (" 0 ", 0), ("no_reply", 0), ("No Reply", 0), ("NO-REPLY", 0)]
    + [("reply", 1), ("Replied", 1), ("conversion", 2), ("Converted", 2)]
    + [(bad, None) for bad in ("", "3", "-1", "1.5", "10", "0.1", "maybe", "nan", "²", "1e0", "true")],
)
def test_how_an_outcome_may_be_written(written, meant):
    assert parse_outcome(written) == meant


def test_a_missing_column_is_named_with_those_that_were_found(file):
    assert message(file("context,body,outcome\nC,E,1\n")) == (
        "mails.csv: column 'email_text' is missing; the columns found are 'context', 'body', 'outcome'"
    )
    assert "column 'grade' is missing" in message(file(HEADER + "C,E,1\n"), outcome="grade")


def test_a_column_that_occurs_twice(file):
    found = message(file("context,outcome,email_text,Outcome\nC,1,E,2\n"))
    assert "column 'outcome' occurs more than once; rename one" in found


def test_an_outcome_that_is_none(file):
    assert message(file(HEADER + "C,E,1\nC,E,mayb\n")) == (
        "mails.csv, row 3: outcome 'mayb' is not one of 0, 1, 2, no_reply, reply, conversion"
    )


def test_a_problem_is_placed_by_the_row_as_a_spreadsheet_counts_and_by_its_line(file):
    path = file(HEADER + 'C,"a\nb\r\nc",1\n\n"D\nD",E,7\n')
    assert "row 4 (line 6): outcome '7'" in message(path)


@pytest.mark.parametrize(("row", "column"), [(",E,1", "context"), ("C, ,1", "email_text"), ('C,"\n",1', "email_text")])
def test_empty_texts(file, row, column):
    assert f"row 2: {column} is empty; some text is needed" in message(file(f"{HEADER}{row}\n"))


def test_an_empty_text_is_named_as_the_file_names_it(file):
    assert "row 2: Mail is empty" in message(file("context,mail,outcome\nC,,1\n"), email="Mail")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("C,Hello, Ana,1", "has 4 fields where the header has 3; put quotes around text that holds the separator"),
        ("C,Hello", "outcome is empty, which may mean no reply or not known yet"),
        ("C", "has 1 field where the header has 3; put quotes around text that holds line breaks"),
    ],
)
def test_too_many_or_too_few_fields(file, row, told):
    found = message(file(f'{HEADER}"A\nA",E,1\n{row}\nC,E,1\n'))
    assert f"row 3 (line 4): {told}" in found


def test_a_quote_that_never_closes_is_placed_where_its_row_begins(file):
    found = message(file(HEADER + 'C,"a\nb",1\nC,"Hello,1\nC,E,1\nC,E,2\n'))
    assert "row 3 (line 4): a quote is opened here and never closed" in found


def test_text_that_is_not_utf_8(file):
    assert read_emails(file((HEADER + "C,E,1\nC,Grüße,1\n").encode("latin-1"))).emails == ("E", "Grüße")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16(file, encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert read_emails(file(mark + (HEADER + "C,Grüße,1\n").encode(encoding))).emails == ("Grüße",)


def test_a_spreadsheet(file):
    import io
    import zipfile

    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert "xl/workbook.xml: has no" not in message(file(book.getvalue()))


def test_a_nul_character_is_left_out(file):
    assert read_emails(file(HEADER + "C,Good day\0 to you,1\n")).emails == ("Good day to you",)


def test_a_file_that_is_not_there_and_a_folder(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.csv: cannot be read .*; give the path of an export"):
        read_emails(tmp_path / "nowhere.csv")
    with pytest.raises(DataError, match="is a folder"):
        read_emails(tmp_path)


@pytest.mark.parametrize("content", [HEADER, HEADER.strip(), HEADER + "\n\n"])
def test_a_header_alone(file, content):
    assert message(file(content)) == "mails.csv: there are no rows below the header; at least one email is needed"


@pytest.mark.parametrize("content", ["", "\ufeff", "\n"])
def test_an_empty_file(file, content):
    assert message(file(content)) == "mails.csv: the file is empty; export it again"


def test_several_problems_are_told_at_once_and_many_are_counted(file):
    found = message(file(HEADER + "C,E,x\n,E,1\nC,E,1\nC,,1\n"))
    assert re.findall(r"row (\d+)", found) == ["2", "3", "5"]
    found = message(file(HEADER + "C,E,x\n" * 12))
    assert re.findall(r"row (\d+)", found) == ["2", "3", "4", "5", "6"]
    assert found.endswith("; and 7 more rows like these")


def test_pairs_need_no_outcome_but_both_texts(file):
    assert list(iterate_pairs(file("email_text,context\nE,C\n"))) == [("C", "E")]
    with pytest.raises(DataError, match="row 3: email_text is empty"):
        list(iterate_pairs(file("email_text,context\nE,C\n,D\n")))
    with pytest.raises(DataError, match="no rows below the header"):
        list(iterate_pairs(file("email_text,context\n")))


def test_contexts_come_from_a_column_or_a_text_file(file):
    assert read_contexts(file("n,Context\n1, A \n2,\n3,B\n3,B\n")) == ["A", "B", "B"]
    assert read_contexts(file("who,n\nA,1\n"), "who") == ["A"]
    assert read_contexts(file("Lead\nA\nB\n")) == ["A", "B"], "there is no other column"
    assert read_contexts(file(" A, with a comma\n\nB\r\n", "some.txt")) == ["A, with a comma", "B"]


@pytest.mark.parametrize(
    ("content", "name"), [("context\n", "c.csv"), ("n,context\n1, \n", "c.csv"), ("\n \n", "c.txt")]
)
def test_a_file_without_contexts(file, content, name):
    with pytest.raises(DataError, match=rf"{name}: there are no contexts in it; one a row .* 'context'"):
        read_contexts(file(content, name))


def test_a_first_line_that_is_a_context_is_no_columns_name(file):
    with pytest.raises(DataError, match="column 'context' is missing"):
        read_contexts(file("Customer: a buyer at a mill\nCustomer: a baker\n", "c.csv"))
