"""Log-probabilities of tokens and the mask of what an email holds, worked by hand."""

import math

import pytest
import torch

from outcome_rl.engine.logits import head_log_probs, length_mask, token_log_probs


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
