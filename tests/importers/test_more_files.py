"""Files in forms beyond those of the collected cases: they are read, or refused by what they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from outcome_rl.importers.dates import parse_date
from outcome_rl.importers.resolve import resolve_data
from tests.helpers.case_files import asked, look
from tests.helpers.export_emails import EMAILS
from tests.helpers.strangers import PEOPLE, Write, outcomes, rows, warnings
from tests.helpers.written_files import as_csv

NAMES = ["context", "email_text", "outcome"]
ROWS = [[f"a buyer, {n}", f"Hello, you {n};\nhow are you?", ["no_reply", "reply"][n % 2]] for n in range(12)]
OBJECTS = [dict(zip(NAMES, row, strict=True)) for row in ROWS]


@pytest.mark.parametrize("separator", ["^", "~"])
def test_rare_separators(separator: str, write: Write) -> None:
    assert outcomes(write(as_csv([NAMES, *ROWS], separator))) == [0, 1] * 6


def test_a_space_may_stand_before_a_quoted_text(write: Write) -> None:
    lines = [f'a buyer {n}, "Hello, you {n}", {["no_reply", "reply"][n % 2]}' for n in range(12)]
    found = list(import_rows([write("\n".join(["context, email_text, outcome", *lines]))], ImportOptions()))
    assert [row.outcome for row in found] == [0, 1] * 6 and found[3].email_text == "Hello, you 3"


def test_texts_may_stand_in_single_quotes(write: Write) -> None:
    lines = [f"'a buyer {n}','It''s {n}, isn''t it?','{['no_reply', 'reply'][n % 2]}'" for n in range(12)]
    found = list(import_rows([write("\n".join(["context,email_text,outcome", *lines]))], ImportOptions()))
    assert [row.outcome for row in found] == [0, 1] * 6 and found[3].email_text == "It's 3, isn't it?"
    plain = [f"it's a buyer,'Twas {n} of Bo's '{n}' firms,{['no_reply', 'reply'][n % 2]}" for n in range(12)]
    assert outcomes(write("\n".join(["context,email_text,outcome", *plain]))) == [0, 1] * 6


@pytest.mark.parametrize(
    "document",
    [
        {name: [row[place] for row in ROWS] for place, name in enumerate(NAMES)},
        {name: {str(n): row[place] for n, row in enumerate(ROWS)} for place, name in enumerate(NAMES)},
        {name: {str(n): ROWS[n][place] for n in (range(11, -1, -1) if place else range(12))}
         for place, name in enumerate(NAMES)},
        {"spring": OBJECTS[:8], "autumn": OBJECTS[8:]},
        {"meta": [{"page": 1}], "data": OBJECTS},
    ],
)  # fmt: skip
def test_json_by_columns_and_in_several_lists(document: Any, write: Write) -> None:
    assert outcomes(write(json.dumps(document), "export.json")) == [0, 1] * 6


@pytest.mark.parametrize("other", [{"1": "Hi", "2": "Ho"}, ["Hi"], {"a": "Hi", "b": "Ho"}])
def test_columns_of_different_rows_are_not_put_together(other: Any, write: Write) -> None:
    document = {"context": {"0": "a", "1": "b"}, "email_text": other, "outcome": {"0": "reply", "1": "no reply"}}
    with pytest.raises(DataError, match=r"row 1: outcome .* is not one of 0, 1, 2"):
        resolve_data(write(json.dumps(document), "export.json"))


def test_json_lists_of_different_things_are_refused(write: Write) -> None:
    document = {"leads": OBJECTS, "steps": [{"step": n, "body": "Hi"} for n in range(9)]}
    with pytest.raises(DataError, match="holds several lists that have different columns"):
        preview_import([write(json.dumps(document), "export.json")])


@pytest.mark.parametrize(
    "start", ["<html>\n<body>", "<!DOCTYPE html>\n", '<?xml version="1.0"?>\n<Workbook>', "<table>\n"]
)
def test_a_page_that_is_called_a_spreadsheet_is_named(start: str, write: Write) -> None:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in ROWS)
    with pytest.raises(DataError, match="save it as xlsx or 'CSV UTF-8'"):
        preview_import([write(f"{start}<table>\n{cells}</table>", "export.xls")])


def test_an_email_column_may_be_written_with_a_hyphen(write: Write) -> None:
    assert outcomes(
        write(rows(**{"Title": ["CFO"], "E-Mail-Text": ["Hi Bo, a word?"], "Outcome": ["reply", "no reply"]}))
    ) == ([1, 0] * 15)


@pytest.mark.parametrize("nothing", ["null", "None", "NaN", "(null)", "N/A"])
def test_a_word_for_nothing_is_no_text_and_no_context(nothing: str, write: Write) -> None:
    path = write(
        rows(12, Title=["CFO", nothing], Company=["Acme"], Body=[*EMAILS[:11], nothing], Replied=["no", "yes"])
    )
    found = preview_import([path])
    assert found.rows == 11 and found.left_out == {"no email text": 1}
    assert not any(nothing in row.context for row in import_rows([path], ImportOptions()))
    plain = write([NAMES, ["a buyer", nothing, "reply"], *ROWS], "plain.csv")
    with pytest.raises(DataError, match="row 2: email_text is empty"):
        resolve_data(plain).read()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年3月14日 10:12", (2024, 3, 14, 10, 12)),
        ("2024-03-14 10:12:00 CET", (2024, 3, 14, 9, 12)),
        ("3/14/2024 10:12 PM EST", (2024, 3, 15, 3, 12)),
        ("14 March 2024 10:12 UTC", (2024, 3, 14, 10, 12)),
        ("Thu, 14 Mar 2024 10:12:00 GMT", (2024, 3, 14, 10, 12)),
        ("Tue, 05 Mar 2024 08:00:00 +0100 (CET)", (2024, 3, 5, 7)),
        ("14.03.2024 10:12 MEZ", (2024, 3, 14, 9, 12)),
        ("12-Mar-24", (2024, 3, 12)),
        ("12-Mar-2024 10:12", (2024, 3, 12, 10, 12)),
        ("14 марта 2024", (2024, 3, 14)),
        ("14. července 2024", (2024, 7, 14)),
        ("14. červenec 2024", (2024, 7, 14)),
        ("14. červen 2024", (2024, 6, 14)),
        ("14 desember 2024", (2024, 12, 14)),
        ("14 lipca 2024", (2024, 7, 14)),
    ],
)
def test_more_dates(text: str, day: Sequence[int]) -> None:
    assert parse_date(text) == datetime(*day, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("nothing", ["No", "false", "n/a", "None"])
def test_no_beside_dates_is_no_reply(nothing: str, write: Write) -> None:
    path = write(rows(**{"Title": ["CFO"], "Body": EMAILS, "Replied at": [nothing, "14.03.2024", ""]}))
    assert outcomes(path) == [0, 1, 0] * 10


def test_answers_that_are_older_than_the_email_are_told(write: Write) -> None:
    when = {"Sent at": ["2024-03-10"], "Replied at": ["2024-03-01", "", "2024-03-12"]}
    path = write(rows(Email=PEOPLE, Title=["CFO"], Body=EMAILS, **when))
    assert "10 answers are dated before the email that they are said to answer" in warnings(path)
    assert outcomes(path) == [0, 1] * 10, "such an answer belongs to none, so its email has no outcome"
    when["Replied at"] = ["2024-03-09 12:00", "", "2024-03-12"]
    path = write(rows(Email=PEOPLE, Title=["CFO"], Body=EMAILS, **when))
    assert "are dated before" not in warnings(path), "clocks and zones may differ by hours"
    when = {"Sent at": ["2024-03-10 00:30"], "Replied at": ["2024-03-09", "", "2024-03-12"]}
    path = write(rows(Email=PEOPLE, Title=["CFO"], Body=EMAILS, **when))
    assert "are dated before" not in warnings(path), "the evening before, where the day alone is written"


def test_words_of_more_languages(table: Callable[..., Path]) -> None:
    for words in (
        ["bez odpovědi", "odpověděl", "schůzka"],
        ["нет ответа", "ответил", "встреча назначена"],
        ["Pas de réponse", "Réponse positive", "RDV obtenu"],
        ["Nessuna risposta", "Ha risposto", "Riunione fissata"],
    ):
        found = look(table(outcome=words))
        assert not asked(found) and list(found.outcomes.values()) == [10, 10, 10]


def nested(number: int, **more: Any) -> dict[str, Any]:
    lead = {"email": PEOPLE[number], "title": "buyer", "firm": {"name": f"Firm {number}"}}
    return {"lead": lead, "message": {"body": EMAILS[number]}, **more}


def test_objects_within_the_objects_of_a_line_have_columns_of_their_own(write: Write) -> None:
    """Beside a list of events, of which each line holds one."""
    lines = [nested(n, events=[{"type": "sent"}] * (1 + n % 2), replied=n % 3 == 0) for n in range(12)]
    preview = preview_import([write("\n".join(map(json.dumps, lines)), "export.jsonl")])
    used = {each.role: each.column for each in preview.columns}
    assert used["text"] == "message.body" and used["recipient"] == "lead.email"
    assert used["context: title"] == "lead.title" and list(preview.outcomes.values()) == [8, 4, 0]
    assert {"lead.firm.name", "lead", "events"} <= set(preview.header)
    assert preview.sample[0].email_text.startswith("Hi Gus")


def test_a_list_within_the_objects_of_lines_alone_tells_what_came_of_their_emails(write: Write) -> None:
    lines = [nested(n, events=[{"type": "sent"}, {"type": "replied"}]) for n in range(12)]
    preview = preview_import([write("\n\n".join(map(json.dumps, lines)), "export.jsonl")])
    assert not asked(preview) and list(preview.outcomes.values()) == [0, 12, 0]


def test_a_list_of_no_events_within_the_objects_of_lines_is_asked_about(write: Write) -> None:
    lines = [nested(n, events=[{"type": "home"}, {"type": "work"}]) for n in range(12)]
    assert asked(preview_import([write("\n\n".join(map(json.dumps, lines)), "export.jsonl")])) == ["outcome column"]


def test_a_cell_of_json_is_no_email(write: Write) -> None:
    payload = json.dumps({"note": " ".join(EMAILS[0].split()), "more": list(range(9))})
    lines = [["context", "payload", "outcome"], *(["a buyer", payload, n % 2] for n in range(12))]
    assert preview_import([write(lines)]).left_out == {"no email text": 12}


@pytest.mark.parametrize(
    "first", ["On Tue, 4 Mar 2025 at 10:00, Ana <ana@firm.example> wrote:", "Am 4.3.2025 schrieb Ana:"]
)
def test_threads_with_the_answer_at_the_top_are_told(first: str, write: Write) -> None:
    lines = [["Prospect", "Thread", "Result"]]
    for n, email in enumerate(EMAILS):
        quoted = "".join(f"> {line}\n" for line in email.splitlines())
        thread = f"{first}\n\nGladly, call me.\n\n{quoted}" if n % 3 == 0 else email
        lines.append([f"a buyer, {n}", thread, ["replied", "no reply", "no reply"][n % 3]])
    assert "10 texts begin with 'On … wrote:'" in warnings(write(lines))
    assert "texts begin with" not in warnings(write([lines[0], *(line for line in lines[1:] if line[2] == "no reply")]))


def test_the_kind_of_a_reply_is_read_beside_the_reply(table: Callable[..., Path]) -> None:
    preview = look(table(Replied=["Yes", "No", "Yes"], Reply__type=["Interested", "-", "Not interested"]))
    assert list(preview.outcomes.values()) == [20, 10, 0]
    assert asked(preview) == ["not_interested"]


def test_columns_called_as_sequence_tools_call_them(write: Write) -> None:
    header = ["Contact email", "Prospect title", "Step order", "Mailing subject", "Mailing body", "Email sent date"]
    lines = [[*header, "Email reply"]]
    for n, email in enumerate(EMAILS):
        lines.append([PEOPLE[n], "Buyer", "1", "A note", email, "2025-03-04", ["TRUE", "FALSE"][n % 2]])
    used = {each.role: each.column for each in preview_import([write(lines)]).columns}
    assert [used[role] for role in ("recipient", "context: title", "step", "subject", "text", "sent_at")] == header


def test_an_answer_before_its_email_is_none_and_a_later_one_counts(write: Write) -> None:
    when = {"Sent at": ["2024-03-10"], "Replied at": ["2019-03-01", "2024-03-12", ""], "Replied": ["yes", "yes", "no"]}
    path = write(rows(Email=PEOPLE, Title=["CFO"], Body=EMAILS, **when))
    found = look(path)
    assert found.left_out == {"its answer is dated before it": 10} and outcomes(path) == [1, 0] * 10
    booked = {"Sent at": ["2024-03-10"], "Meeting date": ["2021-01-05"], "Replied at": ["2024-03-12", ""]}
    path = write(rows(Email=PEOPLE, Title=["CFO"], Body=EMAILS, **booked), "booked.csv")
    assert outcomes(path) == [1] * 15, "the meeting of another year is not this email's, the answer is"
