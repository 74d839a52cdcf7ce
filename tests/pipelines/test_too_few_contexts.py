"""Whoever keeps fewer contexts for the comparison than can show anything is told, before the work."""

from __future__ import annotations

import pytest

from outcome_rl.data.splits import split_contexts
from outcome_rl.metrics import FEWEST_CONTEXTS
from outcome_rl.pipelines.finetune_inputs import _too_few

MANY = [f"Customer {number}." for number in range(3 * FEWEST_CONTEXTS)]


@pytest.mark.parametrize(
    ("contexts", "asked", "way_out"),
    [
        (MANY, FEWEST_CONTEXTS - 1, "--held-out-contexts keeps more."),
        (MANY[:-1], FEWEST_CONTEXTS, "a file with more contexts has more."),
    ],
)
def test_fewer_than_can_show_an_improvement_are_told(contexts, asked, way_out):
    said = _too_few(split_contexts(contexts, asked, 2, seed=0), len(contexts))
    kept = FEWEST_CONTEXTS - 1
    assert said.startswith(f"{kept} of {len(contexts)} contexts are kept for the comparison at the end; below")
    assert said.endswith(way_out)


def test_enough_need_no_word():
    assert _too_few(split_contexts(MANY, FEWEST_CONTEXTS, 2, seed=0), len(MANY)) is None
