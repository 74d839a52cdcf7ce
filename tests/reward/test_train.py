"""Training a reward model on tiny encoders: what it learns, and what it says where nothing can be learnt."""

import numpy as np
import pytest

from outcome_rl.config import RewardConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.errors import DataError, RunError
from outcome_rl.events import PhaseDone, RewardEpoch, RewardFold
from outcome_rl.models.hub import ModelLocation
from outcome_rl.reward.metadata import is_trusted, require_trust
from outcome_rl.reward.serialization import load_reward_model
from outcome_rl.reward.train import train_reward
from tests.helpers.telling_emails import plain_data, trained


def shuffled(data, seed=1):
    outcomes = np.random.default_rng(seed).permutation(data.outcomes).tolist()
    return EmailData(data.contexts, data.emails, tuple(outcomes), data.rows)


def test_it_learns_what_can_be_learnt_and_says_so(encoder_folder, tmp_path):
    events = trained(encoder_folder, tmp_path / "rm", plain_data(), judge_share=0)
    result = events[-1].result
    assert isinstance(events[-1], PhaseDone)
    assert result["accuracy"] > 0.9
    assert result["beats_guessing"] is True
    assert result["baselines"]["length"]["beaten"] is True
    assert "better than guessing" in result["verdict"]
    assert [event.fold for event in events if isinstance(event, RewardFold)] == [1, 2, 3]
    low, high = result["accuracy_ci95"]
    assert low < result["accuracy"] <= high
    assert sum(map(sum, result["confusion_matrix"])) == result["rows_train"] == 120
    assert result["judge"] is None


def test_shuffled_outcomes_are_not_called_better_than_guessing(models_folder, tmp_path):
    """But for one in sixty, which chance makes so: one of the four may be."""
    folder, found = models_folder / "distilbert", []
    for seed in range(1, 5):
        result = trained(folder, tmp_path / str(seed), shuffled(plain_data(), seed))[-1].result
        assert result["beats_guessing"] is not True
        found += [] if is_trusted(result) else [result]
    assert len(found) >= 3
    for result in found:
        assert "not clearly better than guessing" in result["verdict"] or "worse than guessing" in result["verdict"]
        with pytest.raises(RunError, match="--ignore-verdict"):
            require_trust(result, ignore_verdict=False)
    require_trust(result, ignore_verdict=True)


@pytest.mark.slow
def test_it_reads_the_context_unless_told_not_to(models_folder, tmp_path):
    data = plain_data(by_context=True)
    pair = trained(models_folder / "bert", tmp_path / "pair", data)[-1].result
    alone = trained(models_folder / "bert", tmp_path / "alone", data, text="email")[-1].result
    assert pair["accuracy"] > 0.9
    assert alone["accuracy"] < 0.7
    model = load_reward_model(tmp_path / "alone")
    probs = model.predict(["yes please today", "no thanks never"], ["a b c", "a b c"])
    assert probs[0] == pytest.approx(probs[1], rel=1e-4), "the place in a batch may round differently"


@pytest.mark.slow
def test_probabilities_are_those_of_the_data_where_nothing_can_be_learnt(models_folder, tmp_path, sample):
    outcomes = np.random.default_rng(3).choice(3, len(sample), p=[0.8, 0.15, 0.05])
    blank = EmailData(sample.contexts, sample.emails, tuple(outcomes.tolist()), sample.rows)
    result = trained(models_folder / "distilbert", tmp_path / "rm", blank, judge_share=0)[-1].result
    mean = load_reward_model(tmp_path / "rm").predict(blank.contexts, blank.emails).mean(0)
    assert mean == pytest.approx(np.bincount(outcomes) / len(outcomes), abs=0.03)
    assert result["ece"] < 0.05


def test_a_tuned_encoder_becomes_a_member(encoder_folder, tmp_path):
    changes = {"method": "finetuned", "epochs": 4, "learning_rate": 0.01, "folds": 2}
    events = trained(encoder_folder, tmp_path / "rm", plain_data(90), **changes)
    epochs = [event for event in events if isinstance(event, RewardEpoch)]
    assert [event.epoch for event in epochs] == list(range(1, 13))
    assert all(event.validation_loss is not None for event in epochs[:8])
    assert all(event.validation_loss is None for event in epochs[8:]), "the last training holds nothing back"
    result = events[-1].result
    assert list(result["members"]) == ["features", "words", "context", "embedding", "encoder"]
    assert result["method"] == "finetuned"
    assert load_reward_model(tmp_path / "rm").predict(["C", "C"], ["yes please today", "no thanks never"])[0, 2] > 0.5


