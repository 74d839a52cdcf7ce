"""All weights as what is tuned: gradients, swapping, and whole models at the end; the same interface as an adapter."""

import dataclasses

import pytest
import torch

from outcome_rl.config import FREE, OWN_WORDS, FinetuneConfig
from outcome_rl.errors import ModelError
from outcome_rl.models.hub import ModelLocation
from outcome_rl.models.loading import load_causal_lm
from outcome_rl.policy.logprobs import log_probs, plain_log_probs
from outcome_rl.policy.lora import Adapter
from outcome_rl.policy.metadata import tuned_models
from outcome_rl.policy.model import base_state, load_policy, load_writing_model, save_policy
from outcome_rl.rl.gradients import adam
from tests.helpers.tiny_models import given_batch

TEXT = torch.tensor([[5, 80, 7, 200, 31, 9]])


def opened(folder, dtype=torch.float32, tuning="full"):
    return load_policy(ModelLocation(str(folder), folder, "folder"), 4, 42, dtype, tuning)


def disturb(policy, amount=0.05):
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in policy.adapter.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator) * amount)
    policy.adapter.merge()


@torch.no_grad()
def logits(model):
    return model(TEXT).logits


def test_every_weight_gets_the_gradient_that_the_plain_model_gives_it(causal_folder):
    """Also the output head, which is tied to the embedding, and the norms, whose arithmetic is written out here."""
    prompts, lengths = [[5, 80, 7], [5, 80, 7], [9, 3]], torch.tensor([4, 2, 3])
    tokens = torch.tensor([[200, 31, 9, 4], [7, 1, 0, 0], [44, 45, 46, 0]])
    weights = torch.tensor([[1.0, -2.0, 0.5, 3.0], [1.5, 1.0, 0.0, 0.0], [-1.0, 2.0, 1.0, 0.0]])
    found = []
    for read in (log_probs, plain_log_probs):
        policy = opened(causal_folder)
        (read(policy.model, prompts, tokens, lengths, 0.8) * weights).sum().backward()
        found.append({name: parameter.grad for name, parameter in policy.adapter.own.items()})
    assert found[0].keys() == found[1].keys()
    for name, gradient in found[1].items():
        assert gradient is not None
        assert gradient.abs().sum() > 0
        torch.testing.assert_close(found[0][name], gradient, atol=2e-4, rtol=1e-3, msg=name)


def test_in_half_precision_small_updates_add_up(causal_folder):
    """A step of 1e-5 on a weight near 1 is below bfloat16's resolution; a hundred of them are not."""
    policy = opened(causal_folder, torch.bfloat16)
    before = policy.adapter.reference()
    optimizer = adam(policy, 1e-4)
    batch = given_batch(torch.tensor([[7, 31]]), torch.tensor([2]))
    for _ in range(100):
        policy.log_probs([[5, 80]], batch, 1.0).sum().backward()
        assert all(parameter.grad is None for parameter in policy.model.parameters())
        assert all(parameter.grad.dtype == torch.float32 for parameter in policy.adapter.parameters())
        optimizer.step()
        optimizer.zero_grad()
        policy.adapter.merge()
    norm = next(name for name in before if "norm" in name or "ln_" in name)
    moved = (policy.adapter.own[norm] - before[norm].float()).abs().max()
    assert 5e-3 < moved < 2e-2
    assert not torch.equal(policy.adapter.merged[norm], before[norm])
    assert policy.model.dtype == torch.bfloat16


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_other_weights_for_a_while(causal_folder, dtype):
    policy = opened(causal_folder, dtype)
    before, start = logits(policy.model), policy.adapter.reference()
    disturb(policy)
    changed = logits(policy.model)
    with policy.adapter.merged_with(start):
        assert torch.equal(logits(policy.model), before)
    assert torch.equal(logits(policy.model), changed)
    assert not torch.equal(before, changed)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_weights_come_back_from_their_state(causal_folder, dtype):
    policy, other = opened(causal_folder, dtype), opened(causal_folder, dtype)
    disturb(policy)
    other.adapter.load(policy.adapter.state())
    assert torch.equal(logits(policy.model), logits(other.model))
    assert all(tensor.dtype == torch.float32 for tensor in other.adapter.state().values())


