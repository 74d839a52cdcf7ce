"""One clock for a run: how long it has worked, how long it still will, and what is said once that was wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from outcome_rl import events as ev
from outcome_rl.runs.workspace import RUNNING
from outcome_rl.ui.common.clock import clock_of
from outcome_rl.ui.common.run_watcher import RunSnapshot
from outcome_rl.ui.common.run_words import describe, roughly
from tests.helpers.made_runs import rl_step

BEGAN = datetime.fromisoformat("2026-11-28T10:00:00+00:00")


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def stamped(seconds: float, event: ev.Event) -> ev.Event:
    return type(event)(**{**vars(event), "time": at(seconds).isoformat()})


def run_of(kind: str, minutes: float | None = None, *events: ev.Event) -> RunSnapshot:
    config: dict[str, Any] = {"kind": kind, "finetune": {"minutes": minutes}}
    run = SimpleNamespace(config=lambda: config, name="one", last_started_ns=lambda: int(BEGAN.timestamp() * 1e9))
    return RunSnapshot(run=run, events=events, state=RUNNING)


def started(kind: str = "finetune") -> ev.Event:
    return stamped(5, ev.Started(kind=kind, command=""))


def progress(seconds: float, phase: str, done: int = 0, total: int = 1, left: float | None = None) -> ev.Event:
    return stamped(seconds, ev.Progress(phase=phase, done=done, total=total, seconds_left=left))


def test_the_clock_runs_before_the_process_has_said_a_word():
    words, share = describe(run_of("train-reward"), at(83))
    assert words == (
        "Starting: loading your emails and the models. Running for 1 min 23 s; how long it will take is not known yet."
    )
    assert share is None


@pytest.mark.parametrize("phase", ["finding the language model", "saving the tuned model", "writing emails to compare"])
def test_minutes_that_were_given_are_counted_down_in_every_phase(phase):
    words, share = describe(run_of("finetune", 8, started(), progress(30, phase, left=999)), at(125))
    assert words.endswith("Running for 2 min 5 s, at most 6 min to go."), "the first 5 s were no part of the minutes"
    assert share == pytest.approx(120 / 480)


def test_what_was_given_does_not_run_before_the_process_does():
    assert "Running for 40 s, at most 8 min to go." in describe(run_of("finetune", 8), at(40))[0]


def test_minutes_that_are_over_are_not_nearly_done_but_over():
    view = run_of("finetune", 8, started(), progress(400, "writing emails to compare", 2, 3, 10.0))
    words, share = describe(view, at(5 + 480 + 190))
    assert "3 min over the 8 min you gave it, as this part cannot be cut short." in words
    assert share == 1.0


def test_learning_tells_the_whole_of_the_time_left_not_that_of_a_part():
    reading = "reading the emails"
    early = run_of("train-reward", None, started(), progress(20, "comparing the emails with each other"))
    assert clock_of(early, at(30)).left is None, "nothing is known yet"
    half = run_of("train-reward", None, started(), progress(50, reading, 240, 480, 10.0))
    # half of the emails: .25 + .4 / 2 = .45 of the whole took 45 s, so 55 s are left, and 5 s have passed
    assert clock_of(half, at(55)).left == pytest.approx(50)
    fold = ev.RewardFold(fold=5, folds=10, log_loss=1.0, guessing_log_loss=1.1, accuracy=0.5, seconds=1.0)
    folds = run_of("train-reward", None, started(), stamped(98, fold))
    assert clock_of(folds, at(98)).left == pytest.approx(93 * (1 - 0.775) / 0.775)


def test_tests_that_are_slower_than_the_reading_before_them_tell_their_own_time():
    fold = ev.RewardFold(
        fold=2, folds=10, log_loss=1.0, guessing_log_loss=1.1, accuracy=0.5, seconds=60.0, seconds_left=240.0
    )
    view = run_of("train-reward", None, started(), stamped(98, fold))
    # 300 s of tests are .25 of the whole, so the judging after them, .1 of it, takes 120 s
    assert clock_of(view, at(98)).left == pytest.approx(240 + 120)


def test_an_estimate_waits_and_then_admits_that_it_was_wrong():
    view = run_of("train-reward", None, started(), progress(105, "judging the reward model"))  # 100 s are 0.9
    assert clock_of(view, at(105)).left == pytest.approx(100 / 9)
    assert "about 10 s to go" in describe(view, at(106))[0]
    assert clock_of(view, at(115)).left == pytest.approx(0.6 * 100 / 9), "it waits for more"
    late, _ = describe(view, at(125))
    assert late.endswith("longer than expected.") and "done" not in late


def test_steps_without_minutes_count_the_comparison_that_follows():
    step = stamped(105, rl_step(10, steps=20, seconds_left=74.0))
    words, _ = describe(run_of("finetune", None, started(), step), at(105))
    # 100 + 74 s are 0.87 of the whole, which is 200 s
    assert words == "Round 10 of 20: 320 emails written so far. Running for 1 min 45 s, about 1 min 30 s to go."
    assert clock_of(run_of("finetune", None, started(), step), at(105)).left == pytest.approx(100)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3, "a few seconds"), (37, "40 s"), (91, "1 min 30 s"), (200, "3 min 30 s"), (441, "7 min"), (1700, "28 min")],
)
def test_an_estimate_is_no_more_precise_than_it_can_be(seconds, said):
    assert roughly(seconds) == said
