"""Out again: what a sending tool takes, safe to open in a spreadsheet, and nothing lost on the way back."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.data.sources import find_sources
from outcome_rl.data.tables import open_table
from outcome_rl.errors import ConfigError, DataError
from outcome_rl.importers.api import ImportOptions, import_rows
from outcome_rl.importers.export import TOOLS, unfilled_fields, write_sends
from tests.helpers.command_line import typed

ROW = {
    "email": "ana@firm.example",
    "First Name": "=cmd|'/c calc'!A0",
    "note": "-1",
    "context": "a buyer",
    "email_text": "Subject: For {{first_name}}\n\nHi {{first_name}},\n\n+1 for [Company]?",
    "reward": "1.2",
}


def read(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.reader(stream))


def test_a_row_for_each_recipient_in_the_tools_spelling(tmp_path: Path) -> None:
    assert write_sends([ROW], tmp_path / "out.csv", "instantly") == 1
    header, cells = read(tmp_path / "out.csv")
    assert header == ["email", "First Name", "note", "subject", "body"]
    assert cells[3:] == ["For {{firstName}}", "Hi {{firstName}},\n\n+1 for {{companyName}}?"]


@pytest.mark.parametrize(
    ("tool", "company"),
    [
        ("smartlead", "{{company_name}}"),
        ("instantly", "{{companyName}}"),
        ("lemlist", "{{companyName}}"),
        ("apollo", "{{company}}"),
        ("woodpecker", "{{COMPANY}}"),
        ("replyio", "{Company}"),
        ("hubspot", "{{ contact.company }}"),
        ("mailchimp", "*|COMPANY|*"),
    ],
)
@pytest.mark.parametrize("field", ["{{company}}", "{{companyName}}", "{{company_name}}", "[Company Name]"])
def test_the_company_is_called_as_the_tool_calls_it(field: str, tool: str, company: str, tmp_path: Path) -> None:
    write_sends([{"email_text": f"Is {field} open?"}], tmp_path / "out.csv", tool)
    assert read(tmp_path / "out.csv")[1] == ["", f"Is {company} open?"]


def test_cells_that_a_spreadsheet_would_run_are_defused_and_come_back(tmp_path: Path) -> None:
    write_sends([ROW], tmp_path / "out.csv")
    _, cells = read(tmp_path / "out.csv")
    assert cells[1:3] == ["'=cmd|'/c calc'!A0", "'-1"]
    (source,) = find_sources([tmp_path / "out.csv"])
    (record,) = open_table(source).rows()
    assert record.cells[:3] == ["ana@firm.example", ROW["First Name"], "-1"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "'=", "''+", "'", "'plain"])
def test_every_cell_comes_back_as_it_was(start: str, tmp_path: Path) -> None:
    value = f"{start}SUM(1)"
    write_sends([{**ROW, "note": value}], tmp_path / "out.csv")
    (source,) = find_sources([tmp_path / "out.csv"])
    (record,) = open_table(source).rows()
    assert record.cells[2] == value


def test_a_byte_order_mark_for_excel(tmp_path: Path) -> None:
    row = {**ROW, "=1+1": "x"}
    write_sends([row], tmp_path / "plain.csv")
    write_sends([row], tmp_path / "marked.csv", bom=True)
    plain, marked = (tmp_path / "plain.csv").read_bytes(), (tmp_path / "marked.csv").read_bytes()
    assert marked == b"\xef\xbb\xbf" + plain and b",'=1+1," in plain


@pytest.mark.parametrize("tool", TOOLS)
def test_what_went_out_comes_in_again(tool: str, tmp_path: Path) -> None:
    row = {"email": "ana@firm.example", "First Name": "Ana", "Company": "Acme", "email_text": ROW["email_text"]}
    write_sends([{**row, "outcome": "reply", "sent at": "2024-01-01"}], tmp_path / "out.csv", tool)
    (back,) = import_rows([tmp_path / "out.csv"], ImportOptions(today=date(2024, 4, 15)))
    assert back.email_text == "Subject: For Ana\n\nHi Ana,\n\n+1 for Acme?" and back.outcome == 1


def test_fields_that_no_column_fills_are_told(tmp_path: Path) -> None:
    text = "Hi {{first_name}} of {{company}},\n\nis it of use?\n\n{{sender_name}}"
    rows = [{"First Name": "Ana", "company": company, "email_text": text} for company in ("Acme", "")]
    assert unfilled_fields(rows) == {"sender_name": 2, "company": 1}
    assert unfilled_fields([{**row, "sender name": "Mo"} for row in rows]) == {"company": 1}
    assert not unfilled_fields([{**rows[0], "email_text": "Hi {{nick|there}}"}])


def test_the_command_says_which_fields_stay_open(tmp_path: Path) -> None:
    written = tmp_path / "written.csv"
    written.write_text("email,email_text\na@x.example,Hi {{first_name}}\n", encoding="utf-8")
    status, out, err = typed("sends", written, "--out", tmp_path / "out.csv", cwd=tmp_path)
    assert status == 0 and "1 emails for generic" in out
    assert "first_name (1)" in " ".join(err.split()) and "add a column of that name" in " ".join(err.split())


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="tool: 'pigeon' is not one of"):
        write_sends([ROW], tmp_path / "out.csv", "pigeon")
    with pytest.raises(DataError, match="there are no emails to write"):
        write_sends([], tmp_path / "out.csv")
    with pytest.raises(DataError, match="row 2: has no email"):
        write_sends([ROW, {"email": "b@x.example", "email_text": "Subject: only\n\n"}], tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
