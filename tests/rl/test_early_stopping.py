"""What the guard decides, worked by hand."""

import json
import math
from dataclasses import asdict
from types import SimpleNamespace

import pytest

from outcome_rl.config import FinetuneConfig
from outcome_rl.rl.early_stopping import EarlyStoppingState, StoppingRule
from outcome_rl.rl.time_budget import TimeBudget
from outcome_rl.rl.trainer_state import TrainerState
from outcome_rl.rl.validation import is_due

LIMITS = StoppingRule(patience=2, kl_budget=10.0, variety=0.5)


def watched(*evaluations, limits=LIMITS):
    """The watch after evaluations every 5 steps, each (judged, KL, variety); the last two may be left out."""
    watch = EarlyStoppingState()
    for place, (judged, kl, variety) in enumerate((*found, 1.0, 0.8)[:3] for found in evaluations):
        watch = watch.after(5 * place, judged, kl, variety, limits)
    return watch


def test_the_first_evaluation_is_the_best_until_another_is_better():
    assert watched((0.1, 0.0)).best_step == 0
    watch = watched((0.1, 0.0), (0.3, 2.5), (0.2, 4.0))
    assert (watch.step, watch.best_step, watch.best, watch.best_kl, watch.evaluations_without_improvement) == (
        10,
        5,
        0.3,
        2.5,
        1,
    )
    assert watch.stopped_because is None


def test_patience_ends_what_does_not_rise_and_a_tie_is_no_rise():
    watch = watched((0.1,), (0.3,), (0.2,), (0.3,))
    assert (watch.best_step, watch.evaluations_without_improvement) == (5, 2)
    assert "not judged better for 2 evaluations in a row" in watch.stopped_because
    assert watched((0.1,), (0.0,), (0.2,), (0.1,)).stopped_because is None  # the rise at 10 starts the count anew


def both(*evaluations):
    """The watch after evaluations in which judge and reward model decide together, each (judged, reward)."""
    watch = EarlyStoppingState()
    for place, (judged, reward) in enumerate(evaluations):
        watch = watch.after(5 * place, judged, 1.0, 0.8, StoppingRule(patience=9, kl_budget=10.0, variety=0.5), reward)
    return watch


def test_judge_and_reward_model_decide_together():
    watch = both((-0.3, -0.3), (0.1, 0.0), (-0.2, 0.8), (0.0, 0.4))
    assert (watch.best_step, watch.best) == (10, pytest.approx(0.3)), "the judge alone would keep step 5"
    assert both((0.0, 0.0), (0.4, -0.6)).best_step == 0, "the reward model has its say too"


@pytest.mark.parametrize("reward", [0.1, 1.0, 100.0])
def test_what_the_judge_likes_less_than_the_warm_start_is_not_kept_whatever_the_reward_says(reward):
    assert both((0.2, 0.0), (0.19, reward)).best_step == 0
    assert both((0.2, 0.0), (0.3, 0.05), (0.1, reward)).best_step == 5
    assert both((0.2, 0.0), (0.2, reward)).best_step == 5, "as much is enough"


def test_a_judge_that_says_nothing_vetoes_nothing_and_keeps_nothing():
    assert both((math.nan, 0.0), (math.nan, 1.0)).best_step == 0
    assert both((math.nan, 0.0), (-0.5, 1.0)).best_step == 5


def test_what_leaves_the_kl_budget_is_not_kept_however_well_it_is_judged():
    assert watched((0.1, 0.0), (0.9, 10.0)).best_step == 5
    watch = watched((0.1, 0.0), (0.2, 9.0), (0.9, 10.1))
    assert (watch.best_step, watch.best) == (5, 0.2)
    assert "10.1 nats an email" in watch.stopped_because
    assert "budget of 10" in watch.stopped_because


def test_what_loses_its_variety_is_not_kept():
    assert watched((0.1, 0.0, 0.8), (0.2, 1.0, 0.4)).best_step == 5  # half of the first one's is enough
    watch = watched((0.1, 0.0, 0.8), (0.2, 1.0, 0.6), (0.9, 1.0, 0.39))
    assert watch.best_step == 5
    assert "39% of their word pairs differ, 80% at the warm start" in watch.stopped_because
    assert watched((0.1, 0.0, 0.0), (0.2, 1.0, 0.0)).stopped_because is None  # a warm start of one-word emails


def test_an_opinion_that_is_not_a_number_is_never_the_best():
    watch = watched((0.1,), (float("nan"),))
    assert (watch.best_step, watch.evaluations_without_improvement) == (0, 1)
    watch = watched((float("nan"),), (-3.0,))
    assert (watch.best_step, watch.best) == (5, -3.0)
    watch = watched((0.1, 0.0), (0.2, float("nan")))  # a divergence that is not a number is no small one
    assert watch.best_step == 0
    assert watch.stopped_because
    for found in (watch, watched((float("nan"),))):
        json.dumps(asdict(found), allow_nan=False)


def test_the_watch_is_json():
    watch = watched((0.1,), (0.3,), (0.2,), (0.3,))
    assert EarlyStoppingState(**json.loads(json.dumps(asdict(watch)))) == watch


def test_the_words_say_what_is_kept_and_why_it_ended():
    assert "tuned model is the warm start" in watched((0.1,), (0.0,)).in_words(5)
    assert watched((0.1,)).in_words(0) == "No RL step was made, so the tuned model is the warm start."
    assert watched((0.1,)).in_words(2) == "None of the RL steps was judged, so the tuned model is the warm start."
    told = watched((0.1,), (0.3,), (0.2,), (0.3,)).in_words(15)
    assert told.startswith("Tuning ended at step 15: the emails were not judged better")
    assert "The model after step 5, the best of the steps that were judged, is kept." in told


@pytest.mark.parametrize(
    ("watch", "step", "settings", "over", "due"),
    [
        ({}, 0, {}, False, True),  # the warm start
        ({}, 0, {}, True, False),  # not even one step: nothing to choose from
        ({"step": 0}, 0, {}, False, False),
        ({"step": 0}, 4, {}, False, False),  # every 5 steps unless said otherwise
        ({"step": 0}, 5, {}, False, True),
        ({"step": 0}, 4, {"evaluate_every": 4}, False, True),
        ({"step": 5}, 6, {}, True, True),  # the last step is always judged
        ({"step": 6}, 6, {}, True, False),
        ({"step": 5, "stopped_because": "x"}, 10, {}, True, False),
        # 3 s of evaluation in 30 s are 10 %; the clock is at 100
        ({"step": 1, "evaluation_seconds": 3.0, "evaluated_at": 73.1}, 9, {"seconds": 500}, False, False),
        ({"step": 1, "evaluation_seconds": 3.0, "evaluated_at": 72.9}, 2, {"seconds": 500}, False, True),
        (
            {"step": 1, "evaluation_seconds": 3.0, "evaluated_at": 99.0},
            2,
            {"seconds": 500, "evaluate_every": 1},
            False,
            True,
        ),
    ],
)
def test_when_it_is_due(watch, step, settings, over, due):
    seconds = settings.pop("seconds", None) if (settings := dict(settings)) else None
    training = SimpleNamespace(
        config=FinetuneConfig(**settings),
        state=TrainerState(step=step, early_stopping=EarlyStoppingState(**watch)),
        budget=TimeBudget(seconds) if seconds else None,
        elapsed=lambda: 100.0,
    )
    assert is_due(training, over) is due
