"""How the page looks: text that can be read in light and dark, a phone's width, a quiet console; the pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABS = ("Data & reward model", "RL fine-tuning", "Generate & compare")
LEAST_CONTRAST = 4.5
"""WCAG 2.2, level AA, for text of ordinary size; what is disabled is exempt."""
FAINT = """least => {
    const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const parsed = colour => {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const over = (top, ground) => ground.map((v, i) => top[i] * top[3] + v * (1 - top[3]));
    const ground = element => {
        const layers = [];
        for (let node = element; node; node = node.parentElement) {
            layers.unshift(parsed(getComputedStyle(node).backgroundColor));
        }
        return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
    };
    const found = {};
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const element = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
        const box = element.getBoundingClientRect(), style = getComputedStyle(element);
        const exempt = element.closest('[disabled], [aria-disabled=true], [aria-hidden=true], svg, script, style');
        if (!text || !box.width || !box.height || style.visibility !== 'visible' || exempt) continue;
        const colour = parsed(style.color), below = ground(element);
        for (let node = element; node; node = node.parentElement) colour[3] *= getComputedStyle(node).opacity;
        if (colour[3] < 0.05) continue;
        const [dark, bright] = [light(over(colour, below)), light(below)].sort((a, b) => a - b);
        const contrast = (bright + 0.05) / (dark + 0.05);
        if (contrast < least) found[text.slice(0, 40)] = contrast.toFixed(2);
    }
    return found;
}"""


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_every_tab_can_be_read_and_fits(chromium, address, width, scheme):
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    page.goto(address)
    page.locator("#data-audit li").first.wait_for(timeout=60_000)
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        page.locator(f"[role=tab][aria-selected=true]:has-text('{tab}')").wait_for()
        # what moves is waited for, since half of a transition has half of its colours
        page.evaluate("Promise.all(document.getAnimations().map(each => each.finished.catch(() => null)))")
        assert page.evaluate(FAINT, LEAST_CONTRAST) == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert errors == []
    page.close()


def test_the_pictures_in_the_readme_are_there_and_small():
    names = re.findall(r"!\[[^\]]+\]\((docs/screenshots/[^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(names) >= 4
    assert {(ROOT / name).read_bytes()[:4] for name in names} == {b"\x89PNG"}
    assert max((ROOT / name).stat().st_size for name in names) <= 300_000
