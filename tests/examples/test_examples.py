"""Every example runs, on tiny models and a few rows; the notebook too, cell by cell."""

from __future__ import annotations

import io
import json
import re
import runpy
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import pytest

import outcome_rl as orl

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def main_of(name: str):
    return runpy.run_path(str(EXAMPLES / name))["main"]


@pytest.fixture(scope="module")
def mails(few, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("examples") / "mails.csv"
    few.write(path)
    return path


@pytest.fixture(scope="module")
def first(mails, models_folder, tmp_path_factory) -> tuple[Path, str]:
    """The folder that the first example leaves, and what it prints."""
    folder, shown = tmp_path_factory.mktemp("examples") / "rm", io.StringIO()
    config = orl.RewardConfig(model=str(models_folder / "distilbert"), repeats=1, folds=2)
    with redirect_stdout(shown):
        main_of("train_and_score.py")(mails, folder, config)
    return folder, shown.getvalue()


@pytest.fixture(scope="module")
def tuning() -> orl.FinetuneConfig:
    return orl.FinetuneConfig(
        steps=1, contexts_per_step=2, samples_per_context=2, warm_start_epochs=1, max_new_tokens=12,
        held_out_contexts=4, guard_contexts=2,
    )  # fmt: skip


def test_train_and_score(first):
    folder, shown = first
    assert orl.RewardModel.load(folder).report.rows_total == 60
    assert shown.count("converts with") == 2
    assert "On 60 emails" in shown


def test_look_without_training(capsys):
    main_of("look_without_training.py")()
    shown = capsys.readouterr().out
    assert shown.count("converts with") == 2
    assert re.search(r"after step 0: judge [+-]\d\.\d\d, reward model [+-]\d\.\d\d \(the best so far\)\n", shown)


def test_own_reward_function(mails, models_folder, tuning, tmp_path, capsys):
    result = main_of("own_reward_function.py")(
        data=mails, model=models_folder / "gpt2", out=tmp_path / "brief", config=tuning
    )
    assert result.steps == 1
    assert orl.Writer.load(tmp_path / "brief")
    assert "--- after: " in capsys.readouterr().out


def test_its_reward_is_worked_out_by_hand():
    reward = runpy.run_path(str(EXAMPLES / "own_reward_function.py"))["brief_with_one_question"]
    context = "Customer: founder at a Manufacturing firm is a cold prospect for a supply chain tool."
    words = "Dear founder, the supply chain of a manufacturing firm breaks where nobody looks. " * 4
    assert reward([context] * 3, ["Hello.", "Hello?", f"{words} Would Tuesday suit you?"]) == [0.0, 1.0, 3.0]


def test_compare_two_writers(first, models_folder, capsys):
    base, other = models_folder / "gpt2", models_folder / "llama"
    contexts, sampling = [f"Customer {place}." for place in range(5)], orl.SamplingConfig(max_new_tokens=8)
    result = main_of("compare_two_writers.py")(base, other, first[0], contexts, sampling)
    assert (result.n, result.base_model) == (5, str(base))
    assert f"gain {result.gain:+.2f}" in capsys.readouterr().out


def notebook_code():
    cells = json.loads((EXAMPLES / "outcome_rl.ipynb").read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_the_notebook(models_folder, tmp_path, monkeypatch, capsys):
    train = orl.RewardModel.train

    def trusted(*given, **settings):  # a tiny random encoder and 60 rows teach nothing
        model = train(*given, **settings)
        return replace(model, report=replace(model.report, beats_guessing=True))

    monkeypatch.setattr(orl.RewardModel, "train", trusted)
    for name, value in (("ENCODER", models_folder / "distilbert"), ("WRITER", models_folder / "gpt2")):
        monkeypatch.setenv(f"OUTCOME_RL_{name}", str(value))
    monkeypatch.setenv("OUTCOME_RL_ROWS", "60")
    monkeypatch.setenv("OUTCOME_RL_STEPS", "1")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for source in notebook_code():
        exec(compile(source, "outcome_rl.ipynb", "exec"), names)
    shown = capsys.readouterr().out
    assert "step 1/1: reward" in shown
    result = names["result"]
    assert isinstance(result, orl.FinetuneResult)
    assert result.verdict in shown
    assert result.evaluation is not None and result.evaluation.n == 6, "few, so that it is over soon"
    assert re.search(r"over the warm start [+-]\d\.\d\d \(95 % interval [+-]\d\.\d\d to [+-]\d\.\d\d\)", shown)
    assert (tmp_path / "outputs" / "notebook_writer" / "config.json").is_file()


def test_the_notebook_leaves_the_lock_alone():
    assert not any("ignore_verdict" in source for source in notebook_code())


def test_the_notebook_is_kept_without_output():
    cells = json.loads((EXAMPLES / "outcome_rl.ipynb").read_text(encoding="utf-8"))["cells"]
    assert all(
        cell["outputs"] == [] and cell["execution_count"] is None for cell in cells if cell["cell_type"] == "code"
    )
