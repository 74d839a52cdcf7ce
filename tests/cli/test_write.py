"""``--write``: own words and free from the command line; which of them ``auto`` takes, and what it says."""

from __future__ import annotations

import json

import pytest

from outcome_rl.policy.own_words import OwnWords
from outcome_rl.policy.writing import FreeWriting
from outcome_rl.sentence_bank.slots import filled
from outcome_rl.sentence_bank.storage import load_bank
from outcome_rl.text.email_parts import email_parts
from tests.helpers.command_line import refused, result, rows_of, typed
from tests.helpers.made_emails import plain
from tests.helpers.seller import seller_bank, seller_emails

FEW = ["--ignore-verdict", "--contexts-per-step=2", "--samples-per-context=2", "--max-new-tokens=12"]
FEW += ["--held-out-contexts=3", "--steps=1"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, models_folder):
    """A folder with a seller's emails, tuned on in own words, and with emails that share no sentence."""
    made = tmp_path_factory.mktemp("write")
    seller_emails(48).write(made / "seller.csv")
    plain(40).write(made / "strangers.csv")
    models = ["--model", models_folder / "gpt2", "--encoder", models_folder / "distilbert", "--reward-repeats", 1]
    found = result("run", "seller.csv", *models, *FEW, "--write", "own-words", "--run-name", "own", cwd=made)
    assert found["finetune"]["steps"] == 1
    return made


def finetune(folder, models_folder, data, *more):
    given = ["--reward-model", folder / "outputs" / "reward_model", "--model", models_folder / "gpt2"]
    return ["finetune", folder / data, *given, "--workspace", "w", *FEW, *more]


def test_run_writes_in_own_words(folder):
    outputs = folder / "outputs"
    tuned = outputs / "ppo_gpt2_outcome"
    assert json.loads((tuned / "outcome_rl.json").read_text())["write"] == "own-words"
    for place in (outputs / "runs" / "own", tuned, tuned / "warm_start"):
        assert (place / "sentences.json").is_file()
    bank = load_bank(tuned / "sentences.json")
    rows = rows_of(outputs / "runs" / "own" / "comparison.csv")
    assert {row["model"] for row in rows} == {"base", "warm_start", "tuned"}
    for row in rows:
        if row["model"] != "base":
            values = dict(bank.fields.values(row["context"]))
            known = {filled(sentence.text, values) for sentence in bank.suited_to(row["context"])}
            assert {sentence.text for sentence in email_parts(row["email_text"]).body} <= known


def test_the_model_that_is_left_writes_in_own_words(folder):
    asked = ["generate", f"--context={seller_emails().contexts[0]}", "--model", "outputs/ppo_gpt2_outcome"]
    email = result(*asked, cwd=folder)["emails"][0]["email_text"]
    assert "shift planner" in email
    assert "Kind regards,\n{{sender_name}}" in email


@pytest.mark.parametrize("write", ["free", "auto"])
def test_free_or_fallen_back_to_free(folder, models_folder, tmp_path, write):
    data = "seller.csv" if write == "free" else "strangers.csv"
    asked = finetune(folder, models_folder, data, "--write", write, "--warm-start-epochs", 1)
    status, _, err = typed(*asked, cwd=tmp_path)
    assert status == 0, err
    assert ("do not have sentences enough" in " ".join(err.split())) is (write == "auto")
    assert not list((tmp_path / "w").rglob("sentences.json"))
    (origin,) = (tmp_path / "w").glob("*/outcome_rl.json")
    assert json.loads(origin.read_text())["write"] == "free"


def test_own_words_that_the_file_lacks_are_refused(folder, models_folder, tmp_path):
    asked = finetune(folder, models_folder, "strangers.csv", "--write", "own-words")
    assert "do not have sentences enough for own words" in refused(*asked, cwd=tmp_path)


def test_any_other_way_of_writing_is_none(folder):
    assert "verse" in refused("finetune", "seller.csv", "--write", "verse", cwd=folder)


def test_the_two_ways_are_called_as_on_the_command_line():
    assert OwnWords(seller_bank(), None).name == "own-words"
    assert FreeWriting().name == "free"
