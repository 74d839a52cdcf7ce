"""Imports of templates with conditions: each recipient's own text, and what nothing decides is told of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import PEOPLE, rows

HEADER = ["email", "First Name", "Company", "City", "step", "Replied", "sent at"]
LEADS = [
    ["ana@x.example", "Ana", "Acme", "Ulm", "1", "yes", "2024-01-01"],
    ["bo@x.example", "Bo", "", "n/a", "1", "no", "2024-01-01"],
]
TODAY = date(2024, 4, 15)


def texts_of(write: Callable[..., Path], body: str, subject: str = "A note") -> dict[str, str]:
    """What each of two people got of a template."""
    templates = write([["step", "subject", "body"], ["1", subject, body]], "templates.csv")
    found = import_rows([write([HEADER, *LEADS])], ImportOptions(today=TODAY, templates=templates))
    return {row.recipient: row.email_text for row in found}


def test_each_recipient_has_the_text_that_was_sent(write: Callable[..., Path]) -> None:
    body = (
        "<p>Hi {{#if first_name}}{{first_name}}{{else}}there{{/if}},</p>"
        '<p>{% if company != "" %}is {{company}} in {{ city | default: "your town" }}{% else %}are you{% endif %}'
        " hiring?</p>"
        "<p><!--{% if city %}-->In {{city}}?<!--{% endif %}--></p>"
    )
    got = texts_of(write, body, "{% if company %}For {{company}}{% else %}For you{% endif %}")
    assert got == {
        "ana@x.example": "Subject: For Acme\n\nHi Ana,\n\nis Acme in Ulm hiring?\n\nIn Ulm?",
        "bo@x.example": "Subject: For you\n\nHi Bo,\n\nare you hiring?",
    }


def test_conditions_stand_beside_choices(write: Callable[..., Path]) -> None:
    got = texts_of(
        write, "{Hi|Hello} {% if city %}{from|of} {{city}}{% else %}{there|you}{% endif %}, {a|{{first_name}}}."
    )
    assert got == {
        "ana@x.example": "Subject: A note\n\nHi from Ulm, a.",
        "bo@x.example": "Subject: A note\n\nHi there, a.",
    }


def test_what_was_resolved_can_be_looked_at_and_what_was_not_is_told(write: Callable[..., Path]) -> None:
    body = f"{{{{#if city}}}}In Ulm?{{{{/if}}}} {{% if plan %}}a{{% endif %}} {EMAILS[0]}"
    templates = write([["step", "subject", "body"], ["1", "A note", body]], "templates.csv")
    preview = preview_import([write([HEADER, *LEADS])], ImportOptions(today=TODAY, templates=templates))
    assert preview.cuts["condition of a template resolved"] == 2 and preview.unresolved_fields == {"if plan": 2}
    assert any("nothing fills" in warning and "if plan (2)" in warning for warning in preview.warnings)
    assert [cut.text for row in preview.sample for cut in row.cuts if "condition" in cut.kind] == ["#if city"] * 2


def test_a_text_of_which_nothing_is_left_is_none(write: Callable[..., Path]) -> None:
    assert list(texts_of(write, "{% if company %}Hello{% endif %}")) == ["ana@x.example"]


def test_conditions_in_a_cell_are_resolved_with_its_row(write: Callable[..., Path]) -> None:
    body = ["Hi {{#if first_name}}{{first_name}}{{else}}there{{/if}}. " + text for text in EMAILS]
    names = [["Ana", "", "Bo"][place % 3] for place in range(len(EMAILS))]
    path = write(rows(Email=PEOPLE, First_name=names, Title=["CFO"], Body=body, Replied=["yes", "no"]))
    found = list(import_rows([path], ImportOptions()))
    assert {row.email_text.partition(".")[0] for row in found} == {"Hi Ana", "Hi there", "Hi Bo"}


@pytest.mark.parametrize("field", ["{{sender.first_name}}", "{{ owner.name }}"])
def test_the_senders_fields_are_not_the_recipients(field: str, write: Callable[..., Path]) -> None:
    assert texts_of(write, f"Hello, {field} here")["ana@x.example"].endswith(f"Hello, {field} here")
