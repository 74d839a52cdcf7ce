"""Folds, the blend and the verdict: stratified, grouped, and never judged by what was trained on."""

import numpy as np
import pytest

from outcome_rl.metrics import row_losses
from outcome_rl.reward.base_models import Texts
from outcome_rl.reward.baselines import BASELINES
from outcome_rl.reward.cross_validation import OutOfFold, automatic_repeats, cross_validate, fold_of_rows
from outcome_rl.reward.features import ContextWords
from outcome_rl.reward.report import reward_model_report
from outcome_rl.reward.stacking import fit_stacker, shares_of


def test_folds_hold_their_share_of_each_outcome():
    outcomes = np.array([0] * 101 + [1] * 60 + [2] * 39)
    folds, whole = fold_of_rows(outcomes, np.arange(200), 5, seed=1)
    assert whole
    for outcome in range(3):
        counts = np.bincount(folds[outcomes == outcome], minlength=5)
        assert counts.max() - counts.min() <= 2
    assert not np.array_equal(folds, fold_of_rows(outcomes, np.arange(200), 5, seed=2)[0])
    assert np.array_equal(folds, fold_of_rows(outcomes, np.arange(200), 5, seed=1)[0])


def test_near_duplicates_stay_in_one_fold():
    outcomes, groups = np.array([0, 1, 2] * 40), np.arange(120) % 60
    for seed in range(5):
        folds, whole = fold_of_rows(outcomes, groups, 5, seed)
        assert whole
        assert all(len(set(folds[groups == group])) == 1 for group in range(60))


def test_one_large_group_is_split_and_said_to_be():
    folds, whole = fold_of_rows(np.array([0, 1, 2] * 20), np.zeros(60, dtype=int), 5, seed=0)
    assert not whole
    assert np.bincount(folds).tolist() == [12] * 5


def test_a_rare_outcome_is_in_every_training_part():
    outcomes = np.array([0] * 20 + [1] * 20 + [2] * 3)
    folds, _ = fold_of_rows(outcomes, np.arange(43), 10, seed=0)
    assert folds.max() == 2, "no more folds than rows of the rarest outcome"
    assert all(2 in outcomes[folds != fold] for fold in range(3))


def test_few_rows_are_parted_more_often():
    assert [automatic_repeats(n) for n in (50, 300, 301, 1000, 1001, 50_000)] == [4, 4, 2, 2, 1, 1]


# --- the blend --------------------------------------------------------------------------------------------------------


def opinions(truth, sharpness, rng):
    """Probabilities that lean towards the truth by ``sharpness``."""
    scores = rng.normal(0, 1, (len(truth), 3))
    scores[np.arange(len(truth)), truth] += sharpness
    exp = np.exp(scores)
    return exp / exp.sum(1, keepdims=True)


def test_the_blend_listens_to_who_knows_and_not_to_who_is_only_sure():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 3, 400)
    knows, sure = opinions(truth, 1.5, rng), opinions(rng.integers(0, 3, 400), 3.0, rng)
    blend = fit_stacker(np.stack([knows, sure]), truth)
    assert blend.weights[0] > 0.5
    assert 0 <= blend.weights[1] < 0.05


def test_without_knowledge_the_blend_gives_the_outcomes_shares():
    rng = np.random.default_rng(1)
    truth = rng.choice(3, 2000, p=[0.7, 0.2, 0.1])
    members = np.stack([rng.dirichlet([5, 5, 5], 2000) for _ in range(3)])
    probs = fit_stacker(members, truth)(members)
    np.testing.assert_allclose(probs.mean(0), np.bincount(truth) / 2000, atol=0.02)
    assert probs.std(0).max() < 0.05


def test_a_member_that_is_overconfident_is_tempered():
    rng = np.random.default_rng(2)
    honest = rng.dirichlet([1, 1, 1], 3000)
    truth = np.array([rng.choice(3, p=row) for row in honest])
    loud = honest**4 / (honest**4).sum(1, keepdims=True)
    blend = fit_stacker(loud[None], truth)
    assert 0.22 < blend.weights[0] < 0.32
    assert row_losses(blend(loud[None]), truth).mean() < row_losses(honest, truth).mean() + 0.02


