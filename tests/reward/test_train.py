"""The reward model on tiny encoders of both families: trained, judged, saved, loaded."""

import numpy as np
import pytest
import torch

from outcome_rl.config import RewardConfig
from outcome_rl.data.dataset import EmailData
from outcome_rl.errors import ConfigError, DataError, ModelError, RunError
from outcome_rl.events import PhaseDone, RewardEpoch, RewardFold
from outcome_rl.models.hub import ModelLocation
from outcome_rl.reward.metadata import require_trust
from outcome_rl.reward.model import disagreement, payoff
from outcome_rl.reward.serialization import load_judge, load_reward_model, save
from outcome_rl.reward.train import train_reward
from outcome_rl.utils.files import read_json, write_json

WORDS = ("no thanks never", "perhaps later maybe", "yes please today")


def plain_data(n=120, shares=(1, 1, 1), by_context=False):
    """Emails (or contexts) whose words give the outcome away, padded with syllables so that none repeats another."""
    rng = np.random.default_rng(0)
    outcomes = rng.choice(3, n, p=np.array(shares) / sum(shares)).tolist()
    filler = [" ".join("".join(rng.choice(list("abcdefghij"), 3)) for _ in range(12)) for _ in range(n)]
    telling = [WORDS[y] for y in outcomes]
    emails = [f if by_context else f"{w} {f}" for w, f in zip(telling, filler, strict=True)]
    contexts = telling if by_context else ["Customer: someone."] * n
    return EmailData(tuple(contexts), tuple(emails), tuple(outcomes), tuple(range(2, n + 2)))


def shuffled(data, seed=1):
    outcomes = np.random.default_rng(seed).permutation(data.outcomes).tolist()
    return EmailData(data.contexts, data.emails, tuple(outcomes), data.rows)


def trained(folder, out, data, stop=lambda: False, **changes):
    config = RewardConfig(**{"model": "tiny", "max_tokens": 48, "repeats": 1, "folds": 3, **changes})
    return list(train_reward(config, data, ModelLocation("tiny", folder, "folder"), out, stop))


@pytest.fixture(scope="module")
def made(models_folder, tmp_path_factory):
    """One trained model for the tests that only use it: (folder, its figures)."""
    out = tmp_path_factory.mktemp("reward") / "rm"
    return out, trained(models_folder / "distilbert", out, plain_data(240))[-1].result


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
    result = trained(models_folder / "distilbert", tmp_path / "rm", shuffled(plain_data()))[-1].result
    assert result["beats_guessing"] is not True
    assert "not clearly better than guessing" in result["verdict"] or "worse than guessing" in result["verdict"]
    with pytest.raises(RunError, match="--ignore-verdict"):
        require_trust(result, ignore_verdict=False)
    require_trust(result, ignore_verdict=True)


def test_the_judge_sees_other_rows_and_has_figures_of_its_own(made):
    folder, result = made
    assert result["rows_judge"] + result["rows_train"] == result["rows_total"] == 240
    assert result["rows_judge"] == result["judge"]["rows"] == pytest.approx(48, abs=3)
    assert result["judge"]["accuracy"] > 0.8
    judge = load_judge(folder)
    scores = judge.score(["Customer: someone."] * 2, ["yes please today a b c", "no thanks never a b c"])
    assert scores.rewards[0] > 1 > -0.3 > scores.rewards[1]
    np.testing.assert_allclose(scores.probs.sum(1), 1.0)


def test_the_judges_trees_say_what_scikit_learns_do(made):
    from sklearn.ensemble import ExtraTreesClassifier

    from outcome_rl.reward.judge import FEWEST_IN_LEAF, TREES, train_judge

    judge = load_judge(made[0])
    data = plain_data(80)
    mine = train_judge(judge.config, judge.context_words, data.contexts, data.emails, data.outcomes)
    forest = ExtraTreesClassifier(TREES, min_samples_leaf=FEWEST_IN_LEAF, random_state=judge.config.seed)
    inputs = mine._inputs(data.contexts, data.emails)
    forest.fit(inputs, data.outcomes)
    np.testing.assert_allclose(mine.score(data.contexts, data.emails).probs, forest.predict_proba(inputs))


