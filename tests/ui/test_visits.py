"""The page as people use it: two at once, reloading, stopping, by keyboard, on a phone, in the dark."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from outcome_rl import events as ev
from outcome_rl.runs.run import STOPPED, replay
from outcome_rl.runs.workspace import Workspace
from tests.helpers.looks import CONTROLS, FAINT, LEAST_CONTRAST
from tests.helpers.made_once import copied
from tests.helpers.made_runs import made_run, rl_evaluation, rl_step
from tests.helpers.pages import served_here

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLOW = 300_000
"""Milliseconds. A job yields to browsers, and here two of them draw without a GPU on the cores that it starts on; that
start alone took 82 s where two cores were one."""
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TABS = ("1 Your emails", "2 Teach", "3 Write & compare")
WAYS = ("Write an email", "Compare many", "Blind test", "Your own draft")
HOSTILE = "<img src=x onerror=document.title='broken'> {x} ${y} "
LAST_STEP = """() => {
    const chart = document.querySelector('#rl-chart .orl-chart');
    return chart && chart.data ? Math.max(0, ...chart.data.flatMap(trace => trace.x || [])) : 0;
}"""


@pytest.fixture(scope="module")
def space(tmp_path_factory, made_models) -> Workspace:
    """A workspace with tiny models and one run, whose texts are long and hostile."""
    space = Workspace(copied(made_models, tmp_path_factory.mktemp("space")))
    odd = {"sample_1_context": HOSTILE, "sample_1_email": HOSTILE + "word " * 2000 + "x" * 2000}
    events = [
        ev.Notice(message=HOSTILE),
        rl_evaluation(0, best=True, **odd),
        rl_step(1, **odd),
        rl_evaluation(1, **odd),
    ]
    made_run(space, "odd", [*events, ev.Failed(message=f"no space left {HOSTILE}")])
    return space


@pytest.fixture(scope="module")
def address(space):
    with served_here(space.root) as url:
        yield url


@pytest.fixture
def visit(chromium, address):
    """Opens the page for one more visitor, who has a browser of their own; no visit may leave an error behind."""
    contexts, errors = [], []

    def opened(**options):
        contexts.append(chromium.new_context(**{"viewport": DESKTOP, **options}))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(address)
        page.locator("#data-status", has_text="In use").wait_for(timeout=SLOW)
        return page

    yield opened
    titles = {re.sub(r"^(…|✓|\d+%) ", "", page.title()) for context in contexts for page in context.pages}
    for context in contexts:
        context.close()
    assert errors == []
    assert titles == {"Outcome RL"}, "no text that was shown has run as a script"


def open_tab(page, title):
    page.get_by_role("tab", name=title).click()


def places(page):
    """All that can be looked at, one after the other: tabs, and the tabs in the third of them."""
    for title in TABS:
        open_tab(page, title)
        if title == TABS[1]:
            page.locator("#rl-progress", has_text="no space left").wait_for(timeout=SLOW)
            page.locator("#rl-emails .orl-email").first.wait_for(timeout=SLOW)
        for way in WAYS if title == TABS[2] else ("",):
            if way:
                open_tab(page, way)
            if way == WAYS[3] and not page.locator("#draft-result").inner_text().strip():
                page.locator("#draft-context textarea").fill("Customer: CTO.")
                page.locator("#draft-email textarea").fill(f"{HOSTILE} [Name], you win. Could we talk on Tuesday?")
                page.locator("#draft-score:not([disabled])").click()
                page.locator("#draft-result", has_text="Which sentences make the difference").wait_for(timeout=SLOW)
            yield f"{title} {way}".strip()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_page_full_of_results_can_be_read_and_used(visit, size, scheme):
    page = visit(viewport=size, color_scheme=scheme)
    for place in places(page):
        page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))")
        assert page.evaluate(FAINT, LEAST_CONTRAST) == {}, place
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], place
        controls = page.evaluate(CONTROLS)
        assert controls["count"] > 10, place
        assert controls["nameless"] == [], place
        assert controls["outside"] == [], place
    open_tab(page, TABS[1])
    card = page.locator("#rl-emails .orl-email").first.bounding_box()
    assert card["height"] < size["height"], "a long email scrolls in itself"


def test_by_keyboard_alone(visit):
    page = visit()

    def reach(what, backwards=False):
        """Press Tab until the focus is on this control."""
        for _ in range(400):  # the rows in view are stops as well
            page.keyboard.press("Shift+Tab" if backwards else "Tab")
            if page.evaluate("what => document.activeElement.matches(what)", what):
                return
        pytest.fail(f"no Tab reaches {what}")

    reach("#use-sample")
    page.keyboard.press("Enter")
    page.locator("#data-status", has_text="the sample data (made up), 600 emails").wait_for(timeout=SLOW)
    reach("#train-reward")

    reach("[data-tab-id=rl]", backwards=True)
    page.keyboard.press("Enter")
    reach("#rl-minutes input")
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.locator("#rl-estimate", has_text="about 3 min").wait_for(timeout=SLOW)
    reach("#runs button")
    page.keyboard.press("Space")
    page.locator("#runs-list", has_text="Failed").wait_for(timeout=SLOW)
    reach("#runs-opened input")
    page.keyboard.press("Control+A")
    page.keyboard.type("odd")
    page.keyboard.press("Enter")
    page.locator("#rl-heading", has_text="Run odd").or_(page.locator("#runs-about", has_text="is odd")).first.wait_for()
    reach("#runs-delete")
    page.keyboard.press("Enter")
    page.locator("#runs-question", has_text="Delete run odd").wait_for(timeout=SLOW)
    reach("#runs-no")
    page.keyboard.press("Enter")
    page.locator("#runs-question").wait_for(state="hidden", timeout=SLOW)

    reach("[data-tab-id=compare]", backwards=True)
    page.keyboard.press("Enter")
    reach("#compare-write")
    page.keyboard.press("Space")
    page.locator("#compare-tuned-scores .orl-shares").wait_for(timeout=SLOW)
    reach("#compare-tuned-edit")
    reach("[data-tab-id=compare-draft]", backwards=True)
    page.keyboard.press("Enter")
    reach("#draft-context textarea")
    page.keyboard.type("Customer: CTO.")
    reach("#draft-email textarea")
    page.keyboard.type("Your clinic is growing. Could we talk on Tuesday?")
    reach("#draft-score")
    page.keyboard.press("Enter")
    page.locator("#draft-result", has_text="Which sentences make the difference").wait_for(timeout=SLOW)


def test_two_visitors_a_reload_a_stop_and_a_resume(visit, space, models_folder):
    one, two = visit(), visit()
    for page in (one, two):
        open_tab(page, TABS[1])
    settings = {"minutes": "", "steps": 5000, "max_new_tokens": 16, "warm_start_epochs": 1, "guard_contexts": 0}
    one.locator("#rl-advanced button").first.click()
    for name, value in {**settings, "model": models_folder / "llama"}.items():
        box = one.locator(f"#rl-{name} input, #rl-{name} textarea").first
        box.fill(str(value))
        box.press("Tab")
    one.locator("#rl-ignore_verdict input").check()
    one.locator("#rl-start:not([disabled])").click()

    # the other sees it, as it goes on, and cannot start a second one
    two.wait_for_function(f"() => ({LAST_STEP})() > 1", timeout=SLOW)
    two.locator("#rl-progress", has_text="Round").wait_for(timeout=SLOW)
    expect(two.locator("#rl-start")).to_be_disabled()
    one.reload()
    open_tab(one, TABS[1])
    one.wait_for_function(f"() => ({LAST_STEP})() > 1", timeout=SLOW)
    expect(one.locator("#rl-start")).to_be_disabled()

    # either may stop it, and either may go on
    two.locator("#rl-stop:not([disabled])").click()
    for page in (one, two):
        page.locator("#rl-progress", has_text="It ran for").wait_for(timeout=SLOW)
        page.locator("#rl-resume:not([disabled])").wait_for(timeout=SLOW)
        expect(page.locator("#rl-stop")).to_be_disabled()
    (run,) = [run for run in space.runs() if run.name != "odd"]
    assert run.state() == STOPPED
    before = max(steps_of(run))
    one.locator("#rl-resume").click()
    for page in (one, two):
        page.wait_for_function(f"() => ({LAST_STEP})() > {before}", timeout=SLOW)
    one.locator("#rl-stop:not([disabled])").click()
    two.locator("#rl-resume:not([disabled])").wait_for(timeout=SLOW)
    assert steps_of(run) == list(range(1, len(steps_of(run)) + 1)), "none twice, none left out"


def steps_of(run):
    return [event.step for event in replay(run)[0] if isinstance(event, ev.RLStep)]
