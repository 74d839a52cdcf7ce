"""Advantages, weights and the divergence against numbers worked by hand."""

import math

import pytest
import torch

from outcome_rl.rl.advantages import leave_one_out, reward_weights, scale_by_batch
from outcome_rl.rl.kl import sequence_kl


def test_kl_sums_the_email_and_leaves_out_what_is_behind_its_end():
    logp, ref = torch.tensor([[-1.0, -2.0, -9.0]]), torch.tensor([[-1.5, -1.0, -3.0]])
    mask = torch.tensor([[True, True, False]])
    assert sequence_kl(logp, ref, mask).tolist() == pytest.approx([0.5 - 1.0])


def test_leave_one_out_compares_with_the_other_emails_of_the_context():
    rewards = torch.tensor([[1.0, 2.0, 6.0], [0.0, 0.0, 0.0]])
    assert leave_one_out(rewards).tolist() == [[1 - 4.0, 2 - 3.5, 6 - 1.5], [0.0, 0.0, 0.0]]


def test_scaling_uses_the_whole_batch_and_is_silent_without_differences():
    scaled = scale_by_batch(torch.tensor([[3.0, -3.0], [1.0, -1.0]]))
    assert scaled[0, 0].item() == pytest.approx(3 / math.sqrt(5))  # variance (9 + 9 + 1 + 1) / 4
    assert scaled[1, 0].item() == pytest.approx(1 / math.sqrt(5))
    assert scale_by_batch(torch.zeros(2, 2)).abs().sum().item() == 0.0


def test_scaling_leaves_out_what_the_mask_hides():
    mask = torch.tensor([[True, False], [True, False]])
    scaled = scale_by_batch(torch.tensor([[3.0, 100.0], [-1.0, 0.0]]), mask)
    assert scaled[:, 0].tolist() == pytest.approx([3 / 2, -1 / 2])  # mean 1, deviations 2 and -2


def test_reward_weights_rise_with_the_reward_and_never_turn_negative():
    weights = reward_weights(torch.tensor([[0.0, math.log(2), math.log(4)]]), temperature=1.0, clip=100.0)[0]
    # deviations from the mean log 2: halves, ones, doubles, scaled to mean 1
    assert weights.tolist() == pytest.approx([3 / 7, 6 / 7, 12 / 7])
    assert (reward_weights(torch.randn(5, 4) * 50, 0.5, 5.0) >= 0).all()


def test_reward_weights_are_clipped_before_they_are_scaled():
    weights = reward_weights(torch.tensor([[-10.0, 10.0]]), temperature=1.0, clip=5.0)[0]
    assert weights[1].item() == pytest.approx(2.0, abs=1e-3)  # (≈0, 5) scaled to mean 1
