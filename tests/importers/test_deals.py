"""Messages with what a CRM joins to their rows: deals, and answers that somebody handed on to it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import Write

HEADER = ["hs_object_id", "hs_timestamp", "hs_email_direction", "hs_email_from_email", "hs_email_to_email",
          "hs_email_subject", "hs_email_text", "hs_email_status", "dealstage"]  # fmt: skip
DATED = [*HEADER, "deal_createdate"]
MO = "mo@seller.example"
OPTIONS = ImportOptions(today=date(2024, 6, 3))


def out(number: int, to: str, at: str, *deal: str) -> list[str]:
    return [str(number), at, "EMAIL", MO, to, "A page", EMAILS[number % len(EMAILS)], "SENT", *(deal or ("", ""))]


def handed_on(number: int, sender: str, at: str, text: str) -> list[str]:
    return [str(number), at, "FORWARDED_EMAIL", sender, MO, "Fwd: Re: A page", text, "", "", ""]


def found(path: Path) -> list[tuple[str, str, int]]:
    return sorted((row.recipient, row.step, row.outcome) for row in import_rows([path], OPTIONS))


def test_deals_count_from_the_day_on_which_they_were_made(write: Write) -> None:
    ana, bea, cem = (f"{name}@{name}-firm.example" for name in ("ana", "bea", "cem"))
    later, older = ("presentationscheduled", "2024-03-12T08:00:00Z"), ("closedwon", "2023-05-02T08:00:00Z")
    rows = [
        out(1, ana, "2024-03-04T09:00:00Z", *later),
        out(2, ana, "2024-03-11T09:00:00Z", *later),
        out(3, ana, "2024-03-18T09:00:00Z", *later),
        out(4, bea, "2024-03-04T09:00:00Z", *older),
        out(5, bea, "2024-03-11T09:00:00Z", *older),
        out(6, cem, "2024-03-04T09:00:00Z"),
    ]
    path = write([DATED, *rows])
    assert found(path) == [(ana, "1", 0), (ana, "2", 2), (ana, "3", 0), (bea, "1", 0), (bea, "2", 0), (cem, "1", 0)]
    preview = preview_import([path], OPTIONS)
    assert not preview.left_out and not preview.warnings
    assert any("a deal or a meeting after an email" in each.reason for each in preview.columns)


def test_a_stage_without_a_day_is_warned_of(write: Write) -> None:
    rows = [out(number, f"p{number}@firm{number}.example", "2024-03-04T09:00:00Z", "closedwon") for number in range(4)]
    path = write([HEADER, *rows])
    assert [outcome for _, _, outcome in found(path)] == [0, 0, 0, 0]
    assert any("Add the deal's create date" in each for each in preview_import([path], OPTIONS).warnings)


def test_an_answer_that_was_handed_on_to_the_crm_is_one(write: Write) -> None:
    ana, bea = "ana@ana-firm.example", "bea@bea-firm.example"
    rows = [
        out(1, ana, "2024-03-04T09:00:00Z"),
        handed_on(2, ana, "2024-03-05T09:00:00Z", "What does it cost?"),
        out(3, bea, "2024-03-04T09:00:00Z"),
        handed_on(4, MO, "2024-03-05T09:00:00Z", "See below."),
    ]
    path = write([DATED, *rows])
    assert found(path) == [(ana, "1", 1), (bea, "1", 0)]
    assert preview_import([path], OPTIONS).left_out == {"a forwarded message": 1}
