"""Files are read while a visitor watches: what they see of it, and what a stop leaves."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from outcome_rl.importers.api import ImportProgress
from outcome_rl.ui.common.stop_buttons import StopRequests
from outcome_rl.ui.data.reading import ReadingPanel, time_left
from tests.helpers.pages import errors_of, says

STATISTICS = Path(__file__).parent.parent / "importers" / "fixtures" / "smartlead_statistics" / "export.csv"
ME: Any = SimpleNamespace(session_hash="a")


def panel_at(*seconds: float) -> ReadingPanel:
    """A panel whose clock says these seconds, one after the other."""
    ticks: Iterator[float] = iter(seconds)
    with gr.Blocks():
        return ReadingPanel(gr.HTML(), gr.Button(), StopRequests(), clock=lambda: next(ticks))


def steps_of(*shares: float, closed: list[str]) -> Generator[ImportProgress, None, str]:
    try:
        for number, share in enumerate(shares, 1):
            yield ImportProgress(1000 * number, 0, share)
        return "the whole"
    finally:
        closed.append("closed")


def test_what_takes_a_moment_shows_nothing() -> None:
    watched = panel_at(0, 0.1, 0.2, 0.3).watch(steps_of(0.2, 0.5, 0.9, closed=[]), ME)
    with pytest.raises(StopIteration) as end:
        next(watched)
    assert end.value.value == "the whole"


def test_what_takes_longer_says_how_far_it_is_and_how_long_it_will_take() -> None:
    panel, beside = panel_at(0, 5, 5.1, 20), gr.HTML()
    shown = list(panel.watch(steps_of(0.05, 0.1, 0.4, closed=[]), ME, {beside: "meanwhile"}))
    told = [str(each[panel.progress]) for each in shown]
    assert len(told) == 2 and "Reading your files: 1,000 rows so far." in told[0]
    assert "Reading your files: 3,000 rows so far, about 30 s to go." in told[1]
    assert 'aria-valuenow="40.0"' in told[1]
    assert all(each[panel.stop].visible and each[beside] == "meanwhile" for each in shown)


def test_a_stop_ends_it_before_the_next_step() -> None:
    panel, closed = panel_at(0, 5, 10), list[str]()
    steps = steps_of(0.1, 0.2, 0.3, closed=closed)
    watched = panel.watch(steps, ME)
    next(watched)
    panel.stops.request_stop(ME)
    with pytest.raises(StopIteration) as end:
        next(watched)
    assert end.value.value is None and closed == ["closed"]


def test_the_time_to_go_is_said_once_it_is_more_than_a_guess() -> None:
    assert [time_left(None, 60), time_left(0.09, 60)] == ["", ""]
    assert time_left(0.1, 60) == ", about 9 min to go"
    assert time_left(0.99, 60) == ", a few seconds to go"


@pytest.mark.browser
def test_a_large_file_is_stopped_and_a_small_one_read_after_it(chromium: Any, address: str, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    many = range(250_000)  # so many that the click comes before the end on a busy machine too
    rows = [f"p{n}@firm{n}.example,COO,2024-03-01,A note on fuel and drivers {n}.,no" for n in many]
    large.write_text("\n".join(["Email,Title,Sent at,Body,Replied", *rows]), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 390, "height": 900})
    errors = errors_of(page)
    page.goto(address)
    page.get_by_role("tab", name="1 Your emails").click()
    says(page, "#data-status", "the sample data")
    upload = page.locator("#data-upload input[type=file]")
    upload.set_input_files(large)
    says(page, "#reading-progress", re.compile(r"(Reading your files|Sorting rows into emails and replies): [\d,]+ "))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#reading-stop").click()
    says(page, "#data-status", "Stopped: nothing from that file was kept. The emails chosen before stay in use.")
    page.locator("#reading-stop").wait_for(state="hidden")
    page.locator("#data-outcomes").wait_for()
    says(page, "#train-reward", "Learn from the sample data (made up)")
    upload.set_input_files(STATISTICS)
    says(page, "#import-summary", "rows read")
    assert "large" not in page.locator("#import-summary").inner_text(), "what was stopped is not read with it"
    page.locator("#use-sample").click()
    says(page, "#data-status", "In use: the sample data")
    page.locator("#import-panel").wait_for(state="hidden")
    assert errors == []
