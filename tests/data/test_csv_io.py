"""What is written is read back, and a spreadsheet runs nothing of it."""

import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from outcome_rl.data.csv_io import open_table, write_rows
from outcome_rl.data.dataset import iterate_pairs
from outcome_rl.errors import DataError

CELLS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")).filter(str.strip)
TRICKY = st.builds(
    str.__add__, st.sampled_from(["=", "+", "-", "@", "'", "''", "'=", "\t", "\r", "\n", '"', ";"]), CELLS
)


@given(st.lists(st.tuples(CELLS | TRICKY, CELLS | TRICKY), min_size=1, max_size=4))
@example([("a\rb", "c\r")])
@example([("\r\\", "\r0")])
@example([("'=1", "'plain"), ("''-", "\t=x")])
def test_what_is_written_is_read_back(tmp_path_factory, pairs):
    path = tmp_path_factory.getbasetemp() / "round_trip.csv"
    write_rows(path, ("context", "email_text"), pairs)
    assert list(iterate_pairs(path)) == pairs


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "'=1"])
def test_what_a_spreadsheet_would_run_is_defused(tmp_path, text):
    write_rows(tmp_path / "out.csv", ("context", "email_text"), [(text, "x")])
    cell = (tmp_path / "out.csv").read_bytes().decode().removeprefix("context,email_text\r\n").lstrip('"')
    assert cell.startswith("'" + text[0])


@pytest.mark.parametrize("name", ["=1+1", "+phone", "-", "@SUM(A1)", "'=1", "'plain"])
def test_so_is_the_name_of_a_column_which_comes_back(tmp_path, name):
    path = tmp_path / "out.csv"
    write_rows(path, ("context", name), [("a", "x"), ("b", "y")])
    written = path.read_text(encoding="utf-8").partition("\n")[0].split(",")[1]
    assert written == (name if name == "'plain" else f"'{name}")
    assert open_table(path)[0] == ["context", name]


def test_numbers_and_plain_text_stay_as_they_are(tmp_path):
    write_rows(tmp_path / "out.csv", ("a", "b", "c"), [("it's -1", -0.5, 0), ("'quoted'", "", 1)])
    assert (tmp_path / "out.csv").read_bytes().decode() == "a,b,c\r\nit's -1,-0.5,0\r\n'quoted',,1\r\n"


ROW = "Ann | baker | 3 staff; 40 loaves, {} | email 1 of 3"


@pytest.mark.parametrize("quoted", [range(4), (), (0,), (3,), (0, 2)])
@pytest.mark.parametrize("header", ["context", '"context"', "Contexts"])
def test_whatever_stands_in_the_only_column_parts_no_rows(tmp_path, header, quoted):
    path = tmp_path / "contexts.csv"
    rows = [ROW.format(number) for number in range(4)]
    lines = [f'"{row}"' if number in quoted else row for number, row in enumerate(rows)]
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    names, records = open_table(path)
    assert (names, [record.cells for record in records]) == ([header.strip('"')], [[row] for row in rows])


def test_a_zip_of_several_is_not_read_in_part(tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, "context,email_text\nx,y\n")
    with pytest.raises(DataError, match="the zip holds 2 files; give one of them"):
        open_table(tmp_path / "two.zip")
