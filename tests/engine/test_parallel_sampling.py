"""Emails that several threads write beside each other are those that one writes."""

import threading

import pytest
import torch

from outcome_rl.engine import packing
from outcome_rl.engine.packing import packed
from outcome_rl.engine.sampling import sample
from tests.helpers.finetuning import disturbed_policy

PROMPTS = [[5, 9, 200, 31, 7], [8, 17], [4] * 9, [31, 5, 6]]


@pytest.fixture
def policy(causal_folder):
    return disturbed_policy(causal_folder)


class Lanes:
    """The thread of each lane, which waits at its first token until all are at work.

    Else a quick thread might take the other's share before that has woken.
    """

    def __init__(self, count):
        self.threads, self.all_at_work = set(), threading.Barrier(count)

    def keep_going(self):
        if threading.current_thread() not in self.threads:
            self.threads.add(threading.current_thread())
            self.all_at_work.wait(60)
        return True


def test_emails_are_the_same_in_one_lane_and_in_two(policy, two_threads, monkeypatch):
    def written(lanes):
        generator = torch.Generator().manual_seed(1)
        return sample(policy.model, PROMPTS, 8, 12, [7], generator, keep_going=lanes.keep_going)

    beside = written(two := Lanes(2))
    monkeypatch.setattr("outcome_rl.engine.sampling.MIN_ITEMS_PER_WORKER", 1000)
    alone = written(one := Lanes(1))
    assert (len(two.threads), len(one.threads)) == (2, 1)
    assert torch.equal(beside.tokens, alone.tokens)
    assert torch.equal(beside.lengths, alone.lengths)
    torch.testing.assert_close(beside.log_probs, alone.log_probs, atol=1e-5, rtol=1e-5)


def test_weights_are_packed_once_for_all_lanes(policy, two_threads, monkeypatch):
    made, threads = [], set()

    def spy(*layers, **options):
        made.append(layers)
        threads.add(threading.current_thread())
        return packed(*layers, **options)

    monkeypatch.setattr(packing, "packed", spy)
    sample(policy.model, PROMPTS, 8, 3, [], torch.Generator())
    assert len(set(made)) == len(made)
    assert threads == {threading.current_thread()}, "two lanes that pack at the same time would both do it"


class Stopped(Exception):
    pass


def test_a_stop_in_one_lane_ends_the_other(policy, two_threads):
    lengths, main, lanes = {}, threading.current_thread(), Lanes(2)

    def keep_going():
        lanes.keep_going()
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
