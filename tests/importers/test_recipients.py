"""Emails for the recipients of a file: their own columns go along, merge fields are filled or left open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, import_steps
from outcome_rl.importers.composition import Composition, read_beside
from outcome_rl.importers.export import write_sends
from outcome_rl.importers.recipients import as_template, filled, read_recipients
from outcome_rl.utils.streaming import run_to_end
from tests.helpers.command_line import SHORT, result, rows_of, typed

ANA = {"First Name": "Ana", "Last Name": "Ruiz", "Company": "Ruiz & Co", "City": "Lima"}


def test_a_row_for_each_recipient_with_its_own_columns(write: Callable[..., Path]) -> None:
    found = read_recipients(
        write([["email", "Context", "City"], ["a@x.example", "a baker", "Lima"], ["b@x.example", " ", "Rome"]])
    )
    assert found.contexts == ("a baker",)
    assert found.columns(0) == {"email": "a@x.example", "City": "Lima"}


def test_contexts_are_composed_where_a_file_has_none(write: Callable[..., Path]) -> None:
    path = write([["Email", "Job title", "Company", "Replied"], ["a@x.example", "CFO", "Acme", "no"]])
    found = read_recipients(path)
    assert found.contexts == ("CFO at Acme",) and found.composed_as == "{title} at {company}"
    assert found.columns(0)["Email"] == "a@x.example"
    with pytest.raises(DataError, match="column 'context' is missing, and no name, title, company or the like"):
        read_recipients(write([["Shoe size", "Phone"], ["40", "1"]]))
    with pytest.raises(DataError, match="there are no contexts in it"):
        read_recipients(write([["Email", "context"], ["a@x.example", ""]]))


def test_contexts_alone_have_no_columns(write: Callable[..., Path], tmp_path: Path) -> None:
    assert read_recipients(write([["whom"], ["a baker"]])).header == ()
    (tmp_path / "whom.txt").write_text("a baker\na cook\n", encoding="utf-8")
    found = read_recipients(tmp_path / "whom.txt")
    assert found.contexts == ("a baker", "a cook") and found.columns(1) == {}


def test_merge_fields_are_filled_from_the_rows_columns() -> None:
    text = "Hi {{first_name}},\n\nIs {{company}} in {{city}} hiring {{role_wanted}}?"
    assert filled(text, ANA) == ("Hi Ana,\n\nIs Ruiz & Co in Lima hiring {{role_wanted}}?", ("role_wanted",))
    assert filled("Hi Ana,", ANA) == ("Hi Ana,", ())


def test_a_recipients_own_name_becomes_a_merge_field() -> None:
    text = "Hi Ana,\n\nAnabel of Ruiz & Co asked for you, Ana Ruiz. {{Ana}} stays. Lima too."
    assert as_template(text, ANA) == (
        "Hi {{first_name}},\n\nAnabel of {{company}} asked for you, {{full_name}}. {{Ana}} stays. Lima too."
    )
    assert as_template("Hi A,", {"First Name": "A"}) == "Hi A,"


def test_generated_emails_keep_the_columns_of_their_recipients(models_folder: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "email,First Name,context,reward\na@x.example,Ana,a baker,9\nb@x.example,Bo,a cook,9\n", encoding="utf-8"
    )
    asked = ("--contexts", people, "--candidates", 2, "--model", models_folder / "gpt2", *SHORT)
    result("generate", *asked, "--out", tmp_path / "new.csv", cwd=tmp_path)
    written = rows_of(tmp_path / "new.csv")
    assert [row["email"] for row in written] == ["a@x.example"] * 2 + ["b@x.example"] * 2
    assert [row["First Name"] for row in written] == ["Ana"] * 2 + ["Bo"] * 2
    assert {row["reward"] for row in written} == {""}  # the email's own, not the file's
    assert typed("sends", tmp_path / "new.csv", "--out", tmp_path / "send.csv", cwd=tmp_path)[0] == 0
    assert list(rows_of(tmp_path / "send.csv")[0]) == ["email", "First Name", "subject", "body"]


def test_a_template_goes_to_a_tool_in_its_spelling(tmp_path: Path) -> None:
    row = {**ANA, "email_text": as_template("Subject: For Ana\n\nHi Ana, a line for Ruiz & Co.", ANA)}
    write_sends([row], tmp_path / "out.csv", "woodpecker")
    (sent,) = rows_of(tmp_path / "out.csv")
    assert (sent["subject"], sent["body"]) == ("For {{FIRST_NAME}}", "Hi {{FIRST_NAME}}, a line for {{COMPANY}}.")


def test_people_are_hidden_in_contexts_where_they_were_in_what_was_learned(write: Callable[..., Path]) -> None:
    learned = Composition("{name}, {title}", {"name": ("Name",), "title": ("Title",)}, masked=True)
    assert Composition.from_dict(learned.to_dict()) == learned
    path = write([["Name", "Title", "Email"], ["Ana Ruiz", "CFO", "a@x.example"], ["Bo Lee", "CTO", "b@x.example"]])
    found = read_recipients(path, learned=learned)
    assert found.contexts == ("Person 1, CFO", "Person 2, CTO")
    assert filled("Hi Person 2, how is the firm?", found.columns(1)) == ("Hi Bo, how is the firm?", ())
    assert filled("Hi Person 2, how is the firm?", {"City": "Lima"}) == ("Hi Person 2, how is the firm?", ())
    plain = read_recipients(path, learned=replace(learned, masked=False))
    assert plain.contexts == ("Ana Ruiz, CFO", "Bo Lee, CTO")


def test_an_import_that_hid_people_keeps_that_it_did(write: Callable[..., Path], tmp_path: Path) -> None:
    rows = [[f"Ana{n} Ruiz", "CFO", f"a{n}@x.example", f"Hi Ana{n}, a word?", ["yes", "no"][n % 2]] for n in range(12)]
    path = write([["Name", "Title", "Email", "Body", "Replied"], *rows])
    for mask in (True, False):
        run_to_end(import_steps([path], ImportOptions(mask=mask, context="{name}, {title}"), tmp_path / "out.csv"))
        kept = read_beside(tmp_path / "out.csv")
        assert kept and kept.masked is mask
