"""Whom the third tab offers to write to: the seller's own recipients once the writer is taught from own emails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from outcome_rl.config import Columns
from outcome_rl.data.csv_io import write_rows
from outcome_rl.policy.metadata import ORIGIN_FILE
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.datasets import resolve, sample_data, store_upload
from outcome_rl.ui.common.recipients import chosen_of, own_recipients, recipients, sample_recipients
from outcome_rl.ui.compare.many_contexts import chosen_words, read_page_recipients
from outcome_rl.utils.files import write_json
from tests.helpers.made_runs import made_run
from tests.helpers.pages import says

OWN = ["Ann Lee, owner of a bakery", "Bo Park, buyer at a mill"]
OTHERS = ["Cy Roth, cook at a hotel", "Di Wood, head of a school"]


def taught(space: Workspace, data: str = "mails.csv", to: Sequence[str] = OWN, name: str = "one") -> Workspace:
    """A workspace in which a writer was taught from ``data`` and compared on two recipients."""
    run = made_run(space, name)
    run.write_config({**run.config(), "data": data})
    rows = [[model, each] for model in ("base", "tuned") for each in to]
    write_rows(run.folder / "comparison.csv", ["model", "context"], rows)
    space.policy.mkdir(parents=True, exist_ok=True)
    write_json(space.policy / ORIGIN_FILE, {"run": name})
    return space


def test_those_that_the_writer_never_practised_on_are_offered(tmp_path: Path) -> None:
    page = SimpleNamespace(workspace=Workspace(tmp_path))
    assert own_recipients(page) == () and recipients(page) == sample_recipients()
    taught(page.workspace)
    assert recipients(page) == tuple(OWN)
    assert read_page_recipients(None, own_recipients(page)).contexts == tuple(OWN)
    assert "2 of your own recipients" in chosen_words(None, own_recipients(page))


def test_a_writer_of_the_sample_is_offered_the_samples(tmp_path: Path) -> None:
    page = SimpleNamespace(workspace=taught(Workspace(tmp_path), str(sample_data())))
    assert recipients(page) == sample_recipients()


def test_before_anything_is_taught_those_of_the_file_in_use_are_offered(tmp_path: Path) -> None:
    page = SimpleNamespace(workspace=Workspace(tmp_path))
    file = tmp_path / "my_mails.csv"
    write_rows(file, ["context", "email_text", "outcome"], [[each, "Hello, shall we talk?", 0] for each in OWN * 2])
    chosen = store_upload(page.workspace, file, Columns())
    assert resolve(page.workspace, chosen).label == "my_mails.csv", "it keeps its name"
    assert recipients(page, chosen) == tuple(OWN)
    assert recipients(page, {"name": "sample"}) == sample_recipients()
    assert chosen_words(None, own_recipients(page), page.workspace.policy) == ""


@pytest.mark.parametrize(
    ("typed", "chosen"), [(OWN[1], OWN[1]), ("", None), ("Typed by me", None), (f"{OWN[1]} ", None)]
)
def test_the_one_that_stands_in_the_field_is_chosen_and_nobody_else(typed, chosen) -> None:
    assert chosen_of(OWN, typed) == chosen


@pytest.mark.browser
def test_the_list_and_the_field_agree(chromium, address, tmp_path) -> None:
    page = chromium.new_page()
    page.goto(address)
    page.get_by_role("tab", name="3 Write & compare").click()
    field, listed = page.locator("#compare-context textarea"), page.locator("#compare-example input")
    expect(field).to_have_value(sample_recipients()[0])
    expect(listed).to_have_value(sample_recipients()[0])
    taught(Workspace(tmp_path))
    page.get_by_role("tab", name="Blind test").click()
    page.get_by_role("tab", name="Write an email").click()
    expect(field).to_have_value(OWN[0])
    expect(listed).to_have_value(OWN[0])
    listed.click()
    page.get_by_role("option", name=OWN[1]).click()
    expect(field).to_have_value(OWN[1])
    field.press_sequentially("!")
    expect(listed).to_have_value("")
    expect(field).to_have_value(f"{OWN[1]}!")
    page.close()


@pytest.mark.browser
def test_what_somebody_has_typed_stays(chromium, address, tmp_path) -> None:
    page = chromium.new_page()
    page.goto(address)
    page.get_by_role("tab", name="3 Write & compare").click()
    field = page.locator("#compare-context textarea")
    expect(field).to_have_value(sample_recipients()[0])
    taught(Workspace(tmp_path))
    page.get_by_role("tab", name="Blind test").click()
    expect(page.locator("#blind-context textarea")).to_have_value(OWN[0])  # nothing is under way that would fill it in
    page.locator("#blind-context textarea").fill("Typed by me")
    taught(Workspace(tmp_path), to=OTHERS, name="two")
    page.get_by_role("tab", name="Write an email").click()
    expect(field).to_have_value(OTHERS[0])
    page.get_by_role("tab", name="Compare many").click()
    says(page, "#many-chosen", "2 of your own recipients")
    page.get_by_role("tab", name="Blind test").click()
    expect(page.locator("#blind-context textarea")).to_have_value("Typed by me")
    page.close()
