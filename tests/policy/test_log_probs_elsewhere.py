"""What is read in one pass on a GPU: the same numbers through torch's own attention, and nothing on two devices."""

from types import SimpleNamespace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from transformers import AutoConfig, AutoModelForCausalLM

from outcome_rl.engine import architectures, packed_attention
from outcome_rl.engine.architectures import has_fast_path, written_out
from outcome_rl.engine.logits import length_mask
from outcome_rl.engine.packed_attention import by_torch
from outcome_rl.policy import logprobs
from outcome_rl.policy.logprobs import decision_log_probs, log_probs, plain_log_probs
from outcome_rl.policy.model import WritingModel, make_policy
from tests.helpers.made_families import FAMILIES, SMALL
from tests.helpers.scripts import SHORT, STORY, drawn, policy_of
from tests.helpers.seller import disturb

PROMPTS = [[5, 9, 200, 31, 7], [5, 9, 200, 31, 7], [8, 17], [5, 9, 200, 31, 7], [5, 9, 200, *[4] * 6]]
LENGTHS = torch.tensor([7, 1, 40, 12, 5])


def policy_in(family, tuning="lora", device="cpu"):
    torch.manual_seed(7)
    config = AutoConfig.for_model(FAMILIES[family].kind, **{**SMALL, **FAMILIES[family].settings})
    model = AutoModelForCausalLM.from_config(config).eval().to(device)
    policy = make_policy(WritingModel("tiny", SimpleNamespace(), model), 4, 0, tuning)
    if device == "cpu":
        disturb(policy, 0.05)
    return policy


def emails():
    """Tokens (5, T); the first four begin alike as far as they go."""
    tokens = torch.randint(0, 500, (5, int(LENGTHS.max())), generator=torch.Generator().manual_seed(0))
    tokens[:4, :6] = tokens[0, :6]
    return tokens * length_mask(LENGTHS, tokens.shape[1])


def of(policy, way):
    """(log-probabilities, gradients of what is trained) of a weighted sum."""
    found = way(policy.model, PROMPTS, emails(), LENGTHS, 0.8)
    found = found * length_mask(LENGTHS, int(LENGTHS.max())).to(found.device)
    weights = torch.randn(found.shape, generator=torch.Generator().manual_seed(1)).to(found.device)
    (found * weights).sum().backward()
    parameters = [part for part in policy.model.parameters() if part.grad is not None] or policy.adapter.parameters()
    gradients = [parameter.grad for parameter in parameters]
    for parameter in parameters:
        parameter.grad = None
    return found.detach(), gradients


@pytest.mark.parametrize("tuning", ["lora", "full"])
@pytest.mark.parametrize("family", ["llama", "qwen3", "gpt2", "smollm3"])
def test_values_and_gradients_through_torchs_attention_equal_the_plain_ones(family, tuning, monkeypatch):
    policy, asked = policy_in(family, tuning), []
    monkeypatch.setattr(logprobs, "attention", lambda *given: asked.append(1) or by_torch(*given))
    ours, theirs = of(policy, log_probs), of(policy, plain_log_probs)
    assert len(asked) == 2, "a layer each"
    torch.testing.assert_close(ours[0], theirs[0], atol=1e-4, rtol=1e-4)
    assert any(gradient.abs().max() > 0.1 for gradient in theirs[1])
    for own, plain in zip(ours[1], theirs[1], strict=True):
        torch.testing.assert_close(own, plain, atol=2e-4, rtol=1e-3)


def test_of_decisions_too(causal_folder, monkeypatch):
    policy = policy_of(causal_folder)
    batch, _ = drawn(policy, [STORY, SHORT, STORY], 4, policy.base)
    prompts = [prompt for prompt in ([5, 9, 200, 31, 7], [8, 17], [5, 9, 200, *[4] * 6]) for _ in range(4)]
    monkeypatch.setattr(logprobs, "attention", by_torch)
    found = decision_log_probs(policy.model, prompts, batch, 1.0, policy.base.first)
    torch.testing.assert_close(found.detach(), batch.log_probs, atol=1e-4, rtol=1e-4)


class OneDevice(TorchDispatchMode):
    """All that an operation takes and gives lies on one device, but for single numbers and copies between devices."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        parts = [part for part in tree_leaves((args, kwargs, out)) if isinstance(part, torch.Tensor) and part.ndim]
        copied = func in (torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default)
        assert copied or len({part.device.type for part in parts}) < 2, func
        return out


@pytest.fixture
def elsewhere(monkeypatch):
    """A device without data, as a GPU is to whom may not wait for it."""
    monkeypatch.setattr(architectures, "DEVICES", ("cpu", "meta"))
    return "meta"


@pytest.mark.parametrize("tuning", ["lora", "full"])
@pytest.mark.parametrize("family", [name for name, made in FAMILIES.items() if made.fast])
def test_what_lies_where_is_found_out_on_the_processor_and_all_else_done_elsewhere(
    family, tuning, elsewhere, monkeypatch
):
    asked = []
    monkeypatch.setattr(packed_attention, "by_torch", lambda *given: asked.append(1) or by_torch(*given))
    policy = policy_in(family, tuning, elsewhere)
    assert written_out(policy.model) and not has_fast_path(policy.model)
    with OneDevice():
        found, gradients = of(policy, log_probs)
    assert len(asked) == 2, "a layer each"
    assert found.device.type == elsewhere
    assert gradients and all(gradient.device.type == elsewhere for gradient in gradients)
    with pytest.raises(AssertionError), OneDevice():
        torch.ones(2, device=elsewhere).view(1, 2) @ torch.ones(2, 1)


def test_what_is_read_before_decisions_is_read_elsewhere(elsewhere):
    own = policy_in("llama")
    batch, _ = drawn(own, [STORY, SHORT], 4)
    policy = policy_in("llama", device=elsewhere)
    prompts = [prompt for prompt in (list(range(5, 85)), [8, 17]) for _ in range(4)]  # more rows than are wanted
    blocks = architectures.blocks_of(policy.model, logprobs.products)
    with OneDevice():
        hidden = logprobs._hidden_before(policy.model, blocks, prompts, batch, batch.lengths, 0)
    assert hidden.shape == (len(batch.decisions.rows), SMALL["hidden_size"])
    assert hidden.device.type == elsewhere
