"""What each sentence adds: Shapley values, worked by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcome_rl.config import RewardConfig
from outcome_rl.reward.explain import MOST_SENTENCES, MOST_TEXTS, explain, sentences
from outcome_rl.reward.interface import Scores
from tests.helpers.toy_scorers import LikesQuestions


class Shouted:
    """Each BUY halves the prospects, from even ones on; the payoffs go from -1 to 3. Debris costs besides."""

    config = RewardConfig(payoff_no_reply=-1.0, payoff_reply=0.5, payoff_conversion=3.0)

    def __init__(self):
        self.texts = []

    def score(self, contexts, emails):
        self.texts += emails
        odds = np.array([0.5 ** email.count("BUY") for email in emails])
        outcome = -1.0 + 4.0 * odds / (1 + odds)
        sense = np.array([-0.1 * (len(email) < 20) for email in emails])
        probs = np.full((len(emails), 3), 1 / 3)
        found = Scores.sure(probs, outcome + sense)
        return Scores(**{**vars(found), "parts": {"outcome": outcome, "sense": sense}})


class OneIsEnough:
    """A question earns 1, a second one nothing more."""

    def score(self, contexts, emails):
        return Scores.sure(np.full((len(emails), 3), 1 / 3), np.array([float("?" in email) for email in emails]))


def effects(scorer, email):
    return [(each.sentence, pytest.approx(each.effect)) for each in explain(scorer, "C", email)]


def test_what_adds_up_is_told_apart():
    email = "Hi Ana,\n\nWe saved 3.5 hours. Shall we talk? When?\n\nBest,\nBo"
    assert effects(LikesQuestions(), email) == [
        ("Hi Ana,", 0.0),
        ("We saved 3.5 hours.", 0.0),
        ("Shall we talk?", 1.0),
        ("When?", 1.0),
        ("Best,", 0.0),
        ("Bo", 0.0),
    ]


def test_sentences_that_cover_for_each_other_share_what_they_add():
    assert effects(OneIsEnough(), "It runs. Shall we talk? When?") == [
        ("It runs.", 0.0), ("Shall we talk?", 0.5), ("When?", 0.5)
    ]  # fmt: skip


def test_of_many_sentences_two_that_need_each_other_share_what_they_add():
    """Each order is read backwards too, so that either of the two comes first as often."""

    class BothCount:
        def score(self, contexts, emails):
            both = np.array([float("call" in email and "price" in email) for email in emails])
            return Scores.sure(np.full((len(emails), 3), 1 / 3), both)

    email = " ".join(["Shall we call?", *(f"It runs {i} times." for i in range(8)), "The price is low."])
    assert [each.effect for each in explain(BothCount(), "C", email)] == pytest.approx([0.5, *[0.0] * 8, 0.5])


def test_where_everything_is_bad_each_sentence_hurts():
    """At odds of 1 in 256 one sentence more or less moves the payoff by 0.02; its odds it halves as ever."""
    words = ["it", "now", "and", "here", "at", "once", "or", "never"]
    found = explain(Shouted(), "C", " ".join(["It runs.", *(f"BUY {word}!" for word in words)]))
    assert [each.effect for each in found] == pytest.approx([0.0] + [-np.log(2)] * 8)


@pytest.mark.parametrize("more", [0, 6])
def test_where_striking_it_out_does_the_contrary_nothing_is_said_of_a_sentence(more):
    """The price alone costs 0.5, yet with the offer and the question it earns 1: mostly a loss, here a gain."""

    class Together:
        def score(self, contexts, emails):
            price = np.array(["£9" in email for email in emails])
            whole = np.array([all(word in email for word in ("£9", "Offer", "?")) for email in emails])
            return Scores.sure(np.full((len(emails), 3), 1 / 3), whole - 0.5 * price)

    rest = [f"It runs {i} times." for i in range(more)]
    found = explain(Together(), "C", " ".join(["It costs £9.", "Offer it.", "Shall we talk?", *rest]))
    assert found[0].effect == 0.0
    assert found[1].effect > 0.1 and found[2].effect > 0.1


def test_an_email_without_any_prospects_has_effects_that_are_numbers():
    class Hopeless(Shouted):
        def score(self, contexts, emails):
            found = super().score(contexts, emails)
            return Scores(**{**vars(found), "parts": {"outcome": np.full(len(emails), -1.0)}})

    assert [each.effect for each in explain(Hopeless(), "C", "It runs. BUY it!")] == [0.0, 0.0]


def test_of_two_outcomes_the_better_one_is_the_best():
    """Where no email has converted, a reply at odds of one to one is worth as much as a sentence can make of it."""

    class NeverConverted(Shouted):
        config = RewardConfig(payoff_no_reply=-1.0, payoff_reply=3.0, payoff_conversion=100.0)
        known = np.array([True, True, False])

    email = "It runs. BUY it! BUY now!"
    assert effects(NeverConverted(), email) == effects(Shouted(), email)
    assert explain(NeverConverted(), "C", email)[1].effect == pytest.approx(-np.log(2))

    class Unpaid(NeverConverted):
        config = RewardConfig(payoff_no_reply=1.0, payoff_reply=1.0, payoff_conversion=100.0)

    assert all(np.isfinite(each.effect) for each in explain(Unpaid(), "C", email))


def test_greeting_sign_off_and_signature_are_not_judged():
    class LikesNames:
        def score(self, contexts, emails):
            return Scores.sure(np.full((len(emails), 3), 1 / 3), np.array([float(len(email)) for email in emails]))

    for email in ("Dear Michael,\n\nIt runs.\n\nKind regards,\nBo Lund\nPlanfast", "Hi Ana,\nIt runs.\n\nBo Lund"):
        found = explain(LikesNames(), "C", email)
        assert [each.sentence for each in found if each.effect] == ["It runs."]
    assert [each.effect for each in explain(LikesNames(), "C", "Hi Ana,\n\nBest,\nBo")] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("count", [1, 6, 7, 30, 100])
def test_the_texts_that_are_scored_are_few_and_the_same_each_time(count):
    email = " ".join(f"It runs {i} times." for i in range(count))
    first, again = Shouted(), Shouted()
    assert explain(first, "C", email) == explain(again, "C", email)
    assert first.texts == again.texts
    assert email.replace("  ", " ") in first.texts or count > MOST_SENTENCES
    assert len(first.texts) <= max(MOST_TEXTS, 3 * min(count, MOST_SENTENCES))


@given(st.text(max_size=300))
def test_sentences_of_any_text_lie_behind_one_another(text):
    spans = sentences(text)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(any(map(str.isalnum, text[a:b])) or "_" in text[a:b] for a, b in spans)
