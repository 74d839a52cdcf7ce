"""The command: looks, writes, asks."""

from __future__ import annotations

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


def test_a_look_writes_nothing_and_asks(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["import", STATISTICS, "--today", "2024-04-15"])
    assert run.exit_code == 0 and "What does 'Neutral' mean for the email" in run.output
    assert "Too young to tell: 2" in run.output and "Written to" not in run.output
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
