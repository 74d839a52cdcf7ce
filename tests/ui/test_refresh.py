"""What follows an event on the page: one at a time, the newest last, and no more often than there is something new."""

from __future__ import annotations

from collections import Counter

import pytest

from outcome_rl import events as ev
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.page import create_page
from tests.helpers.made_runs import made_run, rl_step, told

WAITS = "always_last"
"""Gradio's word for a listener that comes again after the call that it came too soon for."""
SLOWED = """
    const quick = window.fetch;
    window.asked = 0;
    window.fetch = (where, ...how) => {
        const drawing = String(where).includes('/gradio_api/run/') && !String(how[0]?.body).includes('"fn_index":0,');
        if (drawing) window.asked += 1;
        return quick(where, ...how).then(found => new Promise(go => setTimeout(() => go(found), window.slow ?? 0)));
    };
"""
"""Answers come ``slow`` milliseconds late; ``asked`` counts the calls besides the one that looks for something new."""
RESTS = """() => {
    if (window.asked !== window.before) [window.before, window.since] = [window.asked, Date.now()];
    return Date.now() - window.since > 4000;
}"""
"""Whether nothing has been asked for four seconds."""


def test_no_two_listeners_wait_for_one_event(tmp_path):
    config = create_page(Workspace(tmp_path)).config
    waiting = Counter(
        tuple(target)
        for listener in config["dependencies"]
        if listener["trigger_mode"] == WAITS
        for target in listener["targets"]
        if target[0] is not None
    )
    assert {event: many for event, many in waiting.items() if many > 1} == {}
    follows = {each["trigger_mode"] for each in config["dependencies"] if each["trigger_after"] is not None}
    assert WAITS in follows, "else nothing is kept up with at all"
    assert config["dependencies"][0]["targets"][-1][1] == "tick", "the browser's test leaves this one out"


@pytest.mark.browser
@pytest.mark.slow
def test_a_slow_page_draws_what_is_new_once_and_then_rests(chromium, address, tmp_path):
    page = chromium.new_page()
    page.add_init_script(SLOWED)
    page.goto(address)
    page.get_by_role("tab", name="2 Teach").click()
    page.evaluate("window.slow = 1500")
    run = made_run(Workspace(tmp_path), "long")
    for step in range(1, 9):
        told(run, [rl_step(step)])
        page.wait_for_timeout(700)
    told(run, [rl_step(9), ev.Stopped(message="Stopped.", resumable=True)])
    page.evaluate("window.slow = 400")
    page.locator("#rl-samples", has_text="First of step 9").wait_for(timeout=30_000)
    page.wait_for_function(RESTS, polling=200, timeout=60_000)
    asked = page.evaluate("window.asked")
    page.close()
    assert asked > 8, "it was busy before"
