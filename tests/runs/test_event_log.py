"""Events are recorded, replayed and rewound; each has a line in the log."""

import json
import math
import re

import pytest

from outcome_rl import events as ev
from outcome_rl.errors import OutcomeRLError, RunError
from outcome_rl.runs.commands import command_line
from outcome_rl.runs.event_log import log_line
from outcome_rl.runs.run import last_event, record, replay
from tests.helpers.run_events import notices, rl_step, saved


def test_events_pass_through_and_are_replayed_as_they_were(run):
    told = [ev.Started(kind="run", command="c"), *notices("Grüße\n\u2028", "b"), ev.Finished(result={"a": [1, None]})]
    assert list(record(told, run)) == told
    assert replay(run) == (told, run.events_file.stat().st_size)
    assert last_event(run) == told[-1]


def test_an_event_is_on_the_disk_before_it_is_passed_on(run):
    seen = []
    for event in record(notices("a", "b"), run):
        seen.append(event)
        assert replay(run)[0] == seen


def test_replay_goes_on_where_it_left_off(run):
    list(record(notices("a"), run))
    first, offset = replay(run)
    assert replay(run, offset) == ([], offset)
    list(record(notices("b", "c"), run))
    second, end = replay(run, offset)
    assert [event.message for event in [*first, *second]] == ["a", "b", "c"]
    assert end == run.events_file.stat().st_size


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_a_half_written_last_line_waits_until_it_is_whole(run, cut):
    list(record(notices("a", "ü"), run))
    whole = run.events_file.read_bytes()
    run.events_file.write_bytes(whole[:-cut])
    found, offset = replay(run)
    assert [event.message for event in found] == ["a"]
    assert last_event(run).message == "a"
    run.events_file.write_bytes(whole)
    assert [event.message for event in replay(run, offset)[0]] == ["ü"]


def test_what_follows_a_half_written_line_is_not_lost(run):
    """A killed process leaves half a line; the resumed one must not write its first event onto it."""
    list(record(notices("a", "b"), run))
    run.events_file.write_bytes(run.events_file.read_bytes()[:-7])
    list(record(notices("c", "d"), run))
    assert [event.message for event in replay(run)[0]] == ["a", "c", "d"]


def test_lines_that_are_no_events_are_passed_over(run):
    list(record(notices("a"), run))
    with open(run.events_file, "a") as stream:
        stream.write('not json\n[1]\n7\n{"event": "from the future"}\n{"event": "notice"}\n')
    list(record(notices("b"), run))
    assert [event.message for event in replay(run)[0]] == ["a", "b"]


def test_a_run_without_events(run):
    assert replay(run) == ([], 0)
    assert last_event(run) is None


def test_the_last_event_is_found_behind_long_ones(run):
    told = [*notices("a" * 200_000, "b" * 70_000)]
    list(record(told, run))
    assert last_event(run) == told[-1]
    with open(run.events_file, "a") as stream:
        stream.write("x" * 100_000)
    assert last_event(run) == told[-1]


def test_nan_and_infinity_become_null(run):
    result = {"a": math.inf, "b": [(math.nan, 1.5)]}
    list(record([rl_step(1, kl=math.nan, loss=-math.inf), ev.Finished(result=result)], run))
    lines = [json.loads(line, parse_constant=pytest.fail) for line in run.events_file.read_text().splitlines()]
    assert (lines[0]["kl"], lines[0]["loss"], lines[0]["reward_mean"]) == (None, None, 0.5)
    assert replay(run)[0][1].result == {"a": None, "b": [[None, 1.5]]}


@pytest.mark.parametrize(
    ("error", "told"),
    [(RunError("lower the learning rate"), "lower the learning rate"), (KeyError("x"), "unexpected KeyError: 'x'")],
)
def test_an_error_is_recorded_and_goes_on(run, error, told):
    def work():
        yield ev.Notice(message="a")
        raise error

    with pytest.raises(type(error)) as caught:
        list(record(work(), run))
    assert caught.value is error
    assert last_event(run).message == told
    assert run.state() == "failed"
    assert isinstance(error, OutcomeRLError) or "unexpected" in told


def test_the_log_is_named_after_the_runs_first_start_and_has_a_line_an_event(run):
    list(record([*notices("a\nb"), rl_step(1)], run))
    (log,) = run.folder.glob("*.log")
    assert re.fullmatch(r"rl_ppo_outcome_20\d{6}_\d{6}\.log", log.name)
    list(record(notices("c"), run))
    assert list(run.folder.glob("*.log")) == [log]
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in lines] == ["notice", "rl_step", "notice"]
    assert 'message="a\\nb"' in lines[0]


def test_a_line_of_the_log():
    event = ev.Progress(time="T", phase="a phase", done=1, total=3)
    assert log_line(event) == 'T progress phase="a phase" done=1 total=3'
    assert "seconds_left=1.235e+04" in log_line(ev.Progress(phase="x", done=1, total=2, seconds_left=12345.678))


def test_the_command_is_ready_to_be_typed():
    assert (
        command_line(["run", "my data.csv", "--minutes", "8"]) == "python -m outcome_rl run 'my data.csv' --minutes 8"
    )


def test_rewinding_forgets_what_came_after_the_checkpoint(run):
    kept = [rl_step(1), saved(1), rl_step(2), saved(2)]
    list(record([*kept, rl_step(3), ev.Stopped(message="m", resumable=True)], run))
    offset = replay(run)[1]
    run.rewind("checkpoint_saved", step=2, warm_steps=3)
    assert replay(run)[0] == kept
    assert replay(run, offset)[0] == kept, "a reader that was further on begins anew"


def test_rewinding_goes_to_the_latest_checkpoint_of_that_place_and_not_to_another_phases(run):
    told = [saved(0, 2), saved(0, 3), rl_step(1), saved(0, 3), rl_step(1)]
    list(record(told, run))
    run.rewind("checkpoint_saved", step=0, warm_steps=3)
    assert replay(run)[0] == told[:4]
    run.rewind("checkpoint_saved", step=0, warm_steps=2)
    assert replay(run)[0] == told[:1]


def test_rewinding_to_a_checkpoint_nobody_recorded_keeps_everything(run):
    list(record([rl_step(1)], run))
    run.rewind("checkpoint_saved", step=7, warm_steps=3)
    assert len(replay(run)[0]) == 1


def test_rewinding_passes_over_a_half_written_line(run):
    list(record([saved(1), rl_step(2)], run))
    run.events_file.write_bytes(run.events_file.read_bytes()[:-20])
    run.rewind("checkpoint_saved", step=1, warm_steps=3)
    assert replay(run)[0][-1].step == 1
    assert run.events_file.read_bytes().endswith(b"}\n")
