"""What an independent judge says beside the reward model, and what is said of both."""

import numpy as np
import pytest

from outcome_rl.evaluation.comparison import (
    agreed_improvement,
    comparison_in_words,
    paired_gain,
    with_judge,
    without_doubtful_gains,
)
from outcome_rl.generation.emails import ScoredEmail
from outcome_rl.reward.interface import Scores
from outcome_rl.text.checks import check_email


@pytest.mark.parametrize(
    ("reward_model", "judge", "agreed"),
    [
        (True, True, True),
        (True, "unclear", "unclear"),
        (True, False, "unclear"),
        ("unclear", True, "unclear"),
        ("unclear", "unclear", "unclear"),
        ("unclear", False, "unclear"),
        (False, True, "unclear"),
        (False, "unclear", False),
        (False, False, False),
    ],
)
def test_an_improvement_is_one_that_both_see(reward_model, judge, agreed):
    assert (
        agreed_improvement(reward_model, judge) is agreed
        or agreed_improvement(reward_model, judge) == agreed == "unclear"
    )


class Says:
    """A toy judge that finds an email worth the number written in it, times ``sign``."""

    def __init__(self, sign):
        self.sign = sign

    def score(self, contexts, emails):
        return Scores.sure(np.full((len(emails), 3), 1 / 3), self.sign * np.array([float(email) for email in emails]))


def compared(base, warm_start, tuned):
    """A comparison's result and emails, two an each of the contexts, as a reward model saw them that reads numbers."""
    rewards = {"base": base, "warm_start": warm_start, "tuned": tuned}
    emails = [
        ScoredEmail(f"C{i // 2}", str(value), name, 1, None, value, None, None, None, check_email(""))
        for name, values in rewards.items()
        for i, value in enumerate(values)
    ]
    pairs = {name: np.array(values).reshape(-1, 2) for name, values in rewards.items()}
    over = paired_gain(pairs["warm_start"], pairs["tuned"])
    result = paired_gain(pairs["base"], pairs["tuned"]) | {f"{key}_over_warm_start": v for key, v in over.items()}
    return {"n": len(base) // 2, "samples_per_context": 2} | result, emails


def test_the_judge_is_heard_beside_the_reward_model():
    # 6 contexts; tuned gains 1 over the base in each, and nothing over the warm start
    result, emails = compared([0.0, 2.0] * 6, [1.0, 3.0] * 6, [2.0, 2.0] * 6)
    agreeing = with_judge(result, Says(1), emails)
    assert (agreeing["improved"], agreeing["improved_over_warm_start"]) == (True, "unclear")
    judge = agreeing["judge"]
    assert (judge["base"], judge["warm_start"], judge["tuned"], judge["gain"], judge["win_rate"]) == (1, 2, 2, 1, 1)
    assert (judge["gain_over_warm_start"], judge["win_rate_over_warm_start"]) == (0, 0.5)
    assert agreeing["reward_model_improved_over_warm_start"] == "unclear"
    contrary = with_judge(result, Says(-1), emails)
    assert (contrary["improved"], contrary["reward_model_improved"]) == ("unclear", True)
    assert (contrary["judge"]["improved"], contrary["gain"]) == (False, 1)
    assert with_judge(result, None, emails) is result


def test_the_words_say_who_sees_what():
    result, emails = compared([0.0, 2.0] * 6, [1.0, 3.0] * 6, [2.0, 2.0] * 6)
    agreeing = comparison_in_words(with_judge(result, Says(1), emails))
    assert "these emails beat the base's" in agreeing
    assert "The independent judge sees an improvement: +1.00 (+1.00 to +1.00)." in agreeing
    itself, _ = compared([0.0, 2.0] * 6, [0.0, 2.0] * 6, [2.0, 2.5] * 6)
    assert "over the warm start: +1.25 (+1.25 to +1.25), an improvement." in comparison_in_words(itself)
    contrary = comparison_in_words(with_judge(result, Says(-1), emails))
    assert "No clear improvement, for only the reward model sees one: +1.00" in contrary
    assert "The independent judge sees a loss: -1.00" in contrary
    indifferent = comparison_in_words(with_judge(result, Says(0), emails))
    assert "No clear improvement, for only the reward model sees one" in indifferent
    assert "The independent judge sees no clear difference" in indifferent


@pytest.mark.parametrize("warm_start", [[1.0] * 12, [1.5] * 12])
def test_what_the_warm_start_does_as_well_is_no_improvement_by_tuning(warm_start):
    result, emails = compared([0.0] * 12, warm_start, [1.0] * 12)
    found = without_doubtful_gains(with_judge(result, Says(1), emails), trusted=True)
    assert (found["improved"], found["better_than_base"], found["reward_model_improved"]) == ("unclear", True, True)
    told = comparison_in_words(found)
    assert told.startswith("No clear improvement by tuning: these emails beat the base's, +1.00")
    assert "on 6 contexts, but not clearly the warm start's." in told
    assert "an improvement." not in told
    better, _ = compared([0.0] * 12, [0.5] * 12, [1.0] * 12)
    assert without_doubtful_gains(better, trusted=True)["improved"] is True


@pytest.mark.parametrize("says", [1, -1, None])
def test_nothing_is_claimed_on_the_word_of_a_model_that_guesses(says):
    result, emails = compared([0.0] * 12, [0.5] * 12, [1.0] * 12)
    judged = with_judge(result, None if says is None else Says(says), emails)
    assert without_doubtful_gains(judged, trusted=True) == judged
    doubted = without_doubtful_gains(judged, trusted=False)
    assert (doubted["improved"], doubted["improved_over_warm_start"]) == ("unclear", "unclear")
    assert doubted["reward_model_improved"] is True
    assert doubted["reward_model_improved_over_warm_start"] is True
    told = comparison_in_words(doubted)
    assert told.startswith("No clear improvement, for the reward model is not clearly better than guessing")
    assert "sees an improvement" not in told
    assert "+1.00" in told


def test_a_context_given_twice_counts_twice_for_the_judge_as_well():
    result, emails = compared([0.0] * 12, [0.0] * 12, [1.0] * 12)
    emails = [ScoredEmail("same", e.email_text, e.model, 1, None, e.reward, None, None, None, e.check) for e in emails]
    assert with_judge(result, Says(1), emails)["improved"] is True


def test_few_contexts_are_said_to_be_too_few():
    told = comparison_in_words(
        compared([0.0] * 2, [0.0] * 2, [1.0] * 2)[0] | {"improved": "unclear"}, "contexts of yours"
    )
    assert "on 1 context of yours. Fewer than 5 contexts cannot show one." in told
