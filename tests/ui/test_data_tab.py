"""The first tab: a stranger's file is mapped with dropdowns, rows are changed and dropped, findings show their rows."""

from __future__ import annotations

import csv

import pytest
from playwright.sync_api import expect

from outcome_rl.cli.run_session import new_run
from outcome_rl.config import Columns
from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import EmailData, read_emails
from outcome_rl.data.outcomes import LEFT_OUT
from outcome_rl.data.rewrite import Edit
from outcome_rl.errors import DataError
from outcome_rl.importers.composition import Composition, read_beside
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common import datasets
from outcome_rl.ui.common.datasets import Dataset, browser_state, resolve, store_upload
from outcome_rl.ui.data.audit_panel import save_masked_copy
from outcome_rl.ui.data.mapping_panel import MEANINGS, columns_from_choices
from outcome_rl.ui.data.panel import data_in_words
from outcome_rl.ui.data.rows_panel import (
    SHOWN_ROWS,
    changes_in_words,
    collect_edits,
    create_rows_panel,
    save_edited_copy,
)
from tests.helpers.pages import errors_of, says

COLUMNS = Columns("Brief", "Body", "Result", "won=2,no answer=0,answered=1,bounced=skip")
SLOW = 120_000


def test_recipients_who_are_described_alike_are_said_to_be(tmp_path):
    data = EmailData(("A prospect; step 1",) * 2, ("Hello", "Good day"), (0, 1), (2, 3))
    dataset = Dataset(tmp_path / "a.csv", Columns(), "a.csv")
    assert data_in_words(dataset, data) == (
        "In use: a.csv, 2 emails. All recipients are described alike, as “A prospect; step 1”."
    )
    apart = EmailData(("Ana at Acme", "Bo at Acme"), data.emails, data.outcomes, data.rows)
    assert data_in_words(dataset, apart) == ("In use: a.csv, 2 emails. No two of their recipients are described alike.")


@pytest.fixture
def crm(tmp_path):
    path = tmp_path / "crm.csv"
    ends = ["won", "no answer", "answered", "bounced"] * 3
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Rep", "Brief", "Body", "Result"])
        for number, end in enumerate(ends):
            note = " or ring +49 30 1234567" if number == 1 else ""
            email = f"Hello number {number},\nwould Tuesday suit you for a short call about it{note}?"
            writer.writerow([f"Rep {number}", f"Buyer {number} who met us at a fair", email, end])
    return path


@pytest.fixture
def data(crm):
    return read_emails(crm, COLUMNS)


def as_shown(data):
    names = ("no_reply", "reply", "conversion")
    columns = zip(data.rows, data.outcomes, data.contexts, data.emails, strict=True)
    return [[True, line, names[outcome], context, email] for line, outcome, context, email in columns]


# --- rows -------------------------------------------------------------------------------------------------------------


def test_the_sample_is_read_once_for_everybody_and_no_other_file_is_kept(tmp_path, crm, monkeypatch):
    read = []
    monkeypatch.setattr(
        datasets, "read_emails", lambda path, columns: read.append(path.name) or read_emails(path, columns)
    )
    datasets._read_once.cache_clear()
    sample, own = resolve(Workspace(tmp_path), {"name": "sample"}), Dataset(crm, COLUMNS, "crm.csv")
    assert sample.read() == resolve(Workspace(tmp_path / "other"), {"name": "sample"}).read()
    assert own.read() == own.read()
    assert read == ["one_seller.csv", "crm.csv", "crm.csv"]
    datasets._read_once.cache_clear()


def test_an_untouched_table_changes_nothing(data):
    assert collect_edits(data, as_shown(data), data.rows, {}) == {}
    assert collect_edits(data, as_shown(data), data.rows, {data.rows[0]: None}) == {}, "ticked again"


