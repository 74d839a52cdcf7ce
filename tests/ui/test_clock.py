"""One clock for a run: how long it has worked, how long it still will, and what is said once that was wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from outcome_rl import events as ev
from outcome_rl.runs.run import RUNNING, STOPPED
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
    """Said 5 s after the process was launched, which the run's clock counts."""
    return stamped(5, ev.Started(kind=kind, command="", worked=5.0))


def progress(seconds: float, phase: str, done: int = 0, total: int = 1, left: float | None = None) -> ev.Event:
    return stamped(seconds, ev.Progress(phase=phase, done=done, total=total, seconds_left=left))


def test_the_clock_runs_before_the_process_has_said_a_word():
    words, share = describe(run_of("train-reward"), at(83))
    assert words == (
        "Starting: loading your emails and what else is needed. Running for 1 min 23 s; the time left is not known yet."
    )
    assert share is None


@pytest.mark.parametrize("phase", ["finding the language model", "saving the tuned model", "writing emails to compare"])
def test_minutes_that_were_given_are_counted_down_in_every_phase(phase):
    words, share = describe(run_of("finetune", 8, started(), progress(30, phase, left=999)), at(125))
    assert words.endswith("Running for 2 min 5 s, about 6 min to go.")
    assert share == pytest.approx(125 / 480)


def test_what_was_given_runs_from_the_moment_it_was_started():
    assert "Running for 1 min 40 s, about 6 min to go." in describe(run_of("finetune", 8), at(100))[0]


def test_what_is_said_of_the_time_left_changes_with_every_minute():
    view = run_of("finetune", 5, started(), progress(10, "finding the language model"))
    left = [describe(view, at(10 + minute * 60))[0].partition(", ")[2] for minute in range(9)]
    assert len(set(left)) == 9
    assert not any("at most" in words for words in left)


def test_reading_the_answered_emails_tells_nothing_of_the_rounds_that_follow():
    step = stamped(30, ev.WarmStartStep(step=1, steps=4, loss=2.0, seconds=5.0, seconds_left=15.0))
    assert "the time left is not known yet" in describe(run_of("finetune", None, started(), step), at(31))[0]


def test_minutes_that_are_over_are_not_nearly_done_but_over():
    view = run_of("finetune", 8, started(), progress(400, "writing emails to compare", 2, 3, 10.0))
    words, share = describe(view, at(480 + 190))
    assert "3 min over the 8 min you gave it; it ends with this part." in words
    assert share == 1.0


def test_the_run_and_who_looks_on_have_one_clock():
    """The machine slept for an hour, of which the run's own clock knows nothing."""
    awake = stamped(3720, ev.Progress(phase="saving the tuned model", done=0, total=1, worked=120.0))
    view = run_of("finetune", 8, started(), awake)
    assert clock_of(view, at(3725)).elapsed == pytest.approx(125)
    ended = replace(view, events=(*view.events, stamped(3730, ev.Stopped(message="", resumable=True, worked=131.0))))
    assert describe(replace(ended, state=STOPPED), at(9999))[0].endswith("It ran for 2 min 11 s.")


def test_a_run_that_is_taken_up_again_goes_on_from_what_it_had_worked():
    stopped = stamped(305, ev.Stopped(message="", resumable=True, worked=300.0))
    waiting = run_of("finetune", 8, started(), stopped)
    launched = SimpleNamespace(**{**vars(waiting.run), "last_started_ns": lambda: int(at(900).timestamp() * 1e9)})
    waiting = replace(waiting, run=launched)
    assert clock_of(waiting, at(910)).elapsed == pytest.approx(310)
    again = stamped(912, ev.Started(kind="finetune", command="", resumed=True, worked=312.0))
    assert clock_of(replace(waiting, events=(*waiting.events, again)), at(915)).elapsed == pytest.approx(315)


def test_learning_tells_the_whole_of_the_time_left_not_that_of_a_part():
    reading = "reading the emails"
    early = run_of("train-reward", None, started(), progress(20, "comparing the emails with each other"))
    assert clock_of(early, at(30)).left is None, "nothing is known yet"
    half = run_of("train-reward", None, started(), progress(50, reading, 240, 480, 10.0))
    # all 480 take 20 s to read, two tests of each 7 s apiece, and the judging 11 s; 5 s have passed
    assert clock_of(half, at(55)).left == pytest.approx(10 + 7 + 7 + 11 - 5)
    whole = run_of("train-reward", None, *half.events, progress(60, reading, 480, 480, 0.0))
    assert clock_of(whole, at(60)).left == pytest.approx(7 + 7 + 11)
    fold = ev.RewardFold(fold=5, folds=10, log_loss=1.0, guessing_log_loss=1.1, accuracy=0.5, seconds=1.0)
    folds = run_of("train-reward", None, started(), stamped(98, fold))
    assert clock_of(folds, at(98)).left == pytest.approx(98 * (1 - 0.775) / 0.775)


def test_tests_that_are_slower_than_the_reading_before_them_tell_their_own_time():
    fold = ev.RewardFold(
        fold=2, folds=10, log_loss=1.0, guessing_log_loss=1.1, accuracy=0.5, seconds=60.0, seconds_left=240.0
    )
    view = run_of("train-reward", None, started(), stamped(98, fold))
    # 300 s of tests are .25 of the whole, so the judging after them, .1 of it, takes 120 s
    assert clock_of(view, at(98)).left == pytest.approx(240 + 120)


def test_what_is_learned_is_done_in_the_sellers_words_and_takes_no_time_any_more():
    done = stamped(200, ev.PhaseDone(phase="reward_model", result={}))
    view = run_of("train-reward", None, started(), progress(180, "judging the reward model"), done)
    words, share = describe(view, at(201))
    assert words == "Learning is done. Running for 3 min 21 s, a few seconds to go."
    assert share == 1


def test_the_phases_of_learning_are_told_apart_in_their_order():
    phases = ["finding the encoder", "comparing the emails with each other", "loading the encoder", ev.READING]
    told = [describe(run_of("train-reward", None, started(), progress(9, phase)), at(9))[0] for phase in phases]
    assert len({words.partition(".")[0] for words in told}) == len(phases)


def test_an_estimate_admits_by_how_much_it_was_wrong():
    view = run_of("train-reward", None, started(), progress(180, "judging the reward model"))  # 180 s are 0.9
    assert clock_of(view, at(180)).left == pytest.approx(20)
    assert "about 20 s to go" in describe(view, at(182))[0]
    assert "a few seconds to go" in describe(view, at(205))[0]
    late, _ = describe(view, at(260))
    assert late.endswith(", 1 min longer than expected.") and "done" not in late


def test_steps_without_minutes_count_the_comparison_that_follows():
    step = stamped(105, rl_step(10, steps=20, seconds_left=74.0))
    words, _ = describe(run_of("finetune", None, started(), step), at(105))
    # 105 + 74 s are 0.87 of the whole
    assert words == "Round 10 of 20: 320 emails written so far. Running for 1 min 45 s, about 1 min 30 s to go."
    assert clock_of(run_of("finetune", None, started(), step), at(105)).left == pytest.approx(179 / 0.87 - 105)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3, "a few seconds"), (37, "40 s"), (91, "1 min 30 s"), (200, "3 min 30 s"), (441, "7 min"), (1700, "28 min")],
)
def test_an_estimate_is_no_more_precise_than_it_can_be(seconds, said):
    assert roughly(seconds) == said
