"""The commands, as a person types them, on tiny models: results, exit statuses, files, one clear message."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from outcome_rl import events as ev
from outcome_rl.data.csv_io import write_rows
from outcome_rl.runs.workspace import Run, replay
from outcome_rl.utils.files import read_json, write_json

COMMANDS = ["check", "train-reward", "finetune", "run", "generate", "score", "evaluate", "try", "runs"]
HOME = Path(__file__).resolve().parent.parent
ENVIRONMENT = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "COLUMNS": "100", "PYTHONPATH": str(HOME)}
for name in ("OUTCOME_RL_WORKSPACE", "OUTCOME_RL_DEBUG"):
    ENVIRONMENT.pop(name, None)
SCORED = ["context", "email_text", "p_no_reply", "p_reply", "p_conversion", "reward", "word_count", "has_cta"]
SCORED += ["question_count"]
SHORT = ["--max-new-tokens", "8"]
TUNING = ["--ignore-verdict", "--contexts-per-step=2", "--samples-per-context=2", "--warm-start-epochs=1"]
TUNING += ["--max-new-tokens=12", "--held-out-contexts=3"]

posix = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")


def command(*arguments):
    return [sys.executable, "-m", "outcome_rl", *map(str, arguments)]


def typed(*arguments, cwd, stdin=""):
    """(status, standard output, standard error) of a command."""
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=ENVIRONMENT, input=stdin, capture_output=True, text=True, timeout=240
    )
    return done.returncode, done.stdout, done.stderr


def result(*arguments, cwd, stdin=""):
    """The object on the last line of a command that succeeds under ``--json``."""
    status, out, err = typed(*arguments, "--json", cwd=cwd, stdin=stdin)
    assert status == 0, err
    found = json.loads(out.splitlines()[-1], parse_constant=pytest.fail)
    assert isinstance(found, dict)
    return found


def refused(*arguments, cwd, status=2):
    """The one message of a command that ends with ``status``."""
    ended, out, err = typed(*arguments, cwd=cwd)
    assert (ended, out) == (status, "")
    assert "Traceback" not in err
    message = err.strip().splitlines()[-1]
    assert message.startswith("error: ")
    assert err.count("error: ") == 1
    return message


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def folder(tmp_path_factory, few):
    """A folder with 60 short emails and a file of three contexts."""
    path = tmp_path_factory.mktemp("cli")
    rows = zip(few.contexts, (" ".join(email.split()[:9]) for email in few.emails), few.outcomes, strict=True)
    write_rows(path / "mails.csv", ("context", "email_text", "outcome"), rows)
    write_rows(path / "contexts.csv", ("context",), [["Customer: A."], ["Customer: B, the big one."], ["Customer: C."]])
    return path


@pytest.fixture(scope="session")
def whole(folder, models_folder):
    """What ``run`` printed and made: the folder that most tests work in."""
    models = ["--model", models_folder / "gpt2", "--encoder", models_folder / "distilbert"]
    settings = ["--steps", 3, "--reward-repeats", 1, "--checkpoint-minutes", 0, *TUNING]
    status, out, err = typed("run", "mails.csv", *models, *settings, "--run-name", "first", "--json", cwd=folder)
    assert status == 0, err
    outputs = folder / "outputs"
    return SimpleNamespace(
        out=out,
        err=err,
        result=json.loads(out.splitlines()[-1]),
        folder=folder,
        outputs=outputs,
        run=Run(outputs / "runs" / "first"),
        base=str(models_folder / "gpt2"),
        tuned=outputs / "ppo_gpt2_outcome",
    )


# --- help -------------------------------------------------------------------------------------------------------------


def test_help_lists_every_command_and_imports_no_heavy_library(tmp_path):
    code = (
        "import sys; from outcome_rl.cli import main; sys.argv = ['outcome-rl', '--help']\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code in (0, None)\n"
        "print('IMPORTED', *sorted({'torch', 'transformers', 'sklearn', 'scipy', 'gradio'} & set(sys.modules)))"
    )
    out = subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path, env=ENVIRONMENT, text=True)
    assert all(f" {name} " in out for name in COMMANDS)
    assert out.splitlines()[-1].split() == ["IMPORTED"]


def test_help_of_a_command_explains_its_settings_with_their_defaults(tmp_path):
    status, out, _ = typed("finetune", "--help", cwd=tmp_path)
    assert status == 0
    shown = " ".join(out.replace("│", " ").split())
    assert "--learning-rate" in shown
    assert "sampled for each context; they are each other's baseline (default: 4)" in shown
    assert "(ppo or reward_weighted)" in shown


# --- check ------------------------------------------------------------------------------------------------------------


def test_check(folder):
    found = result("check", "mails.csv", cwd=folder)
    assert (found["rows"], sum(found["outcomes"].values()), found["near_duplicates"]) == (60, 60, 0)
    assert found["words"]["max"] == 9
    status, out, err = typed("check", "mails.csv", cwd=folder)
    assert (status, err) == (0, "")
    assert "60 emails" in out


def test_check_takes_other_column_names(tmp_path):
    write_rows(tmp_path / "a.csv", ("who", "body", "got"), [["C", f"E{i}", i % 3] for i in range(9)])
    columns = ["--context-column", "who", "--email-column", "body", "--outcome-column", "got"]
    assert result("check", "a.csv", *columns, cwd=tmp_path)["outcomes"] == {"no_reply": 3, "reply": 3, "conversion": 3}
    assert "column 'context' is missing" in refused("check", "a.csv", cwd=tmp_path)


def test_check_refuses_what_training_would_refuse(tmp_path):
    write_rows(tmp_path / "a.csv", ("context", "email_text", "outcome"), [["C", f"E{i}", i % 2] for i in range(9)])
    assert "outcome 'conversion' has 0 rows" in refused("check", "a.csv", cwd=tmp_path)


# --- run --------------------------------------------------------------------------------------------------------------


def test_run_prints_one_json_object_with_the_documented_keys(whole):
    assert len(whole.out.splitlines()) == 1
    assert set(whole.result) == {"reward_model", "finetune", "evaluation"}
    reward, tuned, compared = (whole.result[key] for key in ("reward_model", "finetune", "evaluation"))
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
    assert compared["base_model"] == whole.base
    assert compared["gain"] == pytest.approx(tuned["reward_after"] - tuned["reward_before"])
    assert compared["improved"] in (True, False, "unclear")


def test_progress_goes_to_standard_error(whole):
    assert "step 3/3: reward" in whole.err
    assert "fold 5/5: log-loss" in whole.err
    assert "step" not in whole.out.partition("{")[0]


def test_run_leaves_models_that_transformers_loads(whole):
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

    assert AutoModelForSequenceClassification.from_pretrained(whole.outputs / "reward_model").num_labels == 3
    assert AutoModelForCausalLM.from_pretrained(whole.tuned).config.model_type == "gpt2"
    assert AutoTokenizer.from_pretrained(whole.tuned)
    for folder in ("reward_model", "ppo_gpt2_outcome"):
        assert (whole.outputs / folder / "README.md").read_text().startswith("---\nbase_model: ")
    for name in ("warm_start", "adapter"):
        assert (whole.tuned / name / "adapter_config.json").is_file()


def test_run_leaves_a_record(whole):
    told = replay(whole.run)[0]
    assert isinstance(told[0], ev.Started)
    assert isinstance(told[-1], ev.Finished)
    assert json.loads(json.dumps(told[-1].result)) == whole.result
    assert [event.step for event in told if isinstance(event, ev.RLStep)] == [1, 2, 3]
    assert whole.run.state() == "done"
    assert whole.run.data_file.read_bytes() == (whole.folder / "mails.csv").read_bytes()
    assert whole.run.config()["finetune"]["steps"] == 3
    compared = rows_of(whole.run.folder / "comparison.csv")
    assert list(compared[0]) == [*SCORED, "model"]
    assert [row["model"] for row in compared] == ["base"] * 3 + ["warm_start"] * 3 + ["tuned"] * 3
    trained_on = {event.sample_1_context for event in told if isinstance(event, ev.RLStep)}
    guarded = {event.sample_1_context for event in told if isinstance(event, ev.RLEvaluation)}
    assert trained_on.isdisjoint(row["context"] for row in compared)
    assert guarded.isdisjoint(row["context"] for row in compared)
    assert guarded.isdisjoint(trained_on)
    assert [event.step for event in told if isinstance(event, ev.RLEvaluation)] == [0, 3]
    assert (
        json.loads((whole.tuned / "outcome_rl.json").read_text())["best_step"] == whole.result["finetune"]["best_step"]
    )


def test_runs_are_listed_with_their_states(whole):
    listed = {run["run"]: run for run in result("runs", cwd=whole.folder)["runs"]}
    assert (listed["first"]["kind"], listed["first"]["state"]) == ("run", "done")


def test_a_workspace_without_runs(tmp_path):
    assert result("runs", cwd=tmp_path) == {"runs": []}
    assert list(tmp_path.iterdir()) == []


# --- the parts of a run -----------------------------------------------------------------------------------------------


def test_train_reward(folder, models_folder, tmp_path):
    model = ["--model", models_folder / "bert", "--repeats", 1]
    found = result("train-reward", folder / "mails.csv", *model, "--out", "rm", cwd=tmp_path)
    assert found.keys() >= {"accuracy", "accuracy_ci95", "macro_f1", "log_loss", "ece", "baselines", "beats_baselines"}
    assert found["rows_train"] + found["rows_judge"] == found["rows_total"] == 60
    assert json.loads((tmp_path / "rm" / "metrics.json").read_text()) == found


def test_generate_for_a_context(whole):
    asked = ["generate", "--context", "Customer: X.", "--candidates", 3, *SHORT]
    found = result(*asked, cwd=whole.folder)["emails"]
    assert [email["candidate"] for email in found] == [1, 2, 3]
    assert found[0]["reward"] >= found[1]["reward"] >= found[2]["reward"]
    assert found[0].keys() >= {*SCORED, "candidate", "model", "predicted"}
    assert found[0]["p_no_reply"] + found[0]["p_reply"] + found[0]["p_conversion"] == pytest.approx(1)
    status, out, _ = typed(*asked, cwd=whole.folder)
    assert status == 0
    assert out.count("Context: Customer: X.") == 3
    assert [f"Reward: {email['reward']:+.2f}" in out for email in found] == [True] * 3, "the same seed writes the same"
    assert all(part in out for part in ("Predicted outcome: ", "Probabilities: ", "Words: ", "Call to action: "))


def test_generate_for_a_file_with_another_model(whole, tmp_path):
    asked = ["--contexts", "contexts.csv", "--candidates", 2, "--model", whole.base, "--out", tmp_path / "new.csv"]
    found = result("generate", *asked, *SHORT, cwd=whole.folder)
    written = rows_of(tmp_path / "new.csv")
    assert found["out"] == str(tmp_path / "new.csv")
    assert list(written[0]) == [*SCORED, "candidate", "model"]
    assert [row["context"] for row in written] == [
        context for context in ("Customer: A.", "Customer: B, the big one.", "Customer: C.") for _ in range(2)
    ]
    assert {row["model"] for row in written} == {whole.base}
    assert [row["candidate"] for row in written] == ["1", "2"] * 3


def test_generate_without_a_reward_model_writes_all_the_same(models_folder, tmp_path):
    asked = ["generate", "--context", "X", "--model", models_folder / "llama", *SHORT, "--json"]
    status, out, err = typed(*asked, cwd=tmp_path)
    assert status == 0
    assert json.loads(out)["emails"][0]["reward"] is None
    assert "not judged" in err


def test_score(whole, tmp_path):
    found = result("score", "mails.csv", "--out", tmp_path / "scored.csv", cwd=whole.folder)
    written = rows_of(tmp_path / "scored.csv")
    assert list(written[0]) == SCORED
    assert len(written) == found["n"] == 60
    assert found["reward_of_own_emails"] == pytest.approx(whole.result["reward_model"]["mean_reward_predicted"])
    assert [row["email_text"].lstrip("'") for row in written] == [
        row["email_text"].lstrip("'") for row in rows_of(whole.folder / "mails.csv")
    ]
    assert found["reward_mean"] == pytest.approx(sum(float(row["reward"]) for row in written) / 60, abs=1e-5)
    for row in written:
        p = [float(row[name]) for name in SCORED[2:5]]
        assert sum(p) == pytest.approx(1, abs=1e-5)
        assert float(row["reward"]) <= -p[0] + 0.5 * p[1] + 2 * p[2] + 1e-5, "caution only lowers it"


def test_score_explains_what_each_sentence_adds(whole, tmp_path):
    mails = [["Customer: A.", "Hello there. Would you like a call? Bye now."]]
    write_rows(tmp_path / "one.csv", ("context", "email_text"), mails)
    result("score", tmp_path / "one.csv", "--explain", "--out", tmp_path / "scored.csv", cwd=whole.folder)
    told = rows_of(tmp_path / "scored.csv")[0]["sentence_effects"].removeprefix("'").splitlines()
    assert [line.split("  ", 1)[1] for line in told] == ["Hello there.", "Would you like a call?", "Bye now."]
    assert all(line[0] in "+-" for line in told)


def test_tuning_against_a_model_that_only_guesses_is_locked(whole, tmp_path):
    """60 emails of nine words teach nothing; the fixture itself had to ignore the verdict."""
    assert whole.result["reward_model"]["beats_guessing"] is not True
    assert whole.result["finetune"]["verdict_ignored"] is True
    assert "not clearly better than guessing" in (whole.tuned / "README.md").read_text()
    asked = ["finetune", "mails.csv", "--model", whole.base, "--out", tmp_path / "t"]
    assert "tuning is locked" in refused(*asked, cwd=whole.folder, status=1)
    assert not (tmp_path / "t").exists()


def test_evaluate(whole, tmp_path):
    asked = ["evaluate", "--contexts", "contexts.csv", "--samples", 2, *SHORT, "--out", tmp_path / "compared.csv"]
    found = result(*asked, cwd=whole.folder)
    assert found["base_model"] == whole.base
    assert found["n"] == 3
    assert found["gain"] == pytest.approx(found["tuned"]["reward_mean"] - found["base"]["reward_mean"])
    assert len(rows_of(tmp_path / "compared.csv")) == 3 * 3 * 2
    assert "judge" not in found


def test_a_comparison_is_a_run_that_can_be_gone_on_with(whole, tmp_path):
    asked = ["evaluate", "--contexts", "contexts.csv", "--no-warm-start", *SHORT, "--run-name", "compared"]
    found = result(*asked, cwd=whole.folder)
    assert "warm_start" not in found
    run = Run(whole.outputs / "runs" / "compared")
    lines = run.events_file.read_text().splitlines(keepends=True)
    kept = [line for line in lines if '"email_written"' in line]
    assert len(kept) == 3 * 2
    run.events_file.write_text("".join(lines[: lines.index(kept[2])]) + '{"event": "email_wri')
    assert run.state() == "interrupted"
    assert run.config()["dtype"] in ("float32", "bfloat16")
    run.write_config({name: value for name, value in run.config().items() if name != "dtype"})  # as older runs are
    again = result("evaluate", "--resume", "compared", "--out", tmp_path / "c.csv", cwd=whole.folder)
    assert again == found
    assert len(rows_of(tmp_path / "c.csv")) == 3 * 2
    assert "was started by 'evaluate'" in refused("finetune", "--resume", "compared", cwd=whole.folder)
    for option, value in (("--samples", "1"), ("--seed", "7"), ("--run-name", "other"), ("--contexts", "contexts.csv")):
        refusal = refused("evaluate", "--resume", "compared", option, value, cwd=whole.folder)
        assert f"{option} cannot change in a run that is resumed" in refusal
    assert "--warm-start" in refused("evaluate", "--resume", "compared", "--warm-start", cwd=whole.folder)


def test_a_stopped_comparison_gives_the_table_of_what_it_compared(whole, tmp_path, monkeypatch):
    import threading

    from typer.testing import CliRunner

    from outcome_rl.cli import run_session
    from outcome_rl.cli.commands import app
    from outcome_rl.pipelines import comparison

    def stopped(asked, contexts, written, table, should_stop):
        table.write_text("the emails so far")
        yield ev.Stopped(message="Stopped after 1 of 3 contexts; these are compared.", resumable=True)

    monkeypatch.setattr(comparison, "comparison_run", stopped)
    monkeypatch.setattr(run_session, "_stop_on_signals", threading.Event)
    asked = ["evaluate", "--workspace", whole.folder, "--contexts", whole.folder / "contexts.csv"]
    ended = CliRunner().invoke(app, [str(word) for word in [*asked, "--out", tmp_path / "cut.csv", *SHORT]])
    assert ended.exit_code == 130
    assert (tmp_path / "cut.csv").read_text() == "the emails so far"


def test_evaluate_asks_the_judge_beside_the_reward_model(whole, few, tmp_path):
    from safetensors.numpy import save_file

    from outcome_rl.reward.judge import JUDGE_FILE, train_judge
    from outcome_rl.reward.serialization import load_reward_model

    shutil.copytree(whole.outputs / "reward_model", tmp_path / "rm")
    model = load_reward_model(tmp_path / "rm")
    judge = train_judge(model.config, model.context_words, few.contexts, few.emails, few.outcomes)
    save_file(judge.state(), tmp_path / "rm" / JUDGE_FILE)
    asked = ["evaluate", "--contexts", "contexts.csv", *SHORT, "--reward-model", tmp_path / "rm"]
    found = result(*asked, cwd=whole.folder)
    assert found["judge"]["gain"] == pytest.approx(found["judge"]["tuned"] - found["judge"]["base"])
    assert found.keys() >= {"improved", "reward_model_improved", "gain_ci95", "win_rate"}
    _, table, _ = typed(*asked, cwd=whole.folder)
    assert f"{found['judge']['tuned']:+.2f}" in table
    assert "The independent judge learned from the same emails" in table, "60 rows of nine words teach nothing"


def test_all_weights_are_tuned_and_compared(whole, tmp_path):
    asked = ["finetune", "mails.csv", "--model", whole.base, "--tuning", "full", "--steps", 1, *TUNING]
    found = result(*asked, "--out", tmp_path / "t", cwd=whole.folder)
    assert not (tmp_path / "t" / "adapter").exists()
    assert {"base", "warm_start", "tuned"} <= found["evaluation"].keys()
    asked = ["evaluate", "--contexts", "contexts.csv", "--model", tmp_path / "t", *SHORT]
    assert result(*asked, cwd=whole.folder)["base_model"] == whole.base


def test_evaluate_a_model_that_was_not_tuned_here_needs_a_base(whole, models_folder):
    asked = ["evaluate", "--contexts", "contexts.csv", "--model", models_folder / "llama", *SHORT]
    assert "there is no tuned model in" in refused(*asked, cwd=whole.folder)
    found = result(*asked, "--base", whole.base, cwd=whole.folder)
    assert "warm_start" not in found


def test_try_writes_for_the_eight_contexts_and_sums_up_then_asks(whole):
    status, out, err = typed("try", "--interactive", *SHORT, cwd=whole.folder, stdin="Customer: mine.\n\n")
    assert status == 0, err
    assert out.count("\nContext: Customer: ") == 8 + 1
    assert "Context: Customer: CTO at a Healthcare firm was referred by a partner for a telehealth app." in out
    assert "Context: Customer: mine." in out
    assert all(part in out for part in ("8 emails", "Mean reward: ", "Mean words: ", "With a question: "))
    assert out.index("Mean reward: ") < out.index("Customer: mine.")


def test_try_prints_its_json_last_and_ends_with_its_input(whole):
    found = result("try", "--interactive", *SHORT, cwd=whole.folder, stdin="Customer: mine.\n")
    assert len(found["emails"]) >= 8
    assert found["summary"]["n"] == 8


# --- stopping and resuming --------------------------------------------------------------------------------------------


def interrupted(whole, name, sent):
    """A fine-tune of 20 steps that gets a signal after its second; (status, standard output, standard error, run)."""
    asked = ["finetune", "mails.csv", "--model", whole.base, "--steps", 20, *TUNING, "--out", f"outputs/{name}"]
    work = subprocess.Popen(
        command(*asked, "--run-name", name, "--json"),
        cwd=whole.folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in work.stderr:
        if line.startswith("step 2/20"):
            work.send_signal(sent)
            break
    out, err = work.communicate(timeout=120)
    return work.returncode, out, err, Run(whole.outputs / "runs" / name)


def resumed(whole, run):
    """Goes on with a run to its end; the record must be that of a run that was never interrupted."""
    found = result("finetune", "--resume", run.name, cwd=whole.folder)
    assert (found["steps"], found["completions"], found["model_dir"]) == (20, 80, str(whole.outputs / run.name))
    steps = [event for event in replay(run)[0] if isinstance(event, ev.RLStep)]
    assert [event.step for event in steps] == list(range(1, 21))
    assert [event.completions for event in steps] == list(range(4, 84, 4))
    assert run.state() == "done"


@posix
def test_ctrl_c_stops_with_130_and_resume_finishes_without_gap_or_repetition(whole):
    status, out, err, run = interrupted(whole, "second", signal.SIGINT)
    assert status == 130, err
    assert "Traceback" not in err
    assert json.loads(out.splitlines()[-1])["stopped"] is True
    assert run.state() == "stopped"
    before = [event.step for event in replay(run)[0] if isinstance(event, ev.RLStep)]
    assert before == list(range(1, len(before) + 1))
    assert 2 <= len(before) < 20
    resumed(whole, run)


@posix
def test_a_killed_run_is_resumed_from_its_last_checkpoint_without_gap_or_repetition(whole):
    status, _, _, run = interrupted(whole, "third", signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert run.state() == "interrupted"
    resumed(whole, run)


def test_a_checkpoint_that_cannot_be_read_is_a_failure(whole, tmp_path):
    shutil.copytree(whole.outputs, tmp_path / "outputs")
    run = Run(tmp_path / "outputs" / "runs" / "first")
    (run.checkpoint / "state.json").write_text("{")
    message = refused("run", "--resume", "first", cwd=tmp_path, status=1)
    assert "the checkpoint in" in message
    assert "cannot be read" in message


def test_a_resumed_run_computes_in_what_it_began_with(whole, tmp_path, monkeypatch):
    """Whatever this machine would be quicker in."""
    import torch

    from outcome_rl.config import FinetuneConfig
    from outcome_rl.data.dataset import read_emails
    from outcome_rl.pipelines import finetune
    from outcome_rl.rl.checkpoints import load_checkpoint

    shutil.copytree(whole.run.folder, tmp_path / "again")
    run_again = Run(tmp_path / "again")
    state = run_again.checkpoint / "state.json"
    write_json(state, read_json(state) | {"dtype": "bfloat16"})
    made, load = [], finetune.load_policy
    monkeypatch.setattr(finetune, "pick_dtype", lambda _: torch.float32)
    monkeypatch.setattr(finetune, "load_policy", lambda *given: made.append(load(*given)) or made[-1])
    config = FinetuneConfig.from_dict(run_again.config()["finetune"] | {"steps": 4})
    rows, reward_model = read_emails(run_again.data_file), whole.outputs / "reward_model"
    tuning = finetune.FinetuneJob(run_again, rows, reward_model, tmp_path / "out", None, resume=True)
    events = list(finetune.finetune_run(config, tuning, lambda: False))
    assert [event.step for event in events if isinstance(event, ev.RLStep)] == [4]
    assert made[0].model.dtype == torch.bfloat16
    assert load_checkpoint(run_again.checkpoint).state.dtype == "bfloat16"


def test_a_run_is_resumed_with_its_own_file_and_command(whole, tmp_path):
    (tmp_path / "other.csv").write_text("context,email_text,outcome\nC,E,1\n")
    assert "is not the file that run 'first' was started with" in refused(
        "run", tmp_path / "other.csv", "--resume", "first", cwd=whole.folder
    )
    refused("finetune", "--resume", "first", cwd=whole.folder)


def test_a_resumed_run_takes_a_new_limit_and_refuses_what_cannot_change(whole, tmp_path):
    refusal = refused("run", "--resume", "first", "--kl-weight", "0.5", cwd=whole.folder)
    assert "--kl-weight cannot change in a run that is resumed" in refusal
    copy = tmp_path / "outputs" / "runs" / "first"
    shutil.copytree(whole.folder / "outputs" / "runs" / "first", copy)
    status, out, err = typed(
        "run", "--resume", "first", "--steps", "5", "--workspace", tmp_path, "--json", cwd=tmp_path
    )
    assert status == 0, err
    result = json.loads(out.splitlines()[-1])
    assert result["finetune"]["steps"] == 5
    steps = [event.step for event in replay(Run(copy))[0] if isinstance(event, ev.RLStep)]
    assert steps == [1, 2, 3, 4, 5]


# --- wrong use and bad input ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["check", "bad.csv"], "bad.csv, row 3: outcome 'mayb' is not one of 0, 1, 2, no_reply, reply, conversion"),
        (["train-reward", "bad.csv"], "bad.csv, row 3"),
        (["train-reward", "good.csv", "--judge-share", "0.9"], "judge_share: 0.9 is outside the allowed range"),
        (["run", "good.csv", "--reward-payoff-reply", "nan"], "payoff_reply: 'nan' is not a number"),
        (["run"], "DATA is missing"),
        (["finetune", "good.csv"], "there is no reward model in"),
        (["finetune", "good.csv", "--algorithm", "dpo"], "algorithm: 'dpo' is not one of ppo, reward_weighted"),
        (["generate"], "give either --context TEXT or --contexts FILE"),
        (["generate", "--context", " "], "--context is empty"),
        (["generate", "--context", "C", "--model", "no/such-model"], "model 'no/such-model' was not found"),
        (["score", "good.csv"], "there is no reward model in"),
        (["score", "bad.csv", "--email-column", "mail"], "column 'mail' is missing"),
        (["evaluate"], "there is no reward model in"),
    ],
)
def test_a_mistake_is_one_message_and_leaves_nothing_behind(tmp_path, arguments, told):
    (tmp_path / "good.csv").write_text("context,email_text,outcome\nC,E,1\n")
    (tmp_path / "bad.csv").write_text("context,email_text,outcome\nC,E,1\nC,E,mayb\n")
    assert told in refused(*arguments, cwd=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "good.csv"]


@pytest.mark.parametrize(
    "arguments", [["brew"], ["check"], ["check", "a.csv", "--nonsense"], ["run", "a", "--steps", "x"]]
)
def test_wrong_use_ends_with_2_and_no_traceback(tmp_path, arguments):
    status, out, err = typed(*arguments, cwd=tmp_path)
    assert (status, out) == (2, "")
    assert "Usage: " in err
    assert "Traceback" not in err


def test_a_name_for_a_run_cannot_leave_the_folder(tmp_path):
    (tmp_path / "good.csv").write_text("context,email_text,outcome\nC,E,1\n")
    status, _, err = typed("train-reward", "good.csv", "--run-name", "../../up", cwd=tmp_path)
    assert status in (1, 2)
    assert "run name '../../up' is not allowed" in err
    assert [path.name for path in tmp_path.iterdir()] == ["good.csv"]


def test_a_failed_run_says_so_in_its_record(folder, tmp_path):
    """A file of one outcome can be read, but not trained on."""
    write_rows(tmp_path / "a.csv", ("context", "email_text", "outcome"), [["C", f"mail {i}", 1] for i in range(5)])
    status, _, err = typed("train-reward", "a.csv", "--run-name", "r", cwd=tmp_path)
    assert status == 2
    assert err.strip().splitlines()[-1].startswith("error: ")
    assert Run(tmp_path / "outputs" / "runs" / "r").state() == "failed"
