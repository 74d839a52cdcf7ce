"""Stand-ins for people: consistent, complete, and merge fields stay fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, import_rows
from outcome_rl.importers.options import ImportedRow
from outcome_rl.importers.stand_ins import StandIns
from outcome_rl.text.quotes import Cut

FIELDS = {
    "First Name": "Ana",
    "Last Name": "Doe",
    "Email": "ana.doe@firm.example",
    "Phone": "+43 316 1234567",
    "City": "Graz",
}


def row(text: str, recipient: str = "ana.doe@firm.example", context: str = "", **fields: str) -> ImportedRow:
    return ImportedRow(context, text, 0, recipient=recipient, fields=fields or FIELDS)


def test_names_addresses_and_numbers_give_way() -> None:
    text = "Hi Ana,\n\nis Ana Doe (ana.doe@firm.example, +43 316 1234567) the same as Ms Doe? Anastasia is not."
    masked = StandIns().mask(row(text, context="Ana at a mill"))
    assert masked.email_text == (
        "Hi Person 1,\n\nis Person 1 (p1@example.invalid, [phone]) the same as Ms Person 1? Anastasia is not."
    )
    assert masked.context == "Person 1 at a mill" and masked.recipient == "p1@example.invalid"
    assert masked.fields == {
        "First Name": "Person",
        "Last Name": "1",
        "Email": "p1@example.invalid",
        "Phone": "[phone]",
        "City": "Graz",
    }


def test_a_name_in_capitals_gives_way_too() -> None:
    masked = StandIns().mask(row("ANA DOE, is this you? ANA! DOE!"))
    assert masked.email_text == "Person 1, is this you? Person 1! Person 1!"


def test_what_was_cut_off_an_email_is_masked_as_well() -> None:
    quoted = Cut("quoted thread", "> Ana Doe (+43 316 1234567) wrote to bo@firm.example")
    (masked,) = StandIns().mask(replace(row("Hi Ana"), cuts=(quoted,))).cuts
    assert masked == Cut("quoted thread", "> Person 1 ([phone]) wrote to p2@example.invalid")


def test_the_same_person_has_the_same_stand_in() -> None:
    people = StandIns()
    first = people.mask(row("Hi Ana"))
    second = people.mask(row("Ask bo@firm.example", "bo@firm.example", **{"First Name": "Bo"}))
    again = people.mask(row("Hi Ana, bo@firm.example told me"))
    assert [each.recipient for each in (first, second, again)] == [f"p{n}@example.invalid" for n in (1, 2, 1)]
    assert again.email_text == "Hi Person 1, p2@example.invalid told me"


def test_two_people_of_one_name_are_two() -> None:
    people = StandIns()
    assert people.mask(row("Hi Ana", "a@x.example", name="Ana Doe")).email_text == "Hi Person 1"
    assert people.mask(row("Hi Ana", "b@x.example", name="Ana Doe")).email_text == "Hi Person 2"


def test_merge_fields_stay_fields() -> None:
    text = "Hi {{first_name}} of [Company], {{Ana}} and Ana"
    assert StandIns().mask(row(text)).email_text == "Hi {{first_name}} of [Company], {{Ana}} and Person 1"


def test_who_has_only_a_name_is_told_by_it() -> None:
    people = StandIns()
    masked = people.mask(row("Hi Ana Doe", "", name="Ana Doe"))
    assert masked.email_text == "Hi Person 1" and masked.recipient == ""
    assert people.mask(row("Hi Bo", "", name="Bo Roe")).email_text == "Hi Person 2"


def test_an_import_masks_on_the_way_in() -> None:
    path = Path(__file__).parent / "fixtures" / "apollo_contacts"
    options = ImportOptions(today=date(2024, 4, 15), templates=path / "templates.csv", mask=True)
    rows = list(import_rows([path / "export.csv"], options))
    said = " ".join(f"{row.context} {row.email_text} {row.recipient} {' '.join(row.fields.values())}" for row in rows)
    assert "firm.example" not in said and "Doe" not in said
    assert len({row.recipient for row in rows}) == len(rows)
    plain = list(import_rows([path / "export.csv"], ImportOptions(today=options.today, templates=options.templates)))
    assert [row.outcome for row in rows] == [row.outcome for row in plain]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Subject: A plan\n\nHi Mina,\n\nMina, is it so?", "Subject: A plan\n\nHi Person 1,\n\nPerson 1, is it so?"),
        ("Dear Mr Smith,\n\nWould Smith & Co do?", "Dear Mr Person 1,\n\nWould Person 1 & Co do?"),
        ("Hi Will,\n\nWill you come?", "Hi Person 1,\n\nWill you come?"),
        ("Hi Person 4,\n\nthis was masked.", "Hi Person 4,\n\nthis was masked."),
        ("Hi there,\n\nHi {{first_name}}, said he.", "Hi there,\n\nHi {{first_name}}, said he."),
    ],
)
def test_whom_only_the_greeting_names_gives_way_too(text: str, masked: str) -> None:
    assert StandIns().mask(row(text, "mina@firm.example", City="Ulm")).email_text == masked


def test_another_name_in_the_greeting_is_the_same_person() -> None:
    annie = row("Hi Annie,\n\nAna Doe is on your badge.")
    assert StandIns().mask(annie).email_text == "Hi Person 1,\n\nPerson 1 is on your badge."
    titled = row("Dear Ms Doe,\n\nyes.")
    assert StandIns().mask(titled).email_text == "Dear Ms Person 1,\n\nyes."
