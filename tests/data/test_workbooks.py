"""Spreadsheets: which sheet is read, and what is refused."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from outcome_rl.data import workbooks
from outcome_rl.data.dataset import read_emails
from outcome_rl.data.sources import find_sources
from outcome_rl.data.tables import Notes, open_table
from outcome_rl.errors import DataError
from tests.helpers.command_line import environment, posix
from tests.helpers.workbooks import MAIN, OFFICE, xlsx
from tests.helpers.written_files import rows_of


def test_the_sheet_with_the_most_rows_is_read(tmp_path: Path) -> None:
    summary = [["Campaign", "Sent"], ["Spring", "30"]]
    data = [["a", "b"], ["1", "x"], ["2", "y"]]
    path = xlsx(tmp_path / "book.xlsx", {"Cover": [["Report"]] * 9, "Summary": summary, "Data": data})
    (source,) = find_sources([path])
    assert open_table(source).header == ("a", "b")
    assert open_table(source).remarks == (
        "sheet 'Data', which has the most rows, was read; left aside: 'Cover', 'Summary'",
    )


def test_of_sheets_with_as_many_rows_the_first_is_read(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "book.xlsx",
        {"Cover": [["Report"]], "Data": [["a", "b"], ["1", "x"]], "More": [["c", "d"], ["e", "f"]]},
    )
    (source,) = find_sources([path])
    table = open_table(source)
    assert table.header == ("a", "b") and [record.cells for record in table.rows()] == [["1", "x"]]
    assert table.remarks == ("sheet 'Data', which has the most rows, was read; left aside: 'Cover', 'More'",)


HEADER = ["context", "email_text", "outcome"]


def month(name: str, *outcomes: str) -> list[list[str]]:
    """A sheet of emails, one for each outcome."""
    return [HEADER, *[[f"buyer {name}", f"A note of {name}, number {n}", told] for n, told in enumerate(outcomes)]]


def test_sheets_with_the_same_columns_are_read_together(tmp_path: Path) -> None:
    titled = [["Sent in February", "", ""], *month("February", "1", "2"), ["", "", ""], ["Total: 2", "", ""]]
    turned = [[row[place] for place in (2, 0, 1)] for row in month("March", "0")]
    sheets = {
        "Cover": [["Report"]], "January": [*month("January", "0", "1", "0"), ["Total: 3", "", ""]],
        "Prices": [["item", "price"], ["rota", "9"]], "February": titled, "March": turned,
    }  # fmt: skip
    path = xlsx(tmp_path / "book.xlsx", sheets)
    (source,) = find_sources([path])
    table, notes = open_table(source), Notes()
    rows = list(table.rows(notes))
    assert [(row.cells[0].split()[1], row.cells[2]) for row in rows] == [
        ("January", "0"), ("January", "1"), ("January", "0"), ("February", "1"), ("February", "2"), ("March", "0"),
    ]  # fmt: skip
    assert [row.place for row in rows[2:]] == [
        "sheet 'January', row 4", "sheet 'February', row 3", "sheet 'February', row 4", "sheet 'March', row 2",
    ]  # fmt: skip
    assert [row.number for row in rows] == [2, 3, 4, 8, 9, 13]
    assert notes.footer_rows == ["Total: 3", "Total: 2"]
    assert table.remarks == (
        "sheets 'January', 'February', 'March' have the same columns and were read together, their rows numbered on "
        "from sheet to sheet; left aside: 'Cover', 'Prices'",
    )
    assert read_emails(path).outcomes == (0, 1, 0, 1, 2, 0)


def test_a_row_that_cannot_be_read_is_named_with_its_sheet(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "book.xlsx", {"May": month("May", "0", "1"), "June": month("June", "2", "mayb")})
    with pytest.raises(DataError, match="sheet 'June', row 3"):
        read_emails(path)


def test_sheets_in_which_more_was_noted_are_read_together(tmp_path: Path) -> None:
    """As a seller's book has a sheet for each year, and a column more in each."""
    june = [["who", *row] for row in month("June", "0")]
    june[0][0] = "seller"
    july = [[row[2], "x", row[1], row[0]] for row in month("July", "2", "1")]
    july[0][1] = "notes"
    sheets = {"May": [["Spring", "", ""], *month("May", "0", "1", "2")], "June": june, "July": july}
    path = xlsx(tmp_path / "book.xlsx", sheets)
    (source,) = find_sources([path])
    table = open_table(source)
    assert table.header == ("seller", "context", "email_text", "outcome", "notes")
    assert [(row.cells, row.place) for row in table.rows()][2:5] == [
        (["", "buyer May", "A note of May, number 2", "2", ""], "sheet 'May', row 5"),
        (["who", "buyer June", "A note of June, number 0", "0", ""], "sheet 'June', row 2"),
        (["", "buyer July", "A note of July, number 0", "2", "x"], "sheet 'July', row 2"),
    ]
    assert table.remarks == (
        "sheets 'May', 'June', 'July' have columns in common and were read together, their rows numbered on from sheet "
        "to sheet",
        "above the header, and left out: Spring",
    )
    assert read_emails(path).outcomes == (0, 1, 2, 0, 2, 1)


