"""The reward model on tiny encoders of both families."""

import numpy as np
import pytest
import torch

from outcome_rl.config import RewardConfig
from outcome_rl.data import EmailData
from outcome_rl.errors import DataError, ModelError
from outcome_rl.events import PhaseDone, RewardEpoch
from outcome_rl.files import read_json
from outcome_rl.models import Found
from outcome_rl.reward import RewardModel, load_reward_model
from outcome_rl.reward_training import auto_epochs, train_reward

WORDS = ("no thanks never", "perhaps later maybe", "yes please today")


def plain_data(n=120, shares=(1, 1, 1), by_context=False):
    """Emails (or contexts) whose words give the outcome away, padded with numbers so that none repeats another."""
    rng = np.random.default_rng(0)
    outcomes = rng.choice(3, n, p=np.array(shares) / sum(shares)).tolist()
    filler = [" ".join(rng.choice(list("abcdefghij"), 12)) for _ in range(n)]
    telling = [WORDS[y] for y in outcomes]
    emails = [f if by_context else f"{w} {f}" for w, f in zip(telling, filler, strict=True)]
    contexts = telling if by_context else ["Customer: someone."] * n
    return EmailData(tuple(contexts), tuple(emails), tuple(outcomes), tuple(range(2, n + 2)))


def trained(folder, out, data, stop=lambda: False, **changes):
    config = RewardConfig(**{"model": "tiny", "epochs": 12, "learning_rate": 0.003, "max_tokens": 48, **changes})
    return list(train_reward(config, data, Found("tiny", folder, "folder"), out, stop))


def test_it_learns_what_can_be_learnt_and_says_so(encoder_folder, tmp_path):
    events = trained(encoder_folder, tmp_path / "rm", plain_data())
    result = events[-1].result
    assert isinstance(events[-1], PhaseDone)
    assert result["accuracy"] > 0.9
    assert result["baselines"]["majority"]["beaten"] is True
    assert result["rows_train"] + result["rows_validation"] == 120
    low, high = result["accuracy_ci95"]
    assert low < result["accuracy"] <= high
    assert sum(map(sum, result["confusion_matrix"])) == result["rows_validation"]


def test_shuffled_outcomes_are_not_called_better_than_guessing(models_folder, tmp_path):
    data = plain_data()
    shuffled = np.random.default_rng(1).permutation(data.outcomes).tolist()
    data = EmailData(data.contexts, data.emails, tuple(shuffled), data.rows)
    result = trained(models_folder / "distilbert", tmp_path / "rm", data, epochs=4)[-1].result
    assert result["beats_baselines"] is not True
    assert "not clearly better than guessing" in result["verdict"] or "worse than guessing" in result["verdict"]


def test_saved_as_a_transformers_folder_with_named_labels(encoder_folder, tmp_path):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    trained(encoder_folder, tmp_path / "rm", plain_data(60), epochs=2)
    model = AutoModelForSequenceClassification.from_pretrained(tmp_path / "rm")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "rm")
    assert model.config.id2label == {0: "no_reply", 1: "reply", 2: "conversion"}
    ours = load_reward_model(tmp_path / "rm")
    with torch.no_grad():
        theirs = model(**tokenizer("Customer: X.", "Hello there", return_tensors="pt")).logits.softmax(-1)
    np.testing.assert_allclose(ours.predict(["Customer: X."], ["Hello there"]), theirs, atol=0.02)  # bf16 or not
    assert read_json(tmp_path / "rm" / "metrics.json")["rows_train"] == 51
    assert "no_reply, reply or conversion" in (tmp_path / "rm" / "README.md").read_text()


def test_it_reads_the_context_unless_told_not_to(models_folder, tmp_path):
    data = plain_data(by_context=True)
    pair = trained(models_folder / "bert", tmp_path / "pair", data)[-1].result
    alone = trained(models_folder / "bert", tmp_path / "alone", data, text="email")[-1].result
    assert pair["accuracy"] > 0.9
    assert alone["accuracy"] < 0.7
    model = load_reward_model(tmp_path / "alone")
    probs = model.predict(["yes please today", "no thanks never"], ["a b c", "a b c"])
    assert np.array_equal(probs[0], probs[1])


