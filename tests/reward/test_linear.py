"""Heads for ordered outcomes."""

import numpy as np
import pytest

from outcome_rl.reward.linear import fit_multinomial, fit_ordinal


@pytest.mark.parametrize("fit", [fit_multinomial, fit_ordinal])
def test_heads_learn_an_ordered_outcome(fit):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(600, 3))
    outcomes = np.digitize(inputs[:, 0] + rng.normal(0, 0.3, 600), [-0.5, 0.5])
    probs = fit(inputs, outcomes, 1.0).probs(inputs)
    np.testing.assert_allclose(probs.sum(1), 1.0)
    assert (probs >= 0).all()
    assert (probs.argmax(1) == outcomes).mean() > 0.75
    np.testing.assert_allclose(probs.mean(0), np.bincount(outcomes) / 600, atol=0.03)


def test_an_ordinal_heads_thresholds_are_not_penalised():
    """Inputs that say nothing leave the outcomes' shares, however strong the penalty of the slope."""
    outcomes = np.repeat([0, 1, 2], [51, 6, 3])
    probs = fit_ordinal(np.zeros((60, 4)), outcomes, 0.003).probs(np.zeros((1, 4)))
    np.testing.assert_allclose(probs[0], [0.85, 0.10, 0.05], atol=0.01)


def test_a_head_of_two_outcomes_gives_the_third_nothing():
    inputs = np.array([[-1.0], [1.0]] * 20)
    probs = fit_multinomial(inputs, np.array([0, 2] * 20), 10.0).probs(np.array([[-1.0], [1.0]]))
    assert probs[0, 0] > 0.9 < probs[1, 2]
    assert probs[:, 1].max() < 1e-9
