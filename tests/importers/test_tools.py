"""Every tool's export against what a person wrote down of each row: an outcome, or why the email is left out."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.data.sources import find_sources
from outcome_rl.data.tables import open_table
from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, import_rows, preview_import
from tests.helpers.workbooks import xlsx
from tests.helpers.written_files import as_csv

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2024, 4, 15)
TOOLS = sorted(each.name for each in FIXTURES.iterdir() if (each / "expected.csv").exists())
ASIDE = {"mailchimp_audience"}


def options(folder: Path, **more: object) -> ImportOptions:
    """The options of a fixture: its day, its templates where it has any."""
    templates = folder / "templates.csv"
    return ImportOptions(today=TODAY, templates=templates if templates.exists() else None, **more)  # type: ignore[arg-type]


def expected(folder: Path) -> list[dict[str, str]]:
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def export(folder: Path) -> Path:
    return next(each for each in sorted(folder.iterdir()) if each.stem == "export")


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool not in ASIDE])
def test_every_label_is_what_a_person_wrote_down(tool: str) -> None:
    folder = FIXTURES / tool
    wanted = expected(folder)
    labelled = [each for each in wanted if each["outcome"] in ("0", "1", "2")]
    rows = list(import_rows([export(folder)], options(folder)))
    with_step = all(each["step"] for each in labelled)
    got = sorted((row.recipient, row.step if with_step else "", str(row.outcome)) for row in rows)
    assert got == sorted((each["recipient"], each["step"] if with_step else "", each["outcome"]) for each in labelled)

    preview = preview_import([export(folder)], options(folder))
    reasons = Counter(each["outcome"] for each in wanted if each["outcome"] not in ("0", "1", "2", "pending"))
    assert Counter(preview.left_out) == reasons
    assert preview.pending == sum(each["outcome"] == "pending" for each in wanted)
    assert preview.rows == len(labelled)
    assert list(preview.outcomes.values()) == [
        sum(each["outcome"] == str(outcome) for each in wanted) for outcome in range(3)
    ]
    assert preview.source == (tool if tool != "mailbox" else "mailbox")
    assert all(row.email_text.strip() and row.context.strip() for row in rows)


def test_an_audience_says_that_it_holds_no_replies() -> None:
    with pytest.raises(DataError, match=r"Mailchimp, audience.*neither the emails nor who replied"):
        preview_import([export(FIXTURES / "mailchimp_audience")])


def in_other_columns(rows: list[list[str]]) -> bytes:
    turned = [[*row[3:], *row[:3]] for row in rows]
    return as_csv(turned).encode("utf-8")


def in_utf16_with_tabs(rows: list[list[str]]) -> bytes:
    return as_csv(rows, "\t").encode("utf-16")


def in_cp1252_with_semicolons(rows: list[list[str]]) -> bytes:
    return as_csv(rows, ";").encode("cp1252")


def with_null_for_nothing(rows: list[list[str]]) -> bytes:
    return as_csv([rows[0], *([cell or "null" for cell in row] for row in rows[1:])]).encode("utf-8")


def with_columns_of_ones_own(rows: list[list[str]]) -> bytes:
    own = [
        ["Customer", "Sales Navigator", "Meeting proposed"],
        *[["yes", "no", "yes"], ["no", "yes", "yes"]] * len(rows),
    ]
    return as_csv([[*row, *more] for row, more in zip(rows, own, strict=False)]).encode("utf-8")


@pytest.mark.parametrize(
    "form",
    [
        in_other_columns,
        in_utf16_with_tabs,
        in_cp1252_with_semicolons,
        None,  # a workbook
        with_null_for_nothing,
        with_columns_of_ones_own,
    ],
)
@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool not in (*ASIDE, "mailbox")])
def test_a_tool_s_export_in_another_form_says_the_same(
    tool: str, form: Callable[[list[list[str]]], bytes] | None, tmp_path: Path
) -> None:
    folder = FIXTURES / tool
    table = open_table(*find_sources([export(folder)]))
    rows = [list(table.header), *(record.cells for record in table.rows())]
    path = tmp_path / "export.csv"
    if form:
        path.write_bytes(form(rows))
    else:
        path = xlsx(tmp_path / "export.xlsx", {"Export": rows})
    plain, other = (list(import_rows([each], options(folder))) for each in (export(folder), path))
    assert [(row.recipient, row.step, row.outcome) for row in other] == [
        (row.recipient, row.step, row.outcome) for row in plain
    ]
    assert [row.email_text for row in other] == [row.email_text for row in plain]
