"""Files that a command is given with nothing said of them: read as they stand, imported, or asked about."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.config import DEFAULT_COLUMNS, Columns
from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, import_rows
from outcome_rl.importers.resolve import ResolvedData, resolve_data
from tests.helpers.command_line import typed
from tests.helpers.export_emails import EMAILS

FLAGS = {
    "--context-column": "context",
    "--email-column": "email",
    "--outcome-column": "outcome",
    "--outcomes": "outcomes",
}
FIXTURES = Path(__file__).parent / "fixtures"
Write = Callable[..., Path]


def rows(**columns: Sequence[str]) -> list[list[str]]:
    """A header and thirty rows whose cells are given over and over; ``__`` stands for a space."""
    cells = list(columns.values())
    names = [name.replace("__", " ") for name in columns]
    return [names, *([each[place % len(each)] for each in cells] for place in range(30))]


def said_again(found: ResolvedData, path: Path) -> list[int]:
    """What the flags give that a guess names."""
    (line,) = (each for each in found.said if each.startswith("The same, said: "))
    words = shlex.split(line.removeprefix("The same, said: "))
    given = {FLAGS[flag]: value for flag, value in zip(words[::2], words[1::2], strict=True)}
    return resolve_data(path, Columns(**given)).read().counts()


GUESSED = [
    ({"Kunde": ["Bäckerei"], "Nachricht": EMAILS, "Geantwortet": ["ja", "nein", "nein"]}, [20, 10, 0]),
    ({"Contexto": ["cliente"], "Mensaje": EMAILS, "Respondió": ["sí", "no"]}, [15, 15, 0]),
    ({"Cliente": ["um cliente"], "Mensagem": EMAILS, "Respondeu": ["Sim", "Não"]}, [15, 15, 0]),
    ({"Klient": ["piekarnia"], "Wiadomość": EMAILS, "Odpowiedź": ["tak", "nie"]}, [15, 15, 0]),
    ({"Клиент": ["пекарня"], "Письмо": EMAILS, "Ответ": ["да", "нет"]}, [15, 15, 0]),
    ({"顧客": ["パン屋"], "メール本文": EMAILS, "結果": ["返信あり", "返信なし", "成約"]}, [10, 10, 10]),
    ({"context": ["a"], "email_text": EMAILS, "Replied": ["✅", "❌"]}, [15, 15, 0]),
    ({"Title": ["CTO"], "Company": ["Acme"], "Body": EMAILS, "Replied": ["yes", "no", "yes"],
      "Meeting__booked": ["no", "no", "yes"]}, [10, 10, 10]),
    ({"Title": ["CTO"], "Body": EMAILS, "Replies": ["1", "0", "2", "0"], "Meetings": ["0", "0", "1", "0"]}, [15, 8, 7]),
    ({"context": ["a"], "email_text": EMAILS, "Won": ["1", "0"], "Sales__rep": ["Ana", "Bo"]}, [15, 0, 15]),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "counts"), GUESSED)
def test_a_guess_names_the_flags_that_say_the_same(
    columns: dict[str, Sequence[str]], counts: list[int], write: Write
) -> None:
    path = write(rows(**columns))
    found = resolve_data(path)
    assert found.read().counts() == counts
    assert said_again(found, path) == counts


def test_several_outcomes_are_a_ladder_and_several_columns_a_context(write: Write) -> None:
    path = write(rows(Title=["CTO"], Industry=["Health"], Mail=EMAILS, Replied=["yes", "no"], Demo=["no", "no", "yes"]))
    found = resolve_data(path)
    assert found.imported and found.read().contexts[0] == "CTO at Health company"
    assert any("'Demo' was taken for the outcome: conversion: called 'Demo', holds yes and no" in s for s in found.said)
    named = Columns(context="{Title} in {Industry}", email="Mail", outcome="Demo, Replied")
    again = resolve_data(path, named).read()
    assert again.contexts[0] == "CTO in Health" and again.counts() == found.read().counts()
    listed = resolve_data(path, Columns(context="Title, Industry", email="Mail", outcome="Replied")).read()
    assert listed.contexts[0] == "CTO, Health" and listed.counts() == [15, 15, 0]


@pytest.mark.parametrize(
    ("outcomes", "told", "remedy"),
    [
        (["1", "2", "3"], "outcome '3' is not one of", "3=…,1=…,2=…"),
        (["-1", "1", "2"], "outcome '-1' is not one of", "-1=…"),
        (["won", "maybe later", "none"], "'maybe later' (10)", "maybe later=…"),
        (["Meeting booked", "Meeting cancelled"], "'Meeting cancelled' (15)", "Meeting cancelled=…"),
        (["2024-05-01", "2024-05-02"], "holds dates, which say when something happened and not what", "'Replied at'"),
        (["reply", ""], "outcome is empty, which may mean no reply or not known yet", "'=…'"),
    ],
)
def test_words_that_are_not_known_are_asked_for(outcomes: list[str], told: str, remedy: str, write: Write) -> None:
    with pytest.raises(DataError) as error:
        resolve_data(write(rows(context=["a"], email_text=EMAILS, outcome=outcomes)))
    assert told in str(error.value) and remedy in error.value.remedy


@pytest.mark.parametrize(
    "columns",
    [
        {"Opened": ["yes", "no"]},
        {"Deal__value": ["0", "500"]},
        {"Reply__rate": ["5%", "0%"]},
        {"Reply": ["Thanks, let us talk about it on Tuesday", ""]},
    ],
)
def test_what_says_nothing_of_outcomes_is_no_outcome(columns: dict[str, Sequence[str]], write: Write) -> None:
    with pytest.raises(DataError, match="Which column says what came of each email"):
        resolve_data(write(rows(context=["a"], email_text=EMAILS, **columns)))


def test_columns_that_contradict_are_told(write: Write) -> None:
    path = write(rows(context=["a"], email_text=EMAILS, outcome=["0", "1", "2"], Replied=["yes", "no", "yes"]))
    assert resolve_data(path).said == (
        "Warning: 'outcome' and 'Replied' contradict each other in 10 rows; 'outcome' was taken",
    )
    path = write(rows(context=["a"], email_text=EMAILS, outcome=["0", "1", "1"], Meeting=["no", "no", "yes"]))
    assert resolve_data(path).said == (
        "Warning: 'outcome' and 'Meeting' contradict each other in 10 rows; 'outcome' was taken; if these emails won "
        "the people of whom 'Meeting' says so, the outcome columns are 'outcome,Meeting'",
    )
    assert list(resolve_data(path, Columns(outcome="outcome,Meeting")).read().outcomes) == [0, 1, 2] * 10
    path = write(rows(context=["a"], email_text=EMAILS, Replied=["no"], Meeting=["yes", "no"]))
    assert any(
        "'Meeting' says in 15 rows that somebody answered, though 'Replied' says no" in s
        for s in resolve_data(path).said
    )


def test_rows_keep_the_numbers_of_the_file_that_was_named(write: Write) -> None:
    path = write(rows(context=["a"], Text=EMAILS, Replied__at=["2024-05-01", ""]))
    found = resolve_data(path)
    assert found.imported and found.read().rows == tuple(range(2, 32))
    lacking = resolve_data(write(rows(context=["a"], Text=["", *EMAILS[1:]], Replied__at=["2024-05-01", ""])))
    assert lacking.read().rows == tuple(range(3, 32)), "the first row has no text"
    plain = resolve_data(write(rows(context=["a"], email_text=EMAILS, outcome=["0", "1", "2"])))
    assert not plain.imported and plain.said == () and plain.columns == DEFAULT_COLUMNS


def test_a_command_prints_its_guess_beside_the_result(write: Write, tmp_path: Path) -> None:
    path = write(rows(context=["a", "b"], Text=EMAILS, Result=["won", "answered", "none"]))
    status, out, err = typed("check", path, cwd=tmp_path)
    assert status == 0 and "30 emails" in out
    assert "'Text' was taken for the email" in err and "--email-column Text --outcome-column Result" in err


def test_each_of_several_tables_has_the_context_that_it_can_have(write: Write) -> None:
    one = write(rows(context=["a baker"], email_text=EMAILS, outcome=["0", "1", "2"]), "one.csv")
    two = write(rows(Title=["CTO"], Company=["Acme"], Text=EMAILS, Result=["won", "none"]), "two.csv")
    contexts = {row.context for row in import_rows([one, two], ImportOptions())}
    assert contexts == {"a baker", "CTO at Acme"}


def test_what_is_said_of_outcomes_themselves_is_of_the_result(tmp_path: Path) -> None:
    mailbox = FIXTURES / "mailbox" / "export.mbox"
    options = ImportOptions(today=date(2026, 11, 28))
    assert resolve_data(mailbox, options=options).read().counts() == [11, 5, 1]
    said = resolve_data(mailbox, Columns(outcomes="2=1"), options)
    assert said.read().counts() == [11, 6, 0] and "Then, as you said: --outcomes '2=1'" in said.said
    assert resolve_data(mailbox, Columns(outcomes="conversion=skip"), options).read().counts() == [11, 5, 0]


def test_what_is_said_of_a_columns_own_numbers_is_not_said_twice(write: Callable[..., Path]) -> None:
    rows = [["Title", "Body", "Replies"], *(["CFO", email, n % 3] for n, email in enumerate(EMAILS))]
    found = resolve_data(write(rows), Columns(outcomes="1=2"))
    assert found.read().counts() == [10, 10, 10] and found.columns.outcomes != "1=2"
