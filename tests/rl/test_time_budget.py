"""What a limited time holds, reckoned by hand."""

from __future__ import annotations

from types import SimpleNamespace

from outcome_rl.config import FinetuneConfig
from outcome_rl.rl.time_budget import CHECKPOINT_SECONDS, TimeBudget, first_step
from outcome_rl.rl.trainer import _RLSteps
from outcome_rl.rl.trainer_state import TrainerState


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


def loop(step: int, seconds: float, contexts: int = 8) -> _RLSteps:
    """RL that has made some steps of so many seconds; 20 s of 60 are over."""
    training = SimpleNamespace(
        config=FinetuneConfig(contexts_per_step=contexts, samples_per_context=4),
        state=TrainerState(step=step, slowest_step_seconds=seconds),
        budget=TimeBudget(60.0),
        elapsed=lambda: 20.0,
    )
    return _RLSteps(training, None, None, (), None, None)


def test_steps_that_take_too_long_grow_smaller_so_that_five_fit():
    slow = loop(step=1, seconds=10.0)
    (notice,) = slow._fit_steps()
    # four more of 10 s are 40 s, and 37 s are left for them
    assert slow.training.config.contexts_per_step == 7
    assert slow.training.state.slowest_step_seconds == 10 * 7 / 8
    assert notice.message.startswith("Steps take longer than was reckoned with (10 s): from here on each is of 28 ema")
    assert not list(slow._fit_steps())


def test_steps_stay_as_they_are_where_they_fit_or_cannot_be_smaller():
    for fits in (loop(1, 9.0), loop(5, 100.0), loop(0, 100.0), loop(1, 100.0, contexts=2), loop(1, 100.0, contexts=1)):
        before = fits.training.config
        assert not list(fits._fit_steps())
        assert fits.training.config is before
    least = loop(1, 1000.0)
    assert len(list(least._fit_steps())) == 1
    assert least.training.config.contexts_per_step == 2


def test_without_a_limit_steps_stay_as_they_are():
    free = loop(1, 1000.0)
    free.training.budget = None
    assert not list(free._fit_steps())
