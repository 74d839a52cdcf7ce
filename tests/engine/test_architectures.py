"""The layers that are written out here, and their gradients, against their formulas and transformers."""

from types import SimpleNamespace

import pytest
import torch
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

from outcome_rl.engine.architectures import RMSNorm, rotated, tables


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
