"""What comes of a button that starts long work is seen without scrolling, in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from outcome_rl.data.csv_io import write_rows

pytestmark = [pytest.mark.browser, pytest.mark.slow]


BAR_TOUCHES_BUTTON = """() => {
    const edge = (name, side) => document.querySelector(name).getBoundingClientRect()[side];
    const bar = [...document.querySelectorAll('.orl-next-bar')].find(each => each.offsetParent);
    window.scrollBy(0, edge('#train-reward', 'bottom') - bar.getBoundingClientRect().top + 4);
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_what_learning_says_is_not_hidden_behind_the_bar(chromium, address, tmp_path: Path, width, height):
    file = tmp_path / "few.csv"
    rows = [(f"Buyer {n} at a mill", f"Hello number {n}, shall we talk on Friday?", int(n == 5)) for n in range(40)]
    write_rows(file, ["context", "email_text", "outcome"], rows)
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.goto(address)
    page.get_by_role("tab", name="1 Your emails").click()
    page.locator("#data-upload input[type=file]").set_input_files(str(file))
    learn = page.get_by_role("button", name="Learn from few.csv")
    learn.wait_for()
    page.get_by_text("to look at before learning").first.wait_for()
    # pressed where it stands just above the bar, with the mouse: playwright's own click would scroll
    page.evaluate(BAR_TOUCHES_BUTTON)
    where = learn.bounding_box()
    page.mouse.click(where["x"] + 40, where["y"] + where["height"] / 2)
    said = page.locator("#reward-message .orl-note")
    expect(said).to_contain_text("Too few emails have the outcome")
    box, bar = said.bounding_box(), page.locator(".orl-next-bar:visible").bounding_box()
    assert box["y"] > 0 and box["y"] + box["height"] < bar["y"]
    page.close()
