"""What a fine-tune is rewarded for, and what its judge sees."""

import json
from types import SimpleNamespace

import pytest

from outcome_rl.config import FinetuneConfig, RewardConfig
from outcome_rl.data.splits import ContextSplit
from outcome_rl.events import Notice, Progress
from outcome_rl.pipelines.finetune_inputs import FinetuneInputs, gather_inputs
from outcome_rl.pipelines.rewards import Rewards
from outcome_rl.policy.writing import FreeWriting
from outcome_rl.reward.metadata import CONTEXT_ALONE, METRICS_FILE, ORDER_UNSURE, SETTINGS_FILE
from tests.helpers.seller import own_words_policy, seller_emails
from tests.helpers.toy_scorers import LikesQuestions


class OfOutcomes(LikesQuestions):
    """With payoffs, so that the checks have a unit."""

    config = RewardConfig()


@pytest.fixture
def inputs(causal_folder):
    policy = own_words_policy(causal_folder, disturbed=True)
    return FinetuneInputs(
        policy, None, Rewards(OfOutcomes(), OfOutcomes(), True, ""), ContextSplit([], [], []), None, []
    )


def test_the_order_of_sentences_is_rewarded_and_not_judged(inputs):
    data = seller_emails()
    found = inputs.scorer.score(data.contexts, data.emails)
    assert found.parts["order"].any()
    assert "order" not in inputs.judge.score(data.contexts, data.emails).parts


def test_what_is_written_freely_has_no_such_order(inputs):
    inputs.policy.writing = FreeWriting()
    data = seller_emails()
    assert "order" not in inputs.scorer.score(data.contexts[:4], data.emails[:4]).parts


@pytest.mark.parametrize(("apart", "first"), [("unclear", True), (True, False)])
@pytest.mark.parametrize("earlier", [False, True], ids=["now", "of an earlier version"])
def test_a_reward_model_that_may_know_the_contexts_alone_is_told_before_anything_is_loaded(
    tmp_path, apart, first, earlier
):
    by_version = {"baselines": {"context": {"beaten": apart}}} if earlier else {"tells_apart": apart}
    figures = {"beats_guessing": True, **by_version}
    (tmp_path / METRICS_FILE).write_text(json.dumps(figures))
    (tmp_path / SETTINGS_FILE).write_text("{}")
    begun = next(gather_inputs(SimpleNamespace(reward_model=tmp_path, config=FinetuneConfig())))
    expected = CONTEXT_ALONE if earlier else ORDER_UNSURE
    if first:
        assert isinstance(begun, Notice) and begun.message == expected
    else:
        assert isinstance(begun, Progress)