def test_saved_as_a_transformers_folder_with_named_labels(made, models_folder):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder, result = made
    model = AutoModelForSequenceClassification.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert model.config.id2label == {0: "no_reply", 1: "reply", 2: "conversion"}
    data = plain_data(60)
    with torch.no_grad():
        inputs = tokenizer(list(data.contexts), list(data.emails), padding=True, return_tensors="pt")
        predicted = model(**inputs).logits.argmax(-1).tolist()
    assert np.mean(np.array(predicted) == data.outcomes) > 0.6, "its head is fitted, not new"
    assert read_json(folder / "metrics.json") == result
    assert "no_reply, reply or conversion" in (folder / "README.md").read_text()


def test_saving_and_loading_again_gives_the_same_scores(made, tmp_path):
    """Every array and word list comes back; that they are the right ones is what the attacks and figures test."""
    first, again = load_reward_model(made[0]), tmp_path / "again"
    save(first, load_judge(made[0]), made[1], again)
    data = plain_data(40)
    before, after = (model.score(data.contexts, data.emails) for model in (first, load_reward_model(again)))
    judges = [load_judge(folder).score(data.contexts, data.emails).rewards for folder in (made[0], again)]
    np.testing.assert_array_equal(*judges)
    assert np.mean(before.probs.argmax(1) == data.outcomes) > 0.8
    for name in ("probs", "rewards", "disagreement", "belief"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), atol=1e-6)


def test_it_reads_the_context_unless_told_not_to(models_folder, tmp_path):
    data = plain_data(by_context=True)
    pair = trained(models_folder / "bert", tmp_path / "pair", data)[-1].result
    alone = trained(models_folder / "bert", tmp_path / "alone", data, text="email")[-1].result
    assert pair["accuracy"] > 0.9
    assert alone["accuracy"] < 0.7
    model = load_reward_model(tmp_path / "alone")
    probs = model.predict(["yes please today", "no thanks never"], ["a b c", "a b c"])
    assert np.array_equal(probs[0], probs[1])


def test_probabilities_are_those_of_the_data_where_nothing_can_be_learnt(models_folder, tmp_path, sample):
    outcomes = np.random.default_rng(3).choice(3, len(sample), p=[0.8, 0.15, 0.05])
    blank = EmailData(sample.contexts, sample.emails, tuple(outcomes.tolist()), sample.rows)
    result = trained(models_folder / "distilbert", tmp_path / "rm", blank, judge_share=0)[-1].result
    mean = load_reward_model(tmp_path / "rm").predict(blank.contexts, blank.emails).mean(0)
    assert mean == pytest.approx(np.bincount(outcomes) / len(outcomes), abs=0.03)
    assert result["ece"] < 0.05


def test_predictions_do_not_depend_on_the_batch(made):
    model = load_reward_model(made[0])
    contexts, emails = ["C"] * 5, ["short", "a " * 30, "yes please", "b " * 60, "c d e f"]
    together = model.predict(contexts, emails)
    alone = np.concatenate([model.predict([c], [e]) for c, e in zip(contexts, emails, strict=True)])
    np.testing.assert_allclose(together, alone, atol=0.01)
    np.testing.assert_allclose(together.sum(1), 1.0)


def test_expected_and_argmax_payoffs():
    probs = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    assert payoff(RewardConfig(), probs).tolist() == pytest.approx([-0.5 + 0.15 + 0.4, -0.1 + 0.1 + 1.4])
    assert payoff(RewardConfig(reward="argmax", payoff_conversion=9.0), probs).tolist() == [-1.0, 9.0]


