"""What an outcome is worth can be changed for one run: its rewards count with it, the reward model stays as it was."""

from __future__ import annotations

import pytest

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig, RewardConfig
from outcome_rl.errors import ConfigError
from outcome_rl.pipelines.finetune_inputs import FinetuneJob
from outcome_rl.pipelines.finetune_run import finetune_run
from outcome_rl.reward.payoffs import with_payoffs
from outcome_rl.reward.serialization import load_reward_model
from outcome_rl.runs.workspace import Workspace
from tests.helpers.made_once import copied


def test_only_what_is_given_changes():
    config = RewardConfig()
    assert with_payoffs(config, (None, None, None)) == config
    assert with_payoffs(config, (None, 3.0, None)).payoffs == (-1.0, 3.0, 2.0)
    assert with_payoffs(config, (0.0, None, 0)).payoffs == (0.0, 0.5, 0)


def test_outcomes_that_are_all_worth_the_same_are_refused():
    with pytest.raises(ConfigError, match="payoffs: all outcomes are worth 2, so no email would be better"):
        with_payoffs(RewardConfig(), (2, 2, None))


def test_a_run_with_payoffs_of_its_own(tmp_path, few, models_folder, made_models):
    space = Workspace(copied(made_models, tmp_path))
    settings = load_reward_model(space.reward_model).config
    config = FinetuneConfig(
        model=str(models_folder / "gpt2"), steps=1, contexts_per_step=2, samples_per_context=2, max_new_tokens=8,
        held_out_contexts=2, guard_contexts=2, warm_start_epochs=0, ignore_verdict=True, unfinished_penalty=0.0,
        payoff_no_reply=100.0, payoff_reply=101.0, payoff_conversion=102.0,
    )  # fmt: skip
    run = space.new_run("finetune")
    job = FinetuneJob(config, run, few, space.reward_model, tmp_path / "tuned", None)
    told = list(finetune_run(job, lambda: False))
    steps, judged = ([e for e in told if isinstance(e, kind)] for kind in (ev.RLStep, ev.RLEvaluation))
    assert all(98 < event.reward_mean < 103 for event in [*steps, *judged])
    assert all(98 < event.judge_mean < 103 for event in judged)
    notices = [event.message for event in told if isinstance(event, ev.Notice)]
    notice = next(message for message in notices if message.startswith("Rewards of this run"))
    assert "no reply 100, reply 101, conversion 102" in notice
    assert "no reply -1, reply 0.5, conversion 2" in notice
    result = told[-1].result
    assert result["reward_of_own_emails"] is None
    assert 98 < result["reward_after"] < 103
    assert load_reward_model(space.reward_model).config == settings
