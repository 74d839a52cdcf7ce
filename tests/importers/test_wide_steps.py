"""Exports with a row for each recipient and a column for each step's day of sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from tests.helpers.strangers import Write

HEADER = ["Recipient Email", "Sequence", "Status", "Stage 1 Sent At", "Stage 1 Opens", "Stage 2 Sent At",
          "Stage 2 Opens", "Replied At", "Out of Office", "Bounced At", "Meeting Scheduled At", "Org"]  # fmt: skip
FIRST, SECOND, NOW = "Mar 4, 2024 9:00 AM", "Mar 11, 2024 9:00 AM", "May 30, 2024 9:00 AM"
TEXTS: Mapping[str, str] = {"1": "A word about your shifts.", "2": "Once more about your shifts."}
ROWS = [
    ["ana@a.example", "North", "Finished", FIRST, "1", SECOND, "0", "", "", "", "", "A"],
    ["bea@b.example", "North", "Replied", FIRST, "1", SECOND, "0", "Mar 5, 2024 9:00 AM", "", "", "", "B"],
    ["cem@c.example", "North", "Replied", FIRST, "1", SECOND, "2", "Mar 12, 2024 9:00 AM", "", "", "", "C"],
    ["dan@d.example", "North", "Finished", FIRST, "1", SECOND, "0", "Mar 5, 2024 9:00 AM", "Yes", "", "", "D"],
    ["eve@e.example", "North", "Bounced", FIRST, "0", "", "", "", "", "Mar 4, 2024 9:01 AM", "", "E"],
    ["flo@f.example", "North", "Scheduled", "", "", "", "", "", "", "", "", "F"],
    ["gus@g.example", "North", "Active", NOW, "0", "", "", "", "", "", "", "G"],
    [
        "ida@i.example",
        "North",
        "Replied",
        FIRST,
        "0",
        "",
        "",
        "Mar 5, 2024 9:00 AM",
        "",
        "",
        "Mar 6, 2024 9:00 AM",
        "I",
    ],
]


def options(templates: Path | Mapping[str, str] = TEXTS) -> ImportOptions:
    return ImportOptions(today=date(2024, 6, 3), templates=templates)


def found(path: Path, said: ImportOptions) -> list[tuple[str, str, int, str]]:
    rows: Sequence = list(import_rows([path], said))
    return sorted((row.recipient[:3], row.step, row.outcome, row.sent_at[5:10]) for row in rows)


def test_each_step_that_was_sent_is_an_email_of_its_own(write: Write) -> None:
    path = write([HEADER, *ROWS])
    assert found(path, options()) == [
        ("ana", "1", 0, "03-04"), ("ana", "2", 0, "03-11"), ("bea", "1", 1, "03-04"), ("bea", "2", 0, "03-11"),
        ("cem", "1", 0, "03-04"), ("cem", "2", 1, "03-11"), ("dan", "1", 0, "03-04"), ("dan", "2", 0, "03-11"),
        ("ida", "1", 2, "03-04"),
    ]  # fmt: skip
    preview = preview_import([path], options())
    assert preview.left_out == {"bounced": 1, "not sent": 1} and preview.pending == 1


def test_who_is_in_conversation_answered_beside_a_machine(write: Write) -> None:
    told = ["In conversation", "", "Not interested", "In conversation"]
    rows = [[*ROWS[3], said] for said in told]
    for number, row in enumerate(rows):
        row[0] = f"p{number}@x{number}.example"
    path = write([[*HEADER, "CRM result"], *rows])
    assert [(who, outcome) for who, step, outcome, _ in found(path, options()) if step == "1"] == [
        ("p0@", 1), ("p1@", 0), ("p2@", 0), ("p3@", 1),
    ]  # fmt: skip


def test_files_that_are_called_by_a_sequence_and_a_step_are_of_that_sequence(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    for sequence in ("North", "South - late"):
        for step in (1, 2):
            (folder / f"{sequence} - Stage {step}.txt").write_text(
                f"Subject: Hi\n\nA word from the {sequence}, {step}.\n"
            )
    rows = [[*ROWS[0]], [*ROWS[0]]]
    rows[1][:2] = ["bo@b.example", "South: late"]
    told = [
        (row.recipient[:3], row.email_text.split("\n\n")[1].strip())
        for row in import_rows([write([HEADER, *rows])], options(folder))
    ]
    assert sorted(told) == [
        ("ana", "A word from the North, 1."), ("ana", "A word from the North, 2."),
        ("bo@", "A word from the South - late, 1."), ("bo@", "A word from the South - late, 2."),
    ]  # fmt: skip


def test_one_day_of_sending_makes_no_steps(write: Write) -> None:
    header = [name for name in HEADER if not name.startswith("Stage 2")]
    rows = [[cell for name, cell in zip(HEADER, row, strict=True) if not name.startswith("Stage 2")] for row in ROWS]
    preview = preview_import([write([header, *rows])], options({"1": TEXTS["1"]}))
    assert preview.rows_read == len(ROWS) and all(each.column != "Step" for each in preview.columns)


def test_a_text_of_the_row_s_own_is_no_text_of_each_step(write: Write) -> None:
    header = ["who", "email_text", "Step 1 sent at", "Step 2 sent at", "Replied"]
    rows = [
        ["ana@a.example", "A word about your shifts, Ana.", "2024-03-04", "2024-03-11", "yes"],
        ["bea@b.example", "A word about your rota, Bea.", "2024-03-04", "", "no"],
    ]
    told = [(row.recipient[:3], row.outcome) for row in import_rows([write([header, *rows])], options())]
    assert sorted(told) == [("ana", 1), ("bea", 0)]
