"""Whether templates are all alike: one test of all, in steps, with a p-value that can be counted by hand."""

import random

import numpy as np
import pytest

from outcome_rl.insights.analysis import insights
from outcome_rl.insights.results import DIFFER
from outcome_rl.insights.together import differ_together
from tests.helpers.insight_emails import made, people, sentence


def ones(n):
    return np.ones((n, 1))


def test_the_p_value_is_that_of_all_ways_to_deal_the_outcomes_out():
    """Five answers of eight and none of eight: of the 4,368 ways to choose five of sixteen 112 part them as far."""
    y = np.array([1.0] * 5 + [0.0] * 11)
    test = differ_together(ones(16), y, np.repeat([0, 1], 8), [[0, 1]])
    assert test.p == pytest.approx(112 / 4368, abs=0.006)
    assert test.groups[0].levels == (0, 1)


def test_templates_are_compared_within_their_step():
    """Step 1 is answered, step 2 is not; within each the two templates do the same."""
    y = np.tile([1.0, 1.0, 1.0, 0.0], 20)
    y[40:] = np.tile([1.0, 0.0, 0.0, 0.0], 10)
    codes = np.repeat([0, 1, 2, 3], 20)
    x = np.c_[np.ones(80), np.repeat([-1.0, 1.0], 40)]
    assert differ_together(x, y, codes, [[0, 1], [2, 3]]).p > 0.5
    assert differ_together(ones(80), y, codes, [[0, 1, 2, 3]]).p < 0.01


def test_emails_to_one_reader_are_not_independent():
    """Eight readers with ten emails each, three of whom always answer: they all got the first template."""
    readers = np.repeat(np.arange(8), 10)
    y, codes = (readers < 3).astype(float), (readers >= 4).astype(np.int64)
    assert differ_together(ones(80), y, codes, [[0, 1]]).p < 0.001
    # 8 choose 3 are 56 ways to choose who answers; in 8 of them all three got the same template
    assert differ_together(ones(80), y, codes, [[0, 1]], readers).p == pytest.approx(8 / 56, abs=0.03)


def test_the_same_file_gives_the_same_p_value():
    rng = np.random.default_rng(0)
    y, codes = (rng.random(90) < 0.4).astype(float), np.repeat([0, 1, 2], 30)
    assert differ_together(ones(90), y, codes, [[0, 1, 2]]) == differ_together(ones(90), y, codes, [[0, 1, 2]])


def in_steps(shares, n=150):
    """A file of two steps with three variants each, answered with these shares."""
    rng = random.Random(3)
    rows, steps, variants = [], [], []
    for place, share in enumerate(shares):
        text = sentence(rng, 30)
        for _ in range(n):
            rows.append((f"Hi {rng.choice(('Ana', 'Ben', 'Dora'))},\n{text}", int(rng.random() < share)))
            steps.append(str(1 + place // 3))
            variants.append("ABC"[place % 3])
    return made(rows, people(len(rows), 3)), {"step": steps, "variant": variants}


def test_what_differs_in_a_step_is_said_with_the_best_and_the_worst():
    result = insights(*in_steps((0.3, 0.3, 0.3, 0.02, 0.12, 0.2)))
    template = result.factor("template")
    assert [level.label.partition(":")[0] for level in result.templates] == [
        f"Step {step}, variant {variant}" for step in (1, 2) for variant in "ABC"
    ]
    assert template.apart == ("replied",)
    said = result.findings[0].sentence
    best, worst = result.templates[5], result.templates[3]
    assert said == (
        f"The templates of step 2 are not all alike: emails {best.phrase} were answered in {best.replied.hits} of 150 "
        f"cases, those {worst.phrase} in {worst.replied.hits} of 150."
    )
    assert not [finding for finding in result.findings if "of step 1 are not all alike" in finding.sentence]
    assert template.together == (said,)
    assert result.factor("variant") is None


def test_what_could_be_chance_is_said_to_be_perhaps_alike():
    result = insights(*in_steps((0.2,) * 3 + (0.1,) * 3))
    template = result.factor("template")
    assert template.apart == ()
    assert template.together == (
        "Taken together, the templates of the same step could still all be alike in how often they were answered: "
        "chance alone would often part them as far.",
    )
    assert DIFFER not in {effect.verdict for level in template.levels for effect in level.effects}
