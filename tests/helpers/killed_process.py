"""A fine-tune in a process that is killed, in its file work or anywhere; that process imports this module."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import torch

from outcome_rl.cli.run_session import has_checkpoint, truncate_event_log
from outcome_rl.config import FinetuneConfig
from outcome_rl.rl.checkpoints import load_checkpoint
from outcome_rl.rl.tune_policy import tune_policy
from outcome_rl.rl.validation import Validation
from outcome_rl.runs.run import Run, record
from tests.helpers.finetuning import CONTEXTS, TINY, EarlyLetterLover, good, tiny_policy

PRELOADED = [__name__, "transformers.models.gpt2.modeling_gpt2", "accelerate.utils.memory"]
"""Imported once, in the process that all others are forked from."""
FILE_WORK = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.chmod")
"""What Python tells an audit hook of; a kill between any two of them leaves another state on the disk."""


def go_on(model: str, folder: str, steps: int, beginning: Event | None = None, file_works: int | None = None) -> None:
    """One process's part of a run, recorded as the command line does it; a checkpoint after every step.

    ``file_works``: after so many files opened, renamed, removed … it kills itself.
    """
    torch.set_num_threads(1)
    run = Run(Path(folder))
    short = {"warm_start_epochs": 2, "max_new_tokens": 10, "samples_per_context": 4, "learning_rate": 2e-3}
    validated = {"evaluate_every": 7, "kl_budget": 1e4, "least_variety": 0.0, "patience": 1000}  # never ends the run
    kept = {"steps": steps, "kl_weight": 0.05, "checkpoint_minutes": 0.0}
    config = FinetuneConfig(**{**TINY, **short, **validated, **kept})
    policy = tiny_policy(Path(model))
    if beginning:
        beginning.set()
    if file_works is not None:
        die_after(file_works, folder)
    going_on = has_checkpoint(run)
    if run.events_file.exists():
        truncate_event_log(run, going_on, None)
    work = tune_policy(
        config,
        policy,
        EarlyLetterLover(),
        CONTEXTS,
        good(),
        run.checkpoint,
        resume=load_checkpoint(run.checkpoint) if going_on else None,
        validation=Validation((CONTEXTS[0], CONTEXTS[1])),
    )
    for _ in record(work, run):
        pass


def die_after(count: int, folder: str) -> None:
    """From now on, this process kills itself when it has touched files below a folder so many times."""
    left = [count]

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in FILE_WORK and folder in str(arguments[0]):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def killed(
    context: ForkServerContext, model: Path, run: Run, steps: int, dice: random.Random, by_files: bool
) -> int | None:
    """A process that is killed at a moment that ``dice`` choose, in its file work or anywhere; its exit status."""
    beginning = context.Event()
    count = dice.randrange(150) if by_files else None
    process = context.Process(target=go_on, args=(str(model), str(run.folder), steps, beginning, count))
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


def lines_of(run: Run) -> int:
    return run.events_file.read_bytes().count(b"\n") if run.events_file.exists() else 0
