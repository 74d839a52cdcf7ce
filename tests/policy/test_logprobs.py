"""The lean pass over given emails has the values and the gradients of the model's own forward pass."""

from types import SimpleNamespace

import pytest
import torch
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

from outcome_rl.engine.architectures import RMSNorm, rotated, tables
from outcome_rl.engine.logits import length_mask
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.logprobs import log_probs, plain_log_probs
from outcome_rl.policy.model import load_policy

PROMPTS = [[5, 9, 200, 31, 7], [5, 9, 200, 31, 7], [8, 17], [5, 9, 200, 31, 7], [8, 17], [4] * 9]


@pytest.fixture
def policy(causal_folder):
    policy = load_policy(ModelLocation("tiny", causal_folder, "folder"), rank=4, seed=0, dtype=torch.float32)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in policy.adapter.parameters():  # a fresh adapter's B is 0, and with it A's gradient
            parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.05)
    policy.adapter.merge()
    return policy


def of_both(policy, lengths, temperature=0.8):
    """(log-probabilities, gradients of the adapter) of a weighted sum, lean and plain."""
    generator = torch.Generator().manual_seed(0)
    lengths = torch.tensor(lengths)
    mask = length_mask(lengths, int(lengths.max()))
    tokens = torch.randint(0, 500, mask.shape, generator=generator) * mask
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


@pytest.mark.parametrize("epsilon", [1e-5, 0.1])
def test_the_norm_and_its_gradients_equal_those_of_its_formula(epsilon):
    norm = SimpleNamespace(weight=torch.tensor([1.0, 2.0, 0.5, -1.0]).requires_grad_(), variance_epsilon=epsilon)
    x = torch.randn(3, 4, generator=torch.Generator().manual_seed(0)).requires_grad_()
    plain = x / (x.square().mean(-1, keepdim=True) + epsilon).sqrt() * norm.weight
    made = RMSNorm(norm)(x)
    torch.testing.assert_close(made, plain)
    for ours, theirs in zip(slopes(made, x, norm.weight), slopes(plain, x, norm.weight), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)
    with torch.no_grad():
        torch.testing.assert_close(RMSNorm(norm)(x), plain)


def slopes(y, *of):
    return torch.autograd.grad(y.pow(3).sum(), of)


@pytest.mark.parametrize("width", [8, 64])
def test_positions_turn_as_transformers_turns_them(width):
    generator = torch.Generator().manual_seed(0)
    x, angles = torch.randn(5, 3, width, generator=generator), torch.rand(5, width // 2, generator=generator)
    cos, sin = (torch.cat([f(angles)] * 2, -1) for f in (torch.cos, torch.sin))
    theirs = apply_rotary_pos_emb(x.transpose(0, 1)[None], x.transpose(0, 1)[None], cos[None], sin[None])[0][0]
    x.requires_grad_()
    ours = rotated(x, *tables(cos[None], sin[None]))
    torch.testing.assert_close(ours, theirs.transpose(0, 1))
    # turned there and back, an upstream gradient is what it was: lengths stay
    torch.testing.assert_close(torch.autograd.grad(ours.square().sum(), x)[0], 2 * x)
    with torch.no_grad():
        torch.testing.assert_close(rotated(x, *tables(cos[None], sin[None])), ours)