def test_a_stop_after_a_whole_parting_keeps_what_it_gave(models_folder, tmp_path):
    folds = []
    events = trained(
        models_folder / "bert", tmp_path / "rm", plain_data(60), repeats=3, stop=lambda: len(folds) or folds.append(1)
    )
    assert isinstance(events[-1], PhaseDone) is False, "stopped while the emails were read: there is nothing to keep"
    assert not (tmp_path / "rm").exists()
    seen = []
    config = RewardConfig(model="tiny", max_tokens=48, repeats=3, folds=3)
    found = ModelLocation("tiny", models_folder / "bert", "folder")
    for event in train_reward(config, plain_data(60), found, tmp_path / "rm", lambda: len(seen) >= 4):
        if isinstance(event, RewardFold):
            seen.append(event)
    assert event.result["repeats"] == 1
    assert event.result["stopped_early"]
    assert load_reward_model(tmp_path / "rm")


def test_a_time_limit_spares_partings_and_not_the_model(models_folder, tmp_path):
    result = trained(models_folder / "bert", tmp_path / "rm", plain_data(60), repeats=50, minutes=0.01)[-1].result
    assert 1 <= result["repeats"] < 50
    assert not result["stopped_early"]


def test_a_stop_before_anything_is_known_leaves_the_old_model(models_folder, tmp_path):
    trained(models_folder / "bert", tmp_path / "rm", plain_data(60))
    before = (tmp_path / "rm" / "metrics.json").read_bytes()
    events = trained(models_folder / "bert", tmp_path / "rm", plain_data(90), stop=lambda: True)
    assert not any(isinstance(event, (RewardFold, PhaseDone)) for event in events)
    assert (tmp_path / "rm" / "metrics.json").read_bytes() == before


def test_an_outcome_with_too_few_rows_is_told_before_a_model_is_loaded(tmp_path):
    data = plain_data(60)
    rare = EmailData(data.contexts, data.emails, tuple([2, 2] + [y % 2 for y in data.outcomes[2:]]), data.rows)
    with pytest.raises(DataError, match="'conversion' has 2 rows; a reward model needs at least 3"):
        trained(tmp_path / "no model here", tmp_path / "rm", rare)


def test_the_fewest_rows_that_are_allowed_are_enough(models_folder, tmp_path):
    data = plain_data(9)
    even = EmailData(data.contexts, data.emails, (0, 1, 2) * 3, data.rows)
    result = trained(models_folder / "bert", tmp_path / "rm", even)[-1].result
    assert result["beats_guessing"] is not True
    assert "too few different rows for an independent judge" in " ".join(result["notices"])


def test_what_the_context_alone_gives_away_is_not_learnt_by_heart(models_folder, tmp_path):
    """Each context has its own usual outcome, the emails say nothing: on new contexts there is nothing to know."""
    rng = np.random.default_rng(5)
    names = ["".join(rng.choice(list("klmnoprst"), 6)) for _ in range(40)]
    favourite = rng.integers(0, 3, 40)
    places = np.repeat(np.arange(40), 4)
    outcomes = [int(favourite[i]) if rng.random() < 0.9 else int(rng.integers(0, 3)) for i in places]
    emails = [" ".join(email.split()[3:]) for email in plain_data(160).emails]
    data = EmailData(
        tuple(f"Customer: {names[i]}" for i in places), tuple(emails), tuple(outcomes), tuple(range(2, 162))
    )
    result = trained(models_folder / "bert", tmp_path / "rm", data, judge_share=0)[-1].result
    assert result["beats_guessing"] is not True


def test_a_model_judged_by_rows_it_may_know_never_beats_guessing(models_folder, tmp_path):
    """Many different emails without a reply, and one email sent thirty times for each other outcome."""
    data = plain_data(42)
    plain = [" ".join(email.split()[3:]) for email in data.emails]
    emails = [*plain[:40], *(f"{plain[40]} {i}" for i in range(30)), *(f"{plain[41]} {i}" for i in range(30))]
    outcomes = [0] * 40 + [1] * 30 + [2] * 30
    alike = EmailData(("C",) * 100, tuple(emails), tuple(outcomes), tuple(range(2, 102)))
    result = trained(models_folder / "bert", tmp_path / "rm", alike)[-1].result
    assert result["accuracy"] > 0.9
    assert result["beats_guessing"] == "unclear"
    assert result["beats_baselines"] is not True
    assert "repeat each other stand in different folds" in " ".join(result["notices"])