def test_changes_in_the_table_join_those_of_rows_that_are_not_shown(data):
    table, lines = as_shown(data), data.rows
    table[0][2], table[1][4], table[2][0] = "reply", "New", False
    before = {lines[0]: None, lines[5]: Edit(context="C")}
    found = collect_edits(data, [*table[:3], ["", None, "", "", ""]], lines[:4], before)
    assert found == {
        lines[0]: Edit(outcome="reply"),
        lines[1]: Edit(email="New"),
        lines[2]: None,
        lines[3]: None,  # deleted from the table
        lines[5]: Edit(context="C"),
    }
    assert changes_in_words(found) == "3 rows changed, 2 rows dropped"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ([True, "", "reply", "C", "E"], "Rows cannot be added"),
        ([True, 999, "reply", "C", "E"], "Rows cannot be added"),
        ([True, 2, "reply", "C"], "Columns cannot be added or deleted"),
        ([], "Columns cannot be added or deleted"),
    ],
)
def test_a_table_that_is_no_longer_the_files(data, row, told):
    with pytest.raises(DataError, match=told):
        collect_edits(data, [*as_shown(data), row], data.rows, {})


def test_changes_are_saved_as_a_file_of_their_own(crm, data, tmp_path):
    space, before = Workspace(tmp_path), crm.read_bytes()
    chosen = store_upload(space, crm, COLUMNS)
    once = save_edited_copy(space, chosen, {data.rows[0]: Edit(email="=1+1"), data.rows[1]: None})
    twice = save_edited_copy(space, once, {resolve(space, once).read().rows[1]: Edit(outcome="won")})
    dataset = resolve(space, twice)
    assert dataset.label == "crm-edited.csv"
    assert dataset.read().emails[0] == "=1+1"
    assert dataset.read().outcomes[:2] == (2, 2)
    assert len(dataset.read()) == len(data) - 1
    assert dataset.path.read_text().splitlines()[0] == "Rep,Brief,Body,Result"
    assert resolve(space, chosen).path.read_bytes() == crm.read_bytes() == before


def test_how_recipients_were_described_goes_along_with_an_upload_and_its_copies(tmp_path, monkeypatch):
    space, file = Workspace(tmp_path / "space"), tmp_path / "mine.csv"
    write_rows(
        file, ("context", "email_text", "outcome"), [["A cook", f"Hello, this is number {n}", 0] for n in range(3)]
    )
    said = Composition("A {Job}", {"Job": ("Job",)})
    chosen = store_upload(space, file, Columns(), said)
    edited = save_edited_copy(space, chosen, {2: None})
    masked = save_masked_copy(space, edited)
    paths = [resolve(space, each).path for each in (chosen, edited, masked)]
    assert [read_beside(path) for path in paths] == [said] * 3
    assert store_upload(space, file, Columns()) == chosen and read_beside(paths[0]) == said, "the same file once more"
    write_rows(file, ("context", "email_text", "outcome"), [["A cook", "Quite another email", 0]])
    assert read_beside(resolve(space, store_upload(space, file, Columns())).path) is None
    monkeypatch.setenv("OUTCOME_RL_MAX_UPLOADS", "1")
    write_rows(file, ("context", "email_text", "outcome"), [["A cook", "The last email of all", 0]])
    store_upload(space, file, Columns())
    assert len(list(space.uploads.iterdir())) == 1, "what has to make room goes as a whole"


def test_nothing_to_save_is_said(crm, tmp_path):
    with pytest.raises(DataError, match="Nothing has been changed yet"):
        save_edited_copy(Workspace(tmp_path), store_upload(Workspace(tmp_path), crm, COLUMNS), {})


def test_a_large_file_is_cut_on_the_page_and_said_to_be(data):
    import gradio as gr

    with gr.Blocks():
        panel = create_rows_panel(gr.Accordion())
    many = data.take([0] * (SHOWN_ROWS + 5))
    many = type(many)(many.contexts, many.emails, many.outcomes, tuple(range(2, len(many) + 2)))
    drawn = panel.render(many, {})
    assert len(drawn[panel.table]) == len(drawn[panel.shown]) == SHOWN_ROWS
    assert f"the first {SHOWN_ROWS:,} of {SHOWN_ROWS + 5:,} rows" in drawn[panel.note]
    last = panel.render(many, {many.rows[-1]: Edit(email="New")}, many.rows[-1:], "the last one")
    assert [row[4] for row in last[panel.table]] == ["New"]


