"""Whom a greeting names, and whom it therefore does not fit."""

from dataclasses import replace

import pytest

from outcome_rl.sentence_bank.people import Name, first_name, name_fields_of, with_fields
from outcome_rl.text.email_parts import email_parts


@pytest.mark.parametrize(
    ("greeting", "found"),
    [
        ("Hi Ana,", "Hi {{first_name}},"),
        ("Good morning Ana!", "Good morning {{first_name}},"),
        ("Ana,", "{{first_name}},"),
        ("Hi {{first_name}},", "Hi {{first_name}},"),
        ("Dear Mr Hall,", "Dear Mr {{last_name}},"),
        ("Sehr geehrte Frau Dr. Lang,", "Sehr geehrte Frau {{last_name}},"),
        ("Sehr geehrter Herr Winterhalter", "Sehr geehrter Herr {{last_name}},"),
        ("Sehr geehrte Damen und Herren,", "Sehr geehrte Damen und Herren,"),
        ("Guten Tag,", "Guten Tag,"),
        ("Hi Doris Day,", "Hi {{first_name}},"),
        ("Dear Mr Day,", "Dear Mr {{last_name}},"),
        ("Hallo Frau Müller und Herr Lang,", "Hallo {{first_name}},"),
        ("Hi there,", "Hi there,"),
    ],
)
def test_a_greeting_has_merge_fields_for_what_is_a_name(greeting, found):
    assert with_fields(greeting) == found


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Nora Lang", Name("", "Nora", "Lang")),
        ("Nora", Name("", "Nora", "")),
        ("Frau Dr. Nora Lang", Name("frau", "Nora", "Lang")),
        ("Herr Reuter", Name("herr", "", "Reuter")),
        ("Herrn Reuter", Name("herr", "", "Reuter")),
        ("Mr. Hall", Name("mr", "", "Hall")),
        ("", Name()),
    ],
)
def test_a_name_is_taken_apart(value, name):
    assert Name.of(value) == name


@pytest.mark.parametrize(
    ("value", "greeting", "fits", "filled"),
    [
        ("Frau Nora Lang", "Sehr geehrte Frau {{last_name}},", True, "Sehr geehrte Frau Lang,"),
        ("Herr Nils Lang", "Sehr geehrte Frau {{last_name}},", False, "Sehr geehrte Frau Lang,"),
        ("Nora Lang", "Sehr geehrte Frau {{last_name}},", False, "Sehr geehrte Frau Lang,"),
        ("", "Dear Mr {{last_name}},", False, "Dear Mr {{last_name}},"),
        ("Frau Nora Lang", "Liebe {{first_name}},", True, "Liebe Nora,"),
        ("Herr Lang", "Guten Tag,", True, "Guten Tag,"),
        ("", "Hi {{first_name}},", True, "Hi {{first_name}},"),
    ],
)
def test_a_title_and_a_last_name_are_only_for_those_who_have_them(value, greeting, fits, filled):
    name = Name.of(value)
    assert name.may_be_called(greeting) is fits
    assert name.fill(greeting) == filled


def test_a_first_name_is_one_word_that_is_no_title():
    greetings = ("Hi Ana,", "Hallo Jörg,", "Dear Mr Hall,", "Hi Ana and Bob,", "Hi {{first_name}},", "Hi,", "Dear Frau")
    assert [first_name(greeting) for greeting in greetings] == ["Ana", "Jörg", "", "", "", "", ""]


def test_the_surest_field_of_the_recipients_name_is_the_first():
    """Where "Anita Varley" stands in a field of her own, that of the others' names holds a firm."""
    people, firm = ("Anita Varley", "Mark Gill", "Kinga Drake"), "Grange & Sons"
    values = [((0, who), (2, "Leeds")) for who in people * 4] + [((0, firm), (2, "Hull"), (7, who)) for who in people]
    parts = [email_parts(f"Hi {own[-1][1] if len(own) > 2 else own[0][1]},\n\nShall we come?") for own in values]
    parts = [replace(part, greeting=f"{' '.join(part.greeting.split()[:2])},") for part in parts]
    assert name_fields_of(parts, values) == (7, 0)
    assert name_fields_of(parts[:12], values[:12]) == (0,)
    assert name_fields_of([email_parts("Hi there,\n\nShall we come?")] * 15, values) == ()
