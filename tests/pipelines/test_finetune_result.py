"""What a fine-tune reports: whose figures stand where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from outcome_rl.config import SamplingConfig
from outcome_rl.data.splits import ContextSplit
from outcome_rl.generation.emails import write_texts
from outcome_rl.pipelines.finetune_result import _in_memory, finetune_result
from outcome_rl.results import Comparison, EmailSummary, JudgeOpinion
from outcome_rl.rl.early_stopping import EarlyStoppingState
from outcome_rl.rl.trainer_state import TrainerState
from outcome_rl.rl.tune_policy import TrainingResult
from tests.helpers.seller import disturb, own_words_policy, seller_emails

GAIN = {"gain": 1.0, "gain_ci95": [0.5, 1.5], "win_rate": 1.0, "improved": True}


def summary(reward: float) -> EmailSummary:
    return EmailSummary(
        n=6, reward_mean=reward, words_mean=9.0, share_with_question=0.0, share_with_cta=0.0, predicted=None,
        distinct_2=1.0,
    )  # fmt: skip


def reported(judge, state, train=("a",)):
    compared = Comparison(
        base_model="tiny", n=6, samples_per_context=1, base=summary(-1.0), tuned=summary(2.0), judge=judge, **GAIN
    )
    loaded = SimpleNamespace(
        contexts=ContextSplit(list(train), [], ["b"]),
        rewards=SimpleNamespace(reference=0.25, trusted=True),
        policy=SimpleNamespace(name="tiny"),
        notices=["said before"],
    )
    job = SimpleNamespace(out=Path("out"))
    return finetune_result(job, loaded, TrainingResult(state, {}, stopped=False), compared, 90.0)


def test_before_is_the_base_and_after_is_the_tuned_model():
    found = reported(JudgeOpinion(base=-3.0, tuned=4.0, **GAIN), TrainerState(step=7, completions=56, kl=1.5))
    assert (found.reward_before, found.reward_after) == (-1.0, 2.0)
    assert (found.judge_before, found.judge_after) == (-3.0, 4.0)
    assert (found.steps, found.best_step, found.kl, found.completions) == (7, 7, 1.5, 56)
    assert (found.reward_of_own_emails, found.verdict_ignored, found.seconds) == (0.25, False, 90.0)
    assert (found.notices, found.base_model, found.model_dir) == (["said before"], "tiny", "out")


def test_without_a_judge_its_figures_are_missing():
    found = reported(None, TrainerState(step=7))
    assert (found.judge_before, found.judge_after) == (None, None)


def test_of_the_steps_the_best_one_counts():
    stopping = EarlyStoppingState(step=7, best_step=5, best=1.0, best_kl=0.5, stopped_because="it was over")
    found = reported(None, TrainerState(step=7, kl=1.5, early_stopping=stopping))
    assert (found.steps, found.best_step, found.kl, found.stopped_because) == (7, 5, 0.5, "it was over")
    assert found.verdict.endswith(stopping.in_words(7))


@pytest.mark.parametrize("taught", [False, True])
def test_a_warm_start_that_is_still_the_base_need_not_read_what_it_writes(causal_folder, taught):
    policy = own_words_policy(causal_folder, disturbed=taught)
    warm_start = policy.adapter.reference()
    disturb(policy)
    loaded, tuned = SimpleNamespace(policy=policy, base_weights=None), SimpleNamespace(warm_start=warm_start)
    models = _in_memory(loaded, tuned)
    with models["warm_start"]() as writer:
        assert writer.untaught is not taught
        sampling = SamplingConfig(temperature=1.0)
        contexts = seller_emails().contexts[:3]
        assert write_texts(writer, contexts, sampling, 4) == write_texts(
            replace(writer, untaught=False), contexts, sampling, 4
        )
    with models["tuned"]() as writer:
        assert not writer.untaught
    with models["base"]() as writer:
        assert writer.writing.name == "free"


@pytest.mark.parametrize(("train", "words"), [(["a"], "that tuning never saw"), (["b"], "that tuning also saw")])
def test_it_is_said_whether_tuning_saw_what_it_is_compared_on(train, words):
    assert words in reported(None, TrainerState(step=7), train).verdict
