"""Emails that have become worse in a way that the reward model does not see: it is named, and no gain is claimed."""

import pytest

from outcome_rl.evaluation.comparison import (
    FAULTS,
    comparison_figures,
    comparison_in_words,
    without_doubtful_gains,
)
from outcome_rl.generation.emails import score_emails
from tests.helpers.toy_scorers import LikesQuestions

CONTEXT = "Customer: CTO at a Healthcare firm; about our telehealth app."
FINE = "Hi {{first_name}},\n\nMay I show you our telehealth app?\n\nBest,\n{{sender_name}}"
CLAIM = (
    "Hi {{first_name}},\n\nOur telehealth app saves 37 percent. May I show it to you? Or not?\n\nBest,\n{{sender_name}}"
)
CUT = "Hi {{first_name}},\n\nMay I show you our telehealth app? Or not? We think that it"
REPEATS = "Hi {{first_name}},\n\n" + "May I show you our telehealth app? " * 4 + "\n\nBest,\n{{sender_name}}"


def compared(base, tuned, facts="", warm_start=None):
    """The figures of two emails for each of so many contexts, whose reward is the number of questions in them."""
    written = {"base": base, "tuned": tuned} | ({"warm_start": warm_start} if warm_start else {})
    return comparison_figures(
        {
            name: score_emails([CONTEXT] * len(emails), emails, LikesQuestions(), name, facts)
            for name, emails in written.items()
        },
        2,
    )


@pytest.mark.parametrize(
    ("tuned", "worse"),
    [
        (CLAIM, ["claims without ground"]),
        (CUT, ["emails that are cut off", "emails that a reader would stumble over"]),
        (REPEATS, ["emails that a reader would stumble over"]),
    ],
)
def test_what_got_worse_is_named(tuned, worse):
    assert set(worse) <= set(FAULTS)
    found = compared([FINE] * 16, [tuned] * 16)
    assert found["worse"] == worse
    assert found["improved"] is True, "in the reward model's eyes"
    told = without_doubtful_gains(found, trusted=True)
    assert (told["improved"], told["reward_model_improved"]) == ("unclear", True)
    words = comparison_in_words(told)
    assert words.startswith(f"No clear improvement, for there are more {' and more '.join(worse)} than before: +")


def test_the_gain_over_the_warm_start_is_not_claimed_either():
    found = compared([FINE] * 16, [CLAIM] * 16, warm_start=[FINE] * 16)
    told = without_doubtful_gains(found, trusted=True)
    assert (told["improved_over_warm_start"], told["reward_model_improved_over_warm_start"]) == ("unclear", True)


def test_faults_that_tuning_itself_has_added_are_named_where_the_base_has_them_too():
    found = compared([CUT] * 16, [CUT] * 16, warm_start=[FINE] * 16)
    assert "worse" not in found and found["worse_over_warm_start"][0] == "emails that are cut off"
    better = compared([CLAIM] * 16, [CLAIM.replace(".", "?")] * 16, warm_start=[FINE] * 16)
    told = without_doubtful_gains(better, trusted=True)
    assert (told["improved"], told["improved_over_warm_start"]) == (True, "unclear")
    assert "with more claims without ground. So what is better than the base" in comparison_in_words(told)


def test_what_the_base_does_as_often_is_not_worse():
    assert "worse" not in compared([CLAIM] * 16, [CLAIM] * 16)
    assert "worse" not in compared([CUT] * 16, [FINE] * 16)
    found = compared([FINE] * 16, [CLAIM] * 16, facts="The telehealth app saves 37 percent.")
    assert "worse" not in found
    assert without_doubtful_gains(found, trusted=True) == found


def test_one_email_among_many_is_not_clearly_worse():
    assert "worse" not in compared([FINE] * 16, [CLAIM, *[FINE] * 15])


def test_a_loss_stays_a_loss():
    found = compared([REPEATS] * 16, [CLAIM] * 16)  # four questions against two
    assert found["worse"] == ["claims without ground"]
    assert without_doubtful_gains(found, trusted=True)["improved"] is False


def test_where_nobody_looked_nothing_is_said():
    emails = {
        name: score_emails([CONTEXT] * 16, [text] * 16, LikesQuestions(), name, None)
        for name, text in (("base", FINE), ("tuned", CLAIM))
    }
    assert "worse" not in comparison_figures(emails, 2)


def test_a_model_that_guesses_claims_nothing_whatever_got_worse():
    told = without_doubtful_gains(compared([FINE] * 16, [CLAIM] * 16), trusted=False)
    assert told["reward_model_guesses"]
    assert told["improved"] == "unclear"
