"""Help, and what is said of wrong use and of mistakes: one message, the right status, nothing left behind."""

import subprocess
import sys

import pytest

from outcome_rl.data.csv_io import write_rows
from outcome_rl.runs.run import Run
from tests.helpers.command_line import COMMANDS, environment, refused, typed


def test_help_lists_every_command_and_imports_no_heavy_library(tmp_path):
    code = (
        "import sys; from outcome_rl.cli import main; sys.argv = ['outcome-rl', '--help']\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code in (0, None)\n"
        "print('IMPORTED', *sorted({'torch', 'transformers', 'sklearn', 'scipy', 'gradio'} & set(sys.modules)))"
    )
    out = subprocess.check_output([sys.executable, "-c", code], cwd=tmp_path, env=environment(), text=True)
    assert all(f" {name} " in out for name in COMMANDS)
    assert out.splitlines()[-1].split() == ["IMPORTED"]


def test_help_of_a_command_explains_its_settings_with_their_defaults(tmp_path):
    status, out, _ = typed("finetune", "--help", cwd=tmp_path)
    assert status == 0
    shown = " ".join(out.replace("│", " ").split())
    assert "--learning-rate" in shown
    assert "sampled for each context; they are each other's baseline (default: 4)" in shown
    assert "(ppo or reward_weighted)" in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["check", "bad.csv"], "bad.csv, row 3: outcome 'mayb' is not one of 0, 1, 2, no_reply, reply, conversion"),
        (["train-reward", "bad.csv"], "bad.csv, row 3"),
        (
            ["train-reward", "good.csv", "--judge-share", "0.9"],
            "error: --judge-share: 0.9 is outside the allowed range",
        ),
        (["run", "good.csv", "--reward-payoff-reply", "nan"], "error: --reward-payoff-reply: 'nan' is not a number"),
        (["run"], "DATA is missing"),
        (["finetune", "good.csv"], "there is no reward model in"),
        (
            ["finetune", "good.csv", "--algorithm", "dpo"],
            "error: --algorithm: 'dpo' is not one of ppo, reward_weighted",
        ),
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
    "arguments", [["brew"], ["score"], ["check", "a.csv", "--nonsense"], ["run", "a", "--steps", "x"]]
)
def test_wrong_use_ends_with_2_and_no_traceback(tmp_path, arguments):
    status, out, err = typed(*arguments, cwd=tmp_path)
    assert (status, out) == (2, "")
    assert "Usage: " in err
    assert "Traceback" not in err


def test_a_command_by_the_library_s_name_is_told_the_right_one(tmp_path):
    status, _, err = typed("compare", cwd=tmp_path)
    assert status == 2
    assert "Did you mean 'evaluate'?" in err


def test_a_name_for_a_run_cannot_leave_the_folder(tmp_path):
    (tmp_path / "good.csv").write_text("context,email_text,outcome\nC,E,1\n")
    status, _, err = typed("train-reward", "good.csv", "--run-name", "../../up", cwd=tmp_path)
    assert status == 2
    assert "run name '../../up' is not allowed" in err
    assert [path.name for path in tmp_path.iterdir()] == ["good.csv"]


def test_a_failed_run_says_so_in_its_record(tmp_path):
    """A file of one outcome can be read, but not trained on."""
    write_rows(tmp_path / "a.csv", ("context", "email_text", "outcome"), [["C", f"mail {i}", 1] for i in range(5)])
    status, _, err = typed("train-reward", "a.csv", "--run-name", "r", cwd=tmp_path)
    assert status == 2
    assert err.strip().splitlines()[-1].startswith("error: ")
    assert Run(tmp_path / "outputs" / "runs" / "r").state() == "failed"
