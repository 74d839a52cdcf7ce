"""Parts that run beside each other give what they give one after the other, whichever ends first."""

import threading

import pytest
import torch

from outcome_rl.config import FinetuneConfig
from outcome_rl.engine import decoding
from outcome_rl.engine.decoding import packed
from outcome_rl.engine.logits import length_mask
from outcome_rl.engine.sampling import sample
from outcome_rl.models.hub import ModelLocation
from outcome_rl.policy.model import load_policy
from outcome_rl.rl.trainer_context import TrainerContext, add_gradients, in_parts
from outcome_rl.rl.trainer_state import TrainerState
from outcome_rl.utils.parallel import parallel_map, worker_count

SOON = 10
"""Seconds after which a part that waits for another one gives up."""


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_as_many_lanes_as_threads_unless_there_is_little_to_do(two_threads):
    assert [worker_count(items, 4) for items in (1, 7, 8, 12, 400)] == [1, 1, 2, 2, 2]


def test_parts_run_at_the_same_time_and_come_in_their_order(two_threads):
    second_is_done = threading.Event()

    def work(part):
        if part == 0:
            assert second_is_done.wait(SOON), "the parts ran one after the other"
        if part == 1:
            second_is_done.set()
        return part * 10

    assert list(parallel_map(work, range(4), 2)) == [0, 10, 20, 30]


@pytest.mark.parametrize("recorded", [True, False])
def test_a_lane_has_its_share_of_the_threads_and_the_callers_gradients(two_threads, recorded):
    with torch.set_grad_enabled(recorded):
        found = list(parallel_map(lambda _: (torch.get_num_threads(), torch.is_grad_enabled()), range(2), 2))
    assert found == [(1, recorded)] * 2
    assert torch.get_num_threads() == 2


def test_threads_that_come_later_have_all_of_them(two_threads):
    list(parallel_map(str, range(2), 2))
    found = []
    later = threading.Thread(target=lambda: found.append(torch.ones(2).sum() and torch.get_num_threads()))
    later.start()
    later.join()
    assert found == [2]


def test_an_error_comes_in_its_turn_and_what_had_not_begun_is_left(two_threads):
    begun, never = [], threading.Event()

    def work(part):
        begun.append(part)
        if part == 1:
            raise MemoryError
        if part > 1:
            never.wait(0.1)  # takes a while: there is time to call the others off
        return part

    results = parallel_map(work, range(100), 2)
    assert next(results) == 0
    with pytest.raises(MemoryError):
        next(results)
    assert len(begun) < 100


def test_parts_at_work_are_told_when_the_others_are_called_off(two_threads):
    called_off, other_began, told = threading.Event(), threading.Event(), []

    def work(part):
        if part == 0:
            assert other_began.wait(SOON)
            raise MemoryError
        other_began.set()
        told.append(called_off.wait(SOON))

    with pytest.raises(MemoryError):
        list(parallel_map(work, range(2), 2, call_off=called_off.set))
    assert told == [True], "the error waits for the other part, which nobody told"


def test_one_lane_needs_no_thread():
    assert set(parallel_map(lambda _: threading.current_thread(), range(3), 1)) == {threading.current_thread()}


@pytest.fixture
def policy(causal_folder):
    policy = load_policy(ModelLocation("tiny", causal_folder, "folder"), rank=4, seed=0, dtype=torch.float32)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in policy.adapter.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.05)
    policy.adapter.merge()
    return policy


PROMPTS = [[5, 9, 200, 31, 7], [8, 17], [4] * 9, [31, 5, 6]]


def test_emails_are_the_same_in_one_lane_and_in_two(policy, two_threads, monkeypatch):
    def written():
        generator, asked = torch.Generator().manual_seed(1), []
        keep_going = lambda: asked.append(threading.current_thread()) or True  # noqa: E731
        return sample(policy.model, PROMPTS, 8, 12, [7], generator, keep_going=keep_going), set(asked)

    beside, threads = written()
    monkeypatch.setattr("outcome_rl.engine.sampling.MIN_ITEMS_PER_WORKER", 1000)
    alone, thread = written()
    assert (len(threads), len(thread)) == (2, 1)
    assert torch.equal(beside.tokens, alone.tokens)
    assert torch.equal(beside.lengths, alone.lengths)
    torch.testing.assert_close(beside.log_probs, alone.log_probs, atol=1e-5, rtol=1e-5)


def test_weights_are_packed_once_for_all_lanes(policy, two_threads, monkeypatch):
    made, threads = [], set()

    def spy(*layers):
        made.append(layers)
        threads.add(threading.current_thread())
        return packed(*layers)

    monkeypatch.setattr(decoding, "packed", spy)
    sample(policy.model, PROMPTS, 8, 3, [], torch.Generator())
    assert len(set(made)) == len(made)
    assert threads == {threading.current_thread()}, "two lanes that pack at the same time would both do it"


class Stopped(Exception):
    pass


def test_a_stop_in_one_lane_ends_the_other(policy, two_threads):
    lengths, main = {}, threading.current_thread()

    def keep_going():
        lane = threading.current_thread()
        lengths[lane] = lengths.get(lane, 0) + 1
        if len(lengths) == 2 and lane == max(lengths, key=lambda thread: thread.name):
            raise Stopped
        return True

    with pytest.raises(Stopped):
        sample(policy.model, PROMPTS, 8, 400, [], torch.Generator(), keep_going=keep_going)
    assert main not in lengths
    assert max(lengths.values()) < 400


@pytest.mark.parametrize("watched", [True, False])
def test_emails_that_are_shown_or_whose_model_is_not_written_out_have_one_lane(policy, two_threads, watched):
    shown, threads = [], set()
    if not watched:
        policy.model.train()
    sample(
        policy.model, PROMPTS, 8, 3, [], torch.Generator(),
        keep_going=lambda: threads.add(threading.current_thread()) or True,
        on_progress=(lambda batch: shown.append(len(batch.tokens))) if watched else None,
    )  # fmt: skip
    assert threads == {threading.current_thread()}
    assert shown == [32] * 3 * watched


def test_adapters_are_merged_in_lanes_as_by_one(policy, two_threads, monkeypatch):
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


def gradients(policy, monkeypatch, lane):
    """(loss, gradients, threads at work) of a weighted sum over 16 emails."""
    monkeypatch.setattr("outcome_rl.rl.trainer_context.MIN_ITEMS_PER_WORKER", lane)
    config = FinetuneConfig(model="tiny", micro_batch_size=16)
    training = TrainerContext(config, policy, TrainerState(), folder=None, should_stop=lambda: False)
    generator = torch.Generator().manual_seed(0)
    lengths = torch.randint(1, 12, (16,), generator=generator)
    inside = length_mask(lengths, int(lengths.max()))
    tokens = torch.randint(0, 500, inside.shape, generator=generator) * inside
    weights, threads = torch.randn(inside.shape, generator=generator) * inside, set()

    def loss_of(rows):
        threads.add(threading.current_thread())
        now = policy.log_probs([PROMPTS[i // 4] for i in rows], tokens[rows], lengths[rows], 0.8)
        return (now * weights[rows]).sum()

    loss = add_gradients(training, torch.arange(16), 16, loss_of)
    found = [parameter.grad.clone() for parameter in policy.adapter.parameters()]
    for parameter in policy.adapter.parameters():
        parameter.grad = None
    return loss, found, threads


def test_gradients_are_the_same_in_one_lane_and_in_two_and_each_time(policy, two_threads, monkeypatch):
    loss, found, threads = gradients(policy, monkeypatch, 4)
    once_more = gradients(policy, monkeypatch, 4)
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
