"""Who has the last word on whether tuning helped, in a comparison and at the end of a fine-tune: the reward model and
the judge together, and nobody where the reward model only guesses.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from outcome_rl.config import FinetuneConfig, SamplingConfig
from outcome_rl.data.splits import ContextSplit
from outcome_rl.evaluation.comparison import comparison_figures
from outcome_rl.generation.emails import ScoredEmail
from outcome_rl.pipelines import finetune_result
from outcome_rl.pipelines.comparison_run import ComparisonTask, comparison_phase
from outcome_rl.pipelines.rewards import Rewards
from outcome_rl.reward.interface import Scores
from outcome_rl.rl.early_stopping import EarlyStoppingState
from outcome_rl.rl.trainer_state import TrainerState
from outcome_rl.text.checks import check_email
from tests.helpers.finetuning import exhaust

CONTEXTS = tuple(f"Customer {place}." for place in range(8))


class Prefers:
    """Gives 1 to the emails of one model, and nothing to the others."""

    def __init__(self, role):
        self.role = role

    def score(self, contexts, emails):
        rewards = np.array([float(email.startswith(self.role)) for email in emails])
        return Scores.sure(np.full((len(emails), 3), 1 / 3), rewards)


def written(role):
    text = f"{role} wrote this."
    reward = Prefers("tuned").score([""], [text]).rewards[0]
    return [ScoredEmail(c, text, role, 1, None, float(reward), None, None, None, check_email(text)) for c in CONTEXTS]


def of_comparison(rewards, folder, monkeypatch):
    """All emails are there already."""
    emails = {role: written(role) for role in ("base", "tuned")}
    task = ComparisonTask(dict.fromkeys(emails), "llama", rewards, CONTEXTS, SamplingConfig(), 1)
    return exhaust(comparison_phase(task, emails, lambda: False), [])


def of_finetune(rewards, folder, monkeypatch):
    emails = {role: written(role) for role in ("base", "tuned")}

    def compare(*given):
        yield from ()
        assert given[-1] == 2.0, "seconds that an email of the last evaluation took"
        return comparison_figures(emails, 1), [*emails["base"], *emails["tuned"]]

    monkeypatch.setattr(finetune_result.comparison, "compare", compare)
    job = SimpleNamespace(config=FinetuneConfig(), run=SimpleNamespace(folder=folder))
    policy = SimpleNamespace(name="llama", facts="")
    loaded = SimpleNamespace(contexts=ContextSplit([], [], list(CONTEXTS)), rewards=rewards, policy=policy)
    tuned = SimpleNamespace(state=TrainerState(early_stopping=EarlyStoppingState(evaluation_seconds=8.0, contexts=4)))
    return exhaust(finetune_result.compare_tuned(job, loaded, tuned, lambda: False), [])


@pytest.mark.parametrize("made", [of_comparison, of_finetune])
@pytest.mark.parametrize(
    ("judge", "trusted", "improved"),
    [
        (Prefers("tuned"), True, True),
        (Prefers("base"), True, "unclear"),
        (None, True, True),
        (Prefers("tuned"), False, "unclear"),
    ],
)
def test_the_last_word(made, judge, trusted, improved, tmp_path, monkeypatch):
    found = made(Rewards(Prefers("tuned"), judge, trusted, "somewhere"), tmp_path, monkeypatch)
    assert (found.gain, found.base_model) == (1.0, "llama")
    assert found.improved == improved
    assert found.reward_model_guesses is (None if trusted else True)
    assert (found.judge.gain if judge else found.judge) == ({"tuned": 1.0, "base": -1.0}[judge.role] if judge else None)
