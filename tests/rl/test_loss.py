"""Each objective against numbers worked by hand."""

import math

import pytest
import torch

from outcome_rl.engine.logits import head_log_probs, length_mask, token_log_probs
from outcome_rl.rl.advantages import leave_one_out, reward_weights, scale_by_batch
from outcome_rl.rl.kl import sequence_kl
from outcome_rl.rl.loss import clipped_policy_loss, weighted_nll


def test_length_mask_keeps_the_end_of_text_token_even_where_it_is_the_pad_token():
    assert length_mask(torch.tensor([1, 3]), 3).tolist() == [[True, False, False], [True, True, True]]


def test_token_log_probs_are_normalised_over_the_vocabulary():
    logits = torch.log(torch.tensor([[[1.0, 3.0], [2.0, 2.0]]]))  # probabilities 1/4, 3/4 and 1/2, 1/2
    logp = token_log_probs(logits, torch.tensor([[1, 0]]))
    assert logp[0].tolist() == pytest.approx([math.log(3 / 4), math.log(1 / 2)])


def test_head_log_probs_have_the_values_and_gradients_of_the_plain_formula():
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(150, 8, generator=generator).requires_grad_()  # more rows than are worked on at once
    head, weights = torch.randn(40, 8, generator=generator), torch.randn(150, generator=generator)
    tokens = torch.randint(0, 40, (150,), generator=generator)
    plain = token_log_probs(hidden @ head.T / 0.7, tokens)
    ours = head_log_probs(hidden, head, tokens, 0.7)
    torch.testing.assert_close(ours, plain)
    slopes = [torch.autograd.grad((found * weights).sum(), hidden)[0] for found in (ours, plain)]
    torch.testing.assert_close(*slopes)


def test_head_log_probs_of_a_token_too_unlikely_for_its_probability_to_be_a_number():
    found = head_log_probs(torch.tensor([[1.0]]), torch.tensor([[0.0], [-200.0]]), torch.tensor([1]), 1.0)
    assert found.item() == pytest.approx(-200.0)


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


@pytest.mark.parametrize(
    ("advantage", "expected_gain", "expected_slope"),
    [
        (1.0, 1.2, 0.0),  # ratio 1.5 is clipped to 1.2: nothing more to gain, so no gradient
        (-1.0, -1.5, 1.5),  # a bad email made likelier is not clipped: the gradient pushes it back
    ],
)
def test_clipping_stops_gains_but_not_corrections(advantage, expected_gain, expected_slope):
    logp = torch.tensor([[math.log(1.5)]], requires_grad=True)
    loss = clipped_policy_loss(logp, torch.zeros(1, 1), torch.tensor([advantage]), torch.tensor([[True]]), clip=0.2)
    loss.backward()
    assert loss.item() == pytest.approx(-expected_gain)
    assert logp.grad.item() == pytest.approx(expected_slope)


def test_policy_loss_counts_only_the_emails_own_tokens():
    logp, old = torch.zeros(1, 3), torch.zeros(1, 3)
    mask = torch.tensor([[True, True, False]])
    assert clipped_policy_loss(logp, old, torch.tensor([2.0]), mask, 0.2).item() == pytest.approx(-4.0)


def test_reward_weights_rise_with_the_reward_and_never_turn_negative():
    weights = reward_weights(torch.tensor([[0.0, math.log(2), math.log(4)]]), temperature=1.0, clip=100.0)[0]
    # deviations from the mean log 2: halves, ones, doubles, scaled to mean 1
    assert weights.tolist() == pytest.approx([3 / 7, 6 / 7, 12 / 7])
    assert (reward_weights(torch.randn(5, 4) * 50, 0.5, 5.0) >= 0).all()


def test_reward_weights_are_clipped_before_they_are_scaled():
    weights = reward_weights(torch.tensor([[-10.0, 10.0]]), temperature=1.0, clip=5.0)[0]
    assert weights[1].item() == pytest.approx(2.0, abs=1e-3)  # (≈0, 5) scaled to mean 1


def test_weighted_nll():
    logp = torch.tensor([[-1.0, -2.0], [-3.0, -4.0]])
    mask = torch.tensor([[True, True], [True, False]])
    assert weighted_nll(logp, torch.tensor([2.0, 0.5]), mask).item() == pytest.approx(2 * 3 + 0.5 * 3)
