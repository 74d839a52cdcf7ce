"""Copies of a user's file keep every column and leave the original alone."""

from __future__ import annotations

import csv

import pytest

from outcome_rl.config import DEFAULT_COLUMNS, Columns
from outcome_rl.data.dataset import read_emails, sample_file
from outcome_rl.data.rewrite import Edit, write_edited, write_mapped, write_masked
from outcome_rl.errors import DataError

COLUMNS = Columns("Brief", "Body", "Result", "won=2,bounced=skip")
TEXT = """Rep,Brief,Body,Result,context
Ann a@b.org,Buyer,"Write to jo@firm.example
or ring +49 30 1234567",won,x
Bo,Clerk,=1+1,bounced,y

Cy,Owner,Bye,0,z
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(TEXT)
    yield path
    assert path.read_text() == TEXT, "the original is not touched"


def rows(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def test_a_mapped_copy_is_read_without_a_mapping(source, tmp_path):
    copy = tmp_path / "copy.csv"
    write_mapped(source, COLUMNS, copy)
    assert rows(copy)[0] == ["Rep", "context", "email_text", "outcome", "original context"]
    assert [row[0] for row in rows(copy)[1:]] == ["Ann a@b.org", "Cy"]
    found, same = read_emails(copy), read_emails(source, COLUMNS)
    assert (found.contexts, found.emails, found.outcomes) == (same.contexts, same.emails, same.outcomes)
    assert found.outcomes == (2, 0)


def test_a_file_that_needs_no_mapping_is_copied_as_it_is(tmp_path):
    sample = sample_file("emails.csv")
    write_mapped(sample, DEFAULT_COLUMNS, tmp_path / "copy.csv")
    assert (tmp_path / "copy.csv").read_bytes() == sample.read_bytes()


def test_a_masked_copy_hides_personal_data_in_every_column(source, tmp_path):
    copy = tmp_path / "copy.csv"
    assert write_masked(source, COLUMNS, copy) == 1
    header, first, *_ = rows(copy)
    assert header == TEXT.splitlines()[0].split(",")
    assert first == ["Ann [email]", "Buyer", "Write to [email]\nor ring [phone]", "won", "x"]
    assert read_emails(copy, COLUMNS).outcomes == (2, 0)


def test_an_edited_copy_changes_and_drops_what_it_is_told(source, tmp_path):
    copy = tmp_path / "copy.csv"
    write_edited(source, COLUMNS, copy, {2: Edit("Buyer", "Hello", "1"), 3: None})
    assert rows(copy)[1:] == [["Ann a@b.org", "Buyer", "Hello", "1", "x"], ["Cy", "Owner", "Bye", "0", "z"]]
    assert read_emails(copy, COLUMNS).outcomes == (1, 0)


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        ({2: Edit("Buyer", " ", "1")}, "row 2: Body is empty"),
        (
            {5: Edit("Owner", "Bye", "sold")},
            r"row 5 \(line 6\): outcome 'sold' is not one of 0, 1, 2, .*, won, bounced",
        ),
        ({2: None, 3: None, 5: None}, "no row is left"),
    ],
)
def test_an_edit_that_cannot_be_used_writes_nothing(source, tmp_path, edits, told):
    with pytest.raises(DataError, match=told):
        write_edited(source, COLUMNS, tmp_path / "copy.csv", edits)
    assert not (tmp_path / "copy.csv").exists()
