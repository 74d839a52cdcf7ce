"""Emails written side by side: they grow, the best is shown, a stop keeps what is there, mistakes are sentences."""

from __future__ import annotations

import shlex
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from outcome_rl.config import SamplingConfig
from outcome_rl.errors import OutcomeRLError
from outcome_rl.generation.emails import ScoredEmail
from outcome_rl.policy.metadata import ORIGIN_FILE
from outcome_rl.runs.workspace import Workspace
from outcome_rl.text.checks import check_email
from outcome_rl.ui.common import loaded_models
from outcome_rl.ui.common.loaded_models import WritingProgress
from outcome_rl.ui.common.page_context import ModelCache
from outcome_rl.ui.common.stop_buttons import StopRequests
from outcome_rl.ui.compare import side_by_side
from outcome_rl.ui.compare.email_panel import EmailPanel
from outcome_rl.ui.words.names import TEACHING_KEPT_NOTHING
from outcome_rl.utils.files import write_json

SHORT = SamplingConfig(max_new_tokens=12)


def email(text, reward=0.5, candidate=1):
    return ScoredEmail("C", text, "m", candidate, "reply", reward, 0.2, 0.6, 0.2, check_email(text))


@pytest.fixture
def ui():
    """Names in the place of components."""
    panels = {
        role: EmailPanel(*(f"{role}-{part}" for part in EmailPanel.__dataclass_fields__))
        for role in loaded_models.ROLES
    }
    names = ("context", "candidates", "middle", "write", "stop", "message", "written_for", "command")
    return side_by_side.SideBySidePanel(*names, panels)


def drawn(ui, found, stop=None):
    """What each component shows in the end, and everything that was shown on the way."""
    steps = list(side_by_side.render(ui, iter(found), stop or threading.Event(), None))
    last = {}
    for step in steps:
        last |= step
    return last, steps


def test_panels_are_emptied_before_anything_new_is_written(ui):
    first = drawn(ui, [])[1][0]
    assert all("Waiting" in first[f"{role}-body"].value for role in loaded_models.ROLES)
    assert all(first[f"{role}-scores"] == "" for role in loaded_models.ROLES)


def test_an_email_grows_and_the_best_candidate_takes_its_place(ui):
    found = [
        WritingProgress("base"),
        WritingProgress("base", texts=["Hello", "Dear"]),
        WritingProgress("base", emails=[email("Dear you.", 1.0), email("Hello you.", 0.5, 2)]),
        WritingProgress("tuned", emails=[email("We?", 1.25)], notice="a stand-in"),
    ]
    last, steps = drawn(ui, found)
    assert any("orl-growing" in str(step.get("base-body")) and "Hello" in str(step["base-body"]) for step in steps)
    assert any("2 drafts" in str(step.get("message")) for step in steps)
    assert "Dear you." in last["base-body"].value
    assert last["base-text"].value == "Dear you."
    assert "1 more draft<" in last["base-scores"]
    assert "expects 80 to be answered, as many as before." in last["message"]
    assert "a stand-in" in last["message"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (0.2, 0.25, "25 to be answered, up from 20."),
        (0.25, 0.2, "20 to be answered, down from 25."),
        (0.211, 0.214, "21 to be answered, as many as before."),
    ],
)
def test_a_change_is_told_as_more_or_fewer(before, after, said):
    emails = {
        role: replace(email("Hi."), p_reply=p, p_conversion=0.0)
        for role, p in zip(("base", "tuned"), (before, after), strict=True)
    }
    assert f"the predictor expects {said} One recipient proves little" in side_by_side.difference(emails)


@pytest.mark.parametrize("stopped", [False, True])
def test_the_last_answer_draws_every_written_email_again(ui, stopped):
    stop = threading.Event()

    def found():
        yield WritingProgress("base", emails=[email("One.")])
        if stopped:
            stop.set()
        yield WritingProgress("tuned", emails=[email("Two.")])

    final = drawn(ui, found(), stop)[1][-1]
    assert [final[f"{role}-text"].value for role in ("base", "tuned")] == ["One.", "Two."]
    assert final["base-tools"].visible is final["tuned-tools"].visible is True