@pytest.mark.parametrize(
    "other",
    [
        [["outcome", "context", "rate", "visits"], ["0", "buyer", "3 %", "7"]],  # half of its columns
        [["context", "outcome", "price"], ["buyer", "0", "9"]],  # no emails in it
        [["email_text", "outcome"], ["A note of June", "0"]],  # too few to tell
    ],
)
def test_sheets_with_other_columns_are_left_aside(tmp_path: Path, other: list[list[str]]) -> None:
    path = xlsx(tmp_path / "book.xlsx", {"May": month("May", "0", "1", "2"), "June": other})
    (source,) = find_sources([path])
    assert open_table(source).remarks == ("sheet 'May', which has the most rows, was read; left aside: 'June'",)


@pytest.mark.parametrize("word", ["Summe", "Total:", "TOTAL", "Somme"])
def test_lines_that_sum_up_a_sheet_are_no_rows(tmp_path: Path, word: str) -> None:
    may = [["no", *row] for row in month("May", "0", "1")]
    ends = [["", word, "2", ""], ["", "", "", "1 answered"]]
    (source,) = find_sources([xlsx(tmp_path / "book.xlsx", {"May": [*may, *ends]})])
    notes = Notes()
    assert [row.cells[3] for row in open_table(source).rows(notes)] == ["0", "1"]
    assert notes.footer_rows == [word, "1 answered"]
    (source,) = find_sources([xlsx(tmp_path / "more.xlsx", {"May": [*may, *ends, ["9", "a", "b", "2"]]})])
    assert len(list(open_table(source).rows())) == 5, "what stands between rows is one"


def test_names_of_sheets_are_told_on_one_line(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "book.xlsx", {"Co\x9b31mver": [["Report"]], "Da\u2028ta": [["a", "b"], ["1", "x"]]})
    (source,) = find_sources([path])
    (told,) = open_table(source).remarks
    assert told == "sheet 'Da ta', which has the most rows, was read; left aside: 'Co 31mver'"


def test_a_workbook_without_a_table_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no sheet holds a table"):
        rows_of(xlsx(tmp_path / "book.xlsx", {"Cover": [["Report"]]}))


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outcome_rl.data.workbooks.MAX_WORKBOOK", 100_000)
    with pytest.raises(DataError, match="unpacks to more than"):
        rows_of(xlsx(tmp_path / "book.xlsx", {"Data": [["a", "b"], ["1", "x"]]}, padding=200_000))


def test_a_sheet_of_open_document(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        start, end = '<table:table-cell office:value-type="string"><text:p>', "</text:p></table:table-cell>"
        return f"<table:table-row>{''.join(start + cell + end for cell in cells)}</table:table-row>"

    ns = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{ns}:office:1.0" xmlns:table="{ns}:table:1.0" '
        f'xmlns:text="{ns}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Data">'
        + row("a", "b") + row("1", "Grüße")
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )  # fmt: skip
    path = tmp_path / "book.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    assert rows_of(path) == [["1", "Grüße"]]


