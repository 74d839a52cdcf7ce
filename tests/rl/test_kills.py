"""Killed at random moments, a run always goes on from a whole checkpoint, and its record is that of an unbroken run."""

import multiprocessing
import os
import random
import signal

import pytest

from outcome_rl.cli.run_session import has_checkpoint, truncate_event_log
from outcome_rl.events import CheckpointSaved, RLStep, WarmStartStep
from outcome_rl.rl.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from outcome_rl.rl.trainer_state import RL, TrainerState
from outcome_rl.runs.run import record, replay
from outcome_rl.runs.workspace import Workspace
from outcome_rl.utils.files import previous_folder
from tests.helpers.killed_process import PRELOADED, go_on, killed
from tests.helpers.made_runs import rl_step

KILLS = 20
STEPS = 90
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")


def story(run):
    """What happened, without clocks."""
    names = ("step", "reward_mean", "reward_std", "loss", "kl", "grad_norm", "completions")
    names += ("sample_1_context", "sample_1_email", "sample_2_email", "length_mean")
    steps = [event for event in replay(run)[0] if isinstance(event, (RLStep, WarmStartStep))]
    return [{name: getattr(event, name) for name in names if hasattr(event, name)} for event in steps]


@pytest.mark.slow
def test_twenty_kills_leave_the_record_of_an_unbroken_run(models_folder, tmp_path):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    space, model, dice = Workspace(tmp_path), models_folder / "gpt2", random.Random(7)
    unbroken, broken = space.new_run("finetune", "unbroken"), space.new_run("finetune", "broken")
    went_on = []
    for number in range(KILLS):
        assert killed(context, model, broken, STEPS, dice, by_files=number % 2 == 0) == -signal.SIGKILL
        if has_checkpoint(broken):
            position = load_checkpoint(broken.checkpoint).state
            went_on.append((position.warm_steps, position.step))
    for run in (unbroken, broken):
        process = context.Process(target=go_on, args=(str(model), str(run.folder), STEPS))
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


def test_of_a_kill_between_the_two_renames_the_checkpoint_before_is_left(tmp_path):
    run = Workspace(tmp_path).new_run("finetune")
    save_checkpoint(run.checkpoint, Checkpoint(TrainerState(phase=RL, step=2), {}, {}, {}))
    run.checkpoint.rename(previous_folder(run.checkpoint))
    assert has_checkpoint(run) and load_checkpoint(run.checkpoint).state.step == 2


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
