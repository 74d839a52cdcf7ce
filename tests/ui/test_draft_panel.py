"""A visitor's own draft: checked as it is typed, judged when asked for, mistakes beside it."""

from __future__ import annotations

from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest

from outcome_rl.config import RewardConfig
from outcome_rl.errors import OutcomeRLError
from outcome_rl.reward.interface import Scores
from outcome_rl.runs.workspace import Workspace
from outcome_rl.ui.common.loaded_models import AvailableModels
from outcome_rl.ui.compare import draft_panel, email_panel
from outcome_rl.ui.reward.opinion import Opinion


class Toy:
    """Expects more of longer texts."""

    reference, config = 0.25, RewardConfig()

    def score(self, contexts, emails) -> Scores:
        rewards = np.array([len(email) / 100 for email in emails])
        return Scores(np.tile([0.5, 0.3, 0.2], (len(emails), 1)), rewards, rewards * 0, rewards * 0 + 1, 0.25)


def test_the_checks_follow_the_draft_and_its_recipient():
    shown = draft_panel.check_draft("Hi <b>you</b>, could we talk?")
    assert "&lt;b&gt;" in shown
    assert "Could we talk" not in shown
    assert "could we talk?" in shown
    assert "Boomerang" in shown
    assert draft_panel.words.BEFORE in draft_panel.check_draft(" \n")
    assert "cold emails do best" in draft_panel.check_draft("Could we talk?", "Jo | cold, no contact so far")


def test_a_new_score_is_held_against_the_last_one_for_the_same_recipient():
    first = draft_panel.scored(Opinion("<i>1</i>", 57), "Jo", "One.", None)
    assert draft_panel.render_scored(first, "Jo", "One.") == "<i>1</i>"
    second = draft_panel.scored(Opinion("<i>2</i>", 59), "Jo", "Two.", first)
    assert "expects 59 to be answered; before, it was 57" in draft_panel.render_scored(second, "Jo", "Two.")
    again = draft_panel.scored(Opinion("<i>2</i>", 59), "Jo", "Two.", second)
    assert again.before == 57, "the same text once more"
    assert draft_panel.scored(Opinion("", 40), "Eve", "Two.", second).before is None
    assert "now" not in draft_panel.render_scored(
        draft_panel.scored(Opinion("no number"), "Jo", "3.", second), "Jo", "3."
    )


@pytest.mark.parametrize(("context", "email"), [("Jo", "Two."), ("Eve", "One.")])
def test_a_score_of_an_earlier_text_says_so_and_stays(context, email):
    known = draft_panel.scored(Opinion("<i>1</i>", 57), "Jo", "One.", None)
    shown = draft_panel.render_scored(known, context, email)
    assert draft_panel.words.OF_EARLIER in shown
    assert '<div class="orl-stale" aria-label="out of date"><i>1</i></div>' in shown
    assert draft_panel.render_scored(None, context, email) == ""


@pytest.fixture
def endpoint(monkeypatch):
    """The function behind ``score_email``."""
    found = {}
    monkeypatch.setattr(gr, "api", lambda function, api_name, **_: found.update({api_name: function}))
    for module in (draft_panel, email_panel):
        monkeypatch.setattr(module, "require_reward_model", lambda page: Toy())
    draft_panel.expose_api(SimpleNamespace())
    return found["score_email"]


def test_scripts_get_the_score_the_hints_and_what_each_sentence_adds(endpoint):
    found = endpoint("someone", "One is here. Could we talk?")
    assert (found["predicted"], found["reward"], found["above_own"]) == ("no_reply", 0.27, pytest.approx(0.02))
    assert found["check"]["cta"] == ("Could we talk?",)
    assert [(each["sentence"], each["effect"]) for each in found["sentences"]] == [
        ("One is here.", pytest.approx(0.125)),
        ("Could we talk?", pytest.approx(0.145)),
    ]
    assert {hint["name"] for hint in found["hints"]} >= {"Words", "Reading grade"}


@pytest.mark.parametrize(
    ("context", "email", "said"), [("C", " ", "no email to score"), ("", "Hi.", "Say who the email is for")]
)
def test_what_is_missing_is_said(endpoint, context, email, said):
    with pytest.raises(gr.Error, match=said):
        endpoint(context, email)


def test_without_a_reward_model_the_next_step_is_named(tmp_path):
    page = SimpleNamespace(workspace=Workspace(tmp_path))
    with pytest.raises(OutcomeRLError, match="Let it learn from your emails in step 1"):
        email_panel.score_text(page, "C", "Hi.")
    with gr.Blocks() as demo:
        _, opened = draft_panel.create_draft_panel(
            SimpleNamespace(
                workspace=page.workspace, demo=demo, in_workspace=lambda given: given, chosen=gr.BrowserState({})
            )
        )
    lock, button = opened(
        AvailableModels(has_tuned_model=False, has_reward_model=False, taught=False, fingerprint=(0, 0))
    )
    assert "step 1" in lock
    assert button.interactive is False
    assert (
        opened(AvailableModels(has_tuned_model=False, has_reward_model=True, taught=False, fingerprint=(0, 1)))[0] == ""
    )
