"""An import step by step: how far it is, what is written meanwhile, and how it is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from outcome_rl.errors import DataError
from outcome_rl.importers.api import ImportOptions, finish_import, import_steps, preview_import, write_import
from outcome_rl.ui.common.stop_buttons import StopRequests
from outcome_rl.ui.data.reading import ReadingPanel

FIXTURES = Path(__file__).parent / "fixtures"
STATISTICS = FIXTURES / "smartlead_statistics" / "export.csv"
OPTIONS = ImportOptions(today=date(2024, 4, 15))


@pytest.fixture(autouse=True)
def told_often(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("engine", "mail_threads"):
        monkeypatch.setattr(f"outcome_rl.importers.{module}.PROGRESS_EVERY", 10)


def test_what_is_written_in_one_pass_is_what_is_written_after_a_look(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    preview = finish_import(import_steps([STATISTICS], OPTIONS, one))
    looked_at = preview_import([STATISTICS], OPTIONS)
    write_import(looked_at, two)
    assert preview == looked_at and one.read_bytes() == two.read_bytes()


def test_rows_are_counted_while_they_are_read_and_while_emails_are_put_together() -> None:
    told: list[str] = []
    finish_import(import_steps([STATISTICS], OPTIONS), lambda progress: told.append(str(progress)))
    assert told[:2] == ["Read 10 rows", "Read 20 rows"]
    assert told[2].startswith("Emails put together from ") and told[-1].endswith("of 28 rows")


def test_messages_are_counted() -> None:
    told: list[str] = []
    finish_import(import_steps([FIXTURES / "mailbox" / "export.mbox"], OPTIONS), lambda step: told.append(str(step)))
    assert told[0] == "Read 10 messages"


def test_who_leaves_early_leaves_nothing_behind(tmp_path: Path) -> None:
    steps = import_steps([STATISTICS], OPTIONS, tmp_path / "data.csv")
    next(steps)
    assert list(tmp_path.iterdir()), "it is being written"
    steps.close()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_no_row_is_left(table: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "written" / "data.csv"
    with pytest.raises(DataError, match="no row is left to write; first answer: What does '1' mean"):
        finish_import(import_steps([table(Status=["1", "2"])], OPTIONS, out))
    assert list(out.parent.iterdir()) == []


def test_a_visitor_sees_how_far_it_is_and_stops_it() -> None:
    with gr.Blocks():
        panel = ReadingPanel(gr.HTML(), gr.Button(), StopRequests())
    me: Any = SimpleNamespace(session_hash="a")
    watched = panel.watch(import_steps([STATISTICS], OPTIONS), me)
    assert "Read 10 rows." in next(watched)[panel.progress]
    panel.stops.request_stop(me)
    with pytest.raises(StopIteration) as end:
        next(watched)
    assert end.value.value is None
