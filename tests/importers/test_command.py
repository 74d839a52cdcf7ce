"""The command: looks, writes, asks."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from typer.testing import CliRunner

from outcome_rl.cli import import_export  # noqa: F401 - puts the command into the application
from outcome_rl.cli.commands import app
from outcome_rl.data.dataset import read_emails

FIXTURES = Path(__file__).parent / "fixtures"
STATISTICS = str(FIXTURES / "smartlead_statistics" / "export.csv")


def test_an_export_becomes_data(tmp_path: Path) -> None:
    out = tmp_path / "data.csv"
    run = CliRunner().invoke(
        app, ["import", STATISTICS, "--out", str(out), "--today", "2024-04-15", "--means", "Neutral=skip", "--json"]
    )
    assert run.exit_code == 0, run.output
    result = json.loads(run.output.splitlines()[-1])
    assert result["source"] == "smartlead_statistics" and result["out"] == str(out)
    assert result["rows"] == len(read_emails(out)) == 22
    assert result["left_out"] == {"bounced": 2, "not sent": 1, "left out as you said": 1}


def test_what_is_cut_is_written_row_by_row(tmp_path: Path) -> None:
    cuts, asked = tmp_path / "cuts.csv", ["import", STATISTICS, "--today", "2024-04-15", "--json"]
    kinds = {}
    for flags in ([], ["--mask"]):
        run = CliRunner().invoke(app, [*asked, "--cuts", str(cuts), *flags])
        assert run.exit_code == 0, run.output
        with cuts.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        told = json.loads(run.output.splitlines()[-1])["cuts"]
        assert {row["what"] for row in rows} == set(told) == {
            "html", "quoted thread", "tracking pixel", "unsubscribe footer"
        }  # fmt: skip
        assert all(row["from"].startswith("export.csv, row ") for row in rows)
        kinds[bool(flags)] = next(row["text"] for row in rows if row["what"] == "quoted thread")
    assert "kim@firm.example" in kinds[False] and "kim@" not in kinds[True]


def test_a_look_writes_nothing_and_asks(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["import", STATISTICS, "--today", "2024-04-15"])
    assert run.exit_code == 0 and "What does 'Neutral' mean for the email" in run.output
    assert "Too recent to tell: 2" in run.output and "Written to" not in run.output
    assert list(tmp_path.iterdir()) == []


def test_templates_and_columns(tmp_path: Path) -> None:
    folder = FIXTURES / "apollo_contacts"
    run = CliRunner().invoke(
        app,
        ["import", str(folder / "export.csv"), "--templates", str(folder / "templates.csv"), "--today", "2024-04-15",
         "--context", "{title} in {City}", "--mask", "--json"],
    )  # fmt: skip
    assert run.exit_code == 0, run.output
    assert json.loads(run.output.splitlines()[-1])["context"] == "{title} in {City}"


def test_days_before_months(tmp_path: Path) -> None:
    said = ("no", "yes")
    rows = [f"buyer {n},Hi Gus. A note of mine about planning {n}.,{n + 1}/4/2024,{said[n % 2]}" for n in range(6)]
    path = tmp_path / "dates.csv"
    path.write_text("\n".join(["context,email_text,sent_at,Replied", *rows]), encoding="utf-8")
    look = ["import", str(path), "--today", "2024-04-16", "--json"]
    found = [
        json.loads(CliRunner().invoke(app, [*look, *flag]).output.splitlines()[-1]) for flag in ([], ["--day-first"])
    ]
    assert any("--day-first" in warning for warning in found[0]["warnings"])
    # by months all are of January to June: those after the day are young; by days all are of early April
    assert [each["pending"] for each in found] == [1, 2]


def test_emails_go_back_into_a_sending_tool(tmp_path: Path) -> None:
    path, out = tmp_path / "emails.csv", tmp_path / "sends.csv"
    text = '"Subject: One\n\nHi {{first_name}}, hello."'
    path.write_text(f"context,email_text,email,candidate\nA,{text},ana@firm.example,1\nA,Other,ana@firm.example,2\n")
    run = CliRunner().invoke(app, ["sends", str(path), "--out", str(out), "--tool", "mailchimp", "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.output.splitlines()[-1])["rows"] == 1
    with out.open(newline="", encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["email"], row["subject"], row["body"]) == ("ana@firm.example", "One", "Hi *|FNAME|*, hello.")
