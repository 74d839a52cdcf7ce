"""The lean pass over given emails has the values and the gradients of the model's own forward pass."""

import pytest
import torch

from outcome_rl.engine.architectures import GPT2, Llama
from outcome_rl.engine.logits import length_mask
from outcome_rl.policy.logprobs import log_probs, plain_log_probs
from tests.helpers.finetuning import disturbed_policy

PROMPTS = [[5, 9, 200, 31, 7], [5, 9, 200, 31, 7], [8, 17], [5, 9, 200, 31, 7], [8, 17], [5, 9, 200, *[4] * 6]]


@pytest.fixture
def policy(causal_folder):
    return disturbed_policy(causal_folder)


def of_both(policy, lengths, temperature=0.8, alike=()):
    """(log-probabilities, gradients of the adapter) of a weighted sum, lean and plain.

    ``alike``: (email, another one, tokens that it has from that one).
    """
    generator = torch.Generator().manual_seed(0)
    lengths = torch.tensor(lengths)
    mask = length_mask(lengths, int(lengths.max()))
    tokens = torch.randint(0, 500, mask.shape, generator=generator) * mask
    for email, other, count in alike:
        tokens[email, :count] = tokens[other, :count]
    weights = torch.randn(mask.shape, generator=generator) * mask
    for way in (log_probs, plain_log_probs):
        found = way(policy.model, PROMPTS, tokens, lengths, temperature)
        (found * weights).sum().backward()
        parameters = policy.adapter.parameters()
        yield found.detach() * mask, [parameter.grad.clone() for parameter in parameters]
        for parameter in parameters:
            parameter.grad = None


@pytest.mark.parametrize("longest", [503, 504])  # behind the longest prompt, of the 512 positions of these models
def test_an_email_that_fills_the_models_positions_is_read(policy, longest):
    lengths = torch.tensor([longest, longest])
    tokens = torch.randint(0, 500, (2, longest), generator=torch.Generator().manual_seed(0))
    prompts, inside = [[5] * (512 - longest), [4] * (512 - longest)], length_mask(lengths, longest)
    with torch.no_grad():
        lean, plain = (way(policy.model, prompts, tokens, lengths, 1.0) for way in (log_probs, plain_log_probs))
    torch.testing.assert_close(lean[inside], plain[inside], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    "lengths", [[7, 1, 4, 12, 2, 5], [1, 1, 1, 1, 1, 1], [90, 70, 80, 3, 90, 1], [64, 64, 64, 64, 64, 64]]
)
def test_values_and_gradients_equal_the_plain_ones(policy, lengths):
    (lean, lean_gradients), (plain, plain_gradients) = of_both(policy, lengths)
    torch.testing.assert_close(lean, plain, atol=1e-4, rtol=1e-4)
    assert any(gradient.abs().max() > 0.1 for gradient in plain_gradients)
    for ours, theirs in zip(lean_gradients, plain_gradients, strict=True):
        torch.testing.assert_close(ours, theirs, atol=2e-4, rtol=1e-3)


def test_emails_of_one_prompt_that_begin_alike_are_read_once(policy, monkeypatch):
    """Email 3 begins like 1, which begins like 0, and 4 is a part of 2; 5 begins like 2, behind another prompt."""
    read = []
    for family in (Llama, GPT2):
        own = family.embedded
        monkeypatch.setattr(
            family, "embedded", lambda self, ids, at, own=own: read.append(len(ids)) or own(self, ids, at)
        )
    lengths, alike = [90, 80, 70, 85, 40, 60], [(1, 0, 50), (3, 1, 79), (4, 2, 40), (5, 2, 30)]
    found = [list(of_both(policy, lengths, alike=pairs)) for pairs in (alike, ())]
    apart, together = read[1], read[0]
    assert apart - together in range(50 + 79 + 39 - 63, 50 + 79 + 39 + 64), "rounded up to 64"
    for (lean, lean_gradients), (plain, plain_gradients) in found:
        torch.testing.assert_close(lean, plain, atol=1e-4, rtol=1e-4)
        for ours, theirs in zip(lean_gradients, plain_gradients, strict=True):
            torch.testing.assert_close(ours, theirs, atol=3e-4, rtol=1e-3)
