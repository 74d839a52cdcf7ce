"""What each email counts in an update, and whose distance from the warm start is measured, by hand."""

from __future__ import annotations

from dataclasses import fields
from types import SimpleNamespace

import pytest
import torch

from outcome_rl.config import FinetuneConfig
from outcome_rl.events import RLStep
from outcome_rl.reward.interface import PARTS
from outcome_rl.rl import step
from outcome_rl.rl.gradients import adam, apply_gradients
from outcome_rl.rl.trainer_context import TrainerContext
from outcome_rl.rl.trainer_state import RL, TrainerState

REWARDS = torch.tensor([[0.0, 1.0], [2.0, 5.0]])
SPREAD = 5**0.5
"""Of -1, 1, -3 and 3, what each email of REWARDS has over the other of its context."""


@pytest.mark.parametrize("unit", [1.0, 1000.0])
def test_advantages_do_not_depend_on_the_payoffs_unit(unit):
    found = step._advantages(FinetuneConfig(), unit * REWARDS).flatten()
    torch.testing.assert_close(found, torch.tensor([-1.0, 1.0, -3.0, 3.0]) / SPREAD)


@pytest.mark.parametrize("unit", [1.0, 1000.0])
def test_weights_do_not_depend_on_it_either(unit):
    config = FinetuneConfig(algorithm="reward_weighted", weight_temperature=1.0, weight_clip=2.0)
    plain = torch.tensor([-1.0, 1.0, -3.0, 3.0]).div(SPREAD).exp()
    clipped = torch.tensor([float(plain[0]), float(plain[1]), float(plain[2]), 2.0])  # e^1.34 is over the limit
    torch.testing.assert_close(step._advantages(config, unit * REWARDS).flatten(), clipped / clipped.mean())


@pytest.mark.parametrize(
    ("kl_weight", "expected"),
    [
        (0.1, [float(row) for row in range(18)]),
        (0.0, [0.0, 1.0, 2.0, 3.0, *[1.5] * 14]),  # two contexts of nine are watched, the others get their mean
    ],
)
def test_each_email_s_kl_is_measured_where_it_costs_reward(kl_weight, expected, monkeypatch):
    monkeypatch.setattr(step, "kl_from_reference", lambda training, written, rows: rows.float())
    config = FinetuneConfig(samples_per_context=2, kl_weight=kl_weight)
    training = SimpleNamespace(config=config, policy=SimpleNamespace(device="cpu"))
    assert step._kl(training, range(18)).tolist() == expected


def test_an_update_is_in_the_weights_that_write_next(policy, tmp_path):
    training = TrainerContext(FinetuneConfig(), policy, TrainerState(phase=RL), tmp_path, lambda: False)
    weights = [layer.merged for layer in policy.adapter.layers]
    before = [weight.clone() for weight in weights]
    for parameter in policy.adapter.parameters():
        parameter.grad = torch.ones_like(parameter)
    apply_gradients(training, adam(policy, 0.02), 0.0)
    updated = [weight.clone() for weight in weights]
    policy.adapter.merge()
    assert all(torch.equal(now, weight) for now, weight in zip(updated, weights, strict=True))
    assert not any(torch.equal(now, was) for now, was in zip(updated, before, strict=True))


def test_a_step_can_tell_each_part_of_a_reward():
    assert {f"reward_{name}" for name in PARTS} <= {field.name for field in fields(RLStep)}
