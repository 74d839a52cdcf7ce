"""A recipient's events in one cell of JSON: which column is such a one, and what is none."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.importers.api import ImportOptions, ImportPreview, import_rows, preview_import

TODAY = date(2024, 4, 15)
TEXT = "Hello Ana, your ovens are cold again and we know how to warm them without any trouble at all for you."
Write = Callable[..., Path]


def events(*each: tuple[str, str], step: int | None = None, **names: str) -> str:
    """A cell: what happened on which day of March."""
    what, when = names.get("what", "type"), names.get("when", "timestamp")
    found = [{what: word, when: f"2024-03-{day}T09:00:00Z"} for word, day in each]
    return json.dumps(found if step is None else [{**item, "step": step} for item in found])


def look(path: Path, **options: object) -> ImportPreview:
    return preview_import([path], ImportOptions(**{"today": TODAY, "templates": {"1": TEXT}, **options}))  # type: ignore[arg-type]


def two(write: Write, first: str, second: str, name: str = "events", more: Sequence[str] = ()) -> Path:
    """Two recipients; ``more`` is a further column's name and its two cells."""
    heads, cells = more[:1], more[1:]
    rows = [
        [f"{who}@x.example", "COO", cell, *cells[n : n + 1]]
        for n, (who, cell) in enumerate(zip("ab", (first, second), strict=True))
    ]
    return write([["email", "title", name, *heads], *rows])


SILENT, ANSWERED = events(("sent", "04")), events(("sent", "04"), ("replied", "05"))


@pytest.mark.parametrize("name", ["events", "activities", "History", "timeline"])
def test_whatever_the_column_is_called(name: str, write: Write) -> None:
    preview = look(two(write, SILENT, ANSWERED, name))
    assert preview.outcomes == {"no_reply": 1, "reply": 1, "conversion": 0}
    assert preview.source == "event_cells" and f"column '{name}' holds lists of events" in preview.why
    assert {use.column for use in preview.columns} >= {f"{name}.type", f"{name}.timestamp", "email"}


@pytest.mark.parametrize(("what", "when"), [("event", "date"), ("action", "created_at"), ("eventType", "occurredAt")])
def test_the_keys_have_the_usual_names(what: str, when: str, write: Write) -> None:
    cells = [events(*each, what=what, when=when) for each in ([("sent", "04")], [("sent", "04"), ("replied", "05")])]
    assert look(two(write, *cells)).outcomes == {"no_reply": 1, "reply": 1, "conversion": 0}


def test_of_several_keys_that_which_holds_events_is_taken(write: Write) -> None:
    cells = [
        json.dumps([{**item, "action": "email"} for item in json.loads(cell)]) for cell in (SILENT, ANSWERED)
    ]  # fmt: skip
    assert look(two(write, *cells)).outcomes == {"no_reply": 1, "reply": 1, "conversion": 0}


@pytest.mark.parametrize(("first", "wanted"), [(0, ["1", "2"]), (1, ["1", "2"])])
def test_steps_may_be_counted_from_0(first: int, wanted: list[str], write: Write) -> None:
    cells = [
        json.dumps(
            [*json.loads(events(("sent", "04"), step=first)), *json.loads(events(("sent", "08"), step=first + 1))]
        ),
        events(("sent", "04"), ("replied", "05"), step=first),
    ]
    rows = import_rows([two(write, *cells)], ImportOptions(today=TODAY, templates={"1": TEXT, "2": TEXT}))
    assert [(row.recipient, row.step, row.outcome) for row in rows] == [
        *(("a@x.example", step, 0) for step in wanted), ("b@x.example", "1", 1)]  # fmt: skip


def test_words_that_nobody_knows_are_asked_for_and_answered(write: Write) -> None:
    path = two(write, ANSWERED, events(("sent", "04"), ("warm intro", "05")))
    asked = look(path)
    assert [each.about for each in asked.questions] == ["warm intro"] and asked.rows == 1
    told = look(path, meanings={"warm intro": "conversion"})
    assert told.outcomes == {"no_reply": 0, "reply": 1, "conversion": 1}


def test_an_event_that_is_no_object_is_asked_for(write: Write) -> None:
    items = ", ".join(json.dumps(json.loads(ANSWERED)[0]) for _ in range(1))
    rows = [[f"p{n}@x.example", "COO", ANSWERED] for n in range(20)]
    path = write([["email", "title", "events"], *rows, ["z@x.example", "COO", f'[{items}, "replied by phone"]']])
    preview = look(path)
    assert [each.about for each in preview.questions] == ["replied by phone"] and preview.rows == 20


def test_a_list_that_breaks_off_is_asked_for(write: Write) -> None:
    rows = [[f"p{n}@x.example", "COO", ANSWERED] for n in range(20)]
    preview = look(write([["email", "title", "events"], *rows, ["z@x.example", "COO", ANSWERED[:70]]]))
    assert [each.about for each in preview.questions] == [ANSWERED[:40]] and preview.rows == 20


def test_the_column_may_stand_anywhere(write: Write) -> None:
    path = write([["events", "email", "title"], [SILENT, "a@x.example", "COO"], [ANSWERED, "b@x.example", "CFO"]])
    rows = import_rows([path], ImportOptions(today=TODAY, templates={"1": TEXT}))
    assert [(row.recipient, row.context, row.outcome) for row in rows] == [
        ("a@x.example", "COO", 0), ("b@x.example", "CFO", 1)]  # fmt: skip


