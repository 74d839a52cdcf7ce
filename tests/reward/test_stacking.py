"""The stacker listens to who knows, tempers who is too sure, and gives the shares where nobody knows."""

import numpy as np
import pytest

from outcome_rl.metrics import row_losses
from outcome_rl.reward.stacking import fit_stacker, shares_of
from tests.helpers.toy_scorers import opinions


def test_the_blend_listens_to_who_knows_and_not_to_who_is_only_sure():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 400)
    knows, sure = opinions(truth, 1.5, rng), opinions(rng.integers(0, 3, 400), 3.0, rng)
    blend = fit_stacker(np.stack([knows, sure]), truth)
    assert blend.weights[0] > 0.5
    assert 0 <= blend.weights[1] < 0.05


def test_without_knowledge_the_blend_gives_the_outcomes_shares():
    rng = np.random.default_rng(1)
    truth = rng.choice(3, 2000, p=[0.7, 0.2, 0.1])
    members = np.stack([rng.dirichlet([5, 5, 5], 2000) for _ in range(3)])
    probs = fit_stacker(members, truth)(members)
    np.testing.assert_allclose(probs.mean(0), np.bincount(truth) / 2000, atol=0.02)
    assert probs.std(0).max() < 0.05


def test_a_member_that_is_overconfident_is_tempered():
    rng = np.random.default_rng(2)
    honest = rng.dirichlet([1, 1, 1], 3000)
    truth = np.array([rng.choice(3, p=row) for row in honest])
    loud = honest**4 / (honest**4).sum(1, keepdims=True)
    blend = fit_stacker(loud[None], truth)
    assert 0.22 < blend.weights[0] < 0.32
    assert row_losses(blend(loud[None]), truth).mean() < row_losses(honest, truth).mean() + 0.02


def test_copies_of_a_row_count_once():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 100)
    members = np.stack([opinions(truth, 1.0, rng), opinions(truth, 0.5, rng)])
    once = fit_stacker(members, truth)
    thrice = fit_stacker(np.tile(members, (1, 3, 1)), np.tile(truth, 3), copies=3)
    np.testing.assert_allclose(thrice.weights, once.weights, atol=0.02)


def test_shares_are_smoothed_where_an_outcome_occurs():
    assert shares_of([0, 0, 1, 2]).tolist() == pytest.approx([2.5 / 5.5, 1.5 / 5.5, 1.5 / 5.5])
