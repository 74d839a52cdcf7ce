"""What a reward model gives an email: payoffs, disagreement, the least for no words at all."""

import numpy as np
import pytest

from outcome_rl.config import RewardConfig
from outcome_rl.reward.compute_reward import disagreement, payoff
from outcome_rl.reward.serialization import load_reward_model


def test_predictions_do_not_depend_on_the_batch(made):
    model = load_reward_model(made[0])
    contexts, emails = ["C"] * 5, ["short", "a " * 30, "yes please", "b " * 60, "c d e f"]
    together = model.predict(contexts, emails)
    alone = np.concatenate([model.predict([c], [e]) for c, e in zip(contexts, emails, strict=True)])
    np.testing.assert_allclose(together, alone, atol=0.01)
    np.testing.assert_allclose(together.sum(1), 1.0)


def test_expected_and_argmax_payoffs():
    probs = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    assert payoff(RewardConfig(), probs).tolist() == pytest.approx([-0.5 + 0.15 + 0.4, -0.1 + 0.1 + 1.4])
    assert payoff(RewardConfig(reward="argmax", payoff_conversion=9.0), probs).tolist() == [-1.0, 9.0]


def test_disagreement_is_the_weighted_spread_of_the_members_payoffs():
    sure = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]  # worth -1 and 2
    members = np.array([[sure[0], sure[0]], [sure[1], sure[0]]])  # they differ on the first email alone
    payoffs = np.array([-1.0, 0.5, 2.0])
    assert disagreement(members, np.array([1.0, 1.0]), payoffs).tolist() == pytest.approx([1.5, 0.0])
    assert disagreement(members, np.array([3.0, 1.0]), payoffs)[0] == pytest.approx(3 * np.sqrt(3 / 16))
    assert disagreement(members, np.array([0.0, 0.0]), payoffs)[0] == pytest.approx(1.5)


def test_an_email_without_words_earns_less_than_any_other(made):
    model = load_reward_model(made[0])
    scores = model.score(["C"] * 3, ["", " \n ?!", "no thanks never a b c d"])
    assert (scores.probs[:2] == [0.97, 0.02, 0.01]).all()
    assert scores.rewards[:2].max() < scores.rewards[2]
