"""Settings are checked when they are made, and survive JSON."""

import copy
import json
import math
import pickle
from dataclasses import fields, replace

import pytest

from outcome_rl.config import (
    FREE,
    ONLY_FREE,
    OWN_WORDS,
    Columns,
    ExportSettings,
    FinetuneConfig,
    RewardConfig,
    SamplingConfig,
    without_effect,
)
from outcome_rl.config_fields import CALLED_ELSEWHERE
from outcome_rl.errors import ConfigError

CONFIGS = [RewardConfig, FinetuneConfig, SamplingConfig, Columns, ExportSettings]
BOUNDED = [
    pytest.param(config, spec, id=f"{config.__name__}.{spec.name}")
    for config in CONFIGS
    for spec in fields(config)
    if spec.metadata["low"] is not None
]


@pytest.mark.parametrize("config", CONFIGS)
def test_defaults_are_allowed_and_come_back_from_json(config):
    assert config.from_dict(json.loads(json.dumps(config().to_dict()))) == config()


def test_changed_settings_come_back_from_json():
    changed = FinetuneConfig(minutes=7.5, steps=3, algorithm="reward_weighted", seed=0, model="some/where")
    assert FinetuneConfig.from_dict(json.loads(json.dumps(changed.to_dict()))) == changed


@pytest.mark.parametrize(("config", "spec"), BOUNDED)
def test_limits_are_allowed_and_what_lies_beyond_them_is_not(config, spec):
    low, high = spec.metadata["low"], spec.metadata["high"]
    for value in (low, high):
        assert getattr(config(**{spec.name: value}), spec.name) == value
    for value in (low - 1, high + 1):
        with pytest.raises(ConfigError, match=rf"{spec.name}: .* is outside the allowed range, "):
            config(**{spec.name: value})


@pytest.mark.parametrize(("config", "spec"), BOUNDED)
def test_only_numbers_are_numbers(config, spec):
    for value in ("3", True, math.nan, math.inf, [1]):
        with pytest.raises(ConfigError, match=f"{spec.name}: .* is not a number"):
            config(**{spec.name: value})


@pytest.mark.parametrize(("config", "spec"), BOUNDED)
def test_none_is_allowed_where_it_is_the_default(config, spec):
    if spec.default is None:
        assert getattr(config(**{spec.name: None}), spec.name) is None
    else:
        with pytest.raises(ConfigError):
            config(**{spec.name: None})


def test_counts_are_whole_numbers_and_shares_are_not():
    with pytest.raises(ConfigError, match=r"batch_size: 8\.5 is not a whole number"):
        RewardConfig(batch_size=8.5)
    with pytest.raises(ConfigError, match=r"epochs: 2\.5 is not a whole number"):
        RewardConfig(epochs=2.5)
    assert SamplingConfig(temperature=1).temperature == 1


def test_a_range_is_told_with_its_ends():
    with pytest.raises(ConfigError) as caught:
        RewardConfig(judge_share=0.9)
    assert str(caught.value) == "judge_share: 0.9 is outside the allowed range, 0 to 0.5"
    assert caught.value.exit_code == 2
    with pytest.raises(ConfigError, match=r"steps: -1 is outside the allowed range, 0 to 1,000,000$"):
        FinetuneConfig(steps=-1)


def test_choices():
    with pytest.raises(ConfigError, match="algorithm: 'dpo' is not one of ppo, reward_weighted"):
        FinetuneConfig(algorithm="dpo")
    with pytest.raises(ConfigError, match="reward: 'None' is not one of expected, argmax"):
        RewardConfig(reward=None)


def test_an_unknown_setting_is_named_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"SamplingConfig: 'xyz' is not a setting; allowed: temperature, top_k, "):
        SamplingConfig.from_dict({"xyz": 1})


@pytest.mark.parametrize(
    ("config", "wrong", "right"),
    [
        (FinetuneConfig, "sample_per_context", "samples_per_context"),
        (FinetuneConfig, "kl_wieght", "kl_weight"),
        (FinetuneConfig, "beta", "kl_weight"),
        (FinetuneConfig, "kl_coef", "kl_weight"),
        (FinetuneConfig, "num_generations", "samples_per_context"),
        (FinetuneConfig, "num_steps", "steps"),
        (RewardConfig, "lr", "learning_rate"),
        (SamplingConfig, "max_tokens", "max_new_tokens"),
    ],
)
def test_a_wrong_name_is_told_the_right_one(config, wrong, right):
    with pytest.raises(ConfigError, match=rf"{config.__name__}: '{wrong}' is not a setting; did you mean '{right}'\? "):
        config(**{wrong: 1})


def test_a_wrong_name_is_not_told_one_that_is_wrong_there():
    with pytest.raises(ConfigError, match="RewardConfig: 'beta' is not a setting; ") as told:
        RewardConfig(beta=1)
    assert "kl_weight" not in str(told.value)


@pytest.mark.parametrize("config", CONFIGS)
def test_what_other_programs_call_a_setting_is_none_of_ours(config):
    names = {spec.name for spec in fields(config)}
    assert not names & set(CALLED_ELSEWHERE)


def test_settings_can_be_copied_and_pickled():
    config = FinetuneConfig(steps=3)
    assert pickle.loads(pickle.dumps(config)) == copy.deepcopy(config) == replace(config, steps=3) == config


def test_what_has_no_effect_in_own_words_is_told_where_it_was_changed():
    assert without_effect(SamplingConfig(temperature=0.3, seed=7), OWN_WORDS) is None
    assert without_effect(SamplingConfig(top_k=50), OWN_WORDS) is None
    assert without_effect(SamplingConfig(top_k=5, top_p=0.5), FREE) is None
    said = without_effect(SamplingConfig(top_k=5, repetition_penalty=1.0), OWN_WORDS)
    assert said.startswith("top_k, repetition_penalty: without effect in own words, ")
    assert without_effect(FinetuneConfig(), OWN_WORDS) is None
    assert without_effect(FinetuneConfig(max_new_tokens=64), OWN_WORDS).startswith("max_new_tokens: without effect")


@pytest.mark.parametrize("config", [FinetuneConfig, SamplingConfig])
def test_settings_without_effect_in_own_words_say_so(config):
    for spec in fields(config):
        assert spec.metadata["help"].startswith("free: ") == (spec.name in ONLY_FREE), spec.name


def test_payoffs_stand_in_the_order_of_the_outcomes():
    assert RewardConfig(payoff_no_reply=-3, payoff_reply=1, payoff_conversion=7).payoffs == (-3, 1, 7)


@pytest.mark.parametrize("config", CONFIGS)
def test_every_setting_explains_itself_once(config):
    helps = [spec.metadata["help"] for spec in fields(config)]
    assert all(helps)
    assert len(set(helps)) == len(helps)


@pytest.mark.parametrize("config", [RewardConfig, FinetuneConfig, SamplingConfig])
def test_help_explains_every_setting(config):
    told = config.__doc__.split("Settings:\n")[1].splitlines()
    assert [line.split(":")[0].strip() for line in told] == [spec.name for spec in fields(config)]
    for spec, line in zip(fields(config), told, strict=True):
        assert spec.metadata["help"] in line and repr(spec.default) in line
