"""How long a fine-tune will take is reckoned from earlier runs, and said not to be known where there are none."""

from __future__ import annotations

import pytest

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig
from outcome_rl.pipelines.time_estimates import estimate_in_words, expected_seconds, find_earlier_times
from outcome_rl.runs.workspace import Workspace
from tests.helpers.made_runs import made_run, rl_evaluation, rl_step

STEPS = [
    rl_evaluation(0, seconds=6.0),
    *(rl_step(step, seconds=each) for step, each in ((1, 9.0), (2, 10.0), (3, 30.0))),
]
FINISHED = ev.Finished(result={"seconds": 100.0})


@pytest.fixture
def space(tmp_path):
    return Workspace(tmp_path)


def test_the_time_by_hand(space):
    made_run(space, "a", [*STEPS, FINISHED])
    pace = find_earlier_times(space, FinetuneConfig())
    assert (pace.step, pace.evaluation, pace.rest, pace.emails) == (10.0, 6.0, 100 - 49 - 6, 32)
    # 20 steps of 10 s, evaluations at 0, 5, 10, 15 and 20, and the rest
    assert expected_seconds(pace, FinetuneConfig(steps=20), 20) == 20 * 10 + 5 * 6 + 45
    assert expected_seconds(pace, FinetuneConfig(steps=20, contexts_per_step=4, guard_contexts=0), 20) == 100 + 45
    words = estimate_in_words(FinetuneConfig(steps=20), 20, pace)
    assert words.startswith("About 4 min 35 s on this machine: 20 RL steps, reckoned from run a.")


def test_a_finished_run_tells_more_than_one_that_was_stopped(space):
    made_run(space, "whole", [*STEPS, ev.Finished(result={"finetune": {"seconds": 100.0}})])
    made_run(space, "cut", [*STEPS, ev.Stopped(message="Stopped.", resumable=True)])
    assert find_earlier_times(space, FinetuneConfig()).run == "whole"


def test_a_run_of_another_model_tells_nothing(space):
    made_run(space, "a", [*STEPS, FINISHED])
    made_run(space, "b", [FINISHED])
    other = FinetuneConfig(model="someone/writer", steps=5)
    assert find_earlier_times(space, other) is None
    assert estimate_in_words(other, 5, None).startswith(
        "5 RL steps. How long that takes is not known before a first run"
    )


def test_a_run_of_another_known_model_tells_by_the_number_of_weights(space):
    made_run(space, "a", [*STEPS, FINISHED])
    pace, by = find_earlier_times(space, FinetuneConfig(model="Qwen/Qwen3-0.6B")), 596 / 124
    assert (pace.step, pace.evaluation) == (pytest.approx(by * 10), pytest.approx(by * 6))
    assert pace.rest == pytest.approx(by * (100 - 49 - 6))
    words = estimate_in_words(FinetuneConfig(model="Qwen/Qwen3-0.6B", steps=20), 20, pace)
    assert ": 20 RL steps, reckoned from run a with gpt2 by the number of weights." in words
    own = [*STEPS, ev.Stopped(message="Stopped.", resumable=True)]
    made_run(space, "b", own, model="Qwen/Qwen3-0.6B")
    assert find_earlier_times(space, FinetuneConfig(model="Qwen/Qwen3-0.6B")).run == "b"


def test_a_stopped_run_tells_of_the_steps_alone(space):
    made_run(space, "cut", [*STEPS, ev.Stopped(message="Stopped.", resumable=True)])
    pace = find_earlier_times(space, FinetuneConfig())
    assert "for the RL steps alone: 1 RL step, reckoned" in estimate_in_words(FinetuneConfig(steps=1), 1, pace)


def test_minutes_are_a_limit():
    words = estimate_in_words(FinetuneConfig(minutes=8), None, None)
    assert words.startswith("About 8 min on this machine, with loading and comparing.")
    assert "ends earlier" in words and "fit is found out once it has started" in words
    assert "comparing. Held. It ends" in estimate_in_words(FinetuneConfig(minutes=8), None, None, "Held.")
    assert "ends earlier" not in estimate_in_words(FinetuneConfig(minutes=8, guard_contexts=0), None, None)
    assert "or 7 RL steps if they are done before" in estimate_in_words(FinetuneConfig(minutes=8, steps=7), 7, None)
    assert "not known: the data cannot be read" in estimate_in_words(FinetuneConfig(), None, None)


def test_planned_steps():
    assert FinetuneConfig(steps=7).planned_steps(100) == 7
    assert FinetuneConfig(minutes=8).planned_steps(100) is None
    assert FinetuneConfig(epochs=3, contexts_per_step=8).planned_steps(17) == 9
