"""The blind test on the page: nothing tells whose an email is before the vote, everything after it."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import gradio as gr
import pytest

from outcome_rl.config import SamplingConfig
from outcome_rl.errors import ConfigError
from outcome_rl.evaluation.blind_votes import CHOICES, PendingPairs, read_votes
from outcome_rl.generation.emails import ScoredEmail
from outcome_rl.policy.metadata import ORIGIN_FILE
from outcome_rl.runs.workspace import Workspace
from outcome_rl.text.checks import check_email
from outcome_rl.ui.common import loaded_models
from outcome_rl.ui.common.loaded_models import AvailableModels, WritingProgress
from outcome_rl.ui.compare import blind_vote
from outcome_rl.utils.files import write_json

TEXTS = {"base": "Dear [Name], <b>base</b>.", "tuned": "Could we talk? tuned {x}"}


def email(role):
    text = TEXTS[role]
    return ScoredEmail("C", text, f"/models/{role}_model", 1, "reply", 0.5, 0.2, 0.6, 0.2, check_email(text))


@pytest.fixture
def page(tmp_path, monkeypatch):
    """A tuned model's folder, and models that write at once, in the order that they are asked."""
    space = Workspace(tmp_path)
    write_json(space.policy / ORIGIN_FILE, {"run": "1"})

    def written(page, context, sampling, candidates, roles):
        for role in roles:
            yield WritingProgress(role)
            yield WritingProgress(role, texts=[TEXTS[role][:5]])
            yield WritingProgress(role, emails=[email(role)])

    monkeypatch.setattr(blind_vote, "stream_writing", written)
    return SimpleNamespace(workspace=space, seen=written)


@pytest.fixture
def ui():
    """Names in the place of components."""
    parts = {
        kind: {name: f"{kind}-{name}" for name in (CHOICES if kind == "choices" else CHOICES[:2])}
        for kind in ("choices", "titles", "bodies", "scores")
    }
    plain = ("context", "write", "stop", "message", "token", "votes")
    return blind_vote.BlindVotePanel(**{name: name for name in plain}, **parts)


@pytest.fixture(params=[("base", "tuned"), ("tuned", "base")])
def order(request, monkeypatch):
    monkeypatch.setattr(blind_vote, "random_order", lambda: request.param)
    return request.param


def drawn(ui, page, pending, stop=None):
    steps = [blind_vote.clear(ui)]
    steps += blind_vote.render(ui, page, "C", SamplingConfig(), stop or threading.Event(), pending)
    last = {}
    for step in steps:
        last |= step
    return last, steps


def test_before_the_vote_nothing_but_the_emails_is_shown(ui, page, order):
    last, steps = drawn(ui, page, PendingPairs())
    for name, role in zip(("a", "b"), order, strict=True):
        assert email_of(last[f"bodies-{name}"]) == email_of(blind_vote.plain_email(TEXTS[role]))
        assert last[f"titles-{name}"] == f"#### Email {name.upper()}"
        assert last[f"scores-{name}"] == ""
    shown = " ".join(str(value) for step in steps for key, value in step.items() if not key.startswith("bodies"))
    assert not any(word in shown.lower() for word in ("base", "tuned", "_model", "orl-mark"))
    assert all(last[f"choices-{name}"].interactive for name in CHOICES)


def email_of(body):
    return body.split("orl-body", 1)[1]


def test_the_first_email_is_always_written_first(ui, page, order):
    _, steps = drawn(ui, page, PendingPairs())
    drawn_bodies = [key for step in steps[2:] for key in step if key.startswith("bodies")]
    assert drawn_bodies == sorted(drawn_bodies)


def test_after_the_vote_everything_is_told(ui, page, order):
    pending = PendingPairs()
    word = drawn(ui, page, pending)[0]["token"]
    pair = blind_vote.cast_vote(page, pending, word, "b")
    told = blind_vote.reveal(ui, pair, "b", None)
    for name, role in zip(("a", "b"), order, strict=True):
        assert told[f"titles-{name}"].endswith(loaded_models.ROLES[role].lower())
        assert "Conversion" in told[f"scores-{name}"]
    assert "&lt;b&gt;" in told[f"bodies-{'ab'[order.index('base')]}"]
    assert loaded_models.ROLES[order[1]].lower() in told["message"]
    assert pair.context in told["message"], "the field holds the next one by now"
    assert not any(told[f"choices-{name}"].interactive for name in CHOICES)
    assert [vote.preferred for vote in read_votes(page.workspace.votes)] == [order[1]]
    assert blind_vote.current_tally(page).decided == 1
    with pytest.raises(ConfigError, match="no such pair"):
        blind_vote.cast_vote(page, pending, word, "a")
    assert blind_vote.current_tally(page).decided == 1


def test_a_model_tuned_anew_begins_at_no_votes(ui, page):
    pending = PendingPairs()
    blind_vote.cast_vote(page, pending, drawn(ui, page, pending)[0]["token"], "a")
    write_json(page.workspace.policy / ORIGIN_FILE, {"run": "2"})
    assert blind_vote.current_tally(page).in_words() == "No votes yet."


def test_a_stop_leaves_nothing_to_vote_on(ui, page):
    stop = threading.Event()
    stop.set()
    last, _ = drawn(ui, page, PendingPairs(), stop)
    assert "nothing to vote on" in last["message"]
    assert last["token"] == ""
    assert not last["choices-a"].interactive


def test_scripts_vote_as_visitors_do(page, order, monkeypatch):
    found = {}
    monkeypatch.setattr(gr, "api", lambda function, api_name, **_: found.update({api_name: function}))
    blind_vote.expose_api(page, PendingPairs())
    written = found["write_blind_pair"]("C")
    assert set(written) == {"pair", "a", "b"}
    assert [written["a"], written["b"]] == [TEXTS[role] for role in order]
    told = found["vote"](written["pair"], "neither")
    assert (told["a"]["role"], told["b"]["role"]) == order
    assert (told["votes"]["neither"], told["votes"]["decided"]) == (1, 0)
    with pytest.raises(gr.Error, match="no such pair"):
        found["vote"](written["pair"], "a")
    with pytest.raises(gr.Error, match="not one of a, b, neither"):
        found["vote"](written["pair"], "c")


def test_it_opens_once_there_is_a_tuned_model(page):
    with gr.Blocks() as demo:
        page.demo, page.on_refresh, page.chosen = demo, lambda *given, **options: None, gr.State()
        inputs = SimpleNamespace(components=[], read=lambda values: SamplingConfig())
        _, opened = blind_vote.create_blind_test(page, inputs, PendingPairs())
    lock, write, votes = opened(
        AvailableModels(has_tuned_model=False, has_reward_model=True, taught=False, fingerprint=(0, 1))
    )
    assert "step 2" in lock
    assert write.interactive is False
    assert "No votes yet" in votes
