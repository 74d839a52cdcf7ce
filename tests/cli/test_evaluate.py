"""``evaluate``: a comparison, stopped, resumed, with a judge."""

import shutil

import pytest

from outcome_rl import events as ev
from outcome_rl.runs.run import Run
from tests.helpers.command_line import SHORT, refused, result, rows_of, typed


def test_evaluate(full_run, tmp_path):
    asked = ["evaluate", "--contexts", "contexts.csv", "--samples", 2, *SHORT, "--out", tmp_path / "compared.csv"]
    found = result(*asked, cwd=full_run.folder)
    assert found["base_model"] == full_run.base
    assert found["n"] == 3
    assert found["gain"] == pytest.approx(found["tuned"]["reward_mean"] - found["base"]["reward_mean"])
    assert len(rows_of(tmp_path / "compared.csv")) == 3 * 3 * 2
    assert "judge" not in found


def test_a_comparison_is_a_run_that_can_be_gone_on_with(full_run, tmp_path):
    asked = ["evaluate", "--contexts", "contexts.csv", "--no-warm-start", *SHORT, "--run-name", "compared"]
    found = result(*asked, cwd=full_run.folder)
    assert "warm_start" not in found
    run = Run(full_run.outputs / "runs" / "compared")
    lines = run.events_file.read_text().splitlines(keepends=True)
    kept = [line for line in lines if '"email_written"' in line]
    assert len(kept) == 3 * 2
    run.events_file.write_text("".join(lines[: lines.index(kept[2])]) + '{"event": "email_wri')
    (run.folder / "process.json").unlink()  # its process is this one, which lives on
    assert run.state() == "interrupted"
    assert run.config()["dtype"] in ("float32", "bfloat16")
    run.write_config({name: value for name, value in run.config().items() if name != "dtype"})  # as older runs are
    again = result("evaluate", "--resume", "compared", "--out", tmp_path / "c.csv", cwd=full_run.folder)
    assert again == found
    assert len(rows_of(tmp_path / "c.csv")) == 3 * 2
    assert "was started by 'evaluate'" in refused("finetune", "--resume", "compared", cwd=full_run.folder)
    for option, value in (("--samples", "1"), ("--seed", "7"), ("--run-name", "other"), ("--contexts", "contexts.csv")):
        refusal = refused("evaluate", "--resume", "compared", option, value, cwd=full_run.folder)
        assert f"{option} cannot change in a run that is resumed" in refusal
    assert "--warm-start" in refused("evaluate", "--resume", "compared", "--warm-start", cwd=full_run.folder)


def test_a_stopped_comparison_gives_the_table_of_what_it_compared(full_run, tmp_path, monkeypatch):
    import threading

    from outcome_rl.cli import run_session
    from outcome_rl.pipelines import comparison_run

    def stopped(asked, contexts, written, table, should_stop):
        table.write_text("the emails so far")
        yield ev.Stopped(message="Stopped after 1 of 3 contexts; these are compared.", resumable=True)

    monkeypatch.setattr(comparison_run, "comparison_run", stopped)
    monkeypatch.setattr(run_session, "_stop_on_signals", threading.Event)
    asked = ["evaluate", "--contexts", "contexts.csv", "--out", tmp_path / "cut.csv", *SHORT]
    assert typed(*asked, cwd=full_run.folder)[0] == 130
    assert (tmp_path / "cut.csv").read_text() == "the emails so far"


def test_evaluate_asks_the_judge_beside_the_reward_model(full_run, few, tmp_path):
    from safetensors.numpy import save_file

    from outcome_rl.reward.judge import JUDGE_FILE, train_judge
    from outcome_rl.reward.serialization import load_reward_model

    shutil.copytree(full_run.outputs / "reward_model", tmp_path / "rm")
    model = load_reward_model(tmp_path / "rm")
    judge = train_judge(model.config, model.context_words, few.contexts, few.emails, few.outcomes)
    save_file(judge.state(), tmp_path / "rm" / JUDGE_FILE)
    asked = ["evaluate", "--contexts", "contexts.csv", *SHORT, "--reward-model", tmp_path / "rm"]
    found = result(*asked, cwd=full_run.folder)
    assert found["judge"]["gain"] == pytest.approx(found["judge"]["tuned"] - found["judge"]["base"])
    assert found.keys() >= {"improved", "reward_model_improved", "gain_ci95", "win_rate"}
    _, table, _ = typed(*asked, cwd=full_run.folder)
    assert f"{found['judge']['tuned']:+.2f}" in table
    assert "The independent judge learned from the same emails" in table, "60 rows of nine words teach nothing"


def test_evaluate_a_model_that_was_not_tuned_here_needs_a_base(full_run, models_folder):
    asked = ["evaluate", "--contexts", "contexts.csv", "--model", models_folder / "llama", *SHORT]
    assert "there is no tuned model in" in refused(*asked, cwd=full_run.folder)
    found = result(*asked, "--base", full_run.base, cwd=full_run.folder)
    assert "warm_start" not in found
