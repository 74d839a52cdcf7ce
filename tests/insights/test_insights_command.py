"""The command: text for a person, JSON for a program, files to take along, one clear message where it cannot."""

import json

import pytest
from typer.testing import CliRunner

from outcome_rl.cli import insights as command  # noqa: F401  # puts the command into the application
from outcome_rl.cli.commands import app
from outcome_rl.data.csv_io import write_rows
from outcome_rl.errors import ConfigError, DataError
from tests.helpers.insight_emails import asking


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    data = asking(200)
    file = tmp_path_factory.mktemp("insights") / "mails.csv"
    steps = [str(1 + place // 2 % 2) for place in range(200)]
    rows = zip(
        data.contexts, data.emails, ["skip" if i == 7 else o for i, o in enumerate(data.outcomes)], steps, strict=True
    )
    write_rows(file, ("context", "email_text", "outcome", "Step"), rows)
    return file


def typed(*arguments):
    done = CliRunner().invoke(app, ["insights", *map(str, arguments), "--outcomes", "skip=skip"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_text_for_a_person(path):
    text = typed(path)
    assert "What goes with answers in mails.csv" in text
    assert "Emails with 1 or more questions were answered more often" in text
    assert "Step of the sequence" in text


def test_json_for_a_program(path):
    found = json.loads(typed(path, "--json").splitlines()[-1])
    assert found["rows"] == 199
    assert found["findings"][0]["factor"] == "questions"
    assert [level["n"] for factor in found["factors"] if factor["name"] == "step" for level in factor["levels"]] == [
        100,
        99,
    ]


@pytest.mark.parametrize(
    ("name", "start"), [("a.html", "<!doctype html>"), ("a.md", "# What goes"), ("a.TXT", "What goes"), ("a.json", "{")]
)
def test_a_report_to_take_along(path, tmp_path, name, start):
    text = typed(path, "--out", tmp_path / "new" / name)
    assert (tmp_path / "new" / name).read_text(encoding="utf-8").startswith(start)
    assert "more often" in text
    assert name in text


def test_a_report_and_json(path, tmp_path):
    assert json.loads(typed(path, "--json", "--out", tmp_path / "a.html").splitlines()[-1])["out"].endswith("a.html")


def test_an_ending_that_is_no_report(path, tmp_path):
    with pytest.raises(ConfigError, match=r"--out: 'a\.pdf' should end in \.html, \.md, \.txt or \.json"):
        typed(path, "--out", tmp_path / "a.pdf")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        typed(tmp_path / "none.csv")
