"""What ``check`` prints of the audit, as words and as JSON, and its masked copy."""

import json

import pytest
from typer.testing import CliRunner

from outcome_rl.audit.audit import audit
from outcome_rl.cli.commands import app
from outcome_rl.data.dataset import Columns, read_emails
from tests.helpers.made_emails import kinds, personal_file, plain


@pytest.fixture
def personal(tmp_path):
    return personal_file(tmp_path)


def checked(*arguments):
    done = CliRunner().invoke(app, ["check", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.output


def test_check_prints_and_masks(personal, tmp_path):
    out = tmp_path / "masked.csv"
    shown = checked(personal, "--context-column", "who", "--mask-to", out)
    assert "30 emails for 30 contexts; the file can be used." in shown
    assert "1 email with email addresses or telephone numbers in them (row 31)." in shown
    assert "Personal data masked in 1 row, written to" in shown
    assert out.read_text(encoding="utf-8").splitlines()[0] == "who,email_text,outcome"
    masked = read_emails(out, Columns(context="who"))
    assert masked.emails[-1] == "Please write to [email] or ring [phone] today"  # the markup is cut as it is read
    assert masked.outcomes == plain(30).outcomes
    assert "personal" not in kinds(audit(masked))


def test_check_gives_findings_as_json(personal, tmp_path):
    found = json.loads(checked(personal, "--context-column", "who", "--json").splitlines()[-1])["findings"]
    assert all(set(finding) == {"kind", "severity", "message", "advice", "rows"} for finding in found)
    assert [finding["rows"] for finding in found if finding["kind"] == "personal"] == [[31]]
