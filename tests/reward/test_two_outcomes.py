"""Files in which two of the three outcomes occur: the third has no part in anything, and its probability is 0."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from outcome_rl import metrics
from outcome_rl.audit.outcomes import class_findings
from outcome_rl.config import Columns, RewardConfig
from outcome_rl.data.dataset import EmailData, read_emails, require_trainable
from outcome_rl.errors import ConfigError, DataError
from outcome_rl.outcomes import known_outcomes
from outcome_rl.pipelines.rewards import Rewards, load_rewards, reprice
from outcome_rl.reward.base_models import FITTED, ContextMember, Texts
from outcome_rl.reward.cross_validation import fold_of_rows
from outcome_rl.reward.ensemble import RewardEnsemble
from outcome_rl.reward.finding_costs import COST, cost_of_finding
from outcome_rl.reward.interface import predicted_shares
from outcome_rl.reward.linear import fit_multinomial
from outcome_rl.reward.metadata import outcomes_of
from outcome_rl.reward.serialization import load_judge, load_reward_model
from outcome_rl.reward.stacking import fit_stacker, shares_of
from tests.helpers.made_once import made_once
from tests.helpers.telling_emails import plain_data, trained
from tests.helpers.toy_scorers import opinions

ROWS = 210
"""Enough that a fifth of them can teach a judge."""


def two_outcomes(n: int, better: int, shares: tuple[float, float] = (0.6, 0.4)) -> EmailData:
    """Telling emails of which nobody answered some, and to the others there came ``better``."""
    data = plain_data(n, (shares[0], 0, shares[1]))
    return replace(data, outcomes=tuple(better if outcome else 0 for outcome in data.outcomes))


def telling(better: int) -> list[str]:
    """An email that was answered, one that was not, and no email at all."""
    data = two_outcomes(ROWS, better)
    return [data.emails[data.outcomes.index(better)], data.emails[data.outcomes.index(0)], "what is this"]


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)], ids=["replies", "conversions"])
def made(
    request: pytest.FixtureRequest, models_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, Path, dict]:
    """(the better outcome, the folder of a model of it and no reply, the result that training told)."""
    better = request.param

    def make(folder: Path) -> None:
        told = trained(models_folder / "distilbert", folder / "rm", two_outcomes(ROWS, better))[-1].result
        (folder / "told.json").write_text(json.dumps(told))

    folder = made_once(tmp_path_factory, f"two-outcomes-{better}", make)
    return better, folder / "rm", json.loads((folder / "told.json").read_text())


# --- which files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "known"),
    [
        ((5, 5, 5), (0, 1, 2)), ((5, 5, 0), (0, 1)), ((5, 0, 5), (0, 2)), ((0, 5, 5), (0, 1, 2)),
        ((5, 0, 0), (0, 1, 2)), ((0, 0, 5), (0, 1, 2)), ((), (0, 1, 2)),
    ],
)  # fmt: skip
def test_no_reply_and_one_better_outcome_are_enough(counts, known):
    assert known_outcomes(counts) == known


def rows(*outcomes: int) -> EmailData:
    return EmailData(("C",) * len(outcomes), ("E",) * len(outcomes), outcomes, tuple(range(len(outcomes))))


@pytest.mark.parametrize("outcomes", [(0, 1), (0, 2), (0, 1, 2)])
def test_they_can_be_trained(outcomes):
    require_trainable(rows(*outcomes * 3))


@pytest.mark.parametrize(
    ("outcomes", "said", "remedy"),
    [
        ((1, 2) * 9, "no row has the outcome 'no_reply', there are only 9 'reply' and 9 'conversion'", "'1=0,2=1,3=2'"),
        ((1,) * 9, "no row has the outcome 'no_reply', there are only 9 'reply'", "counts from 1"),
        ((0,) * 9, "no row has the outcome 'reply' or 'conversion', there are only 9 'no_reply'", "means a reply"),
        ((0,) * 9 + (1,), "outcome 'reply' has 1 row; a reward model needs at least 3", "'1=skip'"),
        ((0, 1) * 9 + (2, 2), "outcome 'conversion' has 2 rows; a reward model needs at least 3", "'2=1'"),
    ],
)
def test_others_are_refused_with_the_reason_and_the_way_out(outcomes, said, remedy):
    with pytest.raises(DataError) as refusal:
        require_trainable(rows(*outcomes))
    assert said in str(refusal.value)
    assert remedy in refusal.value.remedy
    assert "better 20 or more" in str(refusal.value)


CASES = Path(__file__).resolve().parents[1] / "cases"


@pytest.mark.parametrize(
    ("case", "columns", "known", "warned"),
    [
        ("yes_no", Columns(outcome="Replied", outcomes="Yes=1,No=0"), (0, 1), []),
        ("converted_yes_no", Columns(outcome="Converted", outcomes="Yes=2,No=0"), (0, 2), ["few-rows"]),
        ("two_percent", Columns(), (0, 1, 2), ["few-rows", "imbalance"]),
    ],
)
def test_files_as_people_have_them(case, columns, known, warned):
    data = read_emails(CASES / case / "input.csv", columns)
    require_trainable(data)
    assert data.known_outcomes() == known
    found = [finding for finding in class_findings(data) if finding.severity != "note"]
    assert [finding.kind for finding in found] == warned


def test_a_file_of_one_outcome_is_refused():
    data = read_emails(CASES / "one_class" / "input.csv")
    with pytest.raises(DataError, match="no row has the outcome 'no_reply'"):
        require_trainable(data)
    problems = [finding.message for finding in class_findings(data) if finding.severity == "problem"]
    assert problems == ["No row has the outcome no reply"]


# --- the parts -------------------------------------------------------------------------------------------------------


def test_shares_and_heads_leave_out_what_does_not_occur():
    assert shares_of([0, 0, 2]).tolist() == pytest.approx([2.5 / 4, 0, 1.5 / 4])
    head = fit_multinomial(np.array([[-1.0], [1.0]] * 20), np.array([0, 2] * 20), 1.0)
    assert (head.probs(np.array([[-5.0], [5.0]]))[:, 1] == 0).all()


@pytest.mark.parametrize("better", [1, 2])
def test_every_member_gives_the_missing_outcome_nothing(better, sample):
    rng = np.random.default_rng(0)
    outcomes = rng.choice([0, better], 80)
    texts = Texts(sample.contexts[:80], sample.emails[:80], rng.normal(size=(80, 30)), rng.normal(size=(80, 8)))
    wordless = Texts(("",) * 80, ("",) * 80, texts.features, texts.embedding)
    for kind, read in [*((kind, texts) for kind in FITTED.values()), (ContextMember, wordless)]:
        probs = kind.fit(read, outcomes).probs(read)
        np.testing.assert_allclose(probs.sum(1), 1.0)
        assert (probs[:, 3 - better] == 0).all()
        assert (probs[:, [0, better]] > 0).all()


def test_the_blend_of_two_outcomes_is_that_of_any_two():
    rng = np.random.default_rng(0)
    truth = rng.choice([0, 2], 300)
    members = np.stack([opinions(truth, sharpness, rng) for sharpness in (1.5, 0.5)])
    members[..., 1] = 0
    members /= members.sum(2, keepdims=True)
    blend = fit_stacker(members, truth)
    assert blend.known.tolist() == [True, False, True]
    as_replies = fit_stacker(members[..., [0, 2, 1]], truth // 2)
    np.testing.assert_array_equal(blend.weights, as_replies.weights)
    probs = blend(members)
    np.testing.assert_array_equal(probs[:, [0, 2, 1]], as_replies(members[..., [0, 2, 1]]))
    np.testing.assert_allclose(probs.sum(1), 1.0)
    assert (probs[:, 1] == 0).all()


def test_folds_have_their_share_of_both_outcomes():
    outcomes = np.array([0] * 60 + [2] * 20)
    folds, whole = fold_of_rows(outcomes, np.arange(80), 5, seed=0)
    assert whole
    assert [int((outcomes[folds == fold] == 2).sum()) for fold in range(5)] == [4] * 5


def test_figures_count_the_outcomes_that_there_are():
    truth = np.array([0, 0, 0, 1, 1])
    probs = np.array([[0.9, 0.1, 0], [0.8, 0.2, 0], [0.3, 0.7, 0], [0.4, 0.6, 0], [0.6, 0.4, 0]])
    found = metrics.figures_with_intervals(probs[None], truth, np.arange(5))
    # no reply: 2 of 3 predicted right, 2 of 3 found; reply: 1 of 2, 1 of 2
    assert found["macro_f1"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert found["auc_conversion"] is found["auc_conversion_ci95"] is None
    assert found["auc_reply"] == pytest.approx(4 / 6)
    three = metrics.classification_figures(probs + np.array([0, 0, 1e-9]), truth)
    assert three["macro_f1"] == pytest.approx((2 / 3 + 1 / 2) / 3), "an outcome that is possible counts"


def test_a_rare_outcome_that_a_draw_lacks_counts_all_the_same():
    truth, groups = np.array([0] * 30 + [1] * 29 + [2]), np.arange(60)
    found = metrics.figures_with_intervals(np.eye(3)[truth][None], truth, groups)
    assert found["macro_f1_ci95"][0] == pytest.approx(2 / 3), "0 for the one that is missing in a draw"


def test_shares_of_what_is_never_predicted_are_none():
    assert predicted_shares(np.array([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0]])) == [0.5, 0.5, None]
    assert predicted_shares(np.array([[0.9, 0.05, 0.05], [0.2, 0.7, 0.1]])) == [0.5, 0.5, 0.0]


# --- the whole -------------------------------------------------------------------------------------------------------


def test_training_learns_two_outcomes_and_counts_no_other(made):
    better, folder, told = made
    missing = 3 - better
    assert told["beats_guessing"] is True
    assert told["accuracy"] > 0.85
    assert told["macro_f1"] > 0.85, "the missing outcome would pull it to two thirds"
    assert told["outcomes"][missing] == 0
    assert outcomes_of(told) == (0, better)
    matrix = np.array(told["confusion_matrix"])
    assert matrix.shape == (3, 3)
    assert matrix[missing].sum() == matrix[:, missing].sum() == 0
    assert (told["auc_conversion"] is None) is (better == 1)
    assert told["auc_reply"] > 0.9
    assert told["judge"]["accuracy"] > 0.7
    assert all(figures["macro_f1"] <= 1 for figures in told["baselines"].values())
    card = (folder / "README.md").read_text()
    assert f"no_reply or {('reply', 'conversion')[better - 1]}." in card


def test_the_missing_outcome_has_no_probability_and_no_payoff(made):
    better, folder, _ = made
    worth = RewardConfig().payoffs[better]
    emails = telling(better)
    for scorer in (load_reward_model(folder), load_judge(folder)):
        found = scorer.score(["Customer: someone."] * 3, emails)
        assert (found.probs[:, 3 - better] == 0).all()
        np.testing.assert_allclose(found.probs.sum(1), 1.0)
        assert found.probs[0, better] > 0.6 > 0.4 > found.probs[1, better]
        assert found.rewards[0] > found.rewards[1]
        assert (found.rewards <= worth).all()
        assert scorer.known.tolist() == [outcome in (0, better) for outcome in range(3)]
        assert cost_of_finding(scorer) == pytest.approx(COST * (worth + 1))


def test_what_the_missing_outcome_is_worth_does_not_matter(made):
    better, folder, _ = made
    rewards = load_rewards(folder)
    assert rewards.payoffs == {"no_reply": -1.0, ("reply", "conversion")[better - 1]: RewardConfig().payoffs[better]}
    payoffs: list[float | None] = [None] * 3
    payoffs[3 - better] = 500.0
    assert reprice(rewards, payoffs) == (rewards, None)
    same = [7.0] * 3
    same[3 - better] = 500.0
    with pytest.raises(ConfigError, match="all outcomes are worth 7"):
        reprice(rewards, same)
    _, said = reprice(rewards, (-2.0, 3.0, 3.0))
    assert ("reply 3" in said.replace("no reply", "none"), "conversion 3" in said) == (better == 1, better == 2)
    assert isinstance(rewards, Rewards)


def test_a_tuned_encoder_rules_the_missing_outcome_out(models_folder, tmp_path):
    changes = {"method": "finetuned", "epochs": 1, "folds": 2, "judge_share": 0}
    trained(models_folder / "distilbert", tmp_path / "rm", two_outcomes(40, 1), **changes)
    model = load_reward_model(tmp_path / "rm")
    assert isinstance(model, RewardEnsemble)
    assert "encoder" in model.members
    assert (model.predict(["C"] * 3, telling(1))[:, 2] == 0).all()
    assert (model.encoder.logits(["C"] * 3, telling(1)).softmax(-1)[:, 2] == 0).all()
