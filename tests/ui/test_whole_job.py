"""The main job in a browser: upload, train, fine-tune with the chart moving, reload, generate, compare."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from outcome_rl.data.csv_io import write_rows
from outcome_rl.data.dataset import EmailData
from outcome_rl.runs.run import replay
from outcome_rl.runs.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STEPS = 36
"""RL steps of a tiny model: they take longer than a busy page takes to draw its first chart."""
SLOW = 180_000
"""Milliseconds that training may take before a wait gives up."""


@pytest.fixture
def csv(tmp_path: Path, few: EmailData) -> Path:
    """Emails whose outcomes were dealt out anew: no reward model of them may be trusted."""
    path = tmp_path / "my emails.csv"
    outcomes = random.Random(0).sample(few.outcomes, len(few))
    columns = zip(few.contexts, few.emails, outcomes, strict=True)
    write_rows(path, ["context", "email_text", "outcome"], columns)
    return path


def fill(page, name: str, value: object) -> None:
    box = page.locator(f"#{name} input, #{name} textarea").first
    box.fill(str(value))
    box.press("Tab")


def open_tab(page, title: str) -> None:
    page.get_by_role("tab", name=title).click()


POINTS = """() => {
    const chart = document.querySelector('#rl-chart .js-plotly-plot');
    return chart && chart.data ? Math.max(...chart.data.map(trace => (trace.x || []).length)) : 0;
}"""
"""Points of the longest line of the reward chart; 0 while there is none."""


def test_the_whole_job(chromium, address, csv, models_folder, tmp_path):
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    errors: list[str] = []
    outside: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: outside.append(request.url) if not _is_local(request.url) else None)
    page.goto(address)
    open_tab(page, "1 Your emails")

    # a file that cannot be used is explained, and nothing else happens
    bad = tmp_path / "bad.csv"
    bad.write_text("context,email_text,outcome\nA,B,maybe\n")
    page.locator("#data-upload input[type=file]").set_input_files(str(bad))
    page.wait_for_function("() => /row 2: outcome 'maybe'/.test(document.querySelector('#data-status').innerText)")

    # the data
    page.get_by_label("Clear").first.click()
    page.locator("#data-upload input[type=file]").set_input_files(str(csv))
    page.wait_for_function("() => /60/.test(document.querySelector('#data-status').innerText)")

    # the reward model
    page.locator("#reward-advanced button").first.click()
    fill(page, "reward-model", models_folder / "distilbert")
    page.locator("#train-reward").click()
    page.locator("#reward-verdict", has_text="Don't rely on it").wait_for(timeout=SLOW)
    page.locator("#reward-figures button").first.click()
    expect(page.locator("#reward-metrics")).to_contain_text("TF-IDF")
    for chart in ("reward-folds", "reward-confusion", "reward-reliability"):
        page.locator(f"#{chart} .js-plotly-plot").wait_for(timeout=SLOW)

    # reinforcement learning, with the chart moving
    open_tab(page, "2 Teach")
    fill(page, "rl-minutes", "")
    page.locator("#rl-advanced button").first.click()
    fill(page, "rl-model", models_folder / "llama")
    page.locator("#rl-lock", has_text="Locked").wait_for()
    expect(page.locator("#rl-start")).to_be_disabled()
    page.locator("#rl-ignore_verdict input").check()
    page.locator("#rl-start:not([disabled])").wait_for()
    for name, value in (("steps", STEPS), ("max_new_tokens", 24), ("warm_start_epochs", 1), ("held_out_contexts", 4)):
        fill(page, f"rl-{name}", value)
    page.locator("#rl-start").click()
    early = page.wait_for_function(POINTS, timeout=SLOW).json_value()

    # a reload finds the run again
    page.reload()
    open_tab(page, "2 Teach")
    page.locator("#rl-result", has_text="Don't rely on it").wait_for(timeout=SLOW)
    page.wait_for_function(f"early => early < {STEPS} && ({POINTS})() === {STEPS}", arg=early, timeout=SLOW)

    # base and tuned side by side
    open_tab(page, "3 Write & compare")
    page.locator("#compare-middle input").check()
    page.locator("#compare-write:not([disabled])").click()
    tuned = page.locator("#compare-tuned")
    tuned.get_by_text(re.compile("words", re.I)).first.wait_for(timeout=SLOW)
    for panel in ("#compare-base", "#compare-warm-start", "#compare-tuned"):
        for word in ("no prediction", "better than guessing", "words", "question"):
            expect(page.locator(panel)).to_contain_text(word, ignore_case=True)
        expect(page.locator(f"{panel} textarea")).to_have_value(re.compile(r"\S"))

    # what the page showed is what the runs on disk say, and nobody else was asked
    runs = {run.config()["kind"]: run for run in Workspace(tmp_path).runs()}
    assert {kind: run.state() for kind, run in runs.items()} == {"train-reward": "done", "finetune": "done"}
    assert sum(type(event).__name__ == "RLStep" for event in replay(runs["finetune"])[0]) == STEPS
    assert errors == []
    assert outside == []


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))