def test_a_stop_keeps_what_is_there(ui):
    stop = threading.Event()

    def found():
        yield WritingProgress("base", emails=[email("Done.")])
        yield WritingProgress("warm_start", texts=["Half an"])
        stop.set()
        yield WritingProgress("warm_start", texts=["Half an email"])
        pytest.fail("went on after the stop")

    last, _ = drawn(ui, found(), stop)
    assert "Done." in last["base-body"].value
    assert "Half an" in last["warm_start-body"]
    assert "orl-growing" not in last["warm_start-body"]
    assert "Not written" in last["tuned-body"]
    assert "Stopped" in last["message"]


def test_what_is_not_taught_is_not_called_so():
    emails = {role: replace(email("Hi."), p_reply=0.5, p_conversion=0.0) for role in ("base", "tuned")}
    assert side_by_side.difference(emails).startswith("After teaching: ")
    said = side_by_side.difference(emails, TEACHING_KEPT_NOTHING)
    assert said.startswith("After reading, before practice: ")
    assert "expects 50 to be answered, and of 100 like the plain writer's, 50." in said
    assert "teaching" not in said


@pytest.mark.parametrize(("best_step", "taught"), [(0, False), (3, True), (None, True)])
def test_a_model_is_taught_where_a_round_was_kept(tmp_path, best_step, taught):
    page = SimpleNamespace(workspace=Workspace(tmp_path))
    assert not loaded_models.available_models(page).taught, "there is none"
    page.workspace.policy.mkdir(parents=True)
    write_json(page.workspace.policy / ORIGIN_FILE, {"base_model": "a", "best_step": best_step})
    assert loaded_models.available_models(page).taught is taught


def test_the_base_alone_makes_no_difference():
    assert side_by_side.difference({"base": email("Hi.")}) == ""
    unknown = replace(email("Hi.", None), p_reply=None, p_conversion=None)
    assert side_by_side.difference({"base": unknown, "tuned": unknown}) == ""


@pytest.fixture
def page(tmp_path, monkeypatch, models_folder):
    """Two models to write with and no reward model."""
    monkeypatch.setattr(
        loaded_models, "model_sources", lambda page: {"base": models_folder / "llama", "tuned": models_folder / "gpt2"}
    )
    return SimpleNamespace(workspace=Workspace(tmp_path), models=ModelCache(), card=None)


def test_the_models_write_in_turn(page):
    found = list(loaded_models.stream_writing(page, "Customer: A.", SHORT, 2))
    roles = [writing.role for writing in found]
    assert roles == sorted(roles, key=["base", "tuned"].index)
    assert [len(writing.emails) for writing in found if writing.emails] == [2, 2]
    for role in ("base", "tuned"):
        assert any(writing.texts for writing in found if writing.role == role)


def test_giving_up_ends_the_writing(page):
    before = threading.active_count()
    found = loaded_models.stream_writing(page, "Customer: A.", SamplingConfig(max_new_tokens=400), 1)
    next(writing for writing in found if writing.texts)
    found.close()
    assert threading.active_count() == before


def test_an_empty_context_is_explained(page):
    with pytest.raises(OutcomeRLError, match="Say who the email is for"):
        next(loaded_models.stream_writing(page, "  ", SHORT, 1))


def test_without_models_the_next_step_is_named(tmp_path):
    page = SimpleNamespace(workspace=Workspace(tmp_path))
    assert loaded_models.available_models(page).fingerprint == (0, 0)
    with pytest.raises(OutcomeRLError, match="Let the predictor learn in step 1"):
        loaded_models.model_sources(page)


def test_the_command_does_the_same():
    given = side_by_side.arguments("--odd\ncontext's", 3, SamplingConfig(seed=7))
    assert given == ["generate", "--context=--odd context's", "--candidates", "3", "--seed", "7"]
    assert shlex.split(shlex.join(given)) == given
    assert side_by_side.arguments("Hi", 1, SamplingConfig()) == ["generate", "--context", "Hi"]


def test_a_stop_is_asked_of_the_visitors_own_work():
    stops, mine, other = StopRequests(), SimpleNamespace(session_hash="a"), SimpleNamespace(session_hash="b")
    stops.request_stop(mine)
    with stops.while_working(other) as their_work, stops.while_working(mine) as my_work:
        stops.request_stop(mine)
        assert (my_work.is_set(), their_work.is_set()) == (True, False)
    with stops.while_working(mine) as later_work:
        assert not later_work.is_set()
