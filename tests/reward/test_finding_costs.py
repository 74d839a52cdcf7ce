"""The reward with its checks: what a claim costs, what facts cover, and that the parts are the whole."""

from dataclasses import replace

import numpy as np
import pytest

from outcome_rl.config import RewardConfig
from outcome_rl.reward.finding_costs import MOST_COUNTED, CheckedReward, checked, cost_of_finding, count_findings
from outcome_rl.reward.interface import PARTS, Scores
from outcome_rl.reward.reward_range import reward_range
from outcome_rl.text.findings import find_all
from tests.helpers.toy_scorers import LikesQuestions

CONTEXT = "Customer: CTO at a Healthcare firm; about our telehealth app."
PLAIN = "Hi {{first_name}},\n\nMay I show you our telehealth app?\n\nBest,\n{{sender_name}}"
CLAIM = "Hi {{first_name}},\n\nOur telehealth app saves 37 percent. May I show it to you?\n\nBest,\n{{sender_name}}"
CUT = "Hi {{first_name}},\n\nMay I show you our telehealth app? We think that it"


class Priced:
    """Each question mark earns 1; the outcomes have payoffs from -1 to 3. Taken apart where ``parts``."""

    config = RewardConfig(payoff_no_reply=-1.0, payoff_reply=0.5, payoff_conversion=3.0)

    def __init__(self, parts=False):
        self.parts = parts

    def score(self, contexts, emails):
        found = LikesQuestions().score(contexts, emails)
        sense = np.full(len(emails), -0.25)
        parts = {"outcome": found.rewards - sense, "sense": sense} if self.parts else {}
        return Scores(found.probs, found.rewards, found.disagreement, found.belief, 0.5, 0.2, parts)


def score(scorer, *emails, facts=""):
    return checked(scorer, facts).score([CONTEXT] * len(emails), emails)


def test_a_claim_and_a_problem_cost_a_tenth_of_the_payoffs_range_each():
    found = score(Priced(), PLAIN, CLAIM, CUT)
    assert found.rewards == pytest.approx([1.0, 1.0 - 0.4, 1.0 - 0.4])
    assert found.parts["claims"] == pytest.approx([0.0, -0.4, 0.0])
    assert found.parts["sense"] == pytest.approx([0.0, 0.0, -0.4])
    assert found.parts["outcome"] == pytest.approx([1.0, 1.0, 1.0])


def test_the_range_of_a_reward_is_its_payoffs_or_what_it_states():
    class Stating(LikesQuestions):
        reward_range = 7

    class OfTwoOutcomes(Priced):
        known = np.array([True, True, False])

    assert reward_range(checked(Priced(), "")) == reward_range(Priced()) == 4.0
    assert reward_range(checked(OfTwoOutcomes(), "")) == 1.5
    assert reward_range(checked(Stating(), "")) == 7.0
    assert reward_range(checked(LikesQuestions(), "")) is None


def test_where_a_bank_keeps_to_the_context_seeming_to_be_for_somebody_else_costs_nothing():
    class Doubting(Priced):
        def score(self, contexts, emails):
            found = super().score(contexts, emails)
            fit = np.full(len(emails), -2.0)
            return replace(found, rewards=found.rewards + fit, parts={"outcome": found.rewards, "fit": fit})

    for fit, expected in ((True, -1.0), (False, 1.0)):
        found = checked(Doubting(), "", fit).score([CONTEXT], [PLAIN])
        assert found.rewards == pytest.approx([expected])
        assert sum(found.parts.values()) == pytest.approx(found.rewards)


def test_sentences_that_belong_together_earn_half_of_what_a_finding_costs():
    def order(contexts, emails):
        return np.array([len(email) % 3 - 1.0 for email in emails])

    emails = [PLAIN, CLAIM, CUT]
    found = checked(Priced(), "", order=order).score([CONTEXT] * 3, emails)
    assert found.parts["order"] == pytest.approx(0.2 * order([], emails))
    assert found.rewards == pytest.approx(score(Priced(), *emails).rewards + found.parts["order"])
    assert sum(found.parts.values()) == pytest.approx(found.rewards)
    assert found.parts["order"].any()


def test_where_nobody_knows_of_the_order_there_is_no_such_part():
    found = checked(Priced(), "", order=lambda contexts, emails: None).score([CONTEXT], [PLAIN])
    assert "order" not in found.parts


def test_a_claim_that_the_facts_cover_costs_nothing():
    found = score(Priced(), CLAIM, facts="The telehealth app saves 37 percent of the calls.")
    assert found.rewards == pytest.approx([1.0])
    assert not found.parts["claims"].any()


@pytest.mark.parametrize("parts", [True, False])
def test_the_parts_are_the_reward(parts):
    found = score(Priced(parts), PLAIN, CLAIM, CUT, "")
    assert set(found.parts) <= set(PARTS)
    assert sum(found.parts.values()) == pytest.approx(found.rewards)
    assert found.parts["sense"][0] == pytest.approx(-0.25 if parts else 0.0)


def test_all_else_of_the_opinion_stays():
    own, found = Priced().score([CONTEXT], [CLAIM]), score(Priced(), CLAIM)
    assert found.probs == pytest.approx(own.probs)
    assert (found.reference, found.spread) == (0.5, 0.2)
    assert len(checked(Priced(), "").score([], []).rewards) == 0


def test_more_than_some_findings_make_an_email_no_worse():
    many = (
        "Hi {{first_name}},\n\n"
        + " ".join(f"It saves {n} percent." for n in range(21, 61))
        + "\n\nBest,\n{{sender_name}}"
    )
    claims, _ = count_findings(find_all(many, CONTEXT, ""))
    assert claims == MOST_COUNTED
    assert score(Priced(), many).parts["claims"] == pytest.approx([-0.4 * MOST_COUNTED])


def test_a_reward_of_ones_own_is_left_alone():
    own = LikesQuestions()
    assert cost_of_finding(own) == 0
    assert checked(own, "") is own
    assert score(own, PLAIN, CLAIM).rewards == pytest.approx([1.0, 1.0])


def test_the_cost_follows_the_payoffs():
    assert cost_of_finding(Priced()) == pytest.approx(0.4)
    assert isinstance(checked(Priced(), "facts"), CheckedReward)
