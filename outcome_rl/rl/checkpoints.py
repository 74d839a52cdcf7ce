"""The state of a training run on disk: safetensors and JSON, whole or not at all."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch

from ..errors import RunError
from ..policy.lora import State
from ..utils.checksums import damaged_file, write_checksums
from ..utils.files import atomic_folder, previous_folder, read_json, write_json
from .early_stopping import EarlyStoppingState
from .trainer_state import TrainerState

PARTS = ("adapter", "warm_start", "optimizer", "best")
"""A checkpoint's tensors; the names of its fields."""
STATE_FILE, TENSORS_FILE, WARM_START_FILE = "state.json", "state.safetensors", "warm_start.safetensors"


@dataclass(frozen=True)
class Checkpoint:
    """Everything that goes on from here. ``warm_start`` is empty until the warm start is over, ``best`` until the
    policy has been validated.
    """

    state: TrainerState
    adapter: State
    warm_start: State
    optimizer: State
    best: State = field(default_factory=dict)


def save_checkpoint(folder: Path, checkpoint: Checkpoint, same_warm_start: bool = False) -> None:
    """Replace the checkpoint in ``folder``; the old one is kept beside it, in case the new one is ever damaged.

    ``same_warm_start``: that of the old one, whose file is taken over; it can be as large as the model.
    """
    from safetensors.torch import save_file

    tensors: State = {}
    for part in PARTS:
        if part != "warm_start":
            tensors |= {f"{part}/{name}": tensor for name, tensor in getattr(checkpoint, part).items()}
    with atomic_folder(folder, keep_previous=True) as fresh:
        save_file(tensors, str(fresh / TENSORS_FILE))
        if not (same_warm_start and _linked(folder / WARM_START_FILE, fresh / WARM_START_FILE)):
            save_file(checkpoint.warm_start, str(fresh / WARM_START_FILE))
        write_json(fresh / STATE_FILE, asdict(checkpoint.state))
        write_checksums(fresh, folder)


def _linked(old: Path, new: Path) -> bool:
    """Whether the old file has a second name now; not every file system knows such."""
    try:
        new.hardlink_to(old)
    except OSError:
        return False
    return True


def load_checkpoint(folder: Path) -> Checkpoint:
    """The newest whole checkpoint: that in ``folder``, or the one before it.

    Raises:
        RunError: there is none, or none is whole; the message says what is wrong with the newest.
    """
    problem: RunError | None = None
    for kept in _candidates(folder):
        try:
            return _read_checkpoint(kept)
        except RunError as error:
            problem = problem or error
    raise problem or RunError(f"'{folder.parent.name}' has no checkpoint to go on from; start it anew")


def set_aside_damaged(folder: Path) -> str | None:
    """Put the checkpoint before in the place of a damaged one, which is kept under another name; what to say of it.

    None where the newest is whole, or there is no other.
    """
    kept = _candidates(folder)
    if len(kept) < 2:
        return None
    try:
        _read_checkpoint(folder)
    except RunError as error:
        before = _read_checkpoint(kept[1]).state
        aside = folder.with_name(f".{folder.name}.damaged")
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
        kept[1].rename(folder)
        return f"{error}. The one before it is whole: the run goes on from there, after step {before.step}."
    return None


def _candidates(folder: Path) -> list[Path]:
    return [kept for kept in (folder, previous_folder(folder)) if kept.is_dir()]


def _read_checkpoint(kept: Path) -> Checkpoint:
    """Raises RunError where it is damaged or cannot be read."""
    from safetensors.torch import load_file

    damaged = damaged_file(kept)
    if damaged:
        raise RunError(f"the checkpoint in '{kept}' is damaged: '{damaged}' is not what was saved")
    try:
        state = _state_from(read_json(kept / STATE_FILE))
        tensors = load_file(str(kept / TENSORS_FILE))
        if (kept / WARM_START_FILE).is_file():  # older checkpoints have all in one file
            tensors |= {f"warm_start/{name}": t for name, t in load_file(str(kept / WARM_START_FILE)).items()}
    except Exception as error:
        raise RunError(f"the checkpoint in '{kept}' cannot be read: {error}") from error
    parts: dict[str, State] = {part: {} for part in PARTS}
    for name, tensor in tensors.items():
        part, _, rest = name.partition("/")
        parts[part][rest] = tensor
    return Checkpoint(state, **parts)


FORMER_NAMES = {
    "guard": "early_stopping",
    "in_a_row": "consecutive_nonfinite",
    "longest": "slowest_step_seconds",
    "waits": "evaluations_without_improvement",
    "seconds": "evaluation_seconds",
    "at": "evaluated_at",
}
"""How version 0.1 called what a checkpoint holds: the trainer's state, and in it that of early stopping."""


def _state_from(values: dict[str, Any]) -> TrainerState:
    """The trainer's state from JSON, also as an earlier version wrote it; what that did not know has its default."""
    known = {spec.name for spec in fields(TrainerState)}
    values = {name if name in known else FORMER_NAMES.get(name, name): value for name, value in values.items()}
    seen = values.pop("early_stopping", {})
    known = {spec.name for spec in fields(EarlyStoppingState)}
    seen = {name if name in known else FORMER_NAMES.get(name, name): value for name, value in seen.items()}
    return TrainerState(**values, early_stopping=EarlyStoppingState(**seen))


def optimizer_state(optimizer: torch.optim.Optimizer) -> State:
    """Adam's moments and step counts, by the parameter's place."""
    found: State = {}
    for index, parameter in enumerate(_parameters(optimizer)):
        for name, value in optimizer.state.get(parameter, {}).items():
            found[f"{index}.{name}"] = torch.as_tensor(value).detach().cpu().clone()
    return found


def load_optimizer_state(optimizer: torch.optim.Optimizer, state: State) -> None:
    """The inverse of :func:`optimizer_state`."""
    parameters = _parameters(optimizer)
    optimizer.state.clear()
    for name, value in state.items():
        index, _, key = name.partition(".")
        parameter = parameters[int(index)]
        # the step count stays on the CPU, where Adam keeps it
        optimizer.state[parameter][key] = value.clone() if key == "step" else value.to(parameter.device)


def _parameters(optimizer: torch.optim.Optimizer) -> list[torch.nn.Parameter]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]
