"""A file that says of each email whether it was answered, and no more, through every command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from outcome_rl import events as ev
from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import EmailData, read_emails, sample_file
from outcome_rl.runs.run import Run, replay
from tests.helpers.command_line import SHORT, TUNING, result, rows_of, typed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, sample: EmailData) -> Path:
    """``mails.csv``: 90 emails with Yes or No to "Replied"."""
    folder = tmp_path_factory.mktemp("yes-no")
    rows = sample.take(range(90))
    replied = ["Yes" if outcome else "No" for outcome in rows.outcomes]
    write_rows(
        folder / "mails.csv",
        ("context", "email_text", "Replied"),
        zip(rows.contexts, rows.emails, replied, strict=True),
    )
    write_rows(folder / "contexts.csv", ("context",), [["Customer: A."], ["Customer: B."]])
    return folder


NAMED = ["mails.csv", "--outcome-column", "Replied", "--outcomes", "No=0,Yes=1"]


def said(*arguments: object, cwd: Path) -> str:
    """What a command that succeeds prints."""
    status, out, err = typed(*arguments, cwd=cwd)
    assert status == 0, err
    return out


def test_check(folder):
    found = result("check", *NAMED, cwd=folder)
    replied = [row["Replied"] for row in rows_of(folder / "mails.csv")]
    assert found["outcomes"] == {"no_reply": replied.count("No"), "reply": replied.count("Yes"), "conversion": 0}
    (note,) = [finding for finding in found["findings"] if finding["kind"] == "two-outcomes"]
    assert note["severity"] == "note"
    assert note["message"] == "No row has the outcome conversion; the file tells no reply from reply"
    assert not any(finding["kind"] == "few-rows" for finding in found["findings"])
    told = said("check", *NAMED, cwd=folder)
    assert "the file can be used" in told
    outcomes = next(line for line in told.splitlines() if line.startswith("Outcomes: "))
    assert "conversion" not in outcomes


@pytest.fixture(scope="module")
def ran(folder: Path, models_folder: Path) -> tuple[Path, str]:
    """(the folder after ``run`` in free words, what that printed)."""
    models = ["--model", models_folder / "gpt2", "--encoder", models_folder / "distilbert"]
    settings = ["--steps", 1, "--reward-repeats", 1, "--reward-folds", 2, "--write", "free", *TUNING]
    return folder, said("run", *NAMED, *models, *settings, "--run-name", "first", cwd=folder)


def shares(run: Run) -> list[Any]:
    steps = [event for event in replay(run)[0] if isinstance(event, ev.RLStep)]
    assert steps
    assert all("replies " in str(step) and "conversions" not in str(step) for step in steps)
    assert all(step.share_no_reply + step.share_reply == pytest.approx(1) for step in steps)
    return [step.share_conversion for step in steps]


@pytest.mark.slow
def test_run_shows_two_outcomes_everywhere(ran):
    folder, told = ran
    assert "columns: predicted no reply, reply)" in told
    assert {"predicted:", "reply"} <= set(told.split()), "a narrow table breaks its heads over lines"
    assert "conver" not in told.lower()
    assert shares(Run(folder / "outputs" / "runs" / "first")) == [None]


@pytest.mark.slow
def test_score_and_evaluate(ran):
    folder, _ = ran
    scored = result("score", *NAMED[:1], "--out", "scored.csv", cwd=folder)
    assert scored["predicted"].keys() == {"no_reply", "reply"}
    rows = rows_of(folder / "scored.csv")
    assert {float(row["p_conversion"]) for row in rows} == {0.0}
    assert all(float(row["p_no_reply"]) + float(row["p_reply"]) == pytest.approx(1, abs=1e-5) for row in rows)
    lowest = -1 - 0.5 * (0.5 - -1) / 2
    assert all(lowest - 1e-5 <= float(row["reward"]) < 0.5 for row in rows), "what a conversion is worth has no part"
    compared = result("evaluate", "--contexts", "contexts.csv", *SHORT, cwd=folder)
    assert compared["base"]["predicted"].keys() == {"no_reply", "reply"}
    assert "conversion" not in json.dumps(compared)
    told = said("evaluate", "--contexts", "contexts.csv", "--out", "compared.csv", *SHORT, cwd=folder)
    assert {"predicted:", "reply"} <= set(told.split()), "a narrow table breaks its heads over lines"
    assert "conver" not in told.lower()
    assert {float(row["p_conversion"]) for row in rows_of(folder / "compared.csv")} == {0.0}
    written = said("generate", "--context", "Customer: X.", *SHORT, cwd=folder)
    assert "Probabilities: no reply " in written
    assert "conversion 0" not in written


@pytest.mark.slow
def test_tuning_in_the_sellers_own_words(ran, models_folder):
    folder, _ = ran
    rows = read_emails(sample_file("one_seller.csv")).take(range(150))  # who sends the same sentences again and again
    replace(rows, outcomes=tuple(min(1, outcome) for outcome in rows.outcomes)).write(folder / "seller.csv")
    asked = ["--model", models_folder / "gpt2", "--steps", 1, "--write", "own-words", "--out", "own", *TUNING]
    found = result("finetune", "seller.csv", *asked, "--run-name", "own", cwd=folder)
    assert found["evaluation"]["tuned"]["predicted"].keys() == {"no_reply", "reply"}
    assert shares(Run(folder / "outputs" / "runs" / "own")) == [None]


@pytest.mark.slow
def test_sales_alone_go_through_everything(tmp_path, sample, models_folder):
    """Outcomes 0 and 2: nobody wrote down who replied."""
    rows = sample.take(range(90))
    won = ["Yes" if outcome else "No" for outcome in rows.outcomes]
    header = ("context", "email_text", "Won")
    write_rows(tmp_path / "won.csv", header, zip(rows.contexts, rows.emails, won, strict=True))
    checked = result("check", "won.csv", cwd=tmp_path)
    assert checked["outcomes"] == {"no_reply": won.count("No"), "reply": 0, "conversion": won.count("Yes")}
    models = ["--model", models_folder / "gpt2", "--encoder", models_folder / "distilbert"]
    settings = ["--steps", 1, "--reward-repeats", 1, "--reward-folds", 2, "--write", "free", *TUNING]
    told = said("run", "won.csv", *models, *settings, "--run-name", "first", cwd=tmp_path)
    assert "columns: predicted no reply, conversion)" in told
    assert "reply, reply" not in told
    steps = [event for event in replay(Run(tmp_path / "outputs" / "runs" / "first"))[0] if isinstance(event, ev.RLStep)]
    assert steps and all(step.share_no_reply + step.share_conversion == pytest.approx(1) for step in steps)
    assert all(step.share_reply is None for step in steps)
    assert all("conversions " in str(step) and "replies" not in str(step) for step in steps)
    scored = result("score", "won.csv", "--out", "scored.csv", cwd=tmp_path)
    assert scored["predicted"].keys() == {"no_reply", "conversion"}
    found = rows_of(tmp_path / "scored.csv")
    assert {float(row["p_reply"]) for row in found} == {0.0}
    lowest = -1 - 0.5 * (2 - -1) / 2
    assert all(lowest - 1e-5 <= float(row["reward"]) < 2 for row in found), "what a reply is worth has no part"
    write_rows(tmp_path / "contexts.csv", ("context",), [["Customer: A."], ["Customer: B."]])
    compared = result("evaluate", "--contexts", "contexts.csv", *SHORT, cwd=tmp_path)
    assert compared["tuned"]["predicted"].keys() == {"no_reply", "conversion"}
