"""Templates as text files: their names say step and variant; in a folder, one by one, beside the export."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from outcome_rl.cli.commands import app
from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, import_steps, preview_import
from outcome_rl.importers.template_files import named_by
from outcome_rl.utils.streaming import run_to_end
from tests.helpers.strangers import Write

TODAY = date(2024, 6, 3)
HEADER = ["First Name", "Last Name", "Email", "Step", "Variant", "Sent at", "Replied"]
ROWS = [
    [f"P{n}", "Field", f"p{n}@firm.example", str(1 + n % 2), "AB"[n // 2 % 2], "2024-03-04", "no"] for n in range(8)
]


@pytest.mark.parametrize(
    ("stem", "step", "variant", "template"),
    [
        ("step1_A", "1", "A", ""),
        ("step2 B - one question", "2", "B", ""),
        ("1187 step 1A - energy", "1", "A", "1187"),
        ("Email 3", "3", "", ""),
        ("2b", "2", "b", ""),
        ("01_intro", "01", "", ""),
        ("Schritt 2, Variante B", "2", "B", ""),
        ("step 1 - a quick question", "1", "", ""),
        ("step-1-variant-2", "1", "2", ""),
        ("variant C", "", "C", ""),
        ("breakup", "", "", "breakup"),
        ("follow up 1", "", "", "follow up 1"),
    ],
)
def test_what_a_name_says(stem: str, step: str, variant: str, template: str) -> None:
    assert named_by(stem) == {"step": step, "variant": variant, "template": template, "title": ""}


def test_what_a_name_says_before_the_step() -> None:
    said = named_by("Captions - April rule - Stage 1")
    assert said == {"step": "1", "variant": "", "template": "", "title": "Captions - April rule"}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name in ("step1_A", "step1_B", "step2_A", "step2_B"):
        (folder / f"{name}.txt").write_text(f"Subject: About {name}\n\nHi {{{{First Name}}}},\n\nthis, is, {name}.\n")
    (folder / ".DS_Store").write_bytes(b"\0")
    return folder


@pytest.fixture
def export(write: Write) -> Path:
    return write([HEADER, *ROWS], "export.csv")


def emails(files: list[Path], **said: object) -> list[str]:
    return [row.email_text for row in preview_import(files, ImportOptions(today=TODAY, **said)).sample]  # type: ignore[arg-type]


WANTED = "Subject: About step1_A\n\nHi P0,\n\nthis, is, step1_A."


def test_a_folder_and_several_files(export: Path, texts: Path) -> None:
    found = emails([export], templates=texts)
    assert len(found) == 8 and found[0].rstrip() == WANTED
    assert emails([export], templates=tuple(sorted(texts.glob("*.txt")))) == found


def test_files_beside_the_export(export: Path, texts: Path) -> None:
    files = [*sorted(texts.glob("*.txt")), export]
    found = emails(files)
    assert len(found) == 8 and found[0].rstrip() == WANTED
    assert "'step1_A.txt' and 3 more: the templates of these emails" in preview_import(files).why


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("tags", ["intro", "meeting", "demo", "won"]),
        ("fields", [json.dumps({"City": f"Leeds {n}", "Converted": "yes"}) for n in range(4)]),
    ],
)
def test_what_a_table_of_templates_packs_into_its_cells_came_of_no_email(
    column: str, cells: list[str], export: Path, write: Write
) -> None:
    which = [(step, variant) for step in "12" for variant in "AB"]
    rows = [[*each, f"About step{each[0]}_{each[1]}", cell] for each, cell in zip(which, cells, strict=True)]
    templates = write([["step", "variant", "body", column], *rows], "templates.csv")
    found = emails([export, templates])
    assert len(found) == 8 and found[0] == "About step1_A"


def test_as_a_shell_hands_them_over(export: Path, texts: Path) -> None:
    """All but the first come as exports; steps are counted from 0 where any of them is."""
    for name, place in (("step1_A", 0), ("step2_A", 1)):
        (texts / f"{name}.txt").rename(texts / f"mail{place}.txt")
    globbed = map(str, sorted(texts.glob("mail*.txt")))
    result = CliRunner().invoke(app, ["import", str(export), "--templates", *globbed])
    assert result.exit_code == 0 and "8 emails of 8 rows" in result.output


def test_a_table_that_is_called_as_texts_are_stays_a_table(export: Path, texts: Path, tmp_path: Path) -> None:
    table = tmp_path / "step 1.txt"
    table.write_text(export.read_text().replace(",", "\t"))
    assert len(emails([table, *sorted(texts.glob("*.txt"))])) == 8


def test_texts_without_an_export_are_told(texts: Path) -> None:
    with pytest.raises(DataError, match="holds the templates of emails"):
        preview_import(sorted(texts.glob("*.txt")))


def test_an_empty_folder_is_told(export: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="the folder of templates holds no file"):
        emails([export], templates=tmp_path / "none")


def test_where_no_email_has_a_text_this_is_said_and_no_question_that_leaves_nothing_out(
    write: Write, texts: Path, tmp_path: Path
) -> None:
    rows = [[*row[:4], "Z", *row[5:]] for row in ROWS]
    rows[0][-1] = "not interested"
    options = ImportOptions(today=TODAY, templates=(texts,))
    path = write([HEADER, *rows])
    assert any(each.answer == "no_reply" for each in preview_import([path], options).questions)
    with pytest.raises(DataError, match=r"no row is left .*; left out: no template for .* \(8\); 8 emails have no"):
        run_to_end(import_steps([path], options, tmp_path / "data.csv"))
