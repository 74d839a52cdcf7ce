"""A comparison as a run: every email is recorded, a stop keeps what is whole, and going on changes no email."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
import torch

from outcome_rl import events as ev
from outcome_rl.config import SamplingConfig
from outcome_rl.pipelines import comparison_run as module
from outcome_rl.pipelines.comparison_run import ComparisonRequest, comparison_run, emails_so_far
from outcome_rl.policy import model
from outcome_rl.policy.metadata import tuned_models
from outcome_rl.runs.workspace import Workspace

CONTEXTS = [f"Customer {i}." for i in range(5)]


@pytest.fixture(scope="module")
def asked(made_models):
    space = Workspace(made_models)
    sampling = SamplingConfig(max_new_tokens=8)
    return ComparisonRequest(tuned_models(space.policy), space.reward_model, sampling, samples=2, dtype=torch.float32)


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 2)


def run(asked, table, written=None, stop_after=None):
    """The events of a comparison that is asked to stop after so many emails."""
    found = []
    emails = lambda: sum(isinstance(event, ev.EmailWritten) for event in found)  # noqa: E731
    for event in comparison_run(
        asked, CONTEXTS, written or {}, table, lambda: stop_after is not None and emails() >= stop_after
    ):
        found.append(event)
    return found


def told(events, kind):
    return [event for event in events if isinstance(event, kind)]


def without_time(events):
    return [replace(event, time="") for event in events]


def test_every_email_is_recorded_and_counts(asked, tmp_path):
    events = run(asked, tmp_path / "all.csv")
    written = told(events, ev.EmailWritten)
    assert [(e.model, e.place, e.candidate) for e in written[:5]] == [
        ("base", 0, 1), ("base", 0, 2), ("base", 1, 1), ("base", 1, 2), ("warm_start", 0, 1)
    ]  # fmt: skip
    assert len(written) == 3 * 5 * 2
    assert [(each.done, each.total) for each in told(events, ev.Progress)][-1] == (15, 15)
    result = events[-1].result
    assert (result["n"], result["samples_per_context"]) == (5, 2)
    rewards = {role: [e.reward for e in written if e.model == role] for role in ("base", "tuned")}
    means = [sum(own) / len(own) for own in rewards.values()]
    assert result["gain"] == pytest.approx(means[1] - means[0])
    assert result["verdict"]
    with open(tmp_path / "all.csv", newline="") as stream:
        assert [row["model"] for row in csv.DictReader(stream)] == ["base"] * 10 + ["warm_start"] * 10 + ["tuned"] * 10


def test_a_comparison_that_was_stopped_goes_on_and_changes_no_email(asked, tmp_path):
    whole = run(asked, tmp_path / "whole.csv")
    first = run(asked, tmp_path / "one.csv", stop_after=14)  # all have written for two contexts, the base for four
    stopped = first[-1]
    assert isinstance(stopped, ev.Stopped)
    assert stopped.resumable
    assert stopped.message == "Stopped after 2 of 5 contexts; these are compared."
    assert told(first, ev.PhaseDone)[0].result["n"] == 2

    torn = first[: first.index(told(first, ev.EmailWritten)[-2])]  # as a kill leaves it: a part that is not whole
    then = run(asked, tmp_path / "one.csv", emails_so_far(torn, asked.samples))
    again = {(e.model, e.place, e.candidate): e for e in told([*torn, *then], ev.EmailWritten)}
    assert sorted(without_time(again.values()), key=str) == sorted(without_time(told(whole, ev.EmailWritten)), key=str)
    assert then[-1].result == whole[-1].result
    assert (tmp_path / "one.csv").read_text() == (tmp_path / "whole.csv").read_text()
    assert len(told(then, ev.EmailWritten)) < len(told(whole, ev.EmailWritten)), "whole parts are not written again"


def test_all_models_compute_in_the_type_that_was_asked_for(asked, tmp_path, monkeypatch):
    loaded = []
    plain = module.load_writing_model
    monkeypatch.setattr(model, "pick_dtype", lambda device: torch.float32)
    monkeypatch.setattr(module, "load_writing_model", lambda *given: loaded.append(plain(*given)) or loaded[-1])
    run(replace(asked, dtype=torch.bfloat16), tmp_path / "all.csv", stop_after=1)
    assert [writer.model.dtype for writer in loaded] == [torch.bfloat16] * 3


def test_a_stop_before_all_have_written_says_so(asked, tmp_path):
    events = run(asked, tmp_path / "none.csv", stop_after=4)
    assert events[-1].message == "Stopped after 0 of 5 contexts."
    assert told(events, ev.PhaseDone) == []
    assert not (tmp_path / "none.csv").exists()
