"""Rows from files and from memory, and what in them would fool a model."""

from __future__ import annotations

import numpy as np
import pytest

import outcome_rl as orl
from outcome_rl.errors import DataError


def test_rows_from_lists_are_those_of_a_file(tmp_path):
    made = orl.EmailData.from_lists(
        ["A", "B", "C"], ["one", '"two",\nof two lines', "=1+1"], [0, "reply", np.float64(2)]
    )
    assert (made.outcomes, made.rows) == ((0, 1, 2), (0, 1, 2))
    made.write(tmp_path / "rows.csv")
    read = orl.read_emails(tmp_path / "rows.csv")
    assert (read.contexts, read.emails, read.outcomes) == (made.contexts, made.emails, made.outcomes)


@pytest.mark.parametrize(
    ("contexts", "emails", "outcomes", "said"),
    [
        (["A"], ["one", "two"], [0], "1 contexts, 2 emails and 1 outcomes were given"),
        (["A", "B"], ["one", " "], [0, 1], "row 1: email_text is empty"),
        (["A", "B"], ["one", "two"], [0, 3], "row 1: outcome '3' is not one of 0, 1, 2"),
        (["A"], ["one"], [True], "row 0: outcome 'True' is not one of"),
    ],
)
def test_rows_that_cannot_be_used_are_named(contexts, emails, outcomes, said):
    with pytest.raises(DataError) as caught:
        orl.EmailData.from_lists(contexts, emails, outcomes)
    assert said in str(caught.value)


def test_what_would_fool_a_model_is_found_with_its_rows():
    emails = [f"Email number {place} about something else entirely" for place in range(12)]
    emails[7] = emails[3]
    data = orl.EmailData.from_lists(["Customer: A."] * 12, emails, [0, 1, 2] * 4)
    found = {finding.kind: finding for finding in orl.audit_emails(data)}
    assert found["duplicate"].rows == (3, 7)
    assert found["duplicate"].message
    assert found["duplicate"].advice


def test_a_file_is_audited_by_its_path():
    assert all(isinstance(finding, orl.Finding) for finding in orl.audit_emails(orl.sample_file("emails.csv")))
