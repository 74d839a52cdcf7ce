"""Figures against numbers worked by hand."""

import math

import numpy as np
import pytest

from outcome_rl import metrics

TRUTH = np.array([0, 0, 1, 2])
PROBS = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1], [0.25, 0.25, 0.5]])


def test_all_figures_of_four_rows():
    found = metrics.classification_figures(PROBS, TRUTH)
    assert found["accuracy"] == 0.75
    assert found["confusion_matrix"] == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert found["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert found["log_loss"] == pytest.approx(-(math.log(0.8) + math.log(0.2) + math.log(0.8) + math.log(0.5)) / 4)
    assert found["auc_conversion"] == 1.0
    assert found["auc_reply"] == 0.75  # P(any reply) 0.9, 0.75 against 0.2, 0.8: three of four pairs are in order


def test_ece_weighs_each_bin_by_its_rows():
    # confidence 0.8 twice (both right), 0.7 (wrong), 0.5 (right): gaps 0.2, 0.7, 0.5
    assert metrics.expected_calibration_error(PROBS, TRUTH) == pytest.approx(0.5 * 0.2 + 0.25 * 0.7 + 0.25 * 0.5)


def test_interval_of_a_share():
    low, high = metrics.share_interval(8, 10)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-3), pytest.approx(0.9433, abs=1e-3))  # Wilson 1927
    assert metrics.share_interval(0, 0) == (0.0, 1.0)


def test_an_outcome_that_is_missing_has_no_auc():
    assert metrics.classification_figures(PROBS[:3], TRUTH[:3])["auc_conversion"] is None


def test_bootstrap_interval_covers_the_mean_as_often_as_it_says():
    rng = np.random.default_rng(0)
    hits = 0
    for trial in range(100):
        low, high = metrics.bootstrap_mean_ci(rng.normal(1.0, 2.0, 40), seed=trial, draws=1000)
        hits += low <= 1.0 <= high
    assert 88 <= hits <= 100


def test_clearly_positive():
    assert metrics.clearly_positive(np.full(20, 0.3)) is True
    assert metrics.clearly_positive(np.full(20, -0.3)) is False
    assert metrics.clearly_positive(np.array([1.0, -1.0] * 10)) == "unclear"
