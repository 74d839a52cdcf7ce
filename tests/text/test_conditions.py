"""Conditions of templates: what a recipient's fields decide, and what stays open."""

from __future__ import annotations

import pytest

from outcome_rl.text.conditions import decide

FIELDS = {
    "company": "Acme",
    "company.size": "9",
    "title": "Head of Sales",
    "city": "",
    "employees": "1,200",
    "country": "DE",
    "is_customer": "false",
    "First Name": "Ana",
    "age": "7",
    "first_name": "Ana",
    "contact.firstname": "Ana",
    "COMPANY": "Acme",
    "seats": "1.000",
}


@pytest.mark.parametrize(
    "condition",
    [
        "company",
        'company == "Acme"',
        "company == 'Acme'",
        "company == “Acme”",
        'company != "Beta"',
        "company != blank",
        'title contains "Head"',
        "not city",
        "!city",
        "city == empty",
        'city == ""',
        "city is empty",
        "employees > 50",
        "employees >= 1200",
        "50 < employees",
        "company and title",
        "city or title",
        "company && !city",
        "First Name",
        'First Name == "Ana"',
        '(country == "DE" or country == "AT") and company',
        '(eq country "DE")',
        'eq country "DE"',
        "contact.firstname is defined",
        "city is not defined",
        '$COMPANY != ""',
        '{{COMPANY}} == "Acme"',
        "true",
        "age == 7.0",
        "missing or company",
        'COMPANY = "Acme"',
        "company is not blank",
        'ne country "FR"',
        "company != nil",
        "'' == city",
        "false == is_customer",
    ],
)
def test_what_holds(condition: str) -> None:
    assert decide(condition, FIELDS.get) is True


@pytest.mark.parametrize(
    "condition",
    [
        "city",
        'company == "Beta"',
        'company == "acme"',
        "company == blank",
        'title contains "CEO"',
        "not company",
        "employees < 50",
        "company and city",
        "missing and city",
        "city is defined",
        "false",
        "company == nil",
        "age > 30",
        'country == "FR" or country == "AT"',
        'nil contains "x"',
        'seats == "two"',
    ],
)
def test_what_does_not_hold(condition: str) -> None:
    assert decide(condition, FIELDS.get) is False


@pytest.mark.parametrize(
    "condition",
    [
        "missing",
        'missing == "x"',
        "not missing",
        "missing and company",
        "missing or city",
        "is_customer",
        "company.size > 3",
        "title > 3",
        "company ==",
        "",
        "company | upcase == 'A'",
        "company; import os",
        "(company",
        "company)",
        "company contains missing",
        "employees > '50-100'",
        f'company == "{"a" * 300}"',
        "(" * 50 + "company" + ")" * 50,
        "not " * 40 + "city",
        "__import__('os')",
        "company is prime",
        "city and missing or company and missing",
        "company == true",
        "true > age",
        "nil < age",
        "missing == nil",
        "missing == true",
        "company contains true",
        "seats == 1000",
        "seats != 1000",
    ],
)
def test_what_nobody_knows(condition: str) -> None:
    assert decide(condition, FIELDS.get) is None


def test_what_is_grouped_in_two_ways_is_open_where_that_matters() -> None:
    """``a and b or c``: with "and" first it holds, read from the right it does not."""
    fields = {"a": "", "b": "x", "c": "x"}
    assert decide("a and b or c", fields.get) is None
    assert decide("(a and b) or c", fields.get) is True and decide("a and (b or c)", fields.get) is False
    assert decide("c or a and b", fields.get) is True


def test_hostile_conditions_say_nothing() -> None:
    for hostile in ('"' * 300, "a." * 150, "$" * 300, "{{" * 150, "1," * 150, "a and " * 50, "== " * 100, " " * 300):
        assert decide(hostile, FIELDS.get) is None
