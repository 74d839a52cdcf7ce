"""What this machine is, how fast a model is on it, what minutes hold here, and what would make it better."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Generator
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import torch

from ..config import FinetuneConfig
from ..data.dataset import EmailData
from ..data.splits import split_contexts
from ..events import Event, Progress
from ..models.availability import AvailabilityCache, ModelAvailability
from ..models.catalogue import CATALOGUE, known_model
from ..models.device import dtype_name, dtype_of, pick_device, pick_dtype
from ..models.hub import find_model
from ..models.loading import check_folder
from ..models.speed import best_threads, speeds
from ..policy.model import Policy, load_policy
from ..rl.holding import MEASURED, Holding
from ..rl.plan import Plan, Work, plan_for
from ..rl.time_budget import FEWEST_STEPS
from ..runs.run import Run
from ..utils.busy import CLEARLY, in_percent
from ..utils.cpu import physical_cores
from ..utils.formatting import count_of, format_bytes
from ..utils.oom import count_weights, free_memory, tuning_memory
from .choose_writing import choose_writing
from .full_run import REWARD_SHARE
from .known_pace import find_pace, reckoned_scoring
from .planning import measured, work_and_plan

PACKAGES = ("torch", "transformers", "accelerate", "peft", "gradio", "numpy", "scikit-learn")
LITTLE_DISK = 2e9
"""Bytes; a run's models and checkpoints take less."""
LOOKED_AT = 400
"""Rows of the data that the sentences for the measurement come from."""


@dataclass(frozen=True)
class Machine:
    """``memory``: free and all, bytes. ``processors``: logical ones, ``cores``: those that share nothing.

    ``busy``: the share of the processor that is at work before anything is measured. ``speed``: billions of
    multiplications and additions a second by type of number.
    """

    system: str
    versions: dict[str, str]
    device: str
    memory: tuple[int, int]
    disk_free: int
    processors: int
    cores: int
    threads: int
    best_threads: int
    busy: float
    speed: dict[str, float]
    dtype: str


@dataclass(frozen=True)
class ModelAdvice:
    """A model that could be tuned here. ``memory``: bytes that tuning it needs at least, ``fits``: whether they are
    there. ``minutes``: of tuning that hold five RL steps, by its number of weights beside that of the measured model.
    ``where``: here, bundled, hub, instead (a bundled one would serve) or nowhere.
    """

    name: str
    where: str
    weights: int
    licence: str
    gated: bool
    memory: float
    minutes: float
    fits: bool
    recommended: bool = False


@dataclass(frozen=True)
class Diagnosis:
    """What there is to say. ``steps``: RL steps of ``emails_per_step`` in ``minutes`` of tuning, loading counted off,
    ``steps_of_whole_run``: in a run of so many. Where these are few, smaller ones are made, which ``advice`` tells.

    ``model``: the one that was measured, ``weights``: how many it has.
    """

    machine: Machine
    model: str
    weights: int
    writes: str
    seconds_per_step: float
    emails_per_step: int
    minutes: float
    steps: int
    steps_of_whole_run: int
    models: tuple[ModelAdvice, ...]
    advice: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


def diagnose(
    config: FinetuneConfig, data: EmailData, workspace: Path, minutes: float
) -> Generator[Event, None, Diagnosis]:
    """Look at the machine, then load the config's model and measure what a step of it takes.

    Raises:
        ModelError: the model cannot be had or tuned.
    """
    yield Progress(phase="looking at the machine", done=0, total=1)
    machine = look_at_machine(workspace)
    yield Progress(phase="looking for models", done=0, total=1)
    places = AvailabilityCache().suggestions([model.name for model in CATALOGUE])
    yield Progress(phase="measuring the language model", done=0, total=1)
    found = find_model(config.model)
    check_folder(found.folder, found.name)
    policy = load_policy(found, config.lora_rank, config.seed, None, config.tuning, config.tuned_layers)
    work, plan, wanted = _measured_work(policy, config, data)
    weights, known = count_weights(found.folder), find_pace((), config)
    loading = known.loading if known else 0.0
    left = max(0.0, 60 * minutes - loading)
    whole = plan_for(left * (1 - REWARD_SHARE), work, plan, wanted, loading, REWARD_SHARE)
    return Diagnosis(
        machine=machine,
        model=found.name,
        weights=weights,
        writes=policy.writing.name,
        seconds_per_step=work.step(plan),
        emails_per_step=plan.contexts_per_step * work.samples,
        minutes=minutes,
        steps=work.steps_within(plan, left),
        steps_of_whole_run=work.steps_within(plan, left * (1 - REWARD_SHARE)),
        models=tuple(models_in_order(places, machine, work, plan, weights, minutes)),
        advice=(*machine_advice(machine), *time_advice(whole, minutes)),
    )


