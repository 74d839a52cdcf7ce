"""What a limited time holds, reckoned by hand."""

from __future__ import annotations

from outcome_rl.rl.time_budget import CHECKPOINT_SECONDS, TimeBudget, first_step


def test_training_ends_earlier_where_the_comparison_needs_more_than_was_kept():
    budget = TimeBudget(seconds=100.0, comparison_reserve_seconds=20.0, comparison_in_evaluations=3.0)
    assert budget.end(evaluation=5.0) == 100
    assert budget.end(evaluation=10.0) == 100 - (30 - 20)
    assert TimeBudget(seconds=100.0).end(evaluation=50.0) == 100


def test_the_comparison_takes_what_was_kept_or_as_many_evaluations():
    budget = TimeBudget(seconds=100.0, comparison_reserve_seconds=20.0, comparison_in_evaluations=3.0)
    assert budget.comparison(evaluation=5.0) == 20
    assert budget.comparison(evaluation=10.0) == 30


def test_a_step_has_to_end_in_time_with_what_comes_behind_it():
    budget = TimeBudget(seconds=100.0, comparison_reserve_seconds=20.0, comparison_in_evaluations=3.0)
    last = 90 - CHECKPOINT_SECONDS - 10 - 25
    assert budget.allows(elapsed=last, step=25.0, evaluation=10.0)
    assert not budget.allows(elapsed=last + 0.1, step=25.0, evaluation=10.0)


def test_the_first_step_is_reckoned_from_an_evaluation():
    """It writes what an evaluation writes for as many emails, reads it, and learns from it."""
    alike = first_step(evaluation=8.0, contexts=16, emails=16)
    assert 8.0 < alike < 16.0
    assert first_step(evaluation=8.0, contexts=16, emails=32) == 2 * alike
    assert first_step(evaluation=4.0, contexts=16, emails=16) == alike / 2


def test_minutes_that_would_do():
    budget = TimeBudget(seconds=100.0, comparison_reserve_seconds=20.0, comparison_in_evaluations=3.0)
    # ten steps of 20 s, two evaluations of 10 s and a checkpoint are 223 s; 50 are over, and the comparison takes 30
    assert budget.minutes_for(10, elapsed=50.0, step=20.0, evaluation=10.0, before=0.0) == 6  # 303 s
    # of twice as many minutes the warm start takes its share again
    assert budget.minutes_for(10, elapsed=50.0, step=20.0, evaluation=10.0, before=0.5) == 8  # 446 + 30 s
