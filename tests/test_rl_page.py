"""The second tab in a browser, over runs made of events: charts that move in place, emails, the list of runs."""

from __future__ import annotations

import pytest
from made_runs import made_run, rl_evaluation, rl_step, told

from outcome_rl.runs import Workspace

pytestmark = pytest.mark.browser
SOON = 20_000
"""Milliseconds in which the page shows what has been recorded; it looks every second."""
STEPS = """() => {
    const chart = document.querySelector('#rl-chart .orl-chart');
    return chart && chart.data ? Math.max(0, ...chart.data.flatMap(trace => trace.x || [])) : -1;
}"""


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path)


@pytest.fixture
def page(chromium, address):
    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.get_by_role("tab", name="RL fine-tuning").click()
    yield page
    page.close()
    assert errors == []


def wait_for_step(page, step):
    page.wait_for_function(f"() => ({STEPS})() === {step}", timeout=SOON)


def test_a_zoom_outlives_new_steps_in_the_same_figure(page, space):
    run = made_run(space, "moving", [rl_evaluation(0, best=True), *(rl_step(step, 0.1 * step) for step in range(1, 6))])
    wait_for_step(page, 5)
    plot = page.locator("#rl-chart .nsewdrag").bounding_box()
    page.evaluate("window.kept = document.querySelector('#rl-chart .main-svg')")
    y = plot["y"] + plot["height"] / 2
    page.mouse.move(plot["x"] + plot["width"] * 0.2, y - 40)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] * 0.5, y + 40, steps=5)
    page.mouse.up()
    zoomed = page.evaluate("document.querySelector('#rl-chart .orl-chart').layout.xaxis.range")
    assert zoomed[1] - zoomed[0] < 3

    told(run, [rl_step(6, 0.6), rl_step(7, 0.7)])
    wait_for_step(page, 7)
    assert page.evaluate("document.querySelector('#rl-chart .orl-chart').layout.xaxis.range") == zoomed
    assert page.evaluate("document.querySelector('#rl-chart .main-svg') === window.kept && window.kept.isConnected")
    assert "up to RL step 7" in page.locator("#rl-chart .orl-chart").get_attribute("aria-label")


def test_a_slider_goes_through_the_emails_and_follows_new_ones_at_its_end(page, space):
    run = made_run(space, "rewritten", [rl_evaluation(0, best=True), rl_step(1), rl_evaluation(1), rl_evaluation(2)])
    emails = page.locator("#rl-emails")
    emails.get_by_text("Email 1 after step 2").wait_for(timeout=SOON)
    slider = page.locator("#rl-at input[type=range]")
    slider.press("Home")
    emails.get_by_text("Email 3 after step 0").wait_for(timeout=SOON)

    told(run, [rl_step(2), rl_evaluation(3)])
    wait_for_step(page, 3)
    assert "Email 3 after step 0" in emails.inner_text(), "the visitor is looking at an earlier one"
    slider.press("End")
    emails.get_by_text("Email 1 after step 3").wait_for(timeout=SOON)
    told(run, [rl_evaluation(4)])
    emails.get_by_text("Email 1 after step 4").wait_for(timeout=SOON)
