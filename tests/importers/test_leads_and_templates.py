"""A known tool's leads whose columns are called otherwise than the tool calls them, joined to a file of templates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, ImportPreview, preview_import

Write = Callable[..., Path]
TODAY = date(2026, 11, 28)
LEMLIST = ["email", "firstName", "jobTitle", "lastState", "sequenceStep"]
TEMPLATES = [
    ["step", "variant", "subject", "text"],
    ["1", "A", "Quiet rooms", "Hi {{firstName}}, our felt baffles make rooms quiet."],
    ["1", "B", "How loud?", "Hi {{firstName}}, may I measure how loud it is at lunch?"],
    ["2", "", "Following up", "Hi {{firstName}}, did you have time to read my note?"],
]


def leads(write: Write, *more: str, rows: Sequence[Sequence[str]]) -> Path:
    """Leads of lemlist: state and step, then the cells of ``more``."""
    cells = [
        [f"p{n}@x.example", f"Ana{n}", "CTO", *row] for n, row in enumerate(rows)
    ]  # fmt: skip
    return write([[*LEMLIST, *more], *cells], "leads.csv")


def look(*files: Path, **said: object) -> ImportPreview:
    return preview_import(files, ImportOptions(today=TODAY, **said))  # type: ignore[arg-type]


def used(preview: ImportPreview) -> dict[str, tuple[str, str]]:
    return {use.role: (use.column, use.reason) for use in preview.columns}


@pytest.mark.parametrize("name", ["sequenceTested", "Variant", "A/B test", "Variant label"])
def test_the_variant_is_read_whatever_the_column_is_called(name: str, write: Write) -> None:
    rows = [["emailsSent", "1", "A"], ["emailsReplied", "1", "B"], ["emailsSent", "2", "A"]]
    preview = look(leads(write, name, rows=rows), templates=write(TEMPLATES, "templates.csv"))
    assert preview.rows == 3 and used(preview)["variant"][0] == name
    texts = {row.recipient: row.email_text.partition("\n")[0] for row in preview.sample}
    assert texts == {"p0@x.example": "Subject: Quiet rooms", "p1@x.example": "Subject: How loud?",
                     "p2@x.example": "Subject: Following up"}  # fmt: skip


def test_a_name_that_the_tool_does_not_use_is_told_by_what_everybody_calls_it(write: Write) -> None:
    rows = [["emailsSent", "1", "Hello Ana, may I call?", "Call"], ["emailsReplied", "1", "Hello Bo, a note.", "Note"]]
    preview = look(leads(write, "Message", "Betreff", rows=rows))
    assert used(preview)["text"][0] == "Message" and used(preview)["text"][1].startswith("called 'Message'")
    assert used(preview)["subject"] == ("Betreff", "called 'Betreff'")
    assert preview.rows == 2 and preview.sample[0].email_text == "Subject: Call\n\nHello Ana, may I call?"


def test_outcomes_and_any_date_are_never_told_so(write: Write) -> None:
    rows = [["emailsSent", "1", "yes", "2026-11-27"], ["emailsSent", "1", "no", "2026-11-27"]]
    preview = look(leads(write, "Replied", "Date", rows=rows), templates={"1": "Hello {{firstName}}, a note."})
    assert preview.outcomes == {"no_reply": 2, "reply": 0, "conversion": 0}
    assert not any(use.column in ("Replied", "Date") for use in preview.columns)


@pytest.mark.parametrize("name", ["lastStateAt", "Status date"])
def test_the_date_of_the_state_tells_what_is_too_recent(name: str, write: Write) -> None:
    rows = [["emailsSent", "1", "2026-11-27T08:00:00.000Z"], ["emailsSent", "1", "2026-09-01T08:00:00.000Z"]]
    preview = look(leads(write, name, rows=rows), templates={"1": "Hello {{firstName}}, a note."})
    assert (preview.rows, preview.pending) == (1, 1) and used(preview)["state_at"][0] == name
    assert not any("without a date" in warning for warning in preview.warnings)
