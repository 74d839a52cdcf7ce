"""Fine-tuning on a tiny model: the reward rises, and falls when the update is turned round; stopping loses nothing."""

import dataclasses

import numpy as np
import pytest
import torch

from outcome_rl.config import FinetuneConfig
from outcome_rl.events import CheckpointSaved, Notice, RLStep, WarmStartStep
from outcome_rl.reward.interface import Scores
from outcome_rl.rl import trainer
from outcome_rl.rl.advantages import leave_one_out, reward_weights
from outcome_rl.rl.checkpoints import load_checkpoint
from outcome_rl.rl.step import rl_step
from outcome_rl.rl.tune_policy import tune_policy
from tests.helpers.finetuning import (
    CONTEXTS,
    NO_EMAILS,
    TINY,
    EarlyLetterLover,
    gain,
    good,
    rewards,
    timeless,
    tiny_policy,
    tuned,
)


class Indifferent:
    """Every email is worth the same."""

    def score(self, contexts, emails):
        return Scores.sure(np.tile([0.2, 0.5, 0.3], (len(emails), 1)), np.ones(len(emails)))


def trained(folder, tmp_path, *given, **options):
    """(events, outcome) of a fine-tune of the model in ``folder``."""
    return tuned(tiny_policy(folder), tmp_path / "checkpoint", *given, **options)


@pytest.mark.parametrize("algorithm", ["ppo", "reward_weighted"])
def test_the_reward_rises(causal_folder, tmp_path, algorithm):
    events, _ = trained(causal_folder, tmp_path, algorithm=algorithm, steps=40)
    assert gain(events) > 0.15


@pytest.mark.slow
def test_the_reward_falls_when_the_advantages_change_sign(causal_folder, tmp_path, monkeypatch):
    right = leave_one_out
    monkeypatch.setattr("outcome_rl.rl.step.leave_one_out", lambda rewards: -right(rewards))
    events, _ = trained(causal_folder, tmp_path, algorithm="ppo", steps=40)
    assert gain(events) < -0.05


@pytest.mark.slow
def test_the_reward_falls_when_the_weights_fall_with_the_reward(causal_folder, tmp_path, monkeypatch):
    right = reward_weights
    monkeypatch.setattr("outcome_rl.rl.step.reward_weights", lambda rewards, *rest: right(-rewards, *rest))
    events, _ = trained(causal_folder, tmp_path, algorithm="reward_weighted", steps=40)
    assert gain(events) < -0.05


def test_variety_is_worth_what_its_weight_says(causal_folder, tmp_path):
    same = {"scorer": Indifferent(), "max_new_tokens": 24, "steps": 4}
    still, _ = trained(causal_folder, tmp_path / "still", **same)
    moved, _ = trained(causal_folder, tmp_path / "moved", variety_weight=1.0, **same)
    assert [event.grad_norm for event in still if isinstance(event, RLStep)] == [0.0] * 4
    assert any(event.grad_norm > 0 for event in moved if isinstance(event, RLStep))
    assert rewards(moved) == rewards(still), "the reward that is told is the reward model's"
    assert [event.variety_bonus for event in still if isinstance(event, RLStep)] == [None] * 4
    assert all(0 < event.variety_bonus <= 1 for event in moved if isinstance(event, RLStep))


def test_what_is_freed_is_given_back_before_each_work_whose_tensors_are_of_other_sizes(
    causal_folder, tmp_path, monkeypatch
):
    done, is_over = [], trainer._RLSteps.is_over
    for place in ("trainer_context", "step"):
        monkeypatch.setattr(f"outcome_rl.rl.{place}.give_back_freed_memory", lambda: done.append("given back"))
    monkeypatch.setattr(trainer._RLSteps, "is_over", lambda self: done.append("validated") or is_over(self))
    monkeypatch.setattr(trainer, "rl_step", lambda *given: done.append("step") or rl_step(*given))
    trained(causal_folder, tmp_path, steps=2)
    step = ["given back", "validated", "step", "given back", "given back", "given back"]  # written, two minibatches
    assert done == ["given back", *step, *step, "given back", "validated"], "the first is the warm start's"


