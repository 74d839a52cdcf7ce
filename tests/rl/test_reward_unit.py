"""The unit of rewards is free: multiplied with any number, they make the same update, penalties included."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from outcome_rl.config import WEIGHED_RANGE, FinetuneConfig, RewardConfig
from outcome_rl.errors import ConfigError
from outcome_rl.policy.model import base_state
from outcome_rl.reward.finding_costs import checked
from outcome_rl.reward.interface import Scores
from outcome_rl.rl import step
from outcome_rl.rl.checkpoints import load_checkpoint
from outcome_rl.rl.gradients import adam
from outcome_rl.rl.reward_unit import DEVIATIONS, measured_range
from outcome_rl.rl.trainer_context import TrainerContext
from outcome_rl.rl.trainer_state import RL, TrainerState
from tests.helpers.finetuning import CONTEXTS, TINY, disturbed_policy, tiny_policy, tuned
from tests.helpers.seller import own_words_policy, seller_emails

PENALISED = {"kl_weight": 0.3, "unfinished_penalty": 0.5, "variety_weight": 6.0, "max_new_tokens": 16}
SCALES = [0.01, 10.0, 1000.0]


class Lengths:
    """Longer emails are worth more, ``unit`` times so; ``stated`` is its range."""

    def __init__(self, unit=1.0, stated=None):
        self.unit, self.reward_range = unit, stated

    def score(self, contexts, emails):
        worth = np.array([len(email) % 17 / 10 for email in emails])
        return Scores.sure(np.full((len(emails), 3), 1 / 3), self.unit * worth)


class Paid(Lengths):
    """The same of outcomes, whose payoffs are ``unit`` times the usual ones."""

    def __init__(self, unit=1.0):
        super().__init__(unit)
        self.config = RewardConfig(payoff_no_reply=-unit, payoff_reply=0.5 * unit, payoff_conversion=2 * unit)


def test_the_variety_bonus_is_told_in_the_rewards_unit(models_folder, tmp_path, monkeypatch):
    """Half of all word pairs are an email's own, at a weight of 6 for rewards that range over 3, here over 30."""
    monkeypatch.setattr(step, "own_pairs", lambda emails: [0.25, 0.75] * (len(emails) // 2))
    config = FinetuneConfig(**{**TINY, "variety_weight": 6.0})
    training = TrainerContext(config, tiny_policy(models_folder / "llama"), TrainerState(phase=RL), tmp_path, bool)
    training.warm_start = base_state(training.policy)
    told = step.rl_step(training, adam(training.policy, 0.02), Lengths(10.0, stated=30.0), CONTEXTS[:2])
    assert told.variety_bonus == pytest.approx(30.0)
    assert "variety bonus +30.00" in str(told)
    assert "variety" not in str(replace(told, variety_bonus=None))


def advantages(policy, folder, scorer, contexts, monkeypatch, **changes):
    """(What each token counts in the update, the trainer's state) of a first step."""
    seen = []

    def keep(training, optimizer, written, found):
        seen.append(found)
        return 0.0, 0.0

    monkeypatch.setattr(step, "_update", keep)
    config = FinetuneConfig(**{**TINY, **PENALISED, **changes})
    training = TrainerContext(config, policy, TrainerState(phase=RL, warm_steps=1), folder, lambda: False)
    training.warm_start = base_state(policy)
    step.rl_step(training, adam(policy, 0.02), scorer, contexts)
    return seen[0], training.state


SCORERS = {
    "payoffs": Paid,
    "checked": lambda unit=1.0: checked(Paid(unit), ""),
    "stated": lambda unit=1.0: Lengths(unit, stated=2 * unit),
    "measured": Lengths,
}


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("kind", SCORERS)
@pytest.mark.parametrize("algorithm", ["ppo", "reward_weighted"])
def test_the_update_of_free_emails_is_the_same_in_any_unit(
    models_folder, tmp_path, monkeypatch, kind, scale, algorithm
):
    policy, contexts = disturbed_policy(models_folder / "llama"), CONTEXTS[:3]
    asked = (contexts, monkeypatch)
    plain, _ = advantages(policy, tmp_path, SCORERS[kind](), *asked, algorithm=algorithm)
    scaled, _ = advantages(policy, tmp_path, SCORERS[kind](scale), *asked, algorithm=algorithm)
    assert plain.std() > 0.1
    torch.testing.assert_close(scaled, plain, atol=2e-6, rtol=2e-6)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("kind", SCORERS)
def test_the_update_of_sentences_is_the_same_in_any_unit(models_folder, tmp_path, monkeypatch, kind, scale):
    policy, contexts = own_words_policy(models_folder / "llama", disturbed=True), list(seller_emails().contexts[:2])
    plain, _ = advantages(policy, tmp_path, SCORERS[kind](), contexts, monkeypatch, write="own-words")
    scaled, _ = advantages(policy, tmp_path, SCORERS[kind](scale), contexts, monkeypatch, write="own-words")
    assert plain.std() > 0.1
    torch.testing.assert_close(scaled, plain, atol=5e-6, rtol=5e-6)


def test_penalties_count_as_they_are_given_at_the_usual_payoffs(models_folder, tmp_path, monkeypatch):
    seen = []
    shape = step.shape_rewards
    monkeypatch.setattr(step, "shape_rewards", lambda *given: seen.append(given) or shape(*given))
    policy = disturbed_policy(models_folder / "llama")
    for scorer in (Paid(), Lengths(stated=WEIGHED_RANGE), Paid(2.0)):
        advantages(policy, tmp_path, scorer, CONTEXTS[:3], monkeypatch)
    usual, stated, double = (given[0] for given in seen)
    raw = Paid().score([], ["a" * 23])
    assert raw.rewards.tolist() == [0.6]
    assert torch.equal(usual, stated)
    assert set(usual.tolist()) <= {float(np.float32(n / 10)) for n in range(17)}, "not a bit is changed"
    torch.testing.assert_close(double, usual)
    assert {given[4:] for given in seen} == {(0.5, 0.3, 6.0)}


def test_a_range_is_measured_among_the_emails_of_a_context():
    rewards = torch.tensor([[0.0, 2.0], [50.0, 50.0]])  # variances 2 and 0
    assert measured_range(rewards) == pytest.approx(DEVIATIONS * 1.0)
    assert measured_range(torch.tensor([[3.0, 3.0], [9.0, 9.0]])) == 0.0
    assert measured_range(torch.tensor([[1000.0, 1000.0001]])) == 0.0, "rounding is no difference"
    assert measured_range(1e-5 * rewards) == pytest.approx(DEVIATIONS * 1e-5), "small is one"


def test_what_was_measured_first_is_kept(models_folder, tmp_path):
    folder = tmp_path / "run"
    asked = {"scorer": Lengths(), **PENALISED}
    _, end = tuned(tiny_policy(models_folder / "llama"), tmp_path / "whole", steps=2, **asked)
    tuned(tiny_policy(models_folder / "llama"), folder, steps=1, **asked)
    first = load_checkpoint(folder).state.reward_range
    assert first > 0
    _, resumed = tuned(tiny_policy(models_folder / "llama"), folder, steps=2, resume=True, **asked)
    assert resumed.state.reward_range == end.state.reward_range == first
    now, before = (load_checkpoint(place).adapter for place in (folder, tmp_path / "whole"))
    assert all(torch.equal(now[name], before[name]) for name in now)


def test_emails_that_are_all_worth_the_same_leave_the_range_open(models_folder, tmp_path, monkeypatch):
    policy = disturbed_policy(models_folder / "llama")
    found, state = advantages(policy, tmp_path, Lengths(0.0), CONTEXTS[:3], monkeypatch)
    assert state.reward_range == 0.0
    assert found.isfinite().all()
    _, state = advantages(policy, tmp_path, Paid(), CONTEXTS[:3], monkeypatch)
    assert state.reward_range == 0.0, "nothing is measured where it is known"


@pytest.mark.parametrize("stated", [0, -1.0, float("nan"), float("inf"), "3", True])
def test_a_range_that_is_none_is_refused(models_folder, tmp_path, monkeypatch, stated):
    policy = disturbed_policy(models_folder / "llama")
    with pytest.raises(ConfigError, match=r"reward_range: .* is not a number above 0; give the greatest reward"):
        advantages(policy, tmp_path, Lengths(stated=stated), CONTEXTS[:3], monkeypatch)
