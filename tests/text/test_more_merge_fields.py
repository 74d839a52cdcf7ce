"""Merge fields in spellings that the tools do not share, and what only looks like one."""

import pytest

from outcome_rl.text.merge_fields import merge_fields_in
from outcome_rl.text.merge_filling import fill, first_choices, has_spintax, known_fields


@pytest.mark.parametrize(
    "written",
    [
        "(First Name)",
        "$firstname",
        "[[FirstName:there]]",
        "{first_name,there}",
        "{firstName|there}",
        "[FirstName|colleague]",
        "XXX",
        "____",
        "【お名前】",
    ],
)
def test_fields_are_known(written: str) -> None:
    (field,) = merge_fields_in(f"Hi {written}, how is the firm?")
    assert field.text == written


@pytest.mark.parametrize(
    "text", ["(your firm's name)", "size XXXL", "【重要】 the news", "___\nMo", "{Hi|Hello} Gus", "$five", "[yes|no]"]
)
def test_what_only_looks_like_a_field(text: str) -> None:
    assert merge_fields_in(text) == []


def test_a_name_before_a_bar_is_a_field_with_a_fallback_and_no_choice() -> None:
    text = "{Hi|Hello} {first_name|there}"
    assert fill(text, {"firstname": "Bo"})[0] == "{Hi|Hello} Bo"
    assert fill(text, {})[0] == "{Hi|Hello} there"
    assert fill("Dear [FirstName|colleague],", {})[0] == "Dear colleague,"
    assert fill("Dear [FirstName|colleague],", {"firstname": "Bo"})[0] == "Dear Bo,"
    assert has_spintax(text) and not has_spintax("Hi {first_name|there}")


@pytest.mark.parametrize(
    ("template", "sent"),
    [
        ("{{RANDOM | Hi | Hello}} Bo", "Hi Bo"),
        ("{{random|Hi {{first_name}}|Hello}}, I saw", "Hi {{first_name}}, I saw"),
        ("{Hi {{first_name}}|Hello {{first_name|there}}}, I saw", "Hi {{first_name}}, I saw"),
        ("{Hi|{Hey|Yo}} {{ name | default: 'you' }}", "Hi {{ name | default: 'you' }}"),
        ("{{Morning|Day}|Evening} {first_name|there}", "Morning {first_name|there}"),
        ("a | b {c} {{d}}", "a | b {c} {{d}}"),
    ],
)
def test_the_first_of_each_choice(template: str, sent: str) -> None:
    assert first_choices(template) == sent


def test_two_bars_before_a_fallback() -> None:
    assert fill("Hi {{first_name || 'there'}}", {})[0] == "Hi there"


def test_the_column_of_a_fields_own_name_fills_it_and_no_identifier_does() -> None:
    row = {"organization": "5c1d8d1e-77b9-4a83-bb0f-2a1c94f3d6e2", "account": "Key", "company_name": "Acme"}
    values = known_fields(row)
    for name in ("companyName", "company_name"):
        assert fill(f"For {{{{{name}}}}}.", values)[0] == "For Acme."
    assert fill("For {{organization}}.", values)[0] == "For Key."
    assert fill("For {{organization}}.", known_fields({"organization": "Acme", "company": "Key"}))[0] == "For Acme."
