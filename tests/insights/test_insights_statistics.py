"""The arithmetic: regressions, differences with their errors, q-values, intervals; worked by hand where it can be."""

import numpy as np
import pytest

from outcome_rl.insights.comparing import _sorted_out
from outcome_rl.insights.covariates import covariates
from outcome_rl.insights.differences import (
    adjusted_differences,
    benjamini_hochberg,
    emails_needed,
    smallest_visible,
)
from outcome_rl.insights.factors import CONTEXT, TEXT, level_factor
from outcome_rl.insights.rates import alikeness, rate, weight_of
from outcome_rl.insights.regression import design, logistic, residuals
from outcome_rl.insights.results import MORE, UNCLEAR, Effect
from outcome_rl.metrics import share_interval

ONE = np.ones((20, 1))
LEVEL = np.repeat([1.0, 0.0], 10)[:, None]
ANSWERED = np.array([1] * 6 + [0] * 4 + [1] * 2 + [0] * 8, dtype=float)
"""Six of ten emails of the level were answered, and two of the ten others."""


def test_a_regression_on_nothing_gives_the_mean():
    fitted, leverage = logistic(ONE, ANSWERED)
    assert fitted == pytest.approx(np.full(20, 0.4), abs=1e-4)
    assert leverage == pytest.approx(np.full(20, 1 / 20), abs=1e-4)


def test_a_regression_on_a_group_gives_the_groups_shares():
    fitted, leverage = logistic(design(LEVEL), ANSWERED, penalty=1e-6)
    assert fitted == pytest.approx(np.repeat([0.6, 0.2], 10), abs=1e-4)
    assert leverage == pytest.approx(np.full(20, 1 / 10), abs=1e-4)


def test_the_penalty_draws_groups_together():
    fitted, _ = logistic(design(LEVEL), ANSWERED, penalty=10.0)
    assert 0.2 < fitted[-1] < 0.4 < fitted[0] < 0.6


def test_a_regression_holds_where_a_column_decides_everything():
    fitted, _ = logistic(design(LEVEL), LEVEL[:, 0])
    assert np.isfinite(fitted).all()
    assert fitted[0] > 0.8


def test_residuals_are_what_the_columns_do_not_tell():
    left = residuals(design(LEVEL), np.c_[LEVEL, ANSWERED], penalty=1e-9)
    assert left[:, 0] == pytest.approx(np.zeros(20), abs=1e-6)
    assert left[:, 1] == pytest.approx(ANSWERED - np.repeat([0.6, 0.2], 10), abs=1e-6)


def test_columns_that_do_not_vary_are_left_out():
    assert design(np.c_[LEVEL, np.ones(20)]).shape == (20, 2)


def test_a_difference_with_nothing_held_equal_is_the_difference_of_the_shares():
    found = adjusted_differences(ONE, LEVEL, ANSWERED)
    assert found.difference[0] == pytest.approx(0.6 - 0.2, abs=1e-4)
    # left over of the level: +-.5, so 20 x .25 = 5; variance of an answer .4 x .6 x 20/19; error sqrt(5 x .2526) / 5
    error = np.sqrt(5 * 0.24 * 20 / 19) / 5
    # that of the model is the larger one: by rows 1 / .95 = 1.05, by the model 1.26
    assert found.high[0] - found.low[0] == pytest.approx(2 * 1.959964 * error, abs=1e-3)
    assert found.p[0] == pytest.approx(0.0751, abs=1e-3)  # z = .4 / .2248 = 1.78
    assert found.overlap[0] == pytest.approx(1, abs=1e-4)


def test_what_the_context_explains_is_no_difference():
    """Of referred people 8 of 10 answer whatever they get, of others 2 of 10; the level goes to the referred mostly."""
    cells = ((1, 1, 80, 64), (1, 0, 20, 16), (0, 1, 20, 4), (0, 0, 80, 16))  # referred, level, emails, answers
    referred, level, answered = (
        np.concatenate(parts)
        for parts in zip(
            *((np.full(n, r), np.full(n, d), np.r_[np.ones(hits), np.zeros(n - hits)]) for r, d, n, hits in cells),
            strict=True,
        )
    )
    level = level[:, None].astype(float)
    raw = adjusted_differences(np.ones((200, 1)), level, answered)
    held = adjusted_differences(design(referred[:, None].astype(float)), level, answered)
    assert raw.difference[0] == pytest.approx(0.68 - 0.32, abs=1e-3)
    assert raw.p[0] < 1e-5
    assert abs(held.difference[0]) < 0.02
    assert held.p[0] > 0.7


def test_copies_of_an_email_are_no_more_evidence_than_the_email():
    once = adjusted_differences(ONE, LEVEL, ANSWERED, [np.arange(20)])
    rows = np.repeat(np.arange(20), 10)
    many = adjusted_differences(np.ones((200, 1)), LEVEL[rows], ANSWERED[rows], [rows])
    blind = adjusted_differences(np.ones((200, 1)), LEVEL[rows], ANSWERED[rows])
    assert blind.p[0] < 1e-6
    assert many.p[0] == pytest.approx(once.p[0], rel=0.5)
    assert many.by_cluster[0]


def test_a_level_that_is_one_template_cannot_be_told_from_it():
    templates = np.repeat(np.arange(10), 20)
    level = (templates == 0).astype(float)[:, None]
    answered = (np.arange(200) % 10 < np.where(level[:, 0] > 0, 8, 2)).astype(float)
    assert adjusted_differences(np.ones((200, 1)), level, answered).p[0] < 1e-8
    assert adjusted_differences(np.ones((200, 1)), level, answered, [templates]).p[0] > 0.2


