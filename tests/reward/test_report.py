"""The verdict on a reward model: better than guessing, unclear, worse."""

import numpy as np
import pytest

from outcome_rl.reward.baselines import BASELINES
from outcome_rl.reward.cross_validation import OutOfFold
from outcome_rl.reward.report import reward_model_report
from tests.helpers.toy_scorers import opinions


def verdict_of(probs, outcomes):
    found = OutOfFold()
    prior = np.tile(np.bincount(outcomes, minlength=3) / len(outcomes), (len(outcomes), 1))
    for name in BASELINES:
        found.baselines[name] = [np.eye(3)[np.zeros(len(outcomes), dtype=int)] if name == "majority" else prior]
    return reward_model_report(probs[None], found, outcomes, np.arange(len(outcomes)))


def test_the_verdict_of_a_good_a_useless_and_a_bad_model():
    rng = np.random.default_rng(0)
    outcomes = rng.integers(0, 3, 120)
    good = verdict_of(opinions(outcomes, 2.0, rng), outcomes)
    assert (good["beats_guessing"], good["beats_baselines"]) == (True, True)
    assert "this reward model is better than guessing" in good["verdict"]
    assert "worse" not in good["verdict"]
    useless = verdict_of(np.full((120, 3), 1 / 3) + rng.normal(0, 0.01, (120, 3)), outcomes)
    assert useless["beats_guessing"] == "unclear"
    assert "not clearly better than guessing" in useless["verdict"]
    bad = verdict_of(opinions((outcomes + 1) % 3, 2.0, rng), outcomes)
    assert (bad["beats_guessing"], bad["beats_baselines"]) == (False, False)
    assert "worse than guessing" in bad["verdict"]


def test_too_few_rows_never_beat_guessing():
    outcomes = np.array([0, 1, 2] * 6)
    assert verdict_of(np.eye(3)[outcomes] * 0.9 + 0.03, outcomes)["beats_guessing"] == "unclear"


def test_the_majority_has_no_probabilities_to_be_judged_by():
    outcomes = np.array([0, 1, 2] * 10)
    majority = verdict_of(np.eye(3)[outcomes] * 0.9 + 1 / 30, outcomes)["baselines"]["majority"]
    assert majority["log_loss"] is majority["brier"] is majority["ece"] is None
    assert majority["accuracy"] == pytest.approx(1 / 3)
