"""How many more rows would make it sure that a model is better: numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from outcome_rl import metrics
from outcome_rl.reward.more_rows import advice_on, answered_among, fewest_of, more_rows, rounded

ALTERNATING = np.tile([0.0, 2.0], 2)
"""Mean 1, each 1 away from it: of 4 rows the mean's standard error is 1/√4 = 0.5."""


def test_the_rows_grow_with_the_square_of_how_far_the_mean_is_from_sure():
    """z of 95 % is 1.9600 and of a chance of 80 % 0.8416: (2.8016 · 0.5 / 1)² = 1.9622."""
    apart = np.arange(4)
    assert metrics.growth_to_be_sure(ALTERNATING, apart, 0.95, 0.8) == pytest.approx(1.9622, abs=1e-4)
    assert metrics.growth_to_be_sure(ALTERNATING, apart, 0.95, 0.5) == pytest.approx(0.9604, abs=1e-4), "1.96² / 4"
    assert metrics.growth_to_be_sure(ALTERNATING - 0.5, apart, 0.95, 0.5) == pytest.approx(3.8415, abs=1e-4), "4 times"


def test_rows_that_repeat_each_other_are_one():
    """0, 0 and 2, 2 as two groups: sums −2 and 2, an error of √8 / 4, whose square is twice 0.25."""
    repeated = metrics.growth_to_be_sure(np.array([0.0, 0.0, 2.0, 2.0]), np.array([0, 0, 1, 1]), 0.95, 0.8)
    assert repeated == pytest.approx(2 * 1.9622, abs=1e-4)


@pytest.mark.parametrize("mean", [0.0, -1.0])
def test_where_there_is_no_advantage_no_number_of_rows_would_do(mean):
    nothing = np.tile([-1.0, 1.0], 50) + mean
    assert metrics.growth_to_be_sure(nothing, np.arange(100), 0.99, 0.8) is None
    assert more_rows(nothing, np.arange(100), 0.99) is None


def spread(mean: float) -> np.ndarray:
    """100 rows with that mean, each 1 away from it, so that its standard error is 0.1."""
    return np.tile([-1.0, 1.0], 50) + mean


@pytest.mark.parametrize(
    ("mean", "more"),
    [
        (0.3, 0),  # three standard errors are sure at 99 %, which takes 2.576
        (0.2, 200),  # z are 2.5758 + 0.8416; (3.4174 · 0.1 / 0.2)² = 2.92 times 100 rows, 192 more
        (0.16, 400),  # 4.562 times, 356 more
        (0.15, None),  # 5.19 times: above five nobody can tell
    ],
)
def test_the_rows_to_add_are_bounded_and_round(mean, more):
    assert more_rows(spread(mean), np.arange(100), 0.99) == more


def test_rows_kept_for_another_use_have_to_be_added_too():
    """192 more that count, where 4 of 5 do: 240."""
    assert more_rows(spread(0.2), np.arange(100), 0.99, share=0.8) == 250


def test_too_few_groups_are_never_sure_and_have_to_become_enough():
    """100 rows in 10 groups of alike sums: sure by their mean, yet twice as many groups are asked for."""
    alike = spread(0.5)
    assert more_rows(alike, np.repeat(np.arange(10), 10), 0.99, fewest_groups=10) == 0
    assert more_rows(alike, np.repeat(np.arange(10), 10), 0.99, fewest_groups=20) == 100
    assert more_rows(alike, np.repeat(np.arange(10), 10), 0.99, fewest_groups=60) is None


@pytest.mark.parametrize(
    ("rows", "said"), [(0.2, 10), (10, 10), (91, 100), (101, 150), (356, 400), (1001, 1500), (7300, 7500)]
)
def test_no_number_is_more_exact_than_what_is_known(rows, said):
    assert rounded(rows) == said


def test_either_way_to_be_sure_will_do():
    assert (fewest_of((400, 150)), fewest_of((None, 150)), fewest_of((None, None))) == (150, 150, None)


def test_the_answered_among_them_are_as_frequent_as_before():
    assert answered_among({"outcomes": [85, 10, 5]}, 400) == 60
    assert answered_among({"outcomes": [999, 1, 0]}, 100) == 1


@pytest.mark.parametrize(
    ("figures", "advice"),
    [
        ({"outcomes": [80, 10, 10]}, None),
        ({"outcomes": [80, 10, 10], "more_rows_to_trust": 0}, None),
        ({"outcomes": [80, 10, 10], "more_rows_to_trust": 400}, "number"),
        ({"outcomes": [80, 10, 10], "more_rows_to_trust": None}, "few answered"),
        ({"outcomes": [800, 100, 100], "more_rows_to_trust": None}, "other rows"),
        ({"more_rows_to_trust": None}, None),
    ],
)
def test_what_is_advised_where_there_is_a_number_and_where_there_is_none(figures, advice):
    assert advice_on(figures) == advice
