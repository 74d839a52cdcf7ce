"""The step is part of the context wherever it is known which email to a person one is, said or told by the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import

TODAY = date(2024, 4, 15)
Write = Callable[..., Path]


@pytest.mark.parametrize(("again", "step"), [(3, "; step {step}"), (2, "")])
def test_who_was_written_to_several_times_has_steps_in_the_context(again: int, step: str, write: Write) -> None:
    header = ["Email", "Job title", "Message sent", "Sent at", "Replied"]
    people = [*range(9), *range(again)]
    rows = [[f"p{n}@x.example", "CTO", f"Hello, may I call you about room {place}?", f"2024-03-{place + 1:02}", "no"]
            for place, n in enumerate(people)]  # fmt: skip
    path = write([header, *rows])
    assert preview_import([path], ImportOptions(today=TODAY)).context == f"{{title}}{step}"
    if step:
        steps = [row.step for row in import_rows([path], ImportOptions(today=TODAY)) if row.recipient == "p0@x.example"]
        assert steps == ["1", "2"]


def test_another_campaign_and_the_same_row_again_are_no_steps(write: Write) -> None:
    header = ["Email", "Job title", "Campaign", "Message sent", "Replied"]
    people = [[f"p{n}@x.example", "CTO", name, "Hello, may I call you about the rooms?", "no"]
              for n in range(5) for name in ("Spring", "Autumn")]  # fmt: skip
    path = write([header, *people, *people])
    assert preview_import([path], ImportOptions(today=TODAY)).context == "{title}"


@pytest.mark.parametrize(("event", "step"), [("Sent", "; step {step}"), ("Opened", "")])
def test_events_have_steps_where_several_emails_were_sent(event: str, step: str, write: Write) -> None:
    rows = [[f"p{n}@x.example", f"2024-03-0{day}", word, "Hello there"]
            for n in range(4) for day, word in ((1, "Sent"), (2, event), (3, "Replied"))]  # fmt: skip
    preview = preview_import([write([["Email", "Date", "Event", "Body"], *rows])], ImportOptions(today=TODAY))
    assert preview.source == "events" and preview.context == f"Someone at {{company}}{step}"