def test_copies_of_a_row_count_once():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 100)
    members = np.stack([opinions(truth, 1.0, rng), opinions(truth, 0.5, rng)])
    once = fit_stacker(members, truth)
    thrice = fit_stacker(np.tile(members, (1, 3, 1)), np.tile(truth, 3), copies=3)
    np.testing.assert_allclose(thrice.weights, once.weights, atol=0.02)


def test_shares_of_outcomes_that_did_not_occur_are_not_zero():
    assert shares_of([0, 0, 1]).tolist() == pytest.approx([2.5 / 4.5, 1.5 / 4.5, 0.5 / 4.5])


# --- cross-validation and verdict -------------------------------------------------------------------------------------


def texts_of(data, n):
    rows = data.take(range(n))
    features = ContextWords.learn(rows.contexts).features(rows.contexts, rows.emails)
    embedding = np.random.default_rng(0).normal(size=(n, 8)).astype(np.float32)
    return Texts(rows.contexts, rows.emails, features, embedding), np.array(rows.outcomes), embedding


def run(texts, sentences, outcomes, partings, stopped=lambda: False, late=lambda: False):
    events, work = [], cross_validate(texts, sentences, outcomes, partings, stopped, late)
    while True:
        try:
            events.append(next(work))
        except StopIteration as end:
            return events, end.value


def test_every_row_is_predicted_once_a_parting_by_a_model_without_it(sample):
    texts, outcomes, sentences = texts_of(sample, 90)
    partings = [fold_of_rows(outcomes, np.arange(90), 3, seed)[0] for seed in (0, 1)]
    events, found = run(texts, sentences, outcomes, partings)
    assert [(event.fold, event.folds) for event in events] == [(i, 6) for i in range(1, 7)]
    assert events[-1].seconds_left == 0
    assert len(found.members) == len(found.folds) == 2
    np.testing.assert_allclose(np.stack(found.members).sum(-1), 1.0)
    prior = found.baselines["class_prior"][0]
    for fold in range(3):
        held = partings[0] == fold
        shares = np.bincount(outcomes[~held], minlength=3) / (~held).sum()
        np.testing.assert_allclose(prior[held], np.tile(shares, (held.sum(), 1)))


def test_a_stop_gives_up_the_parting_under_way(sample):
    texts, outcomes, sentences = texts_of(sample, 60)
    partings = [fold_of_rows(outcomes, np.arange(60), 3, seed)[0] for seed in (0, 1)]
    asked = []
    _, found = run(texts, sentences, outcomes, partings, stopped=lambda: asked.append(1) or len(asked) > 5)
    assert len(found.folds) == 1
    _, found = run(texts, sentences, outcomes, partings, stopped=lambda: True)
    assert found.folds == []


def test_a_time_limit_finishes_the_parting_under_way(sample):
    texts, outcomes, sentences = texts_of(sample, 60)
    partings = [fold_of_rows(outcomes, np.arange(60), 3, seed)[0] for seed in (0, 1)]
    events, found = run(texts, sentences, outcomes, partings, late=lambda: True)
    assert (len(events), len(found.folds)) == (3, 1)


def verdict_of(probs, outcomes):
    found = OutOfFold()
    prior = np.tile(np.bincount(outcomes, minlength=3) / len(outcomes), (len(outcomes), 1))
    for name in BASELINES:
        found.baselines[name] = [np.eye(3)[np.zeros(len(outcomes), dtype=int)] if name == "majority" else prior]
    return reward_model_report(probs[None], found, outcomes, np.arange(len(outcomes)))


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


def test_too_few_rows_never_beat_guessing():
    outcomes = np.array([0, 1, 2] * 6)
    assert verdict_of(np.eye(3)[outcomes] * 0.9 + 0.03, outcomes)["beats_guessing"] == "unclear"


def test_the_majority_has_no_probabilities_to_be_judged_by():
    outcomes = np.array([0, 1, 2] * 10)
    majority = verdict_of(np.eye(3)[outcomes] * 0.9 + 1 / 30, outcomes)["baselines"]["majority"]
    assert majority["log_loss"] is majority["brier"] is majority["ece"] is None
    assert majority["accuracy"] == pytest.approx(1 / 3)
