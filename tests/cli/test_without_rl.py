"""What the commands do where nothing is to be taught, or the reward model that was just trained only guesses."""

from __future__ import annotations

import json

import pytest

from outcome_rl import events as ev
from outcome_rl.pipelines.full_run import GUESSES
from outcome_rl.policy.metadata import read_origin, taught_steps, why_not_taught
from outcome_rl.runs.run import Run, replay
from tests.helpers.command_line import refused, result, typed
from tests.helpers.seller import seller_emails

SHORT = ["--max-new-tokens", 12]


@pytest.fixture(scope="module")
def sellers(full_run):
    seller_emails().write(full_run.folder / "seller.csv")
    return full_run


def test_a_writer_is_had_without_tuning_where_the_reward_model_guesses(sellers, tmp_path):
    asked = ["finetune", "seller.csv", "--model", sellers.base, "--out", tmp_path / "w"]
    assert "--steps 0" in refused(*asked, cwd=sellers.folder, status=1)
    status, printed, err = typed(*asked, "--steps", 0, cwd=sellers.folder)
    assert status == 0, err
    assert "Nothing was taught, for no RL step was asked for." in printed
    assert "(0 RL steps, 0 emails)" in printed
    assert read_origin(tmp_path / "w")["write"] == "own-words"
    context = "Ana Lang (owner), hotel, 20 staff; time clock"
    written = result("generate", "--model", tmp_path / "w", "--context", context, cwd=sellers.folder)
    assert "time clock" in written["emails"][0]["email_text"]


def test_steps_cannot_be_added_to_a_run_without_rl(sellers, tmp_path):
    asked = ["finetune", "seller.csv", "--model", sellers.base, "--out", tmp_path / "w", "--run-name", "without"]
    result(*asked, "--steps", 0, cwd=sellers.folder)
    said = refused("finetune", "--resume", "without", "--steps", 2, cwd=sellers.folder)
    assert "steps: the run that is resumed makes no RL step" in said


@pytest.fixture(scope="module")
def guessing(full_run, models_folder):
    """(what was typed, status, result) of a run whose reward model guesses, and nobody has said to ignore it."""
    asked = ["run", "mails.csv", "--model", full_run.base, "--encoder", models_folder / "distilbert", "--steps", 2]
    asked += ["--reward-repeats", 1, "--out", "guessed", *SHORT, "--json"]
    status, printed, _ = typed(*asked, "--run-name", "guessed", cwd=full_run.folder)
    return asked, status, json.loads(printed.splitlines()[-1])


def test_a_run_whose_reward_model_guesses_ends_with_a_writer_and_says_why_nothing_was_taught(full_run, guessing):
    _, status, found = guessing
    assert status == 3
    assert found["reward_model"]["beats_guessing"] is not True
    assert found["evaluation"] is found["finetune"]["evaluation"] is None
    assert f"Nothing was taught, for {GUESSES}." in found["finetune"]["verdict"]
    assert why_not_taught(full_run.folder / "guessed" / "ppo_gpt2_outcome") == GUESSES
    run = Run(full_run.outputs / "runs" / "guessed")
    assert run.state() == "done"
    told = [event.message for event in replay(run)[0] if isinstance(event, ev.Notice)]
    assert f"Nothing is taught, for {GUESSES}: the writer is saved as it is without RL." in told


def test_gone_on_with_it_says_the_same(full_run, guessing):
    status, printed, err = typed("run", "--resume", "guessed", cwd=full_run.folder)
    assert status == 3, err
    assert f"Nothing was taught, for {GUESSES}." in " ".join(printed.split())


def test_a_writer_that_was_taught_before_is_kept(own_full_run, models_folder):
    assert taught_steps(own_full_run.tuned) == 3
    asked = ["run", "mails.csv", "--model", own_full_run.base, "--encoder", models_folder / "distilbert"]
    status, printed, _ = typed(*asked, "--steps", 2, "--reward-repeats", 1, *SHORT, "--json", cwd=own_full_run.folder)
    assert status == 130
    assert json.loads(printed.splitlines()[-1])["message"].endswith("The model that was tuned before stays as it was.")
    assert taught_steps(own_full_run.tuned) == 3


def test_a_run_that_was_asked_for_no_step_has_done_all_it_was_asked_for(full_run, models_folder, tmp_path):
    asked = ["run", "mails.csv", "--model", full_run.base, "--encoder", models_folder / "distilbert", "--steps", 0]
    found = result(*asked, "--reward-repeats", 1, "--out", tmp_path, *SHORT, "--minutes", 5, cwd=full_run.folder)
    assert "for no RL step was asked for" in found["finetune"]["verdict"]