def with_sheet(path: Path, cells: str, texts: str = "") -> Path:
    """A workbook of one sheet with this XML, and with these shared texts."""
    plain = xlsx(path.with_name("plain.xlsx"), {"Data": [["a"]]})
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part).decode()
            if "worksheets" in part:
                content = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
            elif part.endswith("workbook.xml.rels") and texts:
                link = f'<Relationship Id="t" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
                content = content.replace("</Relationships>", f"{link}</Relationships>")
            new.writestr(part, content)
        if texts:
            new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}"><si><t>{texts}</t></si></sst>')
    return path


def test_a_cell_far_out_ends_no_more_than_the_reading(tmp_path: Path) -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = with_sheet(tmp_path / "far.xlsx", far)
    assert path.stat().st_size < 2000
    with pytest.raises(DataError, match=r"far.xlsx: takes more memory or time than .* one cell far out .* save it as"):
        open_table(find_sources([path])[0])


BOUNDED = """
import resource
from outcome_rl.data import workbook_process
bounds = resource.RLIMIT_AS, resource.RLIMIT_CPU
workbook_process._tell = lambda _: print(*(resource.getrlimit(each)[0] for each in bounds))
workbook_process.main(memory=1_000_000_000, seconds=7)
"""


@posix
def test_the_process_that_reads_has_so_much_memory_and_so_many_seconds() -> None:
    command = [sys.executable, "-c", BOUNDED]
    done = subprocess.run(command, input="no workbook", env=environment(), capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["1000000000", "7"], done.stderr


def test_blank_rows_without_end_are_told_before_they_take_room(tmp_path: Path) -> None:
    """The number of a row may be any; the reader of workbooks makes a row of each before it."""
    top, below = '<row r="1"><c r="A1"><v>1</v></c></row>', '<row r="{0}"><c r="B{0}"><v>1</v></c></row>'
    path = with_sheet(tmp_path / "far.xlsx", top + below.format(workbooks.MOST_BLANK + 2))
    _, sheets = workbooks.read_workbook(find_sources([path])[0])
    rows = sheets["Data"]
    assert (len(rows), rows[1], rows[-1]) == (workbooks.MOST_BLANK + 2, [""], ["", "1"]), "each has its number"
    path = with_sheet(tmp_path / "farther.xlsx", top + below.format(5_000_000))
    with pytest.raises(DataError, match=r"farther.xlsx: has more than 100,000 blank rows; delete them, .* or save it"):
        open_table(find_sources([path])[0])


def test_what_a_workbook_holds_in_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["a", "b"], ["1", "2"]]
    path = xlsx(tmp_path / "book.xlsx", {"One": rows, "Two": rows, "Three": rows})
    monkeypatch.setattr(workbooks, "MOST_SHEETS", 2)
    with pytest.raises(DataError, match=r"book.xlsx: has more than 2 sheets; save the one that holds the emails as"):
        open_table(find_sources([path])[0])
    monkeypatch.undo()
    monkeypatch.setenv("OUTCOME_RL_MAX_ROWS", "1")
    with pytest.raises(DataError, match=r"book.xlsx: has more than 4 rows in all its sheets; save the one"):
        open_table(find_sources([path])[0])


def test_a_text_that_stands_in_every_cell_counts_in_every_cell(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}"><v>1</v></c></row>' for n in range(1, 300))
    path = with_sheet(tmp_path / "shared.xlsx", rows, "x" * 10_000)
    assert path.stat().st_size < 10_000
    (source,) = find_sources([path])
    assert len(list(open_table(source).rows())) in (298, 299)
    (source,) = find_sources([path], max_unpacked=1_000_000)
    with pytest.raises(DataError, match="unpacks to more than 1 MB"):
        open_table(source)


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 99])
@pytest.mark.parametrize("parts", [["a.csv"], ["[Content_Types].xml", "xl/workbook.xml"]], ids=["table", "workbook"])
def test_what_unpacks_to_gigabytes_at_once_is_not_unpacked(tmp_path: Path, way: int, parts: list[str]) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", way if way < 99 else zipfile.ZIP_STORED) as archive:
        for part in parts:
            archive.writestr(part, b"a,b\n" * 1000)
    if way == 99:
        packed = bytearray(path.read_bytes())
        for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            packed[packed.index(mark) + place] = way
        path.write_bytes(packed)
    with pytest.raises(DataError, match=r"bomb.zip.*: is packed in a way that is not read here; unpack it first"):
        open_table(find_sources([path])[0])