def test_a_file_of_an_earlier_run_can_be_mapped_again(crm, tmp_path):
    space = Workspace(tmp_path)
    chosen = store_upload(space, crm, COLUMNS)
    new_run(space, "train-reward", None, resolve(space, chosen).path, COLUMNS, {})
    found = resolve(space, {})
    assert (found.label, found.columns) == ("crm.csv", COLUMNS)
    assert browser_state(space, found) == chosen
    assert browser_state(space, resolve(space, {"name": "sample"})) is None


# --- columns and words ------------------------------------------------------------------------------------------------


def by_meaning(**words):
    return [words.get(name, []) for name in ("no", "yes", "won", "skip")]


def test_what_is_chosen_by_hand(crm):
    assert list(MEANINGS) == [0, 1, 2, LEFT_OUT]
    dataset = Dataset(crm, COLUMNS, "crm.csv")
    words = by_meaning(no=["no answer", "bounced"], yes=["answered"], won=["won"])
    columns = columns_from_choices(dataset, ["Brief", "Body", "Result"], words)
    assert read_emails(crm, columns).counts() == [6, 3, 3]
    assert columns_from_choices(dataset, ["Brief", "Body", "Rep"], words).outcomes == ""
    with pytest.raises(DataError, match="'Body' is chosen twice"):
        columns_from_choices(dataset, ["Body", "Body", "Result"], words)
    with pytest.raises(DataError, match="'won' is given two meanings"):
        columns_from_choices(dataset, ["Brief", "Body", "Result"], by_meaning(won=["won"], no=["won"]))


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_file_is_mapped_edited_and_taken_along(chromium, address, crm):
    page = chromium.new_page(viewport={"width": 390, "height": 900})
    errors = errors_of(page)
    page.goto(address)
    page.get_by_role("tab", name="1 Your emails").click()
    says(page, "#data-status", "the sample data (made up)")
    page.locator("#data-upload input[type=file]").set_input_files(str(crm))
    says(page, "#data-status", "In use: crm.csv, 9 emails")
    says(page, "#data-status", "Left out because of their outcome: 3 rows")
    expect(page.locator("#data-column-context input")).to_have_value("Brief")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    # a word loses its meaning, and is given another
    page.locator("#data-meaning-3 .token-remove").first.click()
    says(page, "#data-mapping-message", "Say what 'bounced' means")
    says(page, "#data-status", "The emails chosen before stay in use")
    page.locator("#data-meaning-0 input").click()
    page.keyboard.type("bou")
    page.keyboard.press("Enter")
    says(page, "#data-status", "In use: crm.csv, 12 emails")

    # a cell is changed, another row is dropped after a finding has shown it, and both are saved
    page.locator("#data-check button").first.click()
    says(page, "#data-audit", "telephone numbers")
    page.locator("#data-look button").first.click()
    cells = page.locator("#data-table [role=gridcell]")
    cells.nth(3).dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("An edited context")
    page.keyboard.press("Enter")
    page.locator("#data-audit li", has_text="telephone numbers").get_by_role("button").click()
    says(page, "#data-rows-note", "1 row: 1 email with email addresses or telephone numbers")
    page.locator("#data-untick").click()
    says(page, "#data-rows-note", "unticked")
    page.locator("#data-save").click()
    says(page, "#data-rows-message", "Saved: 1 row changed, 1 row dropped; the earlier file is unchanged.")
    says(page, "#data-status", "In use: crm-edited.csv, 11 emails")
    assert errors == []
    page.reload()
    says(page, "#data-status", "In use: crm-edited.csv, 11 emails")
    errors.clear()  # a reload cuts off what the page was still waiting for, and gradio says so
    page.locator("#data-look button").first.click()
    page.locator("#data-download:not([disabled])").wait_for()
    with page.expect_download() as taken:
        page.locator("#data-download").click()
    assert taken.value.suggested_filename == "crm-edited.csv"
    with open(taken.value.path(), newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    assert (len(rows), rows[0][0], rows[1][1]) == (12, "Rep", "An edited context")
    with page.expect_download() as template:
        page.locator("#data-template").click()
    assert read_emails(template.value.path()).counts() == [1, 1, 1]
    assert errors == []
