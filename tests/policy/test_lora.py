"""The merged adapter does what a usual LoRA layer does, and nothing is lost on the way to disk and back."""

import threading

import pytest
import torch

from outcome_rl.errors import ModelError
from outcome_rl.models.loading import load_causal_lm
from outcome_rl.policy.lora import Adapter, load_adapter, save_adapter
from tests.helpers.finetuning import disturbed_policy

TEXT = torch.tensor([[5, 80, 7, 200, 31, 9]])


def loaded(folder):
    return load_causal_lm(folder, torch.float32)


def loss_of(model):
    return -model(TEXT).logits.log_softmax(-1)[0, torch.arange(5), TEXT[0, 1:]].sum()


def disturbed(adapter, seed=0):
    """Give the adapter an effect: B starts as zero."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in adapter.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.05)
    adapter.merge()


def test_a_fresh_adapter_changes_nothing(causal_folder):
    plain, model = loaded(causal_folder), loaded(causal_folder)
    adapter = Adapter(model, 4, 0)
    adapter.merge()
    assert torch.equal(plain(TEXT).logits, model(TEXT).logits)
    fresh = adapter.state()
    assert not adapter.changes() and not adapter.changes(fresh)
    disturbed(adapter)
    assert adapter.changes() and adapter.changes(adapter.state()) and not adapter.changes(fresh)


def test_weights_and_gradients_equal_those_of_peft(causal_folder, tmp_path):
    from peft import PeftModel

    model = loaded(causal_folder)
    adapter = Adapter(model, 4, 0)
    disturbed(adapter)
    save_adapter(adapter.state(), tmp_path / "a", "base", 4, adapter.layers[0].transposed)
    usual = PeftModel.from_pretrained(loaded(causal_folder), str(tmp_path / "a"), is_trainable=True)

    torch.testing.assert_close(model(TEXT).logits, usual(TEXT).logits, atol=1e-5, rtol=1e-4)
    loss_of(model).backward()
    loss_of(usual).backward()
    gradients = {name: p.grad for name, p in usual.named_parameters() if p.requires_grad}
    assert len(gradients) == len(adapter.parameters())
    for layer in adapter.layers:
        for part, parameter in (("lora_A", layer.a), ("lora_B", layer.b)):
            expected = gradients[f"base_model.model.{layer.name}.{part}.default.weight"]
            torch.testing.assert_close(parameter.grad, expected, atol=1e-4, rtol=1e-3)


def test_gradients_add_up_over_micro_batches_and_leave_no_full_size_gradient(causal_folder):
    model = loaded(causal_folder)
    adapter = Adapter(model, 4, 0)
    disturbed(adapter)
    loss_of(model).backward()
    once = [parameter.grad.clone() for parameter in adapter.parameters()]
    loss_of(model).backward()
    for first, parameter in zip(once, adapter.parameters(), strict=True):
        torch.testing.assert_close(parameter.grad, 2 * first)
    assert all(parameter.grad is None for parameter in model.parameters())


def test_the_output_head_and_the_embeddings_stay_as_they_are(causal_folder):
    model = loaded(causal_folder)
    adapter = Adapter(model, 4, 0)
    names = {layer.name for layer in adapter.layers}
    assert "lm_head" not in names
    assert not model.get_input_embeddings().weight.requires_grad


def test_another_adapter_for_a_while(causal_folder):
    model = loaded(causal_folder)
    adapter = Adapter(model, 4, 0)
    before, start = model(TEXT).logits, adapter.state()
    disturbed(adapter)
    changed = model(TEXT).logits
    with adapter.merged_with(start):
        assert torch.equal(model(TEXT).logits, before)
    assert torch.equal(model(TEXT).logits, changed)
    assert not torch.equal(before, changed)


def test_gradients_are_those_of_the_adapter_as_it_was_last_merged(causal_folder):
    model, other = loaded(causal_folder), loaded(causal_folder)
    adapter, fresh = Adapter(model, 4, 0), Adapter(other, 4, 7)
    adapter.backward(loss_of(model))
    disturbed(adapter)
    with adapter.merged_with(fresh.state()):
        pass
    fresh.load(adapter.state())
    found, expected = (each.backward(loss_of(of)) for each, of in ((adapter, model), (fresh, other)))
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(found, expected, strict=True))
    assert all(gradient.abs().max() > 0 for gradient in found)


def test_saved_and_loaded_again(causal_folder, tmp_path):
    model = loaded(causal_folder)
    adapter = Adapter(model, 4, 0)
    disturbed(adapter)
    save_adapter(adapter.state(), tmp_path / "a", "base", 4, adapter.layers[0].transposed)
    again = load_adapter(loaded(causal_folder), tmp_path / "a")
    torch.testing.assert_close(again(TEXT).logits, model(TEXT).logits, atol=1e-5, rtol=1e-4)


def test_an_adapter_of_another_shape_is_refused(causal_folder):
    adapter, other = Adapter(loaded(causal_folder), 4, 0), Adapter(loaded(causal_folder), 8, 0)
    with pytest.raises(ModelError, match="does not fit the model"):
        adapter.load(other.state())


def test_adapters_are_merged_in_lanes_as_by_one(causal_folder, two_threads, monkeypatch):
    policy = disturbed_policy(causal_folder)
    weights = [layer.merged for layer in policy.adapter.layers]
    before = [weight.clone() for weight in weights]
    threads, merge = set(), type(policy.adapter.layers[0]).merge
    spy = lambda layer, *parts: threads.add(threading.current_thread()) or merge(layer, *parts)  # noqa: E731
    monkeypatch.setattr(type(policy.adapter.layers[0]), "merge", spy)
    for weight in weights:
        weight.data.zero_()
    monkeypatch.setattr("outcome_rl.policy.lora.MIN_ITEMS_PER_WORKER", 1)
    policy.adapter.merge()
    assert threads
    assert threading.current_thread() not in threads
    assert all(torch.equal(weight, whole) for weight, whole in zip(weights, before, strict=True))
