"""Which contexts a step is about, and that no step draws the random numbers of another."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from itertools import product
from types import SimpleNamespace

from outcome_rl.config import FinetuneConfig
from outcome_rl.rl import trainer
from outcome_rl.rl.data_order import batch_of_step, items_before, items_from, seed_of_step
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


def test_steps_that_grow_smaller_within_a_pass_read_no_item_twice():
    sizes, read, steps = [4, 2, 2, 2, 3, 3, 3, 3], 0, []
    for size in sizes:
        steps.append(items_from(ITEMS, read, size, seed=1))
        read += len(steps[-1])
    assert [len(step) for step in steps] == [4, 2, 2, 2, 3, 3, 3, 1]
    first, second = steps[:4], steps[4:]
    for found in (first, second):
        assert sorted(item for step in found for item in step) == ITEMS
    assert first[0] == batch_of_step(ITEMS, 0, 4, seed=1)


def test_the_loop_reads_each_context_once_a_pass_where_its_steps_grow_smaller(monkeypatch):
    read = []
    monkeypatch.setattr(trainer, "rl_step", lambda training, optimizer, scorer, contexts: read.extend(contexts))
    contexts = [str(number) for number in range(38)]
    training = SimpleNamespace(config=FinetuneConfig(contexts_per_step=8), state=TrainerState(phase=RL), reading=0)
    training.elapsed, training.given_up_when = float, lambda late: nullcontext()
    loop = trainer._RLSteps(training, None, None, contexts, None, None)
    for _ in range(3):
        loop.step()
    training.config = replace(training.config, contexts_per_step=4)
    for _ in range(4):
        loop.step()
    assert sorted(read) == sorted(contexts)
    assert training.state.contexts_read == 38, "the last step of a pass is short"
    training.state = replace(training.state, contexts_read=None, step=10)  # a checkpoint of an earlier version
    loop.step()
    assert training.state.contexts_read == 42


def test_a_place_is_known_where_all_steps_were_of_one_size():
    assert [items_before(step, 10, 4) for step in range(5)] == [0, 4, 8, 10, 14]


def test_steps_seeds_and_purposes_have_random_numbers_of_their_own():
    found = {seed_of_step(*each) for each in product(range(3), range(4), range(3))}
    assert len(found) == 3 * 4 * 3
    assert seed_of_step(1, 2) == seed_of_step(1, 2, purpose=0)
    assert all(0 <= seed < 2**63 for seed in found), "what torch takes"


def test_a_step_s_data_are_those_behind_all_that_were_done_or_skipped():
    assert TrainerState(phase=RL, step=5, warm_steps=9).data_index == 5
    assert TrainerState(phase=RL, step=5, warm_steps=9, skipped=2).data_index == 7
    assert TrainerState(phase=WARM_START, warm_steps=3, skipped=1).data_index == 4
