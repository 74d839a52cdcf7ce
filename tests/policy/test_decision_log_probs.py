"""What was reckoned while a text was put together is what the update reckons of it, with the same gradients."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
import torch

from outcome_rl.engine.sampling import joined
from outcome_rl.policy.logprobs import decision_log_probs
from tests.helpers.scripts import PROMPTS, SHORT, STORY, WAYS, drawn, followed, plain_path, policy_of

SCRIPTS = [STORY, SHORT, STORY]
OWN = [prompt for prompt in PROMPTS for _ in range(8)]


@pytest.fixture
def policy(causal_folder):
    return policy_of(causal_folder)


def without_trunk(batch):
    return replace(batch, trunk=None)


def again(policy, batch, prompts=OWN, temperature=1.0):
    return decision_log_probs(policy.model, prompts, batch, temperature, policy.base.first)


def gradients(policy, log_probs):
    """Of a weighted sum, so that no two decisions count the same."""
    weights = torch.randn(log_probs.shape, generator=torch.Generator().manual_seed(0))
    found = torch.autograd.grad((log_probs * weights).sum(), policy.adapter.parameters())
    return [gradient.clone() for gradient in found]


@pytest.mark.parametrize("temperature", [1.0, 0.6])
@pytest.mark.parametrize("with_base", [True, False])
def test_what_was_kept_while_sampling_is_reckoned_again(policy, with_base, temperature):
    batch, _ = drawn(policy, SCRIPTS, 8, policy.base if with_base else None, temperature=temperature)
    assert (batch.trunk is not None) is with_base
    assert batch.log_probs.abs().max() > 0.5
    for given in (batch, without_trunk(batch)):
        found = again(policy, given, temperature=temperature)
        torch.testing.assert_close(found.detach(), batch.log_probs, atol=1e-4, rtol=1e-4)
        assert not found[~batch.chosen()].any(), "what was certain has no probability to move"


@pytest.mark.parametrize("with_base", [True, False])
def test_the_models_own_forward_pass_reckons_the_same(policy, with_base):
    batch, _ = drawn(policy, SCRIPTS, 8, policy.base if with_base else None)
    lean = again(policy, batch)
    lean_gradients = gradients(policy, lean)
    with plain_path(policy) as base:
        sampled, _ = drawn(policy, SCRIPTS, 8, base if with_base else None)
        plain = again(policy, sampled)
        torch.testing.assert_close(plain.detach(), sampled.log_probs, atol=1e-4, rtol=1e-4)
        plain_gradients = gradients(policy, plain)
    torch.testing.assert_close(lean, plain, atol=1e-4, rtol=1e-4)
    for ours, theirs in zip(lean_gradients, plain_gradients, strict=True):
        torch.testing.assert_close(ours, theirs, atol=2e-4, rtol=1e-3)


def test_the_kept_trunk_changes_no_gradient(policy):
    batch, _ = drawn(policy, SCRIPTS, 8, policy.base)
    kept = gradients(policy, again(policy, batch))
    whole = gradients(policy, again(policy, without_trunk(batch)))
    assert max(gradient.abs().max() for gradient in whole) > 0.1
    for ours, theirs in zip(kept, whole, strict=True):
        torch.testing.assert_close(ours, theirs, atol=2e-4, rtol=1e-3)


def test_the_trunk_is_read_and_not_made_again(policy):
    batch, _ = drawn(policy, SCRIPTS, 8, policy.base)
    zeros = tuple((torch.zeros_like(prompt), torch.zeros_like(text)) for prompt, text in batch.trunk)
    emptied = again(policy, replace(batch, trunk=zeros))
    assert (emptied - batch.log_probs).abs().max() > 0.01


def test_rows_in_any_order_and_several_batches_in_one(policy):
    first, second = (drawn(policy, SCRIPTS, 8, policy.base, seed)[0] for seed in (1, 2))
    both, prompts = joined([first, second]), OWN * 2
    rows = torch.tensor([40, 3, 17, 9, 25, 0, 31])
    for given in (both, without_trunk(both)):
        part = given.take(rows)
        found = again(policy, part, [prompts[row] for row in rows.tolist()])
        torch.testing.assert_close(found.detach(), part.log_probs, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(part.log_probs, both.log_probs[rows, : part.tokens.shape[1]])


def test_the_probabilities_of_all_given_ways_sum_up_to_one(policy):
    batch = joined([followed(STORY, way) for way in WAYS])
    for prompt in PROMPTS:
        found = again(policy, batch, [prompt] * len(WAYS)).sum(1).exp()
        assert found.sum().item() == pytest.approx(1.0, abs=1e-4)
        assert found.min() > 0


def test_a_batch_without_any_decision(policy):
    certain = replace(STORY, levels=STORY.levels[1:2])
    batch, _ = drawn(policy, [certain, certain], 2, policy.base)
    for rows in ([0, 1, 2, 3], [3, 1]):
        given = batch.take(torch.tensor(rows))
        found = again(policy, given, [PROMPTS[row // 2] for row in rows])
        assert found.shape == given.tokens.shape
        assert not found.any()


@pytest.mark.parametrize("path", ["fast", "plain"])
def test_a_text_that_the_models_positions_do_not_hold_stays_incomplete(policy, path):
    """They are 512: two parts of 200 tokens fit behind a prompt, the third does not."""
    long = tuple(((tuple([n, *[7] * 199]), 0.0), (tuple([n + 1, *[8] * 199]), 0.0)) for n in (20, 30, 40, 50))
    with plain_path(policy) if path == "plain" else nullcontext(policy.base) as base:
        batch, scripts = drawn(policy, [replace(STORY, levels=long), SHORT], 4, base)
        assert batch.ended.tolist() == [False] * 4 + [True] * 4
        assert all(len(script.taken) == 3 for script in scripts[:4])
        assert batch.chosen().sum(1).tolist() == [3] * 4 + [1] * 4
        found = again(policy, batch, [prompt for prompt in PROMPTS[:2] for _ in range(4)])
        torch.testing.assert_close(found.detach(), batch.log_probs, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("tuning", ["lora", "full"])
def test_all_layers_tuned(causal_folder, tuning):
    """Where all weights are tuned nothing is shared with the base, the embeddings neither."""
    policy = policy_of(causal_folder, 0.02, tuned_layers=1.0, tuning=tuning)
    batch, _ = drawn(policy, SCRIPTS, 8, policy.base)
    found = again(policy, batch)
    torch.testing.assert_close(found.detach(), batch.log_probs, atol=1e-4, rtol=1e-4)
    with plain_path(policy) as base:
        sampled, _ = drawn(policy, SCRIPTS, 8, base)
        torch.testing.assert_close(batch.log_probs, sampled.log_probs, atol=1e-4, rtol=1e-4)
        plain_gradients = gradients(policy, again(policy, sampled))
    for ours, theirs in zip(gradients(policy, found), plain_gradients, strict=True):
        torch.testing.assert_close(ours, theirs, atol=5e-4, rtol=2e-3)