def test_a_level_that_the_rest_determines_has_no_overlap():
    level = LEVEL.repeat(10, axis=0)
    answered = ANSWERED.repeat(10)
    assert adjusted_differences(design(level), level, answered).overlap[0] < 0.01


def test_no_answers_in_a_small_level_are_no_sure_sign():
    """None of 12 emails answered where one of ten would be: chance does that in more than a quarter of all cases."""
    level = np.repeat([1.0, 0.0], [12, 288])[:, None]
    answered = np.r_[np.zeros(12), np.arange(288) % 10 == 0].astype(float)
    found = adjusted_differences(np.ones((300, 1)), level, answered, [np.arange(300)])
    assert found.p[0] > 0.2


def test_q_values():
    assert benjamini_hochberg(np.array([0.02, 0.5, 0.01, 0.03])) == pytest.approx([0.04, 0.5, 0.04, 0.04])
    assert benjamini_hochberg(np.array([])).tolist() == []


def test_plain_differences_of_one_family_are_no_licence_for_another():
    """Among all 25 tests .03 would pass as the 21st smallest (.036); among the five of its own family it does not."""
    effects = {("origin", i, "replied"): Effect("replied", 0.3, 0.2, 0.4, 1e-9) for i in range(20)}
    effects |= {("length", i, "replied"): Effect("replied", 0.1, 0.0, 0.2, p) for i, p in enumerate((0.03, *[0.9] * 4))}
    found = _sorted_out(effects, {"origin": "context", "length": "text"}, 100)
    assert found["origin", 0, "replied"].verdict == MORE
    assert (found["length", 0, "replied"].verdict, found["length", 0, "replied"].q) == (UNCLEAR, pytest.approx(0.15))


def test_columns_that_are_the_same_within_a_template_are_held_equal_only_as_far_as_templates_allow():
    rng = np.random.default_rng(0)
    template = np.repeat(np.arange(12), 20)
    factors = [
        level_factor(name, name, TEXT, rng.integers(0, 3, 12)[template], [("a", "a"), ("b", "b"), ("c", "c")])
        for name in ("one", "two", "three")
    ]
    contexts = ["A", "B"] * 120
    origin = level_factor("origin", "Origin", CONTEXT, np.arange(240) % 2, [("a", "a"), ("b", "b")])
    few = covariates(factors, contexts, template).for_factor(factors[0], np.arange(240))
    many = covariates(factors, contexts, np.arange(240)).for_factor(factors[0], np.arange(240))
    assert few.x.shape[1] == 1 + 1 + 12 // 6  # the intercept, the context, a column for every six templates
    assert few.words == ("context", "some of the rest of the text")
    assert covariates(factors, contexts, template).for_factor(origin, np.arange(240)).words[-1] == "some of the text"
    assert many.x.shape[1] == 1 + 1 + 4
    assert many.words == ("context", "the rest of the text")


def test_how_many_more_emails_would_show_a_difference():
    # seen 1.96 standard errors, wanted 1.96 + .84 for a power of 80 %: (2.80 / 1.96)^2 = 2.04 times as many
    assert emails_needed(0.05, 100, tests=1) == 104
    assert emails_needed(0.05, 100, tests=50) > 104
    assert emails_needed(1e-9, 100, tests=1) == 0
    assert emails_needed(1.0, 100, tests=1) > 10**6


def test_the_smallest_difference_that_would_show():
    # halves of 392 emails, half of them answered: standard error 2 x .5 / sqrt(392) = .0505, times 2.80
    assert smallest_visible(0.5, 392, tests=1) == pytest.approx(0.1415, abs=1e-4)


def test_shares_have_wilsons_interval():
    found = rate(12, 80)
    assert (found.share, found.low, found.high) == (0.15, *share_interval(12, 80))
    assert rate(0, 0).low == 0


def test_rows_of_one_template_are_fewer_than_they_look():
    groups = np.repeat(np.arange(20), 10)
    assert weight_of(np.arange(200), 0.3) == pytest.approx(1)
    assert weight_of(groups, 0.0) == 1
    assert weight_of(np.zeros(50), 0.3) == 1  # about this template alone
    # ten rows of which each is like the others by .1: 1 + 9 x .1 = 1.9 rows make one, and 20 templates a little less
    assert 0.4 < weight_of(groups, 0.1) < 1 / 1.9
    assert weight_of(groups, 0.1, scale=5) < weight_of(groups, 0.1)


def test_alikeness_of_outcomes_in_a_template():
    groups = np.repeat(np.arange(20), 10)
    assert alikeness((groups % 2).astype(float), groups) == pytest.approx(1)
    assert alikeness(np.tile([0.0, 1.0], 100), groups) == 0
    assert alikeness(np.zeros(200), groups) == 0
    assert alikeness(np.array([0.0, 1.0]), np.array([0, 1])) == 0


def test_intervals_hold_the_truth_and_p_values_are_uniform():
    """400 small files with a difference of 15 of 100 and a confounder: 95 % intervals, 5 % false alarms at most."""
    rng = np.random.default_rng(0)
    holds, alarms = [], []
    for _ in range(400):
        context = rng.integers(0, 3, 240)
        chance = np.array([0.2, 0.35, 0.55])[context]
        level, other = (rng.random((2, 240)) < np.array([0.25, 0.5, 0.75])[context]).astype(float)
        answered = (rng.random(240) < chance + 0.15 * level).astype(float)
        x = design(np.eye(3)[context][:, 1:])
        found = adjusted_differences(x, np.c_[level, other], answered, [np.arange(240)])
        holds.append(found.low[0] <= 0.15 <= found.high[0])
        alarms.append(found.p[1] < 0.05)
    assert 0.93 <= np.mean(holds) <= 0.985
    assert np.mean(alarms) < 0.07
