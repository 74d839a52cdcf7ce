"""What a limited time holds, reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from outcome_rl.config import FinetuneConfig
from outcome_rl.rl import trainer
from outcome_rl.rl.early_stopping import EarlyStoppingState
from outcome_rl.rl.time_budget import CHECKPOINT_SECONDS, TimeBudget, first_step, too_short
from outcome_rl.rl.trainer import _RLSteps
from outcome_rl.rl.trainer_context import OutOfTime, TrainerContext
from outcome_rl.rl.trainer_state import TrainerState
from outcome_rl.utils.work_clock import WorkClock


def test_training_ends_earlier_where_the_comparison_needs_more_than_was_kept():
    budget = TimeBudget(seconds=100.0, comparison_reserve_seconds=20.0, compared=12, validated=4)
    assert budget.end(evaluation=0.0) == 100
    assert budget.end(evaluation=6.0) == 100
    assert budget.end(evaluation=10.0) == 100 - (30 - 20)
    assert TimeBudget(seconds=100.0).end(evaluation=50.0) == 100


def test_the_comparison_takes_as_many_evaluations_with_some_time_to_spare_where_that_is_little():
    budget = TimeBudget(seconds=100.0, comparison_reserve_seconds=20.0, compared=12, validated=4)
    assert budget.comparison(evaluation=0.0) == 20, "until one tells"
    assert budget.comparison(evaluation=1.0) == 10
    assert budget.comparison(evaluation=4.0) == pytest.approx(1.3 * 12)
    assert budget.comparison(evaluation=6.0) == 20
    assert budget.comparison(evaluation=10.0) == 30


def test_a_comparison_that_needs_more_than_twice_its_part_has_fewer_emails():
    budget = TimeBudget(seconds=100.0, comparison_reserve_seconds=20.0, compared=12, validated=4)
    assert budget.comparison(evaluation=50.0) == 40
    assert budget.end(evaluation=50.0) == 80
    assert budget.validating(12).comparison(evaluation=36.0) == 36  # as many emails as an evaluation has


def test_a_step_has_to_end_in_time_with_what_comes_behind_it():
    budget = TimeBudget(seconds=100.0, comparison_reserve_seconds=20.0, compared=12, validated=4)
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
    budget = TimeBudget(seconds=100.0, comparison_reserve_seconds=20.0, compared=12, validated=4, warm_share=0.0)
    # ten steps of 20 s, two evaluations of 10 s and a checkpoint are 223 s; 50 are over, and the comparison takes 30,
    # less than thirteen hundredths of it all
    assert budget.minutes_for(10, elapsed=50.0, step=20.0, evaluation=10.0) == 6  # 273 / .87 s
    # of twice as many minutes the warm start takes its share again, what came before training does not grow
    half = replace(budget, warm_share=0.5, began=60.0)
    assert half.minutes_for(10, elapsed=90.0, step=20.0, evaluation=10.0) == 12  # (60 + 446) / .87 s, and a tenth
    assert budget.minutes_for(5, elapsed=0.0, step=1.0, evaluation=0.0) == 3, "more than the two that were given"


def test_before_any_step_was_timed_what_was_reckoned_holds():
    assert TimeBudget(seconds=50.0, enough=200.0).minutes_for(5, 0.0, step=0.0, evaluation=0.0) == 4
    assert TimeBudget(seconds=50.0, enough=20.0).minutes_for(5, 0.0, step=0.0, evaluation=0.0) == 1


def test_the_warm_start_has_a_share_of_what_is_left_when_it_begins():
    assert TimeBudget(seconds=120.0, warm_share=0.25, began=20.0).warm_start_end == 45


def test_it_is_too_late_a_tenth_behind_the_end_of_it_all():
    budget = TimeBudget(seconds=80.0, comparison_reserve_seconds=20.0)
    assert not budget.too_late(elapsed=109.0)
    assert budget.too_late(elapsed=111.0)
    assert budget.too_late(elapsed=90.0, behind=21.0)


@pytest.mark.parametrize(
    ("each", "contexts"),
    [
        (0.1, 16),
        # after 4 contexts 8 s are gone: 5 steps of 8 emails are 52 * each, and n contexts more take 2 n - 4 times each
        (1.0, 16),
        (1.25, 11),
        (9.0, 4),
    ],
)
def test_the_first_evaluation_leaves_room_for_five_steps(each, contexts):
    budget = TimeBudget(seconds=100.0)
    assert budget.validated_within(elapsed=8.0, each=each, emails=8, most=16) == contexts


def test_few_contexts_are_all_validated():
    assert TimeBudget(seconds=1.0).validated_within(elapsed=8.0, each=9.0, emails=8, most=3) == 3


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
    assert slow.training.state.contexts_per_step == 7
    assert notice.message.startswith("Steps take longer than was reckoned with (10 s): from here on each is of 28 ema")
    assert not list(slow._fit_steps())


def test_a_resumed_run_goes_on_with_the_smaller_steps(tmp_path):
    policy = SimpleNamespace(writing=SimpleNamespace(name="free"))
    config = FinetuneConfig(contexts_per_step=8)
    for kept, size in ((0, 8), (3, 3)):
        training = TrainerContext(config, policy, TrainerState(contexts_per_step=kept), tmp_path, lambda: False)
        assert training.config.contexts_per_step == size


def test_steps_stay_as_they_are_where_they_fit_or_cannot_be_smaller():
    for fits in (loop(1, 9.0), loop(5, 100.0), loop(0, 100.0), loop(1, 100.0, contexts=2), loop(1, 100.0, contexts=1)):
        before = fits.training.config
        assert not list(fits._fit_steps())
        assert fits.training.config is before
    least = loop(1, 1000.0)
    assert len(list(least._fit_steps())) == 1
    assert least.training.config.contexts_per_step == 2


def test_a_step_is_given_up_once_too_little_time_is_left_behind_it(monkeypatch, tmp_path):
    """It began at 20 s and was to take 10; behind it an evaluation of 6 s, each as many times slower as the step is."""
    now, policy = [0.0], SimpleNamespace(writing=SimpleNamespace(name="free"))
    judged = EarlyStoppingState(step=3, evaluation_seconds=6.0)
    state = TrainerState(step=3, slowest_step_seconds=10.0, early_stopping=judged)
    clock = WorkClock(20.0, now=lambda: now[0])
    training = TrainerContext(FinetuneConfig(), policy, state, tmp_path, lambda: False, TimeBudget(100.0), clock)

    def slow_step(training, *_):
        while True:
            now[0] += 5.0
            training.check_stop()

    monkeypatch.setattr(trainer, "rl_step", slow_step)
    with pytest.raises(OutOfTime):
        _RLSteps(training, None, None, ("a",), None, None).step()
    # a tenth more than 100 s: at 75 s it is 5.5 times as slow, 75 + 33 s; at 80 s it is 6 times, 80 + 36 s
    assert training.elapsed() == 80
    assert training.over
    training.check_stop()


@pytest.mark.parametrize(
    ("elapsed", "changes", "told"),
    [
        pytest.param(70.0, {}, True, id="the time is over"),
        pytest.param(20.0, {}, False, id="it is not"),
        pytest.param(70.0, {"step": 3}, False, id="something was tuned"),
        pytest.param(
            70.0, {"early_stopping": EarlyStoppingState(step=0, stopped_because="x")}, False, id="it was no use"
        ),
    ],
)
def test_that_the_time_was_too_short_is_told_where_it_was(elapsed, changes, told):
    training = SimpleNamespace(
        config=FinetuneConfig(), state=TrainerState(**changes), budget=TimeBudget(60.0, enough=300.0),
        elapsed=lambda: elapsed, over=False, too_short=None,
    )  # fmt: skip
    list(_RLSteps(training, None, None, (), None, None).is_over())
    assert training.too_short == (too_short(6) if told else None)


def test_without_a_limit_steps_stay_as_they_are():
    free = loop(1, 1000.0)
    free.training.budget = None
    assert not list(free._fit_steps())
