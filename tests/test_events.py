"""Every event turns into one flat line of JSON and back."""

import json
from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime

import pytest

from outcome_rl import events as ev

KINDS = ev.Event.__subclasses__()
EXAMPLES = {"str": "Grüße\n\"'", "int": 7, "float": 0.25, "bool": True, "dict[str, Any]": {"a": [1, {"b": None}]}}


def example(kind, empty=False):
    """An event with a value of the declared type in each field; None where ``empty`` and allowed."""
    values = {}
    for spec in fields(kind):
        allowed = spec.type.split(" | ")
        values[spec.name] = None if empty and "None" in allowed else EXAMPLES[allowed[0]]
    return kind(**{**values, "time": "2026-01-02T03:04:05.678+00:00"})


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back_through_json(kind, empty):
    event = example(kind, empty)
    line = json.dumps(ev.to_json(event))
    assert "\n" not in line
    assert ev.from_json(json.loads(line)) == event


@pytest.mark.parametrize("kind", KINDS)
def test_the_json_is_flat_but_for_a_result(kind):
    values = ev.to_json(example(kind))
    nested = [key for key, value in values.items() if isinstance(value, (dict, list, tuple))]
    assert nested == (["result"] if kind in (ev.PhaseDone, ev.Finished) else [])


def test_names_of_events():
    assert sorted(map(ev.event_name, KINDS)) == [
        "checkpoint_saved", "email_written", "failed", "finished", "notice", "phase_done", "progress", "reward_epoch",
        "reward_fold", "rl_evaluation", "rl_step", "started", "stopped", "warm_start_step",
    ]  # fmt: skip


def test_an_event_is_frozen_and_knows_its_time_in_utc():
    before = datetime.now(UTC).replace(microsecond=0)
    event = ev.Notice(message="x")
    made = datetime.fromisoformat(event.time)
    assert made.utcoffset().total_seconds() == 0
    assert before <= made <= datetime.now(UTC)
    with pytest.raises(FrozenInstanceError):
        event.message = "y"


def test_lines_of_another_version_are_read_as_far_as_they_are_known():
    line = {"event": "notice", "time": "t", "message": "m", "colour": "red"}
    assert ev.from_json(line) == ev.Notice(time="t", message="m")
    assert ev.from_json({"event": "brew_coffee"}) is None
    assert ev.from_json({}) is None
