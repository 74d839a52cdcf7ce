"""A stranger's file: which column is which, what its words mean, and what a terminal says about it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from outcome_rl.cli.commands import app
from outcome_rl.cli.run_session import find_resumable_run, load_data, new_run
from outcome_rl.config import DEFAULT_COLUMNS, Columns
from outcome_rl.data.column_mapping import MOST_WORDS, left_out, outcome_words
from outcome_rl.data.csv_io import open_table, write_rows
from outcome_rl.data.dataset import read_emails, sample_file
from outcome_rl.data.outcomes import LEFT_OUT, meanings_text, outcome_meanings
from outcome_rl.errors import ConfigError, DataError
from outcome_rl.importers.simple import guess
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.datasets import Dataset, resolve

WORDS = ("won", "no answer", "answered")
HEADER = "Email address,Company,Brief,Body,Sent on,Result"


def long(number: int) -> str:
    return f"Dear reader number {number}, would Tuesday suit you for a short call about the app that we spoke of?"


@pytest.fixture
def crm(tmp_path):
    """What a CRM exports: other names, more columns, other words, and emails that never arrived."""
    rows = [
        f'person{n}@example.org,Firm {n},Buyer {n} at a firm that met us at a fair,"{long(n)}",2024-01-0{n},'
        for n in range(1, 8)
    ]
    ends = [*WORDS, *WORDS, "bounced"]
    path = tmp_path / "crm.csv"
    path.write_text("\n".join([HEADER, *(row + end for row, end in zip(rows, ends, strict=True))]) + "\n")
    return path


MEANT = "won=2,no answer=0,answered=1,bounced=skip"


def test_a_crm_export_is_understood(crm):
    columns = guess(crm)
    assert columns == Columns("Brief", "Body", "Result", MEANT)
    assert [(each.word, each.rows, each.meaning) for each in outcome_words(crm, columns)] == [
        ("won", 2, 2), ("no answer", 2, 0), ("answered", 2, 1), ("bounced", 1, LEFT_OUT),
    ]  # fmt: skip
    assert left_out(outcome_words(crm, columns)) == 1
    assert read_emails(crm, columns).outcomes == (2, 0, 1, 2, 0, 1)


def test_a_word_that_nobody_knows_hides_no_outcome_column(tmp_path):
    ends = ["no reply"] * 6 + ["replied", "bought", "maybe"]
    rows = "".join(f'Buyer {n} at a mill,"{long(n)}",{end}\n' for n, end in enumerate(ends))
    path = tmp_path / "own.csv"
    path.write_text(f"Who,Wrote,What came of it\n{rows}")
    assert guess(path).outcome == "What came of it"


def test_the_usual_names_and_words_need_no_mapping():
    assert guess(sample_file("emails.csv")) == DEFAULT_COLUMNS


def test_emails_are_known_by_what_they_are(tmp_path):
    path = tmp_path / "odd.csv"
    lines = [f'7{n},Buyer {n},"{long(n)}",won' for n in range(4)]
    path.write_text("\n".join(["Number,Prospect,Freitext,Stage", *lines]) + "\n")
    assert guess(path) == Columns("Prospect", "Freitext", "Stage", "won=2")


def test_what_nothing_fits_stays_open(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("a,b,outcome\n1,2,huh\n3,4,won\n")
    columns = guess(path)
    assert (columns.context, columns.email, columns.outcome) == ("", "", "outcome")
    assert outcome_words(path, columns)[0].meaning is None


def test_a_column_of_texts_is_no_column_of_outcomes(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("outcome\n" + "".join(f"text {n}\n" for n in range(100)))
    assert len(outcome_words(path, DEFAULT_COLUMNS)) == MOST_WORDS + 1


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", {}),
        ("none=0, answered = 1,Closed-Won=conversion", {"none": 0, "answered": 1, "closed won": 2}),
        ("1=0,2=1,3=2", {"1": 0, "2": 1, "3": 2}),
        ('"no, thanks=0",a=b=1,=skip', {"no, thanks": 0, "a=b": 1, "": LEFT_OUT}),
    ],
)
def test_what_words_mean(text, meant):
    assert outcome_meanings(text) == meant
    assert outcome_meanings(meanings_text(meant)) == meant


def test_a_word_may_stand_on_two_lines(tmp_path):
    meant = {"replied\n(asked  price)": 1, "none": 0, "won": 2}
    write_rows(
        tmp_path / "two.csv",
        ["context", "email_text", "outcome"],
        [["A", "Hello you.", "Replied\r\n(asked price)"], ["B", "Hello there.", "none"]],
    )
    columns = Columns(outcomes=meanings_text(meant))
    assert outcome_meanings(columns.outcomes) == {"replied (asked price)": 1, "none": 0, "won": 2}
    assert read_emails(tmp_path / "two.csv", columns).outcomes == (1, 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("won", "'won' is not WORD=MEANING with a meaning of 0, 1, 2, no_reply, reply, conversion, skip"),
        ("won=3", "'won=3' is not WORD=MEANING"),
        ("won=2,Won=1", "'Won' is given two meanings"),
    ],
)
def test_a_meaning_that_is_none(text, told):
    with pytest.raises(ConfigError, match=r"^outcomes: ") as error:
        outcome_meanings(text)
    assert told in str(error.value)


def test_what_the_user_says_stands_above_the_usual_words(tmp_path):
    path = tmp_path / "scale.csv"
    path.write_text("context,email_text,outcome\nC,E,1\nC,E,2\nC,E,3\n")
    assert read_emails(path, Columns(outcomes="1=0,2=1,3=2")).outcomes == (0, 1, 2)


def test_an_unknown_word_is_told_with_those_that_were_given(crm):
    with pytest.raises(
        DataError, match=r"outcome 'bounced' is not one of 0, 1, 2, .*, won, no answer, answered$"
    ) as told:
        read_emails(crm, Columns("Brief", "Body", "Result", "won=2,no answer=0,answered=1"))
    assert "--outcomes bounced=1" in told.value.remedy.replace("'", "")


def test_a_terminal_takes_the_same_mapping(crm):
    named = ["--context-column", "Brief", "--email-column", "Body", "--outcome-column", "Result"]
    rows = crm.read_text().splitlines()
    crm.write_text("\n".join([*rows, *(row.replace("person", "other") for row in rows[1:4])]) + "\n")
    done = CliRunner().invoke(app, ["check", str(crm), *named, "--outcomes", MEANT, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["outcomes"], found["left_out"]) == ({"no_reply": 3, "reply": 3, "conversion": 3}, 1)


def test_a_run_keeps_the_mapped_copy_and_knows_its_original(crm, tmp_path):
    space, columns = Workspace(tmp_path), guess(crm)
    run = new_run(space, "train-reward", "mapped", crm, columns, {})
    assert read_emails(run.data_file).outcomes == load_data(run, None, columns).outcomes == (2, 0, 1, 2, 0, 1)
    header, _ = open_table(run.data_file)
    assert {"Email address", "Company", "Sent on"} < set(header), "columns that nothing is learned from stay"
    assert find_resumable_run(space, "mapped", "train-reward", crm).name == "mapped"
    assert resolve(space, {}) == Dataset(crm, columns, "crm.csv")
    crm.write_text(crm.read_text().replace("won", "lost"))
    with pytest.raises(ConfigError, match="is not the file that run 'mapped' was started with"):
        find_resumable_run(space, "mapped", "train-reward", crm)
    crm.unlink()
    assert resolve(space, {}).read().outcomes == (2, 0, 1, 2, 0, 1)
