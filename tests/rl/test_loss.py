"""Each loss against numbers worked by hand."""

import math

import pytest
import torch

from outcome_rl.rl.loss import clipped_policy_loss, weighted_nll


@pytest.mark.parametrize(
    ("ratio", "advantage", "expected_gain", "expected_slope"),
    [
        (1.5, 1.0, 1.2, 0.0),  # clipped to 1.2: nothing more to gain, so no gradient
        (1.5, -1.0, -1.5, 1.5),  # a bad email made likelier is not clipped: the gradient pushes it back
        (0.5, -1.0, -0.8, 0.0),  # a bad email made less likely is clipped to 0.8
        (0.5, 1.0, 0.5, -0.5),  # a good email made less likely is not: the gradient brings it back
    ],
)
def test_clipping_stops_gains_but_not_corrections(ratio, advantage, expected_gain, expected_slope):
    logp = torch.tensor([[math.log(ratio)]], requires_grad=True)
    loss = clipped_policy_loss(logp, torch.zeros(1, 1), torch.tensor([[advantage]]), torch.tensor([[True]]), clip=0.2)
    loss.backward()
    assert loss.item() == pytest.approx(-expected_gain)
    assert logp.grad.item() == pytest.approx(expected_slope)


def test_policy_loss_counts_only_the_emails_own_tokens():
    logp, old = torch.zeros(1, 3), torch.zeros(1, 3)
    mask = torch.tensor([[True, True, False]])
    assert clipped_policy_loss(logp, old, torch.tensor([[2.0]]), mask, 0.2).item() == pytest.approx(-4.0)


@pytest.mark.parametrize("behind", [math.nan, math.inf, -math.inf, 200.0])
def test_nothing_behind_an_email_s_end_gets_into_a_loss_or_a_gradient(behind):
    logp = torch.tensor([[0.0, -1.0, behind]], requires_grad=True)
    mask = torch.tensor([[True, True, False]])
    policy = clipped_policy_loss(logp, torch.tensor([[0.0, -1.0, 0.0]]), torch.tensor([[2.0, 1.0, 3.0]]), mask, 0.2)
    policy.backward()
    assert policy.item() == pytest.approx(-3.0)
    assert logp.grad.tolist() == [[-2.0, -1.0, 0.0]]

    logp.grad = None
    supervised = weighted_nll(logp, torch.tensor([[2.0]]), mask)
    supervised.backward()
    assert supervised.item() == pytest.approx(2.0)
    assert logp.grad.tolist() == [[-2.0, -2.0, 0.0]]


def test_each_token_may_have_an_advantage_of_its_own():
    logp, old = torch.zeros(1, 3, requires_grad=True), torch.zeros(1, 3)
    mask = torch.tensor([[True, True, False]])
    clipped_policy_loss(logp, old, torch.tensor([[2.0, -1.0, 5.0]]), mask, 0.2).backward()
    assert logp.grad.tolist() == [[-2.0, 1.0, 0.0]]


def test_weighted_nll():
    logp = torch.tensor([[-1.0, -2.0], [-3.0, -4.0]])
    mask = torch.tensor([[True, True], [True, False]])
    assert weighted_nll(logp, torch.tensor([[2.0], [0.5]]), mask).item() == pytest.approx(2 * 3 + 0.5 * 3)