def test_weights_of_another_model_are_refused(models_folder):
    policy, other = opened(models_folder / "llama"), opened(models_folder / "gpt2")
    with pytest.raises(ModelError, match="do not fit the model"):
        policy.adapter.load(other.adapter.state())


@pytest.mark.parametrize("tuning", ["lora", "full"])
def test_the_base_comes_back_for_the_comparison(causal_folder, tuning):
    policy, base = opened(causal_folder, tuning=tuning), load_causal_lm(causal_folder, torch.float32)
    disturb(policy)
    with policy.adapter.merged_with(base_state(policy)):
        assert torch.equal(logits(policy.model), logits(base))
    assert not torch.equal(logits(policy.model), logits(base))


@pytest.mark.parametrize("tuning", ["lora", "full"])
def test_the_result_is_a_whole_model_and_with_an_adapter_that_too(causal_folder, tmp_path, tuning, monkeypatch):
    from outcome_rl.policy import model as module

    monkeypatch.setattr(module, "pick_dtype", lambda _: torch.float32)
    policy = opened(causal_folder, tuning=tuning)
    disturb(policy)
    warm_start, warm = policy.adapter.reference(), logits(policy.model)
    disturb(policy)
    save_policy(policy, warm_start, tmp_path / "out", {"base_model": policy.name})
    names = tuned_models(tmp_path / "out")
    expected = {"base": logits(load_causal_lm(causal_folder, torch.float32)), "warm_start": warm}
    expected["tuned"] = logits(policy.model)
    for name, folder in names.items():
        found = logits(load_writing_model(folder).model)
        torch.testing.assert_close(found, expected[name], atol=1e-4, rtol=1e-4)
    assert (tmp_path / "out" / "adapter").exists() == isinstance(policy.adapter, Adapter)
    if tuning == "lora":
        by_itself = logits(load_writing_model(tmp_path / "out" / "adapter").model)
        torch.testing.assert_close(by_itself, expected["tuned"], atol=1e-4, rtol=1e-4)


def test_a_tuned_model_that_is_the_warm_start_is_one_model(models_folder, tmp_path):
    policy = opened(models_folder / "llama")
    for best_step, same in ((0, True), (1, False)):
        origin = {"base_model": policy.name, "best_step": best_step}
        save_policy(policy, policy.adapter.reference(), tmp_path / "out", origin)
        names = tuned_models(tmp_path / "out")
        assert (names["warm_start"] == names["tuned"]) is same, "two copies differ by rounding, so their emails would"


def test_the_usual_step_size_depends_on_what_is_tuned():
    lora, full = FinetuneConfig(), FinetuneConfig(tuning="full")
    assert 0 < full.warm_start_rate < lora.warm_start_rate
    for write in (FREE, OWN_WORDS):
        rates = [config.resolved(write).value_of("learning_rate") for config in (full, lora)]
        assert 0 < rates[0] < rates[1] / 5
        assert dataclasses.replace(full, learning_rate=0.05).resolved(write).value_of("learning_rate") == 0.05


def test_whether_it_is_still_the_base_is_told_without_a_copy_of_all_weights(models_folder, monkeypatch):
    policy = opened(models_folder / "llama")
    monkeypatch.setattr(policy.adapter, "state", None)
    assert not policy.untaught


def test_what_pads_a_batch_has_the_gradient_that_it_has_in_the_models_own_pass(models_folder):
    """None from where it is read, in the families whose embedding says so."""
    policy, pad = opened(models_folder / "llama"), 4
    policy.model.get_input_embeddings().padding_idx = pad
    prompts, tokens, lengths = [[5, pad, 9]], torch.tensor([[8, pad, 31, 7]]), torch.tensor([4])
    found = []
    for ways in (log_probs, plain_log_probs):
        policy.model.zero_grad()
        ways(policy.model, prompts, tokens, lengths, 1.0).sum().backward()
        found.append(policy.model.get_input_embeddings().weight.grad.clone())
    torch.testing.assert_close(*found, atol=1e-5, rtol=1e-4)
    assert found[0].abs().sum() > 0
