"""What several things in one cell say: the fields of JSON objects, tags; named and guessed as columns are."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from outcome_rl.errors import ConfigError
from outcome_rl.importers.api import ImportOptions, ImportPreview, import_rows, preview_import
from tests.helpers.strangers import Write

TODAY = date(2024, 6, 3)
SMARTLEAD = ["campaign_lead_map_id", "email", "status", "category", "last_email_sequence_sent", "reply_count"]
TEXTS = (
    "step,variant,body\n1,A,Hello from A about {{Pain}}.\n1,B,Hello from B about {{Pain}}.\n2,A,Again A\n2,B,Again B\n"
)
PEOPLE = [("ana", "A", "2"), ("ben", "B", "1"), ("clo", "B", "2"), ("dov", "", "1")]


def smartlead(write: Write, **more: str) -> Path:
    rows = []
    for name, angle, step in PEOPLE:
        fields = {"Pain": f"{name}'s ovens", "Headcount": "11-20", "opened": True, **more}
        cell = json.dumps({**fields, "Angle": angle} if angle else fields)
        rows.append([f"1{name}", f"{name}@firm.example", "COMPLETED", "", step, "0", cell])
    return write([[*SMARTLEAD, "custom_fields"], *rows])


def look(path: Path, **said: object) -> ImportPreview:
    return preview_import([path], ImportOptions(today=TODAY, **said))  # type: ignore[arg-type]


def test_a_field_of_a_json_cell_can_be_the_variant_of_all_steps(write: Write, tmp_path: Path) -> None:
    templates = tmp_path / "templates.csv"
    templates.write_text(TEXTS)
    path = smartlead(write)
    preview = look(path, templates=templates, columns={"variant": "Angle"})
    assert preview.rows == 5 and {"Angle", "Pain"} <= set(preview.header) and "custom_fields" not in preview.header
    rows = list(import_rows([path], ImportOptions(today=TODAY, templates=templates, columns={"variant": "Angle"})))
    texts = {(row.recipient.partition("@")[0], row.step): row.email_text for row in rows}
    assert texts["ana", "1"] == "Hello from A about ana's ovens." and texts["ana", "2"] == "Again A"
    assert texts["clo", "1"] == "Hello from B about clo's ovens." and ("dov", "1") not in texts
    assert dict(rows[0].fields)["Angle"] == rows[0].variant


def test_such_fields_are_told_of_and_describe_people(write: Write, tmp_path: Path) -> None:
    templates = tmp_path / "templates.csv"
    templates.write_text(TEXTS)
    preview = look(smartlead(write), templates=templates)
    assert preview.rows == 0 and "gives the variant ('Angle' may be the one); say which" in preview.warnings[0]
    assert "({size} people)" in preview.context or "{size} people" in preview.context
    said = look(smartlead(write), templates=templates, columns={"variant": "Angle"}, context="{Pain}")
    assert said.sample[0].context == "ana's ovens"


def test_a_field_can_be_the_outcome(write: Write) -> None:
    path = smartlead(write, **{"Meeting booked": "yes"})
    assert any(each.column == "Meeting booked" and "conversion" in each.role for each in look(path).columns)
    preview = look(path, columns={"outcome": "Meeting booked"}, templates={"1": "Hi", "2": "Hi again"})
    assert preview.outcomes["conversion"] == 4


def test_a_field_with_the_name_of_a_column_is_told_from_it(write: Write) -> None:
    header = look(smartlead(write, status="warm")).header
    assert header.count("status") == 1 and "custom_fields.status" in header


def test_texts_in_which_words_of_events_stand_are_fields_and_events_are_none(write: Write) -> None:
    lines = ["Your new kitchen opened", "Nobody sent a bill", "Two ovens", "A queue", "Cold bread"]
    header = ["campaign_lead_map_id", "email", "last_email_sequence_sent", "reply_count", "custom_fields"]

    def made(key: str, texts: list[str]) -> tuple[str, ...]:
        rows = [[f"1{n}", f"p{n}@firm.example", "1", "0", json.dumps({key: text})] for n, text in enumerate(texts)]
        return look(write([header, *rows])).header

    assert "Line" in made("Line", lines)
    assert "Last" not in made("Last", ["EMAIL_SENT", "EMAIL_OPENED", "UNSUBSCRIBED"])


@pytest.mark.parametrize("name", ["Payn", "custom_fields", "custom"])
def test_a_context_of_what_no_cell_holds_and_of_a_whole_object_is_refused(name: str, write: Write) -> None:
    with pytest.raises(ConfigError, match=rf"there is no column for \{{{name}\}}; there are .*\{{Pain\}}"):
        look(smartlead(write), context=f"{{{name}}}")


WOODPECKER = ["email", "status", "interested", "snippet1", "last_contacted", "sent", "tags"]


def woodpecker(write: Write, *tags: str) -> Path:
    rows = [[f"p{n}@firm.example", "REPLIED", "INTERESTED", "x", "2024-03-04", "1", tag] for n, tag in enumerate(tags)]
    return write([WOODPECKER, *rows])


@pytest.mark.parametrize(
    "won", ["#SPRING #A #MEETING", "spring, A, Meeting booked", "A; won", "#A #Demo_booked", "#B #DEMO-GIVEN"]
)
def test_a_meeting_among_tags_counts_and_is_told(won: str, write: Write) -> None:
    plain = "#SPRING #B" if "#" in won else "spring, B"
    path = woodpecker(write, won, plain, won, plain, plain)
    preview = look(path, templates={"1": "Hello"}, columns={"step": "sent"})
    assert list(preview.outcomes.values()) == [0, 3, 2]
    assert any(each.column == "status in tags" and each.role.startswith("outcome") for each in preview.columns)


def test_a_deal_that_was_lost_hides_no_tag_that_tells(write: Write) -> None:
    tags = ["closed lost, out of office", "closed lost", "lost", "out of office"]
    rows = [[f"1{n}", f"p{n}@firm.example", "COMPLETED", "", "1", "1", tag] for n, tag in enumerate(tags)]
    preview = look(write([[*SMARTLEAD, "tags"], *rows]), templates={"1": "Hello"})
    assert list(preview.outcomes.values()) == [2, 2, 0]


def sheet(write: Write, told: str, words: list[str], *tags: str) -> Path:
    """Two steps to each person in a table of no known tool, with a column that tells what came of them."""
    rows = [
        [f"p{n}@firm.example", step, f"2024-03-0{step}", f"Hello {n}, step {step} of your ovens.", word, tag]
        for n, (word, tag) in enumerate(zip(words, tags, strict=True))
        for step in (1, 2)
    ]
    return write([["Email", "Step", "Sent at", "Body", told, "tags"], *rows])


def test_tags_count_beside_what_was_guessed(write: Write) -> None:
    words = ["Replied", "No reply", "Replied", "No reply"]
    path = sheet(write, "Status", words, "#A #MEETING", "#won", "#out_of_office", "#B")
    assert list(look(path).outcomes.values()) == [6, 0, 2]


def test_a_column_of_outcomes_needs_no_tags(write: Write) -> None:
    words = ["Replied", "No reply", "Replied", "No reply"]
    tags = ("#A #MEETING", "#won", "#out_of_office", "#B")
    assert look(sheet(write, "Outcome", words, *tags)).outcomes["conversion"] == 0
    assert look(sheet(write, "Status", words, *tags), columns={"outcome": "Status"}).outcomes["conversion"] == 0


@pytest.mark.parametrize("tag", ["#NO-MEETING", "#MEETINGS-TEAM", "#SECONDARYEMAIL", "wants a demo of ovens"])
def test_other_tags_say_nothing(tag: str, write: Write) -> None:
    preview = look(woodpecker(write, tag, "#B", tag), templates={"1": "Hello"}, columns={"step": "sent"})
    assert list(preview.outcomes.values()) == [0, 3, 0]


def test_letters_among_tags_may_be_named_as_the_variant(write: Write) -> None:
    templates = {"1A": "Hello A", "1B": "Hello B"}
    path = woodpecker(write, "#A #MEETING", "#B", "#A")
    assert "('variant in tags' may be the one)" in look(path, templates=templates, columns={"step": "sent"}).warnings[0]
    preview = look(path, templates=templates, columns={"step": "sent", "variant": "variant in tags"})
    assert [row.email_text for row in preview.sample] == ["Hello A", "Hello B", "Hello A"]
    assert "variant in tags" not in look(woodpecker(write, "#A #B", "#B")).header  # nobody got two
