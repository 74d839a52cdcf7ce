"""Which contexts a step is about, and that no step draws the random numbers of another."""

from __future__ import annotations

from itertools import product

from outcome_rl.rl.trainer_context import batch_of_step, seed_of_step
from outcome_rl.rl.trainer_state import RL, WARM_START, TrainerState

ITEMS = list(range(10))


def pass_of(number: int, size: int = 4) -> list[list[int]]:
    return [batch_of_step(ITEMS, step, size, seed=1) for step in range(3 * number, 3 * number + 3)]


def test_each_pass_has_every_item_once_and_an_order_of_its_own():
    first, second = pass_of(0), pass_of(1)
    for found in (first, second):
        assert [len(step) for step in found] == [4, 4, 2]
        assert sorted(item for step in found for item in step) == ITEMS
    assert first != second
    assert first == pass_of(0), "a resumed run has the same"
    assert first != [batch_of_step(ITEMS, step, 4, seed=2) for step in range(3)]


def test_steps_seeds_and_purposes_have_random_numbers_of_their_own():
    found = {seed_of_step(*each) for each in product(range(3), range(4), range(3))}
    assert len(found) == 3 * 4 * 3
    assert seed_of_step(1, 2) == seed_of_step(1, 2, purpose=0)
    assert all(0 <= seed < 2**63 for seed in found), "what torch takes"


def test_a_step_s_data_are_those_behind_all_that_were_done_or_skipped():
    assert TrainerState(phase=RL, step=5, warm_steps=9).data_index == 5
    assert TrainerState(phase=RL, step=5, warm_steps=9, skipped=2).data_index == 7
    assert TrainerState(phase=WARM_START, warm_steps=3, skipped=1).data_index == 4
