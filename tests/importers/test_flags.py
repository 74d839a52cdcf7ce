"""What may be said of an export: by flags of the commands that take DATA, and in a terminal that asks."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.cli.import_preview import ask_user
from outcome_rl.config import ExportSettings
from outcome_rl.errors import ConfigError
from outcome_rl.importers.api import preview_import
from outcome_rl.importers.layouts import Question
from outcome_rl.importers.options import ImportOptions
from outcome_rl.importers.resolve import resolve_data
from outcome_rl.importers.words import export_flags, in_words
from tests.helpers.command_line import typed

FIXTURES = Path(__file__).parent / "fixtures"
SMARTLEAD = FIXTURES / "smartlead_statistics" / "export.csv"
APOLLO = FIXTURES / "apollo_contacts"
THEN = ("--today", "2024-04-15")


def checked(*arguments: object, cwd: Path) -> dict[str, int]:
    status, out, err = typed("check", *arguments, "--json", cwd=cwd)
    assert status == 0, err
    found = json.loads(out.splitlines()[-1])
    counts: dict[str, int] = found["outcomes"]
    return counts | {"left_out": found["left_out"]}


def many(tmp_path: Path) -> Path:
    """The export of a tool, three times over with other recipients, so that it can be trained on."""
    with SMARTLEAD.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    place = header.index("lead_email")
    path = tmp_path / "statistics.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for turn in range(3):
            writer.writerows([*row[:place], f"{turn}{row[place]}", *row[place + 1 :]] for row in rows)
    return path


def test_a_refusal_and_days_are_said_where_data_is_named(tmp_path: Path) -> None:
    path, said = many(tmp_path), ("--outcomes", "Neutral=skip", *THEN)
    usual = checked(path, *said, cwd=tmp_path)
    assert usual == {"no_reply": 42, "reply": 18, "conversion": 6, "left_out": 18}
    worth = checked(path, *said, "--not-interested", "reply", cwd=tmp_path)
    assert worth["reply"] > usual["reply"] and worth["no_reply"] < usual["no_reply"]
    left = checked(path, *said, "--not-interested", "skip", cwd=tmp_path)
    assert left["reply"] == usual["reply"] and left["left_out"] == usual["left_out"] + 12
    assert checked(path, *said, "--days", "0", cwd=tmp_path)["left_out"] == usual["left_out"] - 6  # none is too young
    assert checked(path, *said, "--first-steps", cwd=tmp_path)["left_out"] > usual["left_out"]


def test_texts_are_named_where_data_is(tmp_path: Path) -> None:
    found = checked(APOLLO / "export.csv", "--templates", APOLLO / "templates.csv", *THEN, cwd=tmp_path)
    assert sum(found.values()) == 21
    status, _, err = typed("check", APOLLO / "export.csv", *THEN, cwd=tmp_path)
    assert status != 0 and "name the file that holds them with --templates" in err


def test_people_are_masked_on_the_way_in(tmp_path: Path) -> None:
    out = tmp_path / "sentences.csv"
    arguments = ("sentences", many(tmp_path), "--outcomes", "Neutral=skip", *THEN, "--out", out)
    assert typed(*arguments, cwd=tmp_path)[0] == 0
    run = typed("insights", many(tmp_path), "--outcomes", "Neutral=skip", *THEN, "--mask", "--json", cwd=tmp_path)
    assert run[0] == 0 and "--mask" in run[2]


def test_a_run_keeps_what_was_said_of_its_export(tmp_path: Path) -> None:
    from outcome_rl.cli.run_session import find_resumable_run, new_run, open_data
    from outcome_rl.config import Columns
    from outcome_rl.runs.workspace import Workspace

    path, columns = many(tmp_path), Columns(outcomes="Neutral=skip")
    said = ExportSettings(not_interested="reply", mask=True, today="2024-04-15")
    run = new_run(Workspace(tmp_path), "run", "one", open_data(path, columns, said), columns, {}, said)
    text = run.data_file.read_text(encoding="utf-8")
    assert "p1@example.invalid" in text and "Hi Bert" not in text
    assert find_resumable_run(Workspace(tmp_path), "one", "run", path).name == run.name  # known by the same reading
    kept = run.config()
    run.write_config({**kept, "export": ExportSettings().to_dict()})
    with pytest.raises(ConfigError, match="is not the file that run 'one' was started with"):
        find_resumable_run(Workspace(tmp_path), "one", "run", path)


def test_settings_that_are_not_said_leave_a_file_as_it_stands() -> None:
    assert ImportOptions.from_settings(ExportSettings()) is None
    found = ImportOptions.from_settings(ExportSettings(days=3, today="2024-04-15"))
    assert found and found.days == 3 and found.today == date(2024, 4, 15) and found.templates is None
    with pytest.raises(ConfigError, match="'soon' is no day"):
        ImportOptions.from_settings(ExportSettings(today="soon"))


def test_answers_become_options() -> None:
    questions = [
        Question("outcome column", "Which?"),
        Question("Neutral", "What does 'Neutral' mean?", 3),
        Question("not_interested", "What is it worth?", 2, "no_reply", ("reply", "no_reply", "skip")),
    ]
    answers = {"What does 'Neutral' mean? (3 rows)": "reply", "What is it worth?": "skip"}
    found = ask_user(ImportOptions(), questions, lambda text, choices, default: answers[text])
    assert found == ImportOptions(meanings={"Neutral": "reply"}, not_interested="skip")
    assert ask_user(ImportOptions(), questions[::2], lambda text, choices, default: default) is None


def test_what_is_to_be_said_of_a_meeting_is_said_with_its_flag(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    rows = "COO,Hello! A note on ovens.,yes,Thursday 3pm works.\nCTO,Hi! Your ovens are cold.,no,\n"
    path.write_text(f"title,email_text,Replied,Reply text\n{rows}")
    options = ImportOptions(agreed_meeting="conversion")
    assert export_flags(options) == "--agreed-meeting conversion" and export_flags(ImportOptions()) == ""
    assert any(each.endswith("with --agreed-meeting reply or conversion)") for each in in_words(preview_import([path])))
    said = ExportSettings(agreed_meeting="conversion", today="2024-04-15")
    assert resolve_data(path, options=ImportOptions.from_settings(said)).read().counts() == [1, 0, 1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "flags", "written"), [("reply\nskip\ny\n", (), True), ("\n\nn\n", (), False), ("", ("--yes",), True)]
)
def test_a_terminal_is_asked_before_anything_is_written(
    keys: str, flags: tuple[str, ...], written: bool, tmp_path: Path
) -> None:
    out = tmp_path / "data.csv"
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "outcome_rl", "import", str(SMARTLEAD), "--out", str(out), *THEN, *flags]
    os.write(ours, keys.encode())
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, timeout=120, check=False)
    os.close(ours)
    os.close(theirs)
    assert out.exists() == written and done.returncode == (0 if written else 1), done.stderr
    assert ("10. export.csv" in done.stdout) == (not flags)  # ten rows are shown before the question
    assert ("Write these rows?" in done.stderr) == (not flags)
    if keys.startswith("reply"):
        assert "They are left out now" in done.stdout and "'Neutral'" not in done.stdout.split("They are left out")[1]
