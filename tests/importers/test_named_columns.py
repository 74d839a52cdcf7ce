"""Columns that a person names where several files are imported together: each belongs to the file that has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from outcome_rl.errors import ConfigError
from outcome_rl.importers.api import ImportOptions, import_rows
from outcome_rl.importers.named_columns import columns_of_each
from tests.helpers.strangers import Write

MAILINGS = [
    ["PROSPECT_EMAIL", "SEQUENCE_ID", "STEP_ORDER", "DELIVERED_AT", "REPLIED_AT", "BOUNCED_AT", "TEMPLATE_ID", "Met"],
    ["ana@firm.example", "7", "1", "2024-03-04 09:00:00", "2024-03-05 09:00:00", "", "88", "yes"],
    ["ben@firm.example", "7", "1", "2024-03-04 09:00:00", "2024-03-05 09:00:00", "", "88", "no"],
    ["clo@firm.example", "7", "1", "2024-03-04 09:00:00", "", "", "88", "no"],
]
TEXTS = [["template_id", "step", "subject", "body"], ["88", "1", "A page", "Hello, may I show you one page on ovens?"]]


def files(write: Write) -> list[Path]:
    return [write(MAILINGS, name="mailings.csv"), write(TEXTS, name="templates.csv")]


@pytest.mark.parametrize(
    "named",
    [
        {"outcome": "REPLIED_AT, Met"},
        {"outcome": "Met,REPLIED_AT", "step": "STEP_ORDER"},
        {"outcome": "replied_at,met", "recipient": "PROSPECT_EMAIL", "template": "TEMPLATE_ID"},
    ],
)
def test_a_column_belongs_to_the_file_that_has_it(named: dict[str, str], write: Write) -> None:
    rows = list(import_rows(files(write), ImportOptions(columns=named)))
    assert {row.recipient[:3]: row.outcome for row in rows} == {"ana": 2, "ben": 1, "clo": 0}
    assert all("one page on ovens" in row.email_text for row in rows)


def test_a_column_that_no_file_has_is_told_with_those_of_all(write: Write) -> None:
    with pytest.raises(ConfigError, match=r"column 'Won' is missing; .*'PROSPECT_EMAIL'.*'template_id'"):
        list(import_rows(files(write), ImportOptions(columns={"outcome": "Met, Won"})))


def test_several_outcomes_are_told_apart_by_the_files() -> None:
    found = columns_of_each(
        [["Email", "Met, once"], ["email", "Replied"]], {"outcome": "Replied", "recipient": "E-mail"}
    )
    assert found == [{"recipient": "E-mail"}, {"outcome": "Replied", "recipient": "E-mail"}]
    assert columns_of_each([["Met, once"], ["Replied"]], {"outcome": "Met, once"}) == [{"outcome": "Met, once"}, {}]
