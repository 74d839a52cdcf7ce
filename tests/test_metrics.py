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


def test_the_interval_of_a_mean_holds_it_as_often_as_it_says_however_few_there_are():
    rng = np.random.default_rng(0)
    for n in (5, 8, 24):
        drawn = [metrics.mean_interval(rng.normal(1.0, 2.0, n)) for _ in range(2000)]
        assert sum(low <= 1.0 <= high for low, high in drawn) / 2000 == pytest.approx(0.95, abs=0.015)


def test_the_interval_of_a_mean_by_hand():
    """Mean 2, standard deviation 1, and 4.303 is Student's 97.5 % quantile with two degrees of freedom."""
    assert metrics.mean_interval(np.array([1.0, 2.0, 3.0])) == pytest.approx(
        (2 - 4.3027 / 3**0.5, 2 + 4.3027 / 3**0.5), abs=1e-4
    )
    assert metrics.mean_interval(np.array([4.0])) == (4.0, 4.0)
    assert metrics.mean_interval(np.array([4.0, 4.0])) == (4.0, 4.0)


def test_intervals_of_figures_hold_95_percent():
    """Log-losses of half 0 and half 1 on 400 rows: their mean has the deviation 0.5 / 20 = 0.025."""
    probs = np.array([[1.0, 0.0, 0.0], [math.exp(-1), 1 - math.exp(-1), 0.0]] * 200)[None]
    low, high = metrics.figures_with_intervals(probs, np.zeros(400, dtype=int), np.arange(400))["log_loss_ci95"]
    assert high - low == pytest.approx(2 * 1.96 * 0.025, rel=0.08)  # 90 percent would be 16 percent narrower


def test_clearly_positive_leaves_as_much_on_either_side():
    """59 of 100 above 0: a mean of at most 0 has probability 0.04, more than the 2.5 % below a 95 % interval."""
    differences = np.array([1.0] * 59 + [-1.0] * 41)
    assert metrics.clearly_positive(differences) == metrics.clearly_positive(-differences) == "unclear"
    assert metrics.clearly_positive(differences, level=0.9) is True


def test_clearly_positive():
    assert metrics.clearly_positive(np.full(20, 0.3)) is True
    assert metrics.clearly_positive(np.full(20, -0.3)) is False
    assert metrics.clearly_positive(np.array([1.0, -1.0] * 10)) == "unclear"


def test_rows_that_repeat_each_other_are_one_piece_of_evidence():
    differences = np.array([0.3] * 30 + [-0.2, -0.2])
    assert metrics.clearly_positive(differences) is True
    assert metrics.clearly_positive(differences, np.array([0] * 30 + [1, 2])) == "unclear"


def test_brier_is_the_squared_distance_from_what_happened():
    # 0.2²+0.1²+0.1², 0.8²+0.7²+0.1², 0.1²+0.2²+0.1², 0.25²+0.25²+0.5²
    assert metrics.brier_score(PROBS, TRUTH) == pytest.approx((0.06 + 1.14 + 0.06 + 0.375) / 4)


def test_kappa_weighs_errors_by_their_square():
    counts = np.array([[2, 1, 0], [0, 2, 0], [1, 0, 2]])
    # observed: 1·1 + 1·4 = 5; expected: row sums (3, 2, 3), column sums (3, 3, 2), over 8
    expected = (1 * 3 * 3 + 4 * 3 * 2 + 1 * 2 * 3 + 1 * 2 * 2 + 4 * 3 * 3 + 1 * 3 * 3) / 8
    assert metrics.weighted_kappa(counts) == pytest.approx(1 - 5 / expected)
    assert metrics.weighted_kappa(np.diag([3, 4, 5])) == 1.0
    assert metrics.weighted_kappa(np.array([[4, 0, 0], [0, 0, 0], [0, 0, 0]])) == 0.0


def test_counting_agrees_with_scikit_learn():
    from sklearn.metrics import cohen_kappa_score, confusion_matrix, f1_score, roc_auc_score

    rng = np.random.default_rng(0)
    truth, probs = rng.integers(0, 3, 500), rng.dirichlet([1, 1, 1], 500).round(2)
    predicted = probs.argmax(1)
    counts = metrics.confusion(truth, predicted)
    assert counts.tolist() == confusion_matrix(truth, predicted).tolist()
    assert metrics.macro_f1(counts) == pytest.approx(f1_score(truth, predicted, average="macro"))
    assert metrics.weighted_kappa(counts) == pytest.approx(cohen_kappa_score(truth, predicted, weights="quadratic"))
    assert metrics.auc(probs[:, 2], truth == 2) == pytest.approx(roc_auc_score(truth == 2, probs[:, 2]))


def test_intervals_cover_what_is_true_as_often_as_they_say():
    """60 files of 80 rows whose probabilities are the true ones: log-loss has a known mean."""
    rng, hits, expected = np.random.default_rng(0), 0, 0.0
    probs = np.array([0.5, 0.3, 0.2])
    expected = float(-(probs * np.log(probs)).sum())
    for _ in range(60):
        truth = rng.choice(3, 80, p=probs)
        found = metrics.figures_with_intervals(np.tile(probs, (2, 80, 1)), truth, np.arange(80))
        low, high = found["log_loss_ci95"]
        hits += low <= expected <= high
    assert 51 <= hits <= 60


def test_repeated_predictions_of_a_row_do_not_narrow_the_interval():
    rng = np.random.default_rng(1)
    truth, probs = rng.integers(0, 3, 60), rng.dirichlet([2, 2, 2], 60)
    once = metrics.figures_with_intervals(probs[None], truth, np.arange(60))
    often = metrics.figures_with_intervals(np.repeat(probs[None], 5, 0), truth, np.arange(60))
    assert often["log_loss_ci95"] == pytest.approx(once["log_loss_ci95"])
    assert often["accuracy_ci95"] == pytest.approx(once["accuracy_ci95"])


def test_reliability_bins():
    found = metrics.reliability(PROBS, TRUTH)
    assert [(each["confidence"], each["right"], each["rows"]) for each in found] == [
        (pytest.approx(0.5), 1.0, 1),
        (pytest.approx(0.7), 0.0, 1),
        (pytest.approx(0.8), 1.0, 2),
    ]


def test_a_large_group_is_not_many_trials():
    """60 rows that are one group and 60 single ones, all right: far fewer than 61 trials' worth of evidence."""
    groups = np.r_[np.zeros(60, dtype=int), np.arange(1, 61)]
    truth = np.zeros(120, dtype=int)
    probs = np.tile([0.8, 0.1, 0.1], (1, 120, 1))
    low, high = metrics.figures_with_intervals(probs, truth, groups)["accuracy_ci95"]
    trials = 120**2 / (60**2 + 60)
    assert (low, high) == (pytest.approx(trials / (trials + 1.959964**2)), pytest.approx(1.0))
