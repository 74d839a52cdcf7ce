"""Templates joined by step and variant, merge fields filled, and both written for other tools."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from outcome_rl.importers.templates import read_templates, step_number
from outcome_rl.text.merge_fields import merge_fields_in
from outcome_rl.text.merge_filling import SPELLINGS, custom_fields, field_values, fill, has_spintax, respell
from tests.helpers.export_emails import EMAILS

VALUES = field_values({"First Name": "Ana", "lastName": "Doe", "Company": "Acme", "snippet1": "the lake"})


@pytest.mark.parametrize(
    "field",
    [
        "{{first_name}}", "{{ firstName }}", "{{First Name}}", "{{ contact.firstname }}", "{{FIRST_NAME}}",
        "{{{first_name}}}",
        "{firstName}", "{FIRST_NAME}", "{first name}", "*|FNAME|*", "%FNAME%", "%%first%%", "[First Name]",
        "[FIRST_NAME]",
        "${first_name}", "<<First Name>>", "<<first_name>>", "«first_name»", "{{first_name|there}}",
        "{{ contact.firstname | default: 'there' }}", '{{first_name | fallback: "there"}}',
    ],
)  # fmt: skip
def test_every_spelling_is_filled(field: str) -> None:
    assert fill(f"Hi {field}, hello", VALUES) == ("Hi Ana, hello", (), ())


@pytest.mark.parametrize(
    "text",
    [
        "{Hi|Hello} there", "[note: see below]", "[1]", "50% of 20% off", "100%% sure", "a << b >> c", "{a: 1, b: 2}",
        "{this is a whole sentence in braces}", "[book a slot](https://cal.example)", "«Bonjour» à tous", "{{#if x}}",
        "5 * 3 | 2 * 4", "email me [here]", "{}", "{{}}", "%d and %s", "C:\\[new]",
        "[REQUEST] a pizza", "Subject: [EXTERNAL] Re: prices", "Re: [EXT] prices",
    ],
)  # fmt: skip
def test_what_is_no_field_is_left(text: str) -> None:
    assert merge_fields_in(text) == []
    assert fill(text, VALUES) == (text, (), ())


@pytest.mark.parametrize("text", ["[FIRST_NAME], hello", "Subject: [COMPANY] and us", "Hi [FOCUS_AREA]", "[[REQUEST]]"])
def test_a_name_in_brackets_is_a_field_also_at_the_beginning(text: str) -> None:
    assert len(merge_fields_in(text)) == 1


def test_spintax_is_told() -> None:
    assert has_spintax("{Hi|Hello} Ana") and has_spintax("{a|b|c}")
    assert not has_spintax("{{first_name|there}}") and not has_spintax("{first_name}")


def test_what_nothing_fills_stays_and_is_named() -> None:
    text, missing, fallen = fill("{{nick|you}} {{shoe size}} *|CITY|* {{shoe size}}", VALUES)
    assert text == "you {{shoe size}} *|CITY|* {{shoe size}}"
    assert missing == ("shoe size", "CITY") and fallen == ("nick",)


def test_a_full_name_gives_the_first() -> None:
    assert fill("Hi {{first_name}} {{last_name}}", field_values({"name": "Ana Maria Doe"}))[0] == "Hi Ana Maria Doe"


def test_custom_fields_of_json() -> None:
    assert custom_fields('{"pain": "late orders", "n": 3, "list": [1]}') == {"pain": "late orders", "n": "3"}
    assert custom_fields("{not json") == custom_fields("") == custom_fields("[1]") == {}


# --- templates --------------------------------------------------------------------------------------------------------

ROWS = [
    {"step": "1", "variant": "A", "subject": "One", "body": "first a"},
    {"step": "1", "variant": "B", "subject": "One", "body": "first b"},
    {"step": "2", "variant": "", "subject": "", "body": "second"},
]


@pytest.mark.parametrize(
    ("step", "variant", "body"),
    [
        (0, "A", "first a"), (0, "b", "first b"), (0, "#1", "first b"), (1, "", "second"), (1, "A", "second"),
        (0, "", None), (0, "C", None), (2, "A", None), (None, "", None), (None, "A", "first a"),
    ],
)  # fmt: skip
def test_a_row_finds_the_one_template_it_can_have_had(step: int | None, variant: str, body: str | None) -> None:
    found = read_templates(ROWS).find(step, variant)
    assert (found.body if found else None) == body


@pytest.mark.parametrize("first", [0, 1])
def test_steps_may_be_counted_from_nought_or_one(first: int) -> None:
    templates = read_templates([{"step": str(first + n), "body": f"text {n}"} for n in range(3)])
    assert [templates.find(step, "").body for step in range(3)] == ["text 0", "text 1", "text 2"]  # type: ignore[union-attr]


def test_variants_may_be_counted_too() -> None:
    templates = read_templates([{"step": "1", "variant": str(n), "body": f"text {n}"} for n in (1, 2)])
    assert templates.find(0, "A").body == "text 1" and templates.find(0, "#1").body == "text 2"  # type: ignore[union-attr]


def test_templates_by_the_tools_own_numbers() -> None:
    templates = read_templates([{"template": "4401", "body": "x"}, {"template": "4402", "body": "y"}])
    assert templates.find(0, "", "4402").body == "y" and templates.find(0, "", "9") is None  # type: ignore[union-attr]


def test_a_mapping_of_steps() -> None:
    templates = read_templates({"1": "Subject: One\n\nfirst", "2A": "second a", "2/B": "second b", "Step 3": "third"})
    assert templates.find(0, "").subject == "One" and templates.find(0, "").body == "first"  # type: ignore[union-attr]
    assert templates.find(1, "B").body == "second b" and templates.find(2, "").body == "third"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "number"), [("2", 2), ("2.0", 2), ("Step 2", 2), ("Email #2", 2), ("", None), ("1 of 3", None)]
)
def test_steps_however_they_are_written(text: str, number: int | None) -> None:
    assert step_number(text) == number


def test_rows_are_joined_filled_and_counted(write: Callable[..., Path]) -> None:
    rows = [["email", "First Name", "step", "variant", "Replied", "sent at"]]
    rows += [["a@x.example", "Ana", "1", "A", "yes", "2024-01-01"], ["b@x.example", "Bo", "2", "", "no", "2024-01-01"],
             ["c@x.example", "Cy", "3", "", "no", "2024-01-01"]]  # fmt: skip
    first = ["1", "A", "For {{first_name}}", "<p>Hi {{first_name}},</p><p>{A|B} {{city|x}}.</p>"]
    second = ["2", "", "", "Hi [First Name], {{open_one}}"]
    templates = write([["step", "variant", "subject", "body"], first, second], "templates.csv")
    options = ImportOptions(today=date(2024, 4, 15), templates=templates)
    got = {row.recipient: row for row in import_rows([write(rows)], options)}
    assert got["a@x.example"].email_text == "Subject: For Ana\n\nHi Ana,\n\nA x."
    assert got["b@x.example"].email_text == "Hi Bo, {{open_one}}" and got["b@x.example"].open_fields == ("open_one",)
    assert "c@x.example" not in got


# --- out again --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", SPELLINGS)
def test_every_tools_spelling_is_found_again(tool: str) -> None:
    written = respell("Hi {{first_name}}, how is [Company]?", tool)
    assert len(merge_fields_in(written)) == 2
    assert fill(written, VALUES)[0] == "Hi Ana, how is Acme?"


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    filled, missing, _ = fill(text, {})
    assert (filled == text) or missing or "|" in text
    for tool in ("generic", "mailchimp"):
        respell(text, tool)


def test_choices_that_hold_fields_and_conditions_that_nothing_decides(write: Callable[..., Path]) -> None:
    body = f"{{{{RANDOM | Hi | Hello}}}} {{Anna|{{{{email}}}}}},\n\n{EMAILS[0]} {{{{#if plan}}}}In Ulm?{{{{/if}}}}"
    texts = write([["step", "subject", "body"], ["1", "A note", body]], "templates.csv")
    header = ["email", "lastState", "sequenceStep", "city"]
    path = write(
        [header, ["ana@firm.example", "emailsReplied", "1", "Ulm"], ["bo@firm.example", "emailsSent", "1", ""]]
    )
    preview = preview_import([path], ImportOptions(templates=texts))
    assert preview.unresolved_fields == {"#if plan": 2}
    assert all("\n\nHi Anna,\n\n" in row.email_text for row in preview.sample) and "{Hi|Hello}" in str(preview.warnings)