def test_disagreement_is_the_weighted_spread_of_the_members_payoffs():
    sure = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]  # worth -1 and 2
    members = np.array([[sure[0], sure[0]], [sure[1], sure[0]]])  # they differ on the first email alone
    payoffs = np.array([-1.0, 0.5, 2.0])
    assert disagreement(members, np.array([1.0, 1.0]), payoffs).tolist() == pytest.approx([1.5, 0.0])
    assert disagreement(members, np.array([3.0, 1.0]), payoffs)[0] == pytest.approx(3 * np.sqrt(3 / 16))
    assert disagreement(members, np.array([0.0, 0.0]), payoffs)[0] == pytest.approx(1.5)


def test_an_email_without_words_earns_less_than_any_other(made):
    model = load_reward_model(made[0])
    scores = model.score(["C"] * 3, ["", " \n ?!", "no thanks never a b c d"])
    assert (scores.probs[:2] == [0.97, 0.02, 0.01]).all()
    assert scores.rewards[:2].max() < scores.rewards[2]


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


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("outcome_rl.json", lambda kept: []),
        ("outcome_rl.json", lambda kept: {**kept, "config": None}),
        ("outcome_rl.json", lambda kept: {**kept, "reference": "x"}),
        ("outcome_rl.json", lambda kept: {**kept, "config": {**kept["config"], "folds": 1000}}),
        ("members.json", lambda kept: {**kept, "members": []}),
        ("members.json", lambda kept: {**kept, "members": {}}),
        ("members.json", lambda kept: {**kept, "members": {**kept["members"], "words": ["other", "words"]}}),
        ("members.json", lambda kept: {**kept, "plausibility": {**kept["plausibility"], "pairs": [["a", "b"]]}}),
    ],
)
def test_a_damaged_folder_is_told_and_not_scored_with(tmp_path, made, file, damage):
    import shutil

    torn = shutil.copytree(made[0], tmp_path / "torn")
    write_json(torn / file, damage(read_json(torn / file)))
    with pytest.raises((ModelError, ConfigError)):
        load_reward_model(torn)


def test_a_judge_whose_trees_go_round_in_circles_is_refused(tmp_path, made):
    import shutil

    from safetensors.numpy import load_file, save_file

    torn = shutil.copytree(made[0], tmp_path / "torn")
    for name, damage in (("left", lambda a: np.where(np.arange(len(a)) == a, a, 0)), ("feature", lambda a: a + 10_000)):
        arrays = load_file(made[0] / "judge.safetensors")
        save_file({**arrays, name: damage(arrays[name])}, torn / "judge.safetensors")
        with pytest.raises(ModelError):
            load_judge(torn)


def test_a_model_whose_numbers_are_not_finite_is_refused(tmp_path, made):
    import shutil

    from safetensors.numpy import load_file, save_file

    torn = shutil.copytree(made[0], tmp_path / "torn")
    arrays = load_file(torn / "members.safetensors")
    save_file({**arrays, "blend.bias": np.full(3, np.nan)}, torn / "members.safetensors")
    with pytest.raises(ModelError, match="not finite"):
        load_reward_model(torn)


def test_a_folder_without_a_usable_reward_model_says_what_to_do(tmp_path, models_folder, made):
    import shutil

    with pytest.raises(ModelError, match="train one first"):
        load_reward_model(tmp_path)
    with pytest.raises(ModelError, match="train one first"):
        load_reward_model(models_folder / "bert")
    old = shutil.copytree(made[0], tmp_path / "old")
    write_json(old / "outcome_rl.json", {"model": "x"})
    with pytest.raises(ModelError, match="another version; train it again"):
        load_reward_model(old)
    torn = shutil.copytree(made[0], tmp_path / "torn")
    (torn / "members.safetensors").write_bytes(b"torn")
    with pytest.raises(ModelError, match="cannot be read"):
        load_reward_model(torn)
