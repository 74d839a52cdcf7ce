"""Parts that run beside each other give what they give one after the other, whichever ends first."""

import threading

import pytest
import torch

from outcome_rl.utils.parallel import count_workers, parallel_map

SOON = 10
"""Seconds after which a part that waits for another one gives up."""


def test_as_many_lanes_as_threads_unless_there_is_little_to_do(two_threads):
    assert [count_workers(items, 4) for items in (1, 7, 8, 12, 400)] == [1, 1, 2, 2, 2]


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
