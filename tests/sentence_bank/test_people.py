"""Whom a greeting names, and whom it therefore does not fit."""

import pytest

from outcome_rl.sentence_bank.people import Name, first_name, names_stand_elsewhere, person_elsewhere, with_fields


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


@pytest.mark.parametrize(
    ("context", "value", "person"),
    [
        ("Grange & Sons, Selby - Anita Varley, foreman | merchants", "Grange & Sons", "Anita Varley"),
        ("Raistrick Fixings, Leeds - Simon Gill", "Raistrick Fixings", "Simon Gill"),
        ("Noble Castings (Donna Drake) / Leeds", "Noble Castings", "Donna Drake"),
        ("Anita Varley, foreman, Frank Cooper, Selby", "Anita Varley", ""),
        ("Mr Raistrick, foreman - Simon Gill, owner", "Mr Raistrick", ""),
        ("Raistrick Fixings, name from Kev Smith, Leeds", "Raistrick Fixings", ""),
        ("Raistrick Fixings, Grace Court Care, Leeds", "Raistrick Fixings", ""),
        ("", "", ""),
    ],
)
def test_who_is_told_of_where_the_name_is_none(context, value, person):
    assert person_elsewhere(context, value) == person


def test_the_other_person_is_the_recipient_where_the_seller_greets_so():
    told = [(f"Grange {n} & Sons, Selby - Anita Varley, foreman", f"Grange {n} & Sons", "Hi Anita,") for n in range(4)]
    assert names_stand_elsewhere(told)
    assert not names_stand_elsewhere(told[:2]), "two are no rule"
    assert not names_stand_elsewhere([(context, value, "Hi Grange,") for context, value, _ in told])
    assert not names_stand_elsewhere([])
