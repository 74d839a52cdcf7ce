"""Killed at random moments, a run always goes on from a whole checkpoint, and its record is that of an unbroken run."""

import multiprocessing
import os
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from test_runs import rl_step

from outcome_rl.cli.run_session import has_checkpoint, truncate_event_log
from outcome_rl.events import CheckpointSaved, RLStep, WarmStartStep
from outcome_rl.rl.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from outcome_rl.rl.trainer_state import RL, TrainerState
from outcome_rl.runs.workspace import Run, Workspace, record, replay

KILLS = 20
STEPS = 90
PRELOADED = ["test_finetune", "test_kills", "transformers.models.gpt2.modeling_gpt2", "accelerate.utils.memory"]
"""Imported once, in the process that all others are forked from."""
FILE_WORK = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.chmod")
"""What Python tells an audit hook of; a kill between any two of them leaves another state on the disk."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")


def go_on(model: str, folder: str, beginning=None, file_works: int | None = None) -> None:
    """One process's part of a run, recorded as the command line does it; a checkpoint after every step.

    ``file_works``: after so many files opened, renamed, removed … it kills itself.
    """
    import torch
    from test_finetune import CONTEXTS, TINY, EarlyLetterLover, good

    from outcome_rl.config import FinetuneConfig
    from outcome_rl.models.hub import ModelLocation
    from outcome_rl.policy.model import load_policy
    from outcome_rl.rl.finetune import finetune
    from outcome_rl.rl.validation import Validation

    torch.set_num_threads(1)
    run = Run(Path(folder))
    short = {
        "warm_start_epochs": 2,
        "max_new_tokens": 10,
        "samples_per_context": 4,
        "steps": STEPS,
        "learning_rate": 2e-3,
    }
    guarded = {"evaluate_every": 7, "kl_budget": 1e4, "least_variety": 0.0, "patience": 1000}  # never ends the run
    config = FinetuneConfig(**{**TINY, **short, **guarded, "kl_weight": 0.05, "checkpoint_minutes": 0.0})
    policy = load_policy(ModelLocation("tiny", Path(model), "folder"), config.lora_rank, config.seed, torch.float32)
    if beginning:
        beginning.set()
    if file_works is not None:
        _die_after(file_works, folder)
    going_on = has_checkpoint(run)
    if run.events_file.exists():
        truncate_event_log(run, going_on, None)
    checkpoint = load_checkpoint(run.checkpoint) if going_on else None
    guard = Validation((CONTEXTS[0], CONTEXTS[1]))
    work = finetune(
        config, policy, EarlyLetterLover(), CONTEXTS, good(), run.checkpoint, resume=checkpoint, guard=guard
    )
    for _ in record(work, run):
        pass


def _die_after(count: int, folder: str) -> None:
    left = [count]

    def watch(event: str, arguments: tuple) -> None:
        if event in FILE_WORK and folder in str(arguments[0]):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def killed(context, model, run, dice, by_files):
    """A process that is killed at a moment that ``dice`` choose, in its file work or anywhere; its exit status."""
    beginning = context.Event()
    count = dice.randrange(150) if by_files else None
    process = context.Process(target=go_on, args=(str(model), str(run.folder), beginning, count))
    process.start()
    if not by_files:
        assert beginning.wait(60)
        wanted, end = lines_of(run) + dice.randrange(6), time.monotonic() + 5
        while lines_of(run) < wanted and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(dice.uniform(0.0, 0.08))
        process.kill()
    process.join(60)
    return process.exitcode


def lines_of(run):
    return run.events_file.read_bytes().count(b"\n") if run.events_file.exists() else 0


def story(run):
    """What happened, without clocks."""
    names = ("step", "reward_mean", "reward_std", "loss", "kl", "grad_norm", "completions")
    names += ("sample_1_context", "sample_1_email", "sample_2_email", "length_mean")
    steps = [event for event in replay(run)[0] if isinstance(event, (RLStep, WarmStartStep))]
    return [{name: getattr(event, name) for name in names if hasattr(event, name)} for event in steps]


def test_twenty_kills_leave_the_record_of_an_unbroken_run(models_folder, tmp_path):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    space, model, dice = Workspace(tmp_path), models_folder / "gpt2", random.Random(7)
    unbroken, broken = space.new_run("finetune", "unbroken"), space.new_run("finetune", "broken")
    went_on = []
    for number in range(KILLS):
        assert killed(context, model, broken, dice, by_files=number % 2 == 0) == -signal.SIGKILL
        if has_checkpoint(broken):
            position = load_checkpoint(broken.checkpoint).state
            went_on.append((position.warm_steps, position.step))
    for run in (unbroken, broken):
        process = context.Process(target=go_on, args=(str(model), str(run.folder)))
        process.start()
        process.join(120)
        assert process.exitcode == 0
    assert went_on == sorted(went_on), "no kill loses a checkpoint"
    assert len(set(went_on)) > KILLS / 3, "they fell at different moments"
    assert story(broken) == story(unbroken)
    assert len(story(broken)) == STEPS + 4
    one, other = load_checkpoint(unbroken.checkpoint), load_checkpoint(broken.checkpoint)
    for part in ("adapter", "warm_start", "optimizer", "best"):
        assert all(tensor.equal(getattr(other, part)[name]) for name, tensor in getattr(one, part).items())


def test_a_checkpoint_whose_event_was_lost_is_found_by_every_later_resume(tmp_path):
    """Killed right behind the checkpoint of step 2, then behind step 3: that comes again, and must be told once."""
    run = Workspace(tmp_path).new_run("finetune")
    save_checkpoint(run.checkpoint, Checkpoint(TrainerState(phase=RL, step=2), {}, {}, {}))
    list(record([rl_step(1), CheckpointSaved(step=1, warm_steps=0, folder="c"), rl_step(2)], run))
    truncate_event_log(run, True, None)
    list(record([rl_step(3)], run))
    truncate_event_log(run, True, None)
    told = replay(run)[0]
    assert [event.step for event in told if isinstance(event, RLStep)] == [1, 2]
    assert [event.step for event in told if isinstance(event, CheckpointSaved)] == [1, 2]
