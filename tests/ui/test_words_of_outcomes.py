"""The words of outcomes on the page: what a person puts into a list stays there, and counts as they said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from outcome_rl.data.dataset import read_emails
from outcome_rl.importers.api import preview_import
from outcome_rl.importers.meanings import ASK
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.data.import_words import preview_html
from outcome_rl.ui.words import importing
from tests.helpers.export_emails import EMAILS
from tests.helpers.visitor import Visitor

HEADER = "RecipientEmailAddress,CadenceId,StepNumber,SentAt,CountsReplies,Bounced,Status,PersonStageName,Subject,Body"
STAGES = ("In Cadence", "No Response", "Replied", "Out of Office", "In Cadence", "Bad Data")
REPLIES = (1, 0, 1, 1, 0, 0)
COLUMNS = ["CountsReplies", "Status", "PersonStageName"]
NO_REPLY, REPLY, CONVERSION, LEFT_OUT = range(4)


@pytest.fixture
def visitor(tmp_path: Path) -> Visitor:
    """Somebody who has dropped an export and named the stage of each person beside the tool's own outcomes."""
    rows = [
        f'p{n}@x.example,7,1,2024-03-04T09:00:00-05:00,{replies},false,sent,{stage},Roofs,"{EMAILS[n]}"'
        for n, (stage, replies) in enumerate(zip(STAGES, REPLIES, strict=True))
    ]
    (path := tmp_path / "emails.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    visitor = Visitor(tmp_path)
    visitor.held[visitor.panel.upload] = [str(path)]
    visitor.does("use_upload")
    visitor.held[visitor.panel.importing.outcomes] = COLUMNS
    visitor.does("look_again")
    return visitor


def lists(visitor: Visitor) -> list[set[str]]:
    """What stands in the four lists."""
    return [set(visitor.held.get(box) or []) for box in visitor.panel.importing.words]


def put(visitor: Visitor, place: int, *words: str) -> None:
    box = visitor.panel.importing.words[place]
    visitor.held[box] = [*(visitor.held.get(box) or []), *words]


def take_out(visitor: Visitor, place: int, word: str) -> None:
    box = visitor.panel.importing.words[place]
    visitor.held[box] = [each for each in visitor.held[box] if each != word]


def guess(visitor: Visitor) -> dict[str, Any]:
    return visitor.held[visitor.panel.importing.guess]


def used(visitor: Visitor, tmp_path: Path) -> list[int]:
    visitor.does("use_import")
    (path,) = Workspace(tmp_path).uploads.glob("*.csv")
    return sorted(read_emails(path, clean=False).outcomes)


def test_what_the_page_put_into_a_list_is_not_what_somebody_said(visitor: Visitor, tmp_path: Path) -> None:
    assert "sent" in lists(visitor)[NO_REPLY] and guess(visitor)["said"].meanings == {}
    put(visitor, NO_REPLY, "In Cadence")
    put(visitor, LEFT_OUT, "Bad Data")
    visitor.does("look_again")
    assert guess(visitor)["said"].meanings == {"In Cadence": 0, "Bad Data": "skip"}
    summary = visitor.held[visitor.panel.importing.summary]
    assert "no reply as you said" not in summary, "an answer that another column proves counts"
    assert "In Cadence' is no reply, as you said; but 1 rows" in summary.replace("&#x27;", "'")
    assert "1 replies are said to have been automatic" in summary
    assert used(visitor, tmp_path) == [0, 0, 0, 1, 1]


def test_a_word_stays_in_the_list_into_which_it_was_put(visitor: Visitor) -> None:
    put(visitor, NO_REPLY, "Replied")  # while it stands in another one
    visitor.does("look_again")
    assert "Replied" in lists(visitor)[NO_REPLY] and "Replied" not in lists(visitor)[REPLY]
    put(visitor, CONVERSION, "Replied")
    visitor.does("look_again")
    assert [place for place, words in enumerate(lists(visitor)) if "Replied" in words] == [CONVERSION]
    visitor.does("look_again")
    assert guess(visitor)["said"].meanings == {"Replied": 2}
    put(visitor, REPLY, "Replied")
    visitor.does("look_again")
    assert guess(visitor)["said"].meanings == {}


def test_a_word_that_was_taken_out_stays_out_and_is_asked_for(visitor: Visitor) -> None:
    take_out(visitor, REPLY, "Replied")
    for _ in range(2):
        visitor.does("look_again")
        assert not any("Replied" in words for words in lists(visitor))
        assert guess(visitor)["said"].meanings == {"Replied": ASK}
        assert "'Replied'" in visitor.held[visitor.panel.importing.questions].replace("&#x27;", "'")
    put(visitor, REPLY, "Replied")
    visitor.does("look_again")
    assert guess(visitor)["said"].meanings == {}


def test_what_refusals_are_worth_moves_no_word_that_somebody_put(visitor: Visitor) -> None:
    put(visitor, CONVERSION, "In Cadence")
    visitor.held[visitor.panel.importing.refusals] = "reply"
    for _ in range(2):
        visitor.does("look_again")
    assert guess(visitor)["said"].meanings == {"In Cadence": 2} and lists(visitor)[CONVERSION] == {"In Cadence"}


def test_what_is_used_is_what_the_last_preview_showed(visitor: Visitor, tmp_path: Path) -> None:
    put(visitor, NO_REPLY, "In Cadence")
    put(visitor, LEFT_OUT, "Bad Data")
    visitor.does("look_again")
    put(visitor, CONVERSION, "Replied", "No Response")  # and no look at it
    assert used(visitor, tmp_path) == [0, 0, 0, 1, 1]


def test_nothing_can_be_used_while_it_is_read_and_then_what_was_shown(visitor: Visitor) -> None:
    importing = visitor.panel.importing
    assert importing.wait()[importing.use].interactive is False
    before = visitor.shown[importing.use]
    as_before = importing.as_before(guess(visitor))[importing.use]
    assert isinstance(as_before, gr.Button)
    assert (as_before.value, as_before.interactive) == (before.value, before.interactive)


def test_that_nothing_can_be_used_is_said_above(visitor: Visitor) -> None:
    status = visitor.panel.status
    assert "Nearly there" in visitor.held[status]
    for word in ("sent",):
        take_out(visitor, NO_REPLY, word)
    visitor.does("look_again")
    assert (
        "Nearly there" not in visitor.held[status] and "No email in this file can be used yet" in visitor.held[status]
    )


@pytest.mark.parametrize(
    ("text", "told"), [("Call me at +49 30 1234567.", True), ("Call me one of these days.", False)]
)
def test_that_emails_hold_personal_data_is_said_before_they_are_used(text: str, told: bool, tmp_path: Path) -> None:
    rows = [f"COO of firm {n},Hello! A note on ovens {n}. {text},{'ny'[n % 2]}" for n in range(8)]
    (path := tmp_path / "emails.csv").write_text("\n".join(["title,email,Replied", *rows]), encoding="utf-8")
    shown = preview_html(preview_import([path]))
    assert (f"tick “{importing.MASK}”, under “{importing.SETTINGS}”" in shown) == told