def test_days_come_first_where_a_date_tells(write: Write) -> None:
    dates = '[{"type": "sent", "timestamp": "04/03/2024"}, {"type": "replied", "timestamp": "25/03/2024"}]'
    (row, _) = import_rows([two(write, dates, SILENT)], ImportOptions(today=TODAY, templates={"1": TEXT}))
    assert (row.sent_at, row.outcome) == ("2024-03-04T00:00:00Z", 1)


@pytest.mark.parametrize("key", ["at", "ts", "logged_at", "datetime"])
def test_events_have_their_day_whatever_it_is_called(key: str, write: Write) -> None:
    events = f'[{{"type": "sent", "{key}": "2024-03-04 09:00"}}, {{"type": "replied", "{key}": "2024-03-05"}}]'
    silent = SILENT.replace("timestamp", key)
    (row, _) = import_rows([two(write, events, silent)], ImportOptions(today=TODAY, templates={"1": TEXT}))
    assert (row.sent_at, row.outcome) == ("2024-03-04T09:00:00Z", 1)


def test_who_has_no_events_was_sent_nothing(write: Write) -> None:
    preview = look(two(write, ANSWERED, "[]"))
    assert (preview.rows, preview.left_out) == (1, {"not sent": 1})


@pytest.mark.parametrize(
    "cells",
    [
        ('[{"type": "email", "label": "home"}]', '[{"type": "phone", "label": "work"}]'),
        ('["sent", "replied"]', '["sent"]'),
        (ANSWERED, "sent, then replied"),
        ('{"type": "sent"}', '{"type": "replied"}'),
        ("[1, 2]", "[]"),
    ],
)
def test_what_is_no_list_of_events_is_left_alone(cells: tuple[str, str], write: Write) -> None:
    assert look(two(write, *cells)).source == "generic"


def test_nobody_to_whom_events_happened_is_made_up(write: Write) -> None:
    path = write([["title", "events"], ["COO", SILENT], ["CFO", ANSWERED]])
    assert look(path).source == "generic"


def test_a_row_with_its_own_text_and_outcome_is_read_by_these(write: Write) -> None:
    header = ["email", "title", "email_text", "Replied", "events"]
    rows = [["a@x.example", "COO", TEXT, "yes", SILENT], ["b@x.example", "CFO", TEXT, "no", ANSWERED]]
    preview = look(write([header, *rows]))
    assert preview.source == "generic" and preview.outcomes["reply"] == 1
    silent = look(two(write, SILENT, ANSWERED, more=("Status", "Replied", "Sent")))
    assert silent.source == "event_cells" and silent.outcomes["reply"] == 1


def test_the_text_of_a_row_is_that_of_its_only_email(write: Write) -> None:
    refusal = "Please take us off your list, we are not interested in ovens at all and never were, thank you very much."
    twice = events(("sent", "04"), ("sent", "08"))
    header = ["email", "title", "events", "email_text"]
    rows = [["a@x.example", "COO", ANSWERED, refusal], ["b@x.example", "CFO", twice, TEXT]]
    path = write([header, *rows])
    preview = look(path, templates=None)
    assert preview.outcomes["reply"] == 1 and preview.left_out == {"no email text": 2}
    (row,) = import_rows([path], ImportOptions(today=TODAY))
    assert row.email_text == refusal


def test_opened_and_answered_alone_do_not_outweigh_a_column_of_replies(write: Write) -> None:
    cells = events(("opened", "04")), events(("opened", "04"), ("replied", "05"))
    preview = look(two(write, *cells, more=("Replied", "yes", "yes")))
    assert preview.source == "generic"


def test_columns_that_a_person_names_come_first(write: Write) -> None:
    path = two(write, SILENT, ANSWERED, more=("How it went", "Replied", "No reply"))
    assert look(path, columns={"outcome": "How it went"}).source == "generic"


def test_a_variant_that_a_person_names_leaves_the_events(write: Write) -> None:
    path = two(write, SILENT, ANSWERED, more=("tags", "#spring #A", "#B"))
    preview = look(path, columns={"variant": "variant in tags"}, templates={"1A": f"{TEXT} A", "1B": f"{TEXT} B"})
    assert preview.source == "event_cells" and preview.outcomes == {"no_reply": 1, "reply": 1, "conversion": 0}
    assert [row.email_text[-1] for row in preview.sample] == ["A", "B"]


def test_the_events_are_kept_out_of_contexts_and_of_what_is_written(write: Write) -> None:
    (row, _) = import_rows([two(write, SILENT, ANSWERED)], ImportOptions(today=TODAY, templates={"1": TEXT}))
    assert row.context == "COO" and "events" not in row.fields and row.sent_at == "2024-03-04T09:00:00Z"


def test_lists_in_a_file_of_json(tmp_path: Path) -> None:
    rows = [
        {"email": f"{who}@x.example", "title": "COO", "events": json.loads(cell)}
        for who, cell in zip("ab", (SILENT, ANSWERED), strict=True)
    ]
    path = tmp_path / "leads.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    assert look(path).outcomes == {"no_reply": 1, "reply": 1, "conversion": 0}
