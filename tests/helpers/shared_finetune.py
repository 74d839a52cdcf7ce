"""A fine-tune that several processes share over gloo; each of them imports this module."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import torch

from outcome_rl import events as ev
from outcome_rl.config import FinetuneConfig
from outcome_rl.rl.tune_policy import tune_policy
from outcome_rl.rl.validation import Validation
from outcome_rl.utils import distributed
from tests.helpers.command_line import environment, free_port
from tests.helpers.finetuning import CONTEXTS, TINY, EarlyLetterLover, good, tiny_policy

SETTINGS = {
    **TINY,
    "learning_rate": 2e-3,
    "samples_per_context": 4,
    "micro_batch_size": 5,
    "kl_weight": 0.1,
    "warm_start_epochs": 1,
    "max_new_tokens": 24,
    "steps": 3,
    "contexts_per_step": 4,  # 6 contexts: the second step of a pass has two, the first four
    "guard_contexts": 1,
}


def tune(model: str, out: str, tuning: str) -> None:
    """A fine-tune of a warm start and three steps; its checkpoint and its events are in ``out``."""
    torch.set_num_threads(1)
    config = FinetuneConfig(**SETTINGS, tuning=tuning)
    policy = tiny_policy(Path(model), tuning=tuning)
    validation = Validation(("Customer: nobody.",))
    work = tune_policy(config, policy, EarlyLetterLover(), CONTEXTS, good(13), Path(out) / "c", validation=validation)
    told = list(work)
    name = f"events-{distributed.rank()}.json"
    (Path(out) / name).write_text(json.dumps([ev.to_json(event) for event in told]))


def several(model: Path, out: Path, tuning: str, count: int) -> list[int]:
    """The same in ``count`` processes over gloo; their exit statuses."""
    own = {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(free_port()),
        "WORLD_SIZE": str(count),
        "LOCAL_WORLD_SIZE": str(count),
    }
    tuned = f"t.tune({str(model)!r}, {str(out)!r}, {tuning!r})"
    code = f"import {__name__} as t; t.distributed.join(); {tuned}; t.distributed.leave()"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env=environment(**own, RANK=str(rank), LOCAL_RANK=str(rank), ACCELERATE_USE_CPU="true"),
        )
        for rank in range(count)
    ]
    return [process.wait(timeout=240) for process in started]
