"""What a limited time holds at a measured pace, and what gives way where that is too little; reckoned by hand."""

from __future__ import annotations

from outcome_rl.rl.pace import Pace
from outcome_rl.rl.plan import Plan, Work, plan_for

PACE = Pace(setup=2.0, write=0.5, score=0.05, compare=0.2, update=0.25)
USUAL = Plan(contexts_per_step=8, validated=16, compared=24)
WORK = Work(PACE, samples=4, learned=0)
STEP = 2 + 32 * 1.0
EVALUATION, COMPARISON = 2 + 16 * 0.75, 3 * (2 + 24 * 0.75)


def test_the_parts_of_a_run_by_hand():
    assert WORK.step(USUAL) == STEP
    assert WORK.tuning(USUAL, 3) == 3 * STEP + 2 * EVALUATION + 3
    assert WORK.comparison(USUAL) == COMPARISON
    assert Work(PACE, 4, learned=17).warm_start == 3 * 8 * 0.25  # eight emails to a step


def test_what_is_said_to_suffice_suffices_and_a_little_less_does_not():
    for work in (WORK, Work(PACE, 4, 400)):
        for plan in (USUAL, USUAL.divided(4, 0.15)):
            for steps in (1, 5, 40):
                seconds = work.seconds_for(plan, steps)
                assert work.steps_within(plan, seconds + 0.01) == steps
                assert work.steps_within(plan, seconds - 1) == steps - 1


def test_seconds_for_five_steps_by_hand():
    assert WORK.seconds_for(USUAL, 5) == 5 * STEP + 2 * EVALUATION + 3 + COMPARISON
    # 100 steps take long enough that thirteen hundredths of the time are more than the comparison needs
    assert WORK.seconds_for(USUAL, 100) == (100 * STEP + 2 * EVALUATION + 3) / 0.87
    # 96 emails, eight to a step of 2 s, are 24 s, less than the largest share
    assert Work(PACE, 4, 96).seconds_for(USUAL, 5) == WORK.seconds_for(USUAL, 5) + 24


def test_enough_time_changes_nothing():
    held = plan_for(3600.0, WORK, USUAL)
    assert (held.plan, held.as_usual, held.steps) == (USUAL, True, WORK.steps_within(USUAL, 3600.0))
    assert plan_for(60.0, WORK, USUAL, wanted=0).as_usual


def test_the_warm_start_gives_way_first():
    work = Work(PACE, 4, learned=10_000)
    seconds = work.seconds_for(USUAL, 5) - 20
    held = plan_for(seconds, work, USUAL)
    assert held.plan == Plan(8, 16, 24, 0.3)
    assert work.steps_within(USUAL, seconds) == 4
    assert (held.step_emails, held.usual, held.too_little) == (32, False, False)


def test_then_steps_and_evaluations_grow_smaller():
    seconds = WORK.seconds_for(USUAL, 4)
    held = plan_for(seconds, WORK, USUAL)
    assert held.plan == Plan(4, 8, 12, 0.3)
    assert (held.step_emails, held.usual_emails, held.usual, held.too_little) == (16, 32, False, False)
    assert held.enough == WORK.seconds_for(USUAL, 5)


def test_where_nothing_holds_five_steps_it_is_said_what_would():
    held = plan_for(40.0, WORK, USUAL)
    assert held.plan == Plan(2, 4, 6, 0.15)
    assert held.too_little and held.step_emails == 8
    assert held.steps == WORK.steps_within(held.plan, 40.0) < 5


def test_what_is_over_by_then_and_what_else_is_done_is_among_what_would_do():
    assert plan_for(40.0, WORK, USUAL, before=30.0).enough == 30 + WORK.seconds_for(USUAL, 5)
    assert plan_for(40.0, WORK, USUAL, before=30.0, rest=0.5).enough == 30 + 2 * WORK.seconds_for(USUAL, 5)


def test_few_contexts_stay():
    assert Plan(1, 0, 1).divided(4, 0.15) == Plan(1, 0, 1, 0.15)
    assert Plan(3, 3, 3).divided(4, 0.15) == Plan(2, 3, 3, 0.15)


def test_a_plan_is_kept_as_it_is():
    assert Plan.from_dict(USUAL.to_dict()) == USUAL