@pytest.mark.parametrize("batch_size", [1, 8])
def test_class_weights_do_not_bend_the_probabilities(models_folder, tmp_path, batch_size):
    """With outcomes that the text says nothing about, the mean prediction must be the data's own shares."""
    data = plain_data(300, shares=(16, 3, 1))
    blank = EmailData(data.contexts, tuple(e.split(" ", 3)[3] for e in data.emails), data.outcomes, data.rows)
    options = {"epochs": 3, "learning_rate": 0.0005, "batch_size": batch_size}
    trained(models_folder / "distilbert", tmp_path / "rm", blank, **options)
    mean = load_reward_model(tmp_path / "rm").predict(blank.contexts, blank.emails).mean(0)
    shares = np.bincount(data.outcomes) / len(data)
    assert mean[1] == pytest.approx(shares[1], rel=0.5)
    assert mean[2] == pytest.approx(shares[2], rel=0.6)


def test_predictions_do_not_depend_on_the_batch(models_folder, tmp_path):
    trained(models_folder / "bert", tmp_path / "rm", plain_data(60), epochs=2)
    model = load_reward_model(tmp_path / "rm")
    contexts, emails = ["C"] * 5, ["short", "a " * 30, "yes please", "b " * 60, "c d e f"]
    together = model.predict(contexts, emails)
    alone = np.concatenate([model.predict([c], [e]) for c, e in zip(contexts, emails, strict=True)])
    np.testing.assert_allclose(together, alone, atol=0.01)
    np.testing.assert_allclose(together.sum(1), 1.0)


def test_expected_and_argmax_rewards():
    probs = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    expected = RewardModel(None, None, RewardConfig(), torch.device("cpu"), torch.float32)
    assert expected.rewards(probs).tolist() == pytest.approx([-0.5 + 0.15 + 0.4, -0.1 + 0.1 + 1.4])
    argmax = RewardModel(
        None, None, RewardConfig(reward="argmax", payoff_conversion=9.0), torch.device("cpu"), torch.float32
    )
    assert argmax.rewards(probs).tolist() == [-1.0, 9.0]


def test_an_email_without_words_gets_no_reply(models_folder, tmp_path):
    trained(models_folder / "bert", tmp_path / "rm", plain_data(60), epochs=1)
    probs = load_reward_model(tmp_path / "rm").predict(["C", "C"], ["", " \n ?!"])
    assert probs.tolist() == [[1.0, 0.0, 0.0]] * 2


def test_a_stop_keeps_the_best_model_so_far(models_folder, tmp_path):
    calls = []
    events = trained(
        models_folder / "bert", tmp_path / "rm", plain_data(60), stop=lambda: calls.append(1) or len(calls) > 10
    )
    assert len([event for event in events if isinstance(event, RewardEpoch)]) < 12
    assert load_reward_model(tmp_path / "rm")


def test_a_stop_before_the_first_pass_is_over_leaves_the_old_model(models_folder, tmp_path):
    trained(models_folder / "bert", tmp_path / "rm", plain_data(60), epochs=1)
    before = (tmp_path / "rm" / "metrics.json").read_bytes()
    events = trained(models_folder / "bert", tmp_path / "rm", plain_data(90), stop=lambda: True)
    assert not any(isinstance(event, (RewardEpoch, PhaseDone)) for event in events)
    assert (tmp_path / "rm" / "metrics.json").read_bytes() == before


def test_an_outcome_with_too_few_rows_is_told_before_a_model_is_loaded(tmp_path):
    data = plain_data(60)
    rare = EmailData(data.contexts, data.emails, tuple([2, 2] + [y % 2 for y in data.outcomes[2:]]), data.rows)
    with pytest.raises(DataError, match="'conversion' has 2 rows; a reward model needs at least 3"):
        trained(tmp_path / "no model here", tmp_path / "rm", rare)


def test_few_rows_get_many_passes():
    assert [auto_epochs(n) for n in (10, 100, 500, 5000)] == [20, 20, 10, 3]


def test_a_folder_without_a_reward_model_says_what_to_do(tmp_path, models_folder):
    with pytest.raises(ModelError, match="train one first"):
        load_reward_model(tmp_path)
    with pytest.raises(ModelError, match="train one first"):
        load_reward_model(models_folder / "bert")