def test_kl_starts_at_zero_grows_and_is_held_back_by_its_weight(causal_folder, tmp_path):
    free, _ = trained(causal_folder, tmp_path / "free", steps=15)
    held, _ = trained(causal_folder, tmp_path / "held", steps=15, kl_weight=0.3)
    assert rewards(free)[0] == rewards(held)[0]
    free, held = ([event.kl for event in events if isinstance(event, RLStep)] for events in (free, held))
    assert free[0] == pytest.approx(0.0, abs=1e-4)
    assert held[0] == pytest.approx(0.0, abs=1e-4)
    assert free[-1] > 1.0
    assert held[-1] < 0.7 * free[-1]


def test_the_warm_start_learns_the_emails_and_their_end(causal_folder, tmp_path):
    options = {"warm_start_epochs": 25, "warm_start_learning_rate": 0.02, "max_new_tokens": 40, "steps": 1}
    events, outcome = trained(causal_folder, tmp_path, good(), **options)
    losses = [event.loss for event in events if isinstance(event, WarmStartStep)]
    assert losses[-1] < losses[0] / 2
    step = next(event for event in events if isinstance(event, RLStep))
    assert step.ended_share > 0.5  # an untrained model draws the end once in some 600 tokens
    assert any("lora_B" in name and tensor.abs().sum() > 0 for name, tensor in outcome.warm_start.items())


def test_emails_too_long_to_end_are_left_out_of_the_warm_start_and_said_so(causal_folder, tmp_path):
    emails = good(8)
    emails = dataclasses.replace(emails, emails=(*emails.emails[:7], "word " * 400))
    events, _ = trained(causal_folder, tmp_path, emails, warm_start_epochs=1, max_new_tokens=40, steps=1)
    assert "1 of 8 emails" in next(event for event in events if isinstance(event, Notice)).message
    assert next(event for event in events if isinstance(event, WarmStartStep)).steps == 1


def test_steps_or_epochs_decide_how_long(causal_folder, tmp_path):
    assert len(rewards(trained(causal_folder, tmp_path, steps=3)[0])) == 3
    assert len(rewards(trained(causal_folder, tmp_path, epochs=2)[0])) == 4  # 6 contexts, 3 a step, 2 passes


@pytest.mark.parametrize(
    "stop_after", [pytest.param(2, marks=pytest.mark.slow), 4, pytest.param(6, marks=pytest.mark.slow)]
)
def test_a_stopped_and_resumed_run_repeats_the_uninterrupted_one(causal_folder, tmp_path, stop_after):
    options = {"warm_start_epochs": 2, "max_new_tokens": 40, "steps": 4, "emails": good()}
    whole, end = trained(causal_folder, tmp_path / "whole", **options)
    first, stopped = trained(causal_folder, tmp_path / "cut", stop_after=stop_after, **options)
    second, resumed = trained(causal_folder, tmp_path / "cut", resume=True, **options)
    assert stopped.stopped and not resumed.stopped
    assert timeless([*first, *second]) == timeless(whole)
    for name, tensor in end.warm_start.items():
        assert torch.equal(tensor, resumed.warm_start[name])
    ends = [load_checkpoint(tmp_path / name / "checkpoint").adapter for name in ("whole", "cut")]
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


def test_a_stop_inside_a_step_gives_the_step_up(causal_folder, tmp_path):
    config = FinetuneConfig(**{**TINY, "steps": 5})
    policy = tiny_policy(causal_folder)
    # true as soon as the first of the step's two updates has been made
    stop = lambda: any(layer.b.abs().sum() > 0 for layer in policy.adapter.layers)  # noqa: E731
    events = list(
        tune_policy(config, policy, EarlyLetterLover(), CONTEXTS, NO_EMAILS, tmp_path / "c", should_stop=stop)
    )
    assert isinstance(events[-1], CheckpointSaved)
    kept = load_checkpoint(tmp_path / "c")
    assert kept.state.step == len(rewards(events)) == 0
    assert all(tensor.abs().sum() == 0 for name, tensor in kept.adapter.items() if "lora_B" in name)
    assert kept.optimizer == {}
