"""Texts of the collected cases: quotes are cut, markup and control characters go, other languages stay as they are."""

from __future__ import annotations

import csv

import pytest

from outcome_rl.importers.api import ImportOptions, import_rows
from tests.helpers.case_files import CASES, TODAY, look

QUOTES = sorted(each.name for each in CASES.glob("quote_*") if each.name != "quote_open")
MARKUP = sorted(each.name for each in CASES.glob("html_*"))
LANGUAGES = sorted(each.name for each in CASES.glob("lang_*"))
FIELDS = {"merge_00": "first_name", "merge_01": "firstName", "merge_02": "FNAME", "merge_04": "First Name",
          "merge_06": "first_name", "merge_08": "Name", "merge_12": "first"}  # fmt: skip


def raw(case: str) -> list[list[str]]:
    with (CASES / case / "input.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def read(case: str) -> list[str]:
    return [row.email_text for row in import_rows([CASES / case / "input.csv"], ImportOptions(today=TODAY))]


@pytest.mark.parametrize("case", QUOTES)
def test_what_was_quoted_is_cut_and_nothing_else(case: str) -> None:
    for text, cells in zip(read(case), raw(case), strict=True):
        own = cells[1].split("Kind regards\nMo")[0] + "Kind regards\nMo"
        assert text == own
    preview = look(case)
    assert preview.cuts.get("quoted thread", 0) + preview.cuts.get("forwarded message", 0) == 20


@pytest.mark.parametrize("case", MARKUP)
def test_no_markup_is_left(case: str) -> None:
    for text, cells in zip(read(case), raw(case), strict=True):
        assert not any(sign in text for sign in ("<", ">", "&nbsp", "&mdash", "&lt;", "**", "](", "[cid", "--[if"))
        greeting = text.split("\n")[0]
        assert greeting.startswith("Hi ") and greeting.endswith(",")
        assert text.count("\n\n") >= 3  # paragraphs are kept
        assert "Kind regards\nMo" in text and cells[2]
    assert sum(look(case).cuts.values()) >= 18


@pytest.mark.parametrize("case", LANGUAGES)
def test_other_languages_are_left_as_they_are(case: str) -> None:
    assert read(case) == [cells[1] for cells in raw(case)]


def test_broken_characters_are_put_right() -> None:
    texts = read("mojibake")
    assert all("Grüße, kind regards" in text and "We’d love to “show” it." in text for text in texts)


def test_control_characters_are_taken_out() -> None:
    assert all(
        text.isprintable() or set(text) - {"\n"} <= {s for s in text if s.isprintable()} for text in read("ctrl_chars")
    )
    assert all("Kind regards" in text and text.startswith("Hi ") for text in read("ctrl_chars"))


@pytest.mark.parametrize("case", FIELDS)
def test_merge_fields_that_nothing_fills_are_counted(case: str) -> None:
    preview = look(case)
    assert preview.unresolved_fields == {FIELDS[case]: 30}
    assert any("merge fields that nothing fills" in warning for warning in preview.warnings)


def test_a_field_with_a_default_is_filled_by_it() -> None:
    assert all(text.startswith("there,") for text in read("merge_10"))
    assert look("merge_10").cuts == {"merge field filled by its default": 30}


def test_half_of_the_emails_with_fields() -> None:
    assert look("merge_mixed").unresolved_fields == {"first_name": 20, "company": 4}
