"""A reward model is saved and loaded whole; a damaged folder is told and not scored with."""

import numpy as np
import pytest
import torch

from outcome_rl.errors import ConfigError, ModelError
from outcome_rl.reward.serialization import load_judge, load_reward_model, save
from outcome_rl.utils.files import read_json, write_json
from tests.helpers.telling_emails import plain_data


def test_saved_as_a_transformers_folder_with_named_labels(made, models_folder):
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder, result = made
    model = AutoModelForSequenceClassification.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert model.config.id2label == {0: "no_reply", 1: "reply", 2: "conversion"}
    data = plain_data(240)
    with torch.no_grad():
        inputs = tokenizer(list(data.contexts), list(data.emails), padding=True, return_tensors="pt")
        predicted = model(**inputs).logits.argmax(-1).tolist()
    assert np.mean(np.array(predicted) == data.outcomes) > 0.5, "its head is fitted, not new"
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
    (torn / "checksums.json").unlink()  # its own test is tests/faults
    write_json(torn / file, damage(read_json(torn / file)))
    with pytest.raises((ModelError, ConfigError)):
        load_reward_model(torn)


def test_a_judge_whose_trees_go_round_in_circles_is_refused(tmp_path, made):
    import shutil

    from safetensors.numpy import load_file, save_file

    torn = shutil.copytree(made[0], tmp_path / "torn")
    (torn / "checksums.json").unlink()  # its own test is tests/faults
    for name, damage in (("left", lambda a: np.where(np.arange(len(a)) == a, a, 0)), ("feature", lambda a: a + 10_000)):
        arrays = load_file(made[0] / "judge.safetensors")
        save_file({**arrays, name: damage(arrays[name])}, torn / "judge.safetensors")
        with pytest.raises(ModelError):
            load_judge(torn)


def test_a_model_whose_numbers_are_not_finite_is_refused(tmp_path, made):
    import shutil

    from safetensors.numpy import load_file, save_file

    torn = shutil.copytree(made[0], tmp_path / "torn")
    (torn / "checksums.json").unlink()  # its own test is tests/faults
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
    (old / "checksums.json").unlink()  # its own test is tests/faults
    write_json(old / "outcome_rl.json", {"model": "x"})
    with pytest.raises(ModelError, match="another version; train it again"):
        load_reward_model(old)
    torn = shutil.copytree(made[0], tmp_path / "torn")
    (torn / "checksums.json").unlink()  # its own test is tests/faults
    (torn / "members.safetensors").write_bytes(b"torn")
    with pytest.raises(ModelError, match="cannot be read"):
        load_reward_model(torn)
