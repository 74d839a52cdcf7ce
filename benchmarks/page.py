"""How quickly does the page answer, alone and beside training on every core?

    python benchmarks/page.py [--json]

Starts ``app.py`` in a workspace of its own, trains a reward model of the sample, and tunes the bundled model from the
page in Chromium, as a visitor would. Printed are the seconds until

- up: the address answers after ``python app.py``; shown: a fresh browser shows the data in use;
- attached: another browser, a reload and a second tab say above the page what is at work (line), show the tabs (tabs),
  in the second of them what the run is doing (words) and its reward chart (chart), beside a run at work and once it has
  ended, when a page that is not a reload opens with its first tab and the second has to be clicked;
- floor: the same ways to a page of gradio's that holds three empty tabs and a word, beside nothing;
- chart: a step that was recorded stands in the chart of an open page (median and longest of the steps seen);
- stop: a click on Stop is answered;
- idle: the share of one core that the server takes while the open page shows a run that has ended.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.space import started
from outcome_rl import events as ev
from outcome_rl.runs.run import replay
from outcome_rl.runs.workspace import Workspace

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PATIENCE = 300_000
ALONE = {**os.environ, "HF_HUB_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False"}
LAST_STEP = """() => {
    const chart = document.querySelector('#rl-chart .orl-chart');
    return chart && chart.data ? Math.max(0, ...chart.data.flatMap(trace => trace.x || [])) : 0;
}"""
PAINTED = """
window.painted = {};
const shows = {
    line: () => document.querySelector('#at-work')?.textContent.includes(WORDS),
    tabs: () => document.querySelector('[role=tab]'),
    words: () => document.querySelector('#rl-progress')?.textContent.includes(WORDS),
    chart: () => (LAST_STEP)() > 0,
};
new MutationObserver(() => {
    for (const [name, there] of Object.entries(shows))
        if (there()) {
            delete shows[name];
            requestAnimationFrame(() => setTimeout(() => window.painted[name] = Date.now()));
        }
}).observe(document, { childList: true, subtree: true, characterData: true });
"""
"""When a page's parts were painted; whoever asks from outside waits for its answer until the browser has time."""
SIZE = {"width": 1280, "height": 900}
WATCHED_STEPS = 5
EMPTY = """
import sys
import gradio as gr
with gr.Blocks() as page, gr.Tabs():
    for name in ("Data & reward model", "RL fine-tuning", "Generate & compare"):
        with gr.Tab(name):
            gr.HTML("Nothing", elem_id="rl-progress" if name.startswith("RL") else None)
page.launch(server_port=int(sys.argv[1]), ssr_mode=False, quiet=True)
"""


def timed(action: Callable[[], Any]) -> float:
    began = time.monotonic()
    action()
    return time.monotonic() - began


def visit(browser: Browser, url: str) -> Page:
    return opened(browser.new_context(viewport=SIZE), url)


def opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url, wait_until="commit")
    return page


def attached(page: Page, began: float, words: str, line: bool, chart: bool) -> dict[str, float]:
    """Seconds from ``began`` until the line above the page was painted, the tabs, the second one's words, its chart."""
    tab = page.get_by_role("tab", name="RL fine-tuning")
    tab.wait_for()
    if tab.get_attribute("aria-selected") != "true":
        tab.click()
    wanted = ["line"] * line + ["tabs", "words"] + ["chart"] * chart
    page.wait_for_function("wanted => wanted.every(name => name in window.painted)", arg=wanted)
    painted = page.evaluate("window.painted")
    return {name: painted[name] / 1000 - began for name in wanted}


def all_ways(
    browser: Browser, url: str, words: str, line: bool = False, chart: bool = True
) -> dict[str, dict[str, float]]:
    """Another browser, which has nothing in its cache yet, a reload and a second tab; the page's loading counts."""
    context, found = browser.new_context(viewport=SIZE), {}
    context.add_init_script(PAINTED.replace("WORDS", json.dumps(words)).replace("LAST_STEP", LAST_STEP))
    began = time.time()
    page = opened(context, url)
    found["another browser"] = attached(page, began, words, line, chart)
    began = time.time()
    page.reload(wait_until="commit")
    found["reload"] = attached(page, began, words, line, chart)
    page.goto("about:blank")  # behind the second tab it would do nothing; without a screen no tab is behind another
    began = time.time()
    found["second tab"] = attached(opened(context, url), began, words, line, chart)
    context.close()
    return found


def chart_delays(page: Page, run: Any) -> list[float]:
    """Seconds from a step's event until the open page has drawn it."""
    delays, last = [], int(page.evaluate(LAST_STEP))
    while len(delays) < WATCHED_STEPS:
        page.wait_for_function(f"last => ({LAST_STEP})() > last", arg=last)
        now, last = datetime.now(UTC), int(page.evaluate(LAST_STEP))
        recorded = {event.step: event.time for event in replay(run)[0] if isinstance(event, ev.RLStep)}
        if last in recorded:
            delays.append((now - datetime.fromisoformat(recorded[last])).total_seconds())
    return delays


def idle_share(app: subprocess.Popen, seconds: float = 20.0) -> float:
    process = psutil.Process(app.pid)
    before = sum(process.cpu_times()[:2])
    time.sleep(seconds)
    return (sum(process.cpu_times()[:2]) - before) / seconds


def measure(workspace: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    command = [sys.executable, "-m", "outcome_rl", "train-reward", "data/emails.csv", "--workspace", str(workspace)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "HF_HUB_OFFLINE": "1"}, check=True, capture_output=True)
    app, url, found["up"] = started("app.py", "--workspace", str(workspace), "--port", environment=ALONE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        began = time.monotonic()
        page = visit(browser, url)
        page.locator("#data-status", has_text="In use").wait_for()
        found["shown"] = time.monotonic() - began
        page.get_by_role("tab", name="RL fine-tuning").click()
        page.locator("#rl-minutes input, #rl-minutes textarea").first.fill("10")
        page.locator("#rl-start:not([disabled])").click()
        page.wait_for_function(f"() => ({LAST_STEP})() > 1")
        (run,) = [run for run in Workspace(workspace).runs() if run.name.endswith("finetune")]
        delays = chart_delays(page, run)
        found["chart"] = {"median": statistics.median(delays), "longest": max(delays)}
        found["attached at work"] = all_ways(browser, url, "RL:", line=True)
        stop = page.locator("#rl-stop:not([disabled])")
        found["stop"] = timed(lambda: (stop.click(), page.locator("#rl-progress", has_text="Stopping").wait_for()))
        page.locator("#rl-progress", has_text="It ran for").wait_for()
        found["attached once ended"] = all_ways(browser, url, "It ran for")
        found["idle"] = idle_share(app)
        app.terminate()
        app.wait()
        empty, url, _ = started("-c", EMPTY, environment=ALONE)
        found["floor"] = all_ways(browser, url, "Nothing", chart=False)
        empty.terminate()
        empty.wait()
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder))
    if chosen.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name}: {json.dumps(value, default=float)}")


if __name__ == "__main__":
    main()
