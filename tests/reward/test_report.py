"""The verdict on a reward model: better than guessing, unclear, worse."""

import numpy as np
import pytest

from outcome_rl.reward.baselines import BASELINES
from outcome_rl.reward.cross_validation import OutOfFold
from outcome_rl.reward.metadata import is_rough, is_trusted
from outcome_rl.reward.report import in_words, reward_model_report
from tests.helpers.toy_scorers import opinions


def verdict_of(probs, outcomes):
    found = OutOfFold()
    prior = np.tile(np.bincount(outcomes, minlength=3) / len(outcomes), (len(outcomes), 1))
    for name in BASELINES:
        found.baselines[name] = [np.eye(3)[np.zeros(len(outcomes), dtype=int)] if name == "majority" else prior]
    return reward_model_report(probs[None], found, outcomes, np.arange(len(outcomes)), (-1.0, 0.5, 2.0))


def test_the_verdict_of_a_good_a_useless_and_a_bad_model():
    rng = np.random.default_rng(0)
    outcomes = rng.integers(0, 3, 120)
    good = verdict_of(opinions(outcomes, 2.0, rng), outcomes)
    assert (good["beats_guessing"], good["beats_baselines"]) == (True, True)
    assert "this reward model is better than guessing" in good["verdict"]
    assert "worse" not in good["verdict"]
    useless = verdict_of(np.full((120, 3), 1 / 3) + rng.normal(0, 0.01, (120, 3)), outcomes)
    assert useless["beats_guessing"] == "unclear"
    assert "not clearly better than guessing" in useless["verdict"]
    bad = verdict_of(opinions((outcomes + 1) % 3, 2.0, rng), outcomes)
    assert (bad["beats_guessing"], bad["beats_baselines"]) == (False, False)
    assert "worse than guessing" in bad["verdict"]


def opinion_of(liking):
    """(N, 3) for how much is thought of each email, a logarithm of odds."""
    logits = np.zeros((len(liking), 3))
    logits[:, 0] = -liking
    return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)


@pytest.mark.parametrize(("helps", "told"), [(1.0, True), (0.0, "unclear")])
def test_emails_are_told_apart_where_those_preferred_earned_more_than_their_contexts_would(helps, told):
    """The context matters in both; only what matters in the email, where anything does, makes the difference."""
    rng = np.random.default_rng(1)
    context, email = rng.normal(size=400), rng.normal(size=400)
    answered = rng.random(400) < 1 / (1 + np.exp(-(1.5 * context + 1.5 * helps * email)))
    outcomes = np.where(answered, 2, rng.integers(0, 2, 400))
    found = OutOfFold()
    prior = np.tile(np.bincount(outcomes, minlength=3) / 400, (400, 1))
    by_context = opinion_of(context)
    for name in BASELINES:
        found.baselines[name] = [by_context if name == "context" else prior]
    given = opinion_of(context + email + rng.normal(0, 0.6, 400))[None]
    report = reward_model_report(given, found, outcomes, np.arange(400), (-1.0, 0.5, 2.0))
    assert report["tells_apart"] == told
    few = reward_model_report(given, found, outcomes, np.arange(400) % 19, (-1.0, 0.5, 2.0))
    parted = reward_model_report(given, found, outcomes, np.arange(400), (-1.0, 0.5, 2.0), whole=False)
    assert few["tells_apart"] == parted["tells_apart"] == "unclear"


@pytest.mark.parametrize(
    ("guesses", "apart", "trusted", "rough"),
    [
        (True, True, True, False),
        (True, "unclear", True, False),
        ("unclear", True, True, True),
        ("unclear", "unclear", False, False),
        ("unclear", False, False, False),
        (False, True, False, False),
    ],
)
def test_a_model_is_trusted_for_its_odds_or_for_its_order(guesses, apart, trusted, rough):
    figures = {"beats_guessing": guesses, "tells_apart": apart}
    assert (is_trusted(figures), is_rough(figures)) == (trusted, rough)
    said = in_words(guesses, apart, {}, 40, {"outcomes": [30, 5, 5]}) if guesses is not True else "better than guessing"
    assert ("its order can be tuned against" in said) is rough
    assert ("Do not trust its rewards" in said) is not trusted


def slightly_better(rows):
    """The report on a model that finds what happened a little likelier than its share in every second group of rows."""
    outcomes = np.array([0, 0, 0, 1, 2] * (rows // 5))
    prior = np.array([0.6, 0.2, 0.2])
    probs = np.tile(prior, (rows, 1))
    knows = np.arange(rows) % 2 == 0
    towards = np.where(knows, 0.3, -0.15)[:, None]
    probs = probs + towards * (np.eye(3)[outcomes] - prior)
    return verdict_of(probs, outcomes)


def test_the_verdict_says_how_many_more_rows_of_which_kind():
    found = slightly_better(60)
    assert found["beats_guessing"] == found["tells_apart"] == "unclear"
    rows = found["more_rows_to_trust"]
    assert 0 < rows <= 4 * 60
    assert (
        f"About {rows:,} more rows like these, some {2 * rows // 5} of them answered, should make" in found["verdict"]
    )
    enough = slightly_better(60 + 2 * rows)
    assert (enough["more_rows_to_trust"], enough["verdict"].count("more rows like these")) == (0, 0)


def test_where_no_number_would_do_the_verdict_says_what_would():
    said = [in_words("unclear", "unclear", {}, sum(each), {"outcomes": each, "more_rows_to_trust": None})
            for each in ([90, 5, 5], [800, 100, 100])]  # fmt: skip
    assert "above all answered ones, of which there are 10: too few to reckon" in said[0]
    assert "More of the same kind would hardly help." in said[1]


def test_an_order_that_is_not_sure_gets_its_number_too():
    figures = {"outcomes": [30, 5, 5], "more_rows_for_order": 150}
    rivals = {name: {"beaten": True} for name in BASELINES}
    assert "about 150 more rows like these should settle that" in in_words(True, "unclear", rivals, 40, figures)
    for settled in (0, None):
        said = in_words(True, True, rivals, 40, figures | {"more_rows_for_order": settled})
        assert "settle" not in said


def test_rows_kept_for_the_judge_are_asked_for_too():
    rng = np.random.default_rng(0)
    outcomes = rng.integers(0, 3, 120)
    found = OutOfFold()
    prior = np.tile([1 / 3] * 3, (120, 1))
    for name in BASELINES:
        found.baselines[name] = [np.eye(3)[np.zeros(120, dtype=int)] if name == "majority" else prior]
    weak = opinions(outcomes, 0.3, rng)[None]
    given = (weak, found, outcomes, np.arange(120), (-1.0, 0.5, 2.0))
    alone, halved = reward_model_report(*given), reward_model_report(*given, counts=[80, 80, 80])
    assert halved["more_rows_to_trust"] == pytest.approx(2 * alone["more_rows_to_trust"], abs=50)


def test_too_few_rows_never_beat_guessing():
    outcomes = np.array([0, 1, 2] * 6)
    assert verdict_of(np.eye(3)[outcomes] * 0.9 + 0.03, outcomes)["beats_guessing"] == "unclear"


def test_the_majority_has_no_probabilities_to_be_judged_by():
    outcomes = np.array([0, 1, 2] * 10)
    majority = verdict_of(np.eye(3)[outcomes] * 0.9 + 1 / 30, outcomes)["baselines"]["majority"]
    assert majority["log_loss"] is majority["brier"] is majority["ece"] is None
    assert majority["accuracy"] == pytest.approx(1 / 3)
