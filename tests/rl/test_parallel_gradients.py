"""Gradients that several threads find beside each other are those that one finds, each time."""

import threading

import pytest
import torch

from outcome_rl.config import FinetuneConfig
from outcome_rl.engine.logits import length_mask
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.model import load_policy
from outcome_rl.rl.gradients import add_gradients, in_parts
from outcome_rl.rl.trainer_context import TrainerContext
from outcome_rl.rl.trainer_state import TrainerState
from tests.helpers.finetuning import disturbed_policy
from tests.helpers.tiny_models import given_batch

PROMPTS = [[5, 9, 200, 31, 7], [8, 17], [4] * 9, [31, 5, 6]]


@pytest.fixture
def policy(causal_folder):
    return disturbed_policy(causal_folder)


def gradients(policy, monkeypatch, lane, lanes=1):
    """(loss, gradients, threads at work) of a weighted sum over 16 emails."""
    monkeypatch.setattr("outcome_rl.rl.gradients.MIN_ITEMS_PER_WORKER", lane)
    config = FinetuneConfig(model="tiny", micro_batch_size=16)
    training = TrainerContext(config, policy, TrainerState(), folder=None, should_stop=lambda: False)
    generator = torch.Generator().manual_seed(0)
    lengths = torch.randint(1, 12, (16,), generator=generator)
    inside = length_mask(lengths, int(lengths.max()))
    tokens = torch.randint(0, 500, inside.shape, generator=generator) * inside
    weights, threads = torch.randn(inside.shape, generator=generator) * inside, set()
    all_at_work = threading.Barrier(lanes)

    def loss_of(rows):
        threads.add(threading.current_thread())
        all_at_work.wait(60)  # else a quick thread might take the other's share before that has woken
        now = policy.log_probs([PROMPTS[i // 4] for i in rows], given_batch(tokens[rows], lengths[rows]), 0.8)
        return (now * weights[rows]).sum()

    loss = add_gradients(training, torch.arange(16), 16, loss_of)
    found = [parameter.grad.clone() for parameter in policy.adapter.parameters()]
    for parameter in policy.adapter.parameters():
        parameter.grad = None
    return loss, found, threads


def test_gradients_are_the_same_in_one_lane_and_in_two_and_each_time(policy, two_threads, monkeypatch):
    loss, found, threads = gradients(policy, monkeypatch, 4, lanes=2)
    once_more = gradients(policy, monkeypatch, 4, lanes=2)
    alone = gradients(policy, monkeypatch, 1000)
    assert (len(threads), len(alone[2])) == (2, 1)
    assert once_more[0] == loss
    assert loss == pytest.approx(alone[0], rel=1e-5)
    for ours, again, whole in zip(found, once_more[1], alone[1], strict=True):
        assert torch.equal(ours, again)
        torch.testing.assert_close(ours, whole, atol=2e-4, rtol=1e-3)


def test_more_memory_than_emails_leaves_the_lanes_as_they_are(policy, two_threads):
    training = TrainerContext(
        FinetuneConfig(model="tiny"), policy, TrainerState(), folder=None, should_stop=lambda: False
    )
    assert [len(part) for part in in_parts(training, torch.arange(16), 64, lambda rows: rows)] == [8, 8]
    assert list(in_parts(training, torch.arange(0), 64, lambda rows: rows)) == []


def test_all_weights_are_trained_in_one_lane(causal_folder, two_threads, monkeypatch):
    policy = load_policy(ModelLocation("tiny", causal_folder, "folder"), 4, 0, torch.float32, tuning="full")
    _, found, threads = gradients(policy, monkeypatch, 4)
    assert threads == {threading.current_thread()}
    assert any(gradient.abs().max() > 0.1 for gradient in found)


def test_a_model_that_is_not_written_out_has_one_lane(policy, two_threads, monkeypatch):
    policy.model.train()  # the written-out blocks know no dropout
    training = TrainerContext(
        FinetuneConfig(model="tiny"), policy, TrainerState(), folder=None, should_stop=lambda: False
    )
    threads = set(in_parts(training, torch.arange(16), 8, lambda _: threading.current_thread()))
    assert threads == {threading.current_thread()}
