"""The style: gaps on a grid, letters of four sizes, and nothing to press where there is nothing to do."""

from __future__ import annotations

import re

import pytest

from outcome_rl.ui.common.static import static_text
from outcome_rl.ui.page import STYLES

SIZES = {"var(--orl-small)", "var(--orl-normal)", "var(--orl-large)", "var(--orl-title)"}
HUGS_A_WORD = 2
"""Pixels that a mark stands out around a word, in the middle of a line."""


@pytest.mark.parametrize("name", STYLES)
def test_gaps_are_on_the_grid_and_letters_have_four_sizes(name):
    style = static_text(name)
    gaps = re.findall(r"(?:margin|padding|gap)[a-z-]*: ([^;}]+)", style)
    off = [gap for gap in gaps for px in re.findall(r"([\d.]+)px", gap) if float(px) % 4 and float(px) > HUGS_A_WORD]
    assert gaps and off == []
    letters = {size for size in re.findall(r"font-size: ([^;}]+)", style) if not size.endswith("em") or "rem" in size}
    assert letters - {"inherit"} <= SIZES
