"""``run`` and its parts on tiny models: the result, the record, the models that are left."""

import json

import pytest

from outcome_rl import events as ev
from outcome_rl.runs.run import replay
from tests.helpers.command_line import (
    SCORED,
    SHORT,
    TUNING,
    refused,
    result,
    rows_of,
    typed,
    typed_in_a_process,
)


def test_run_prints_one_json_object_with_the_documented_keys(full_run):
    assert len(full_run.out.splitlines()) == 1
    assert set(full_run.result) == {"reward_model", "finetune", "evaluation"}
    reward, tuned, compared = (full_run.result[key] for key in ("reward_model", "finetune", "evaluation"))
    assert reward.keys() >= {
        "accuracy", "accuracy_ci95", "macro_f1", "log_loss", "ece", "auc_conversion", "auc_reply", "baselines",
        "beats_baselines", "seconds",
    }  # fmt: skip
    assert tuned.keys() >= {
        "reward_before", "reward_after", "judge_before", "judge_after", "kl", "steps", "completions", "seconds",
        "model_dir", "best_step", "stopped_because",
    }  # fmt: skip
    assert compared.keys() >= {
        "base_model", "n", "base", "warm_start", "tuned", "gain", "gain_ci95", "win_rate", "improved",
    }  # fmt: skip
    assert (tuned["steps"], tuned["completions"], compared["n"]) == (3, 12, 3)
    assert compared["base_model"] == full_run.base
    assert compared["gain"] == pytest.approx(tuned["reward_after"] - tuned["reward_before"])
    assert compared["improved"] == "unclear", "60 emails of nine words teach nothing to claim anything by"


def test_progress_goes_to_standard_error(full_run):
    assert "step 3/3: reward" in full_run.err
    assert "fold 5/5: log-loss" in full_run.err
    assert "step" not in full_run.out.partition("{")[0]


def test_run_leaves_models_that_transformers_loads(full_run):
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

    assert AutoModelForSequenceClassification.from_pretrained(full_run.outputs / "reward_model").num_labels == 3
    assert AutoModelForCausalLM.from_pretrained(full_run.tuned).config.model_type == "gpt2"
    assert AutoTokenizer.from_pretrained(full_run.tuned)
    for folder in ("reward_model", "ppo_gpt2_outcome"):
        assert (full_run.outputs / folder / "README.md").read_text().startswith("---\nbase_model: ")
    for name in ("warm_start", "adapter"):
        assert (full_run.tuned / name / "adapter_config.json").is_file()


def test_run_leaves_a_record(full_run):
    told = replay(full_run.run)[0]
    assert isinstance(told[0], ev.Started)
    assert isinstance(told[-1], ev.Finished)
    assert json.loads(json.dumps(told[-1].result)) == full_run.result
    assert [event.step for event in told if isinstance(event, ev.RLStep)] == [1, 2, 3]
    assert full_run.run.state() == "done"
    assert full_run.run.data_file.read_bytes() == (full_run.folder / "mails.csv").read_bytes()
    assert full_run.run.config()["finetune"]["steps"] == 3
    compared = rows_of(full_run.run.folder / "comparison.csv")
    assert list(compared[0]) == [*SCORED, "model"]
    assert [row["model"] for row in compared] == ["base"] * 3 + ["warm_start"] * 3 + ["tuned"] * 3
    trained_on = {event.sample_1_context for event in told if isinstance(event, ev.RLStep)}
    guarded = {event.sample_1_context for event in told if isinstance(event, ev.RLEvaluation)}
    assert trained_on.isdisjoint(row["context"] for row in compared)
    assert guarded.isdisjoint(row["context"] for row in compared)
    assert guarded.isdisjoint(trained_on)
    assert [event.step for event in told if isinstance(event, ev.RLEvaluation)] == [0, 3]
    origin = json.loads((full_run.tuned / "outcome_rl.json").read_text())
    assert origin["best_step"] == full_run.result["finetune"]["best_step"]


def test_runs_are_listed_with_their_states(full_run):
    listed = {run["run"]: run for run in result("runs", cwd=full_run.folder)["runs"]}
    assert (listed["first"]["kind"], listed["first"]["state"]) == ("run", "done")


def test_a_workspace_without_runs(tmp_path):
    assert result("runs", cwd=tmp_path) == {"runs": []}
    assert list(tmp_path.iterdir()) == []


def test_train_reward(mails, models_folder, tmp_path):
    model = ["--model", models_folder / "bert", "--repeats", 1]
    found = result("train-reward", mails / "mails.csv", *model, "--out", "rm", cwd=tmp_path)
    assert found.keys() >= {"accuracy", "accuracy_ci95", "macro_f1", "log_loss", "ece", "baselines", "beats_baselines"}
    assert found["rows_train"] + found["rows_judge"] == found["rows_total"] == 60
    assert json.loads((tmp_path / "rm" / "metrics.json").read_text()) == found


def test_tuning_against_a_model_that_only_guesses_is_locked(full_run, tmp_path):
    """60 emails of nine words teach nothing; the fixture itself had to ignore the verdict."""
    assert full_run.result["reward_model"]["beats_guessing"] is not True
    assert full_run.result["finetune"]["verdict_ignored"] is True
    assert "not clearly better than guessing" in (full_run.tuned / "README.md").read_text()
    asked = ["finetune", "mails.csv", "--model", full_run.base, "--out", tmp_path / "t"]
    assert "tuning is locked" in refused(*asked, cwd=full_run.folder, status=1)
    assert not (tmp_path / "t").exists()


def test_all_weights_are_tuned_and_compared(full_run, tmp_path):
    asked = ["finetune", "mails.csv", "--model", full_run.base, "--tuning", "full", "--steps", 1, *TUNING]
    found = result(*asked, "--out", tmp_path / "t", cwd=full_run.folder)
    assert not (tmp_path / "t" / "adapter").exists()
    assert {"base", "warm_start", "tuned"} <= found["evaluation"].keys()
    asked = ["evaluate", "--contexts", "contexts.csv", "--model", tmp_path / "t", *SHORT]
    assert result(*asked, cwd=full_run.folder)["base_model"] == full_run.base


def test_a_command_in_a_process_of_its_own(mails):
    """What ``python -m outcome_rl`` gives is what the tests that call it within their own process see."""
    status, out, err = typed_in_a_process("check", "mails.csv", "--json", cwd=mails)
    assert (status, err) == (0, "")
    assert json.loads(out.splitlines()[-1]) == result("check", "mails.csv", cwd=mails)
    status, out, err = typed_in_a_process("check", "nowhere.csv", cwd=mails)
    assert (status, out) == (2, "")
    assert (status, err) == typed("check", "nowhere.csv", cwd=mails)[::2]
