"""What folders of models say of themselves, and what is said where they are broken."""

from __future__ import annotations

import pytest

from outcome_rl.errors import ModelError
from outcome_rl.policy.metadata import ORIGIN_FILE, read_origin, tuned_models
from outcome_rl.reward.metadata import METRICS_FILE, SETTINGS_FILE, doubt_of_tuning, figures_if_any, payoffs_if_any


@pytest.mark.parametrize(("text", "said"), [("{", "not readable JSON"), ("[1]", "does not say how")])
def test_a_broken_origin_is_a_model_error(tmp_path, text, said):
    (tmp_path / ORIGIN_FILE).write_text(text)
    with pytest.raises(ModelError, match=said):
        read_origin(tmp_path)


def test_a_model_without_the_name_of_its_base_cannot_be_compared(tmp_path):
    (tmp_path / ORIGIN_FILE).write_text('{"base_model": 3}')
    with pytest.raises(ModelError, match="does not name the base model"):
        tuned_models(tmp_path)


def test_a_folder_without_a_tuned_model_says_how_to_make_one(tmp_path):
    with pytest.raises(ModelError, match="make one first"):
        read_origin(tmp_path / "none")


@pytest.mark.parametrize("text", [None, "{", "[]"])
def test_figures_that_cannot_be_read_are_none(tmp_path, text):
    if text is not None:
        (tmp_path / METRICS_FILE).write_text(text)
    assert figures_if_any(tmp_path) is None


def test_figures_of_any_version_are_shown(tmp_path):
    (tmp_path / METRICS_FILE).write_text('{"accuracy": 0.5}')
    assert figures_if_any(tmp_path) == {"accuracy": 0.5}


@pytest.mark.parametrize(
    ("text", "payoffs"),
    [
        ('{"config": {"payoff_no_reply": -1, "payoff_reply": 0.5, "payoff_conversion": 2}}', (-1.0, 0.5, 2.0)),
        ('{"config": {"payoff_no_reply": -1}}', None),
        ('{"config": null}', None),
        ("[]", None),
        ("{", None),
    ],
)
def test_the_payoffs_that_a_reward_model_was_trained_with(tmp_path, text, payoffs):
    (tmp_path / SETTINGS_FILE).write_text(text)
    assert payoffs_if_any(tmp_path) == payoffs


@pytest.mark.parametrize("beaten", [True, "unclear", False])
def test_a_model_that_may_know_the_contexts_alone_is_a_doubt(beaten):
    assert (doubt_of_tuning({"baselines": {"context": {"beaten": beaten}}}) is None) is (beaten is True)


@pytest.mark.parametrize("figures", [{}, {"baselines": None}, {"baselines": {"context": None}}])
def test_figures_that_do_not_say_are_none(figures):
    assert doubt_of_tuning(figures) is None