def _measured_work(policy: Policy, config: FinetuneConfig, data: EmailData) -> tuple[Work, Plan, int]:
    """What is measured of writing and learning, with what scoring takes by arithmetic, for nothing scores here."""
    data = data.take(list(range(min(LOOKED_AT, len(data)))))
    contexts = split_contexts(data.unique_contexts(), config.held_out_contexts, config.guard_contexts, config.seed)
    with TemporaryDirectory() as folder:
        run = Run(Path(folder))
        policy.writing, _ = choose_writing(config.write, data, policy.model, policy.tokenizer, run)
    config = config.resolved(policy.writing.name)
    pace = replace(measured(policy, config, data, contexts), score=reckoned_scoring())
    return work_and_plan(pace, config, data, contexts)


def look_at_machine(workspace: Path) -> Machine:
    """What the machine is and how fast it multiplies now; takes a second."""
    device = pick_device()
    busy = psutil.cpu_percent(0.5) / 100
    dtype = pick_dtype(device)
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cores = physical_cores() or psutil.cpu_count(logical=False) or processors
    return Machine(
        system=f"{platform.system()} {platform.release()}, {platform.machine()}",
        versions={"python": platform.python_version()} | {name: _version(name) for name in PACKAGES},
        device=torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
        memory=free_memory(device if device.type == "cuda" else None),
        disk_free=shutil.disk_usage(workspace if workspace.is_dir() else Path()).free,
        processors=processors,
        cores=cores,
        threads=torch.get_num_threads(),
        best_threads=best_threads(dtype, device, cores, processors),
        busy=busy,
        speed=speeds(device),
        dtype=dtype_name(dtype),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def models_in_order(
    places: list[ModelAvailability], machine: Machine, work: Work, plan: Plan, measured_weights: int, minutes: float
) -> list[ModelAdvice]:
    """The listed models, small ones first, those recommended for ``minutes`` of tuning marked.

    Recommended is what fits into the memory that is free, holds :data:`FEWEST_STEPS` RL steps and was taught to answer.
    """
    item = dtype_of(machine.dtype).itemsize
    found = []
    for place in places:
        known = known_model(place.name)
        if known is None:
            continue
        memory, besides = tuning_memory(known.weights, "lora", item)
        scaled = replace(work, pace=work.pace.scaled(known.weights / measured_weights))
        needed = scaled.seconds_for(plan, FEWEST_STEPS) / 60
        fits = memory + besides < machine.memory[0]
        good = fits and needed <= minutes and known.chat
        licence = known.licence, known.gated
        found.append(ModelAdvice(place.name, place.where, known.weights, *licence, memory, needed, fits, good))
    return sorted(found, key=lambda advice: advice.weights)


def machine_advice(machine: Machine) -> list[str]:
    """What would make the machine faster or safer, in sentences."""
    said = []
    if machine.best_threads != machine.threads:
        now, best = count_of(machine.threads, "thread"), count_of(machine.best_threads, "thread")
        said.append(f"With {best} products are faster than with {now}: set OMP_NUM_THREADS={machine.best_threads}.")
    if machine.busy > CLEARLY:
        said.append(
            f"Other programs take about {in_percent(machine.busy)} of this machine; end them, or give more minutes: "
            "all that is measured here is slower by that."
        )
    if machine.device == "cpu" and torch.version.cuda is None and shutil.which("nvidia-smi"):
        said.append("There is an NVIDIA device that this torch cannot use; install the CUDA build of torch.")
    if machine.memory[0] < tuning_memory(CATALOGUE[0].weights, "lora", dtype_of(machine.dtype).itemsize)[0] * 2:
        said.append(f"Only {format_bytes(machine.memory[0])} of memory are free; end other programs.")
    if machine.disk_free < LITTLE_DISK:
        said.append(f"Only {format_bytes(machine.disk_free)} of the disk are free; runs keep models and checkpoints.")
    return said


def time_advice(held: Holding, minutes: float) -> list[str]:
    """What to give where a whole run of so many minutes does not hold the usual."""
    if held.as_usual:
        return []
    time = f"{minutes:g} minute{'' if minutes == 1 else 's'} of a whole run"
    return [held.in_words(time, MEASURED)]
