"""Runs that are interrupted, killed or gone on with; what a resumed run keeps and what may be new."""

import json
import shutil
import signal
import subprocess

import pytest

from outcome_rl import events as ev
from outcome_rl.runs.run import Run, replay
from outcome_rl.utils.checksums import write_checksums
from outcome_rl.utils.files import previous_folder, read_json, write_json
from tests.helpers.command_line import TUNING, command, environment, posix, refused, result


def interrupted(full_run, name, sent):
    """A fine-tune of 20 steps that gets a signal after its second; (status, standard output, standard error, run)."""
    asked = ["finetune", "mails.csv", "--model", full_run.base, "--steps", 20, *TUNING, "--out", f"outputs/{name}"]
    work = subprocess.Popen(
        command(*asked, "--run-name", name, "--json"),
        cwd=full_run.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in work.stderr:
        if line.startswith("step 2/20"):
            work.send_signal(sent)
            break
    out, err = work.communicate(timeout=120)
    return work.returncode, out, err, Run(full_run.outputs / "runs" / name)


def resumed(full_run, run):
    """Goes on with a run to its end; the record must be that of a run that was never interrupted."""
    found = result("finetune", "--resume", run.name, cwd=full_run.folder)
    assert (found["steps"], found["completions"], found["model_dir"]) == (20, 80, str(full_run.outputs / run.name))
    steps = [event for event in replay(run)[0] if isinstance(event, ev.RLStep)]
    assert [event.step for event in steps] == list(range(1, 21))
    assert [event.completions for event in steps] == list(range(4, 84, 4))
    assert run.state() == "done"


@posix
def test_ctrl_c_stops_with_130_and_resume_finishes_without_gap_or_repetition(full_run):
    status, out, err, run = interrupted(full_run, "second", signal.SIGINT)
    assert status == 130, err
    assert "Traceback" not in err
    assert json.loads(out.splitlines()[-1])["stopped"] is True
    assert run.state() == "stopped"
    before = [event.step for event in replay(run)[0] if isinstance(event, ev.RLStep)]
    assert before == list(range(1, len(before) + 1))
    assert 2 <= len(before) < 20
    resumed(full_run, run)


@posix
@pytest.mark.slow
def test_a_killed_run_is_resumed_from_its_last_checkpoint_without_gap_or_repetition(full_run):
    status, _, _, run = interrupted(full_run, "third", signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert run.state() == "interrupted"
    resumed(full_run, run)


def test_a_checkpoint_that_cannot_be_read_is_a_failure(own_full_run):
    checkpoint = own_full_run.run.checkpoint
    shutil.rmtree(previous_folder(checkpoint), ignore_errors=True)
    (checkpoint / "state.json").write_text("{")
    message = refused("run", "--resume", "first", cwd=own_full_run.folder, status=1)
    assert "the checkpoint in" in message
    assert "'state.json' is not what was saved" in message


def test_a_resumed_run_computes_in_what_it_began_with(full_run, tmp_path, monkeypatch):
    """Whatever this machine would be quicker in."""
    import torch

    from outcome_rl.config import FinetuneConfig
    from outcome_rl.data.dataset import read_emails
    from outcome_rl.pipelines import finetune_inputs, finetune_run
    from outcome_rl.rl.checkpoints import load_checkpoint

    shutil.copytree(full_run.run.folder, tmp_path / "again")
    run_again = Run(tmp_path / "again")
    state = run_again.checkpoint / "state.json"
    write_json(state, read_json(state) | {"dtype": "bfloat16", "seconds": 1000.0})
    write_checksums(run_again.checkpoint)
    made, load = [], finetune_inputs.load_policy
    monkeypatch.setattr(finetune_inputs, "pick_dtype", lambda _: torch.float32)
    monkeypatch.setattr(finetune_inputs, "load_policy", lambda *given: made.append(load(*given)) or made[-1])
    config = FinetuneConfig.from_dict(run_again.config()["finetune"] | {"steps": 4})
    rows, reward_model = read_emails(run_again.data_file), full_run.outputs / "reward_model"
    job = finetune_inputs.FinetuneJob(config, run_again, rows, reward_model, tmp_path / "out", None, resume=True)
    events = list(finetune_run.finetune_run(job, lambda: False))
    assert [event.step for event in events if isinstance(event, ev.RLStep)] == [4]
    assert made[0].model.dtype == torch.bfloat16
    assert load_checkpoint(run_again.checkpoint).state.dtype == "bfloat16"
    assert events[-1].result["seconds"] > 1000, "the time before counts as well"


def test_a_run_is_resumed_with_its_own_file_and_command(full_run, tmp_path):
    (tmp_path / "other.csv").write_text("context,email_text,outcome\nC,E,1\n")
    assert "is not the file that run 'first' was started with" in refused(
        "run", tmp_path / "other.csv", "--resume", "first", cwd=full_run.folder
    )
    refused("finetune", "--resume", "first", cwd=full_run.folder)


def test_a_resumed_run_takes_a_new_limit_and_refuses_what_cannot_change(own_full_run, tmp_path):
    asked = ["run", "--resume", "first", "--workspace", own_full_run.folder]
    refusal = refused(*asked, "--kl-weight", "0.5", cwd=tmp_path)
    assert "--kl-weight cannot change in a run that is resumed" in refusal
    assert result(*asked, "--steps", "5", cwd=tmp_path)["finetune"]["steps"] == 5
    steps = [event.step for event in replay(own_full_run.run)[0] if isinstance(event, ev.RLStep)]
    assert steps == [1, 2, 3, 4, 5]
    assert list(tmp_path.iterdir()) == [own_full_run.folder], "nothing is left where it was typed"
