"""A column called "State" is where somebody lives, or what became of an email: what stands beside it tells."""

from __future__ import annotations

import pytest

from outcome_rl.errors import ConfigError
from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import Write, rows

PLACES = ["TX", "OK", "Ohio", "OR"]


def contexts(write: Write, state: str, cells: list[str], *beside: str) -> set[str]:
    columns = {name.replace(" ", "__"): ["Leeds"] for name in beside}
    path = write(rows(Body=EMAILS, Replied=["yes", "no"], **columns, **{state.replace(" ", "__"): cells}))
    return {row.context for row in import_rows([path], ImportOptions(context=f"A buyer in {{{state}}}"))}


@pytest.mark.parametrize(
    ("state", "beside"),
    [
        ("State", ["City"]), ("PersonState", ["PersonCity"]), ("BillingState", ["BillingCountry"]),
        ("MailingState", ["MailingPostalCode", "MailingCity"]), ("company_state", ["company_city"]),
        ("State/Province", []), ("Region", []),
    ],
)  # fmt: skip
def test_a_state_beside_a_city_or_a_country_is_a_place(state: str, beside: list[str], write: Write) -> None:
    assert contexts(write, state, PLACES, *beside) == {f"A buyer in {place}" for place in PLACES}


@pytest.mark.parametrize(
    ("state", "cells", "beside"),
    [
        ("State", ["TX", "OK"], ["Notes"]),
        ("STATE", ["opened", "replied"], ["City"]),
        ("Lead State", ["Won", "TX"], ["Lead City"]),
        ("STATE", ["In Sequence", "Nurture"], ["ADDRESS_CITY"]),
        ("Email state", ["a", "b"], ["City"]),
    ],
)
def test_what_became_of_an_email_is_no_place(state: str, cells: list[str], beside: list[str], write: Write) -> None:
    with pytest.raises(ConfigError, match=f"'{state}' may say what became of the email"):
        contexts(write, state, cells, *beside)


@pytest.mark.parametrize(("beside", "told"), [("City", False), ("Notes", True)])
def test_a_place_is_not_said_to_be_no_outcome(beside: str, told: bool, write: Write) -> None:
    path = write(rows(Body=EMAILS, Replied=["yes", "no"], State=PLACES, **{beside: ["Leeds"]}))
    assert any("column 'State' was left aside" in each for each in preview_import([path]).remarks) is told


@pytest.mark.parametrize("name", ["State changed at", "Status", "Reply state", "Stage", "Last state"])
def test_a_name_that_says_what_came_after_is_refused_at_once(name: str) -> None:
    with pytest.raises(ConfigError, match="is known only after the email was sent"):
        ImportOptions(context=f"Someone in {{{name}}}").validate()
