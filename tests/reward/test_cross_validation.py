"""Folds are stratified and grouped, and no row is judged by what was trained on it."""

import numpy as np
import pytest

from outcome_rl.reward import cross_validation
from outcome_rl.reward.base_models import Texts
from outcome_rl.reward.baselines import BASELINES
from outcome_rl.reward.cross_validation import automatic_repeats, cross_validate, fold_of_rows
from outcome_rl.reward.features import ContextWords


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
    repeats = [automatic_repeats(n) for n in (10, 100, 1000, 10_000, 100_000)]
    assert repeats == sorted(repeats, reverse=True)
    assert repeats[0] > repeats[2] > repeats[-1] == 1


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
    texts, outcomes, sentences = texts_of(sample, 60)
    partings = [fold_of_rows(outcomes, np.arange(60), 3, seed)[0] for seed in (0, 1)]
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


@pytest.fixture
def no_fitting(monkeypatch):
    """Base models and baselines that know nothing, at once."""

    def guesses(new):
        return np.full((len(new.emails), 3), 1 / 3)

    monkeypatch.setattr(cross_validation, "fit_base_models", lambda texts, outcomes: {})
    monkeypatch.setattr(cross_validation, "base_model_probs", lambda models, new: np.stack([guesses(new)] * 2))
    monkeypatch.setattr(cross_validation, "baseline_probs", lambda *given: dict.fromkeys(BASELINES, guesses(given[2])))


def test_a_stop_gives_up_the_parting_under_way(sample, no_fitting):
    texts, outcomes, sentences = texts_of(sample, 60)
    partings = [fold_of_rows(outcomes, np.arange(60), 3, seed)[0] for seed in (0, 1)]
    asked = []
    _, found = run(texts, sentences, outcomes, partings, stopped=lambda: asked.append(1) or len(asked) > 5)
    assert len(found.folds) == 1
    _, found = run(texts, sentences, outcomes, partings, stopped=lambda: True)
    assert found.folds == []


def test_a_time_limit_finishes_the_parting_under_way(sample, no_fitting):
    texts, outcomes, sentences = texts_of(sample, 60)
    partings = [fold_of_rows(outcomes, np.arange(60), 3, seed)[0] for seed in (0, 1)]
    events, found = run(texts, sentences, outcomes, partings, late=lambda: True)
    assert (len(events), len(found.folds)) == (3, 1)
