"""Contexts for training, validation and comparison share none."""

import pytest

from outcome_rl.data.splits import hold_out_contexts, split_contexts


def test_contexts_are_held_out_a_third_at_most():
    contexts = [f"C{i}" for i in range(30)]
    train, held = hold_out_contexts(contexts, 24, seed=42)
    assert (len(train), len(held)) == (20, 10)
    assert sorted([*train, *held], key=contexts.index) == contexts
    assert (train, held) == hold_out_contexts(contexts, 24, seed=42) != hold_out_contexts(contexts, 24, seed=43)
    assert len(hold_out_contexts(contexts, 4, seed=42)[1]) == 4
    assert train == sorted(train, key=contexts.index)


def test_few_contexts_still_leave_some_to_train_on():
    train, held = hold_out_contexts(["A", "B"], 24, seed=42)
    assert sorted([*train, *held]) == ["A", "B"]
    assert hold_out_contexts(["A"], 24, seed=42) == (["A"], ["A"])


@pytest.mark.parametrize(
    ("n", "sizes"),
    [(1, (1, 0, 1)), (2, (1, 0, 1)), (3, (1, 1, 1)), (4, (2, 1, 1)), (30, (15, 5, 10)), (140, (100, 16, 24))],
)
def test_training_guard_and_comparison_share_no_context(n, sizes):
    contexts = [f"C{i}" for i in range(n)]
    parts = split_contexts(contexts, 24, 16, seed=42)
    assert (len(parts.train), len(parts.validation), len(parts.compared)) == sizes
    together = [*parts.train, *parts.validation, *parts.compared]
    assert sorted(together) == (sorted(contexts) if n > 1 else ["C0", "C0"])
    assert parts == split_contexts(contexts, 24, 16, seed=42)
    for part in (parts.train, parts.validation, parts.compared):
        assert part == sorted(part, key=contexts.index)


def test_the_split_follows_the_seed_and_a_guard_may_be_left_out():
    contexts = [f"C{i}" for i in range(60)]
    one, other = (split_contexts(contexts, 10, 5, seed) for seed in (1, 2))
    assert one.validation != other.validation
    assert one.compared == hold_out_contexts(contexts, 10, 1)[1]
    assert split_contexts(contexts, 10, 0, 1).validation == []
