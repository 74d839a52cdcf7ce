"""The state of a training run on disk: safetensors and JSON, whole or not at all."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import torch

from ..errors import RunError
from ..policy.lora import State
from ..utils.files import existing_folder, read_json, whole_folder, write_json

WARM_START, RL = "warm_start", "rl"
"""The two phases of a fine-tune."""

PARTS = ("adapter", "warm_start", "optimizer", "best")
"""A checkpoint's tensors; the names of its fields."""
STATE_FILE, TENSORS_FILE, WARM_START_FILE = "state.json", "state.safetensors", "warm_start.safetensors"

LATER = {"skipped": 0, "in_a_row": 0, "micro_batch_size": 0, "contexts_at_once": 0, "longest": 0.0}
"""What older checkpoints do not have."""


@dataclass(frozen=True)
class Position:
    """How far training is. Randomness needs no state: each step draws from a generator seeded by seed and step.

    ``seconds`` is the time at work so far, on the main process's clock, ``longest`` what an RL step took of late;
    ``dtype`` is what the weights were computed in; ``guard``
    holds the fields of the guard's watch. ``skipped`` counts the steps that were not finite, ``in_a_row`` those since
    the last good one. ``micro_batch_size`` and ``contexts_at_once`` are what fitted into memory where that ran out; 0
    where it did not.
    """

    phase: str = WARM_START
    warm_steps: int = 0
    step: int = 0
    completions: int = 0
    seconds: float = 0.0
    kl: float = 0.0
    dtype: str = "float32"
    guard: dict[str, Any] = field(default_factory=dict)
    skipped: int = 0
    in_a_row: int = 0
    micro_batch_size: int = 0
    contexts_at_once: int = 0
    longest: float = 0.0

    @property
    def steps_done(self) -> int:
        """Of the phase."""
        return self.step if self.phase == RL else self.warm_steps

    @property
    def draw(self) -> int:
        """The number of the next step's data and random numbers: a step that was skipped has used up its own."""
        return self.steps_done + self.skipped

    def at(self, **changes: object) -> Position:
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Checkpoint:
    """Everything that goes on from here. ``warm_start`` is empty until the warm start is over, ``best`` until the
    guard has judged the policy.
    """

    position: Position
    adapter: State
    warm_start: State
    optimizer: State
    best: State = field(default_factory=dict)


def save_checkpoint(folder: Path, checkpoint: Checkpoint, same_warm_start: bool = False) -> None:
    """Replace the checkpoint in ``folder``; the old one stays until the new one is whole.

    ``same_warm_start``: that of the old one, whose file is taken over; it can be as large as the model.
    """
    from safetensors.torch import save_file

    tensors = {}
    for part in PARTS:
        if part != "warm_start":
            tensors |= {f"{part}/{name}": tensor for name, tensor in getattr(checkpoint, part).items()}
    with whole_folder(folder) as fresh:
        save_file(tensors, str(fresh / TENSORS_FILE))
        if not (same_warm_start and _linked(folder / WARM_START_FILE, fresh / WARM_START_FILE)):
            save_file(checkpoint.warm_start, str(fresh / WARM_START_FILE))
        write_json(fresh / STATE_FILE, asdict(checkpoint.position))


def _linked(old: Path, new: Path) -> bool:
    """Whether the old file has a second name now; not every file system knows such."""
    try:
        new.hardlink_to(old)
    except OSError:
        return False
    return True


def load_checkpoint(folder: Path) -> Checkpoint:
    """The checkpoint in ``folder``. Raises RunError where there is none or it cannot be read."""
    from safetensors.torch import load_file

    kept = existing_folder(folder)
    if kept is None:
        raise RunError(f"'{folder.parent.name}' has no checkpoint to go on from; start it anew")
    try:
        values = LATER | read_json(kept / STATE_FILE)
        position = Position(**{spec.name: values[spec.name] for spec in fields(Position)})
        tensors = load_file(str(kept / TENSORS_FILE))
        if (kept / WARM_START_FILE).is_file():  # older checkpoints have all in one file
            tensors |= {f"warm_start/{name}": t for name, t in load_file(str(kept / WARM_START_FILE)).items()}
    except Exception as error:
        raise RunError(f"the checkpoint in '{kept}' cannot be read: {error}") from error
    parts: dict[str, State] = {part: {} for part in PARTS}
    for name, tensor in tensors.items():
        part, _, rest = name.partition("/")
        parts[part][rest] = tensor
    return Checkpoint(position, **parts)


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
