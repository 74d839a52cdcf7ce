"""The verdict is in sight wherever the page is scrolled to, after a reload too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from outcome_rl.reward.metadata import read_figures
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common import verdicts
from outcome_rl.ui.finetune.results import in_the_bar
from outcome_rl.ui.words import teach
from outcome_rl.ui.words import verdicts as words
from outcome_rl.utils.checksums import write_checksums
from outcome_rl.utils.files import write_json
from tests.helpers.made_once import copied

HIDDEN = """() => {
    const card = document.querySelector('#reward-verdict .orl-verdict').getBoundingClientRect();
    const bar = [...document.querySelectorAll('.orl-next-bar')].find(each => each.offsetParent).getBoundingClientRect();
    return card.top < 0 || card.bottom > bar.top;
}"""
"""Whether a part of the card is out of sight or behind the bar."""


@pytest.fixture
def space(tmp_path: Path, made_models: Path) -> Workspace:
    """With a predictor that guesses and knows what it needs."""
    space = Workspace(copied(made_models, tmp_path))
    figures = {**read_figures(space.reward_model), "beats_guessing": "unclear", "tells_apart": "unclear"}
    write_json(space.reward_model / "metrics.json", {**figures, "outcomes": [51, 6, 3], "more_rows_to_trust": 200})
    write_checksums(space.reward_model)
    return space


@pytest.mark.browser
@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, {"width": 390, "height": 844}])
def test_after_a_reload_the_bar_tells_the_verdict_and_leads_to_its_card(chromium, space, address, size):
    page = chromium.new_page(viewport=size)
    page.goto(address)
    page.get_by_role("tab", name="1 Your emails").click()
    page.reload()
    expect(page.locator("#reward-verdict .orl-next")).to_contain_text("About 200 more emails like these, 30 of them")
    assert page.evaluate(HIDDEN), "else there is nothing to be led to"
    verdict = verdicts.of_predictor(read_figures(space.reward_model))
    told = page.locator("#reward-missing .orl-first-learn a")
    expect(told).to_have_text(f"The predictor: {verdict.answer}")
    expect(told).to_be_in_viewport(ratio=1)
    told.click()
    page.wait_for_function(f"() => !({HIDDEN})()")
    page.close()


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ({"gain": 0.4, "improved": True}, f"{teach.VERDICT_OF} {words.TAUGHT_BETTER.answer}"),
        ({"steps": 0, "evaluation": None}, f"{teach.VERDICT_OF_UNTAUGHT}: {words.WRITES_UNTAUGHT.answer}"),
        ({"accuracy": 0.5}, ""),
    ],
)
def test_the_bar_of_the_second_step_tells_what_came_of_it(result, told):
    found = in_the_bar(result)
    assert re.sub("<.*?>", "", found) == told
    assert ('href="#rl-result"' in found) is bool(told)
