"""Memory that runs out: work that is done again in smaller parts, and what will clearly not fit told beforehand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil

from ..errors import RunError

T = TypeVar("T")

GIGABYTE = 1e9
TRAINED, UNDO = 12, 12
"""Bytes for each trained weight: a gradient and Adam's two moments; and on the CPU what undoes a step that fails."""
ADAPTED = 0.6
"""At least this part of a model's weights are in the linear layers, of which an adapter needs a second copy."""


def out_of_memory(fault: BaseException) -> bool:
    """Whether an error says that the processor's or the accelerator's memory is used up."""
    import torch
    from accelerate.utils.memory import should_reduce_batch_size

    known = (MemoryError, torch.OutOfMemoryError)
    return isinstance(fault, known) or (isinstance(fault, Exception) and should_reduce_batch_size(fault))


@dataclass
class AdaptiveBatchSize:
    """How many of ``what`` are worked on at once: halved whenever they do not fit, never raised again.

    ``notices`` collects a sentence for each halving, for whoever reports them.
    """

    what: str
    size: int
    notices: list[str] = field(default_factory=list)
    reduced_to: int = 0
    """The size that fitted, once it had to be halved; else 0."""

    def run(self, work: Callable[[int], T]) -> T:
        """``work(size)``, done again from its start with half the size while memory runs out.

        Raises:
            RunError: not even one at a time fits.
        """
        from accelerate.utils.memory import clear_device_cache

        while True:
            try:
                return work(self.size)
            except Exception as fault:
                if not out_of_memory(fault):
                    raise
                if self.size <= 1:
                    raise RunError(out_of_memory_advice(f"with one of the {self.what} at a time")) from fault
            # only here: inside the handler, the error's traceback would keep the tensors alive
            clear_device_cache(garbage_collection=True)
            self.reduced_to = self.size = self.size // 2
            self.notices.append(f"Memory ran out; from here on {self.size} {self.what} at once.")


def check_memory(folder: Path, tuning: str, item: int, device: Any) -> str | None:
    """A notice where tuning the model in ``folder`` may need more memory than is free; ``item``: bytes of a weight.

    What is counted is sure to be needed: weights, their copies, gradients, moments; not what emails add to it.

    Raises:
        RunError: it needs more than the machine has.
    """
    count = count_weights(folder)
    there, here = tuning_memory(count, tuning, item)
    needs = {"accelerator": there, "machine": here} if device.type == "cuda" else {"machine": there + here}
    for place, need in needs.items():
        free, total = free_memory(device if place == "accelerator" else None)
        said = f"tuning ({tuning}) this model of {count / 1e6:.0f} M weights needs more than {need / GIGABYTE:.1f} GB"
        if need > total:
            advice = " use --tuning lora or" if tuning == "full" else ""
            raise RunError(f"{said}, and the {place} has {total / GIGABYTE:.1f} GB;{advice} take a smaller model")
        if need > free:
            return f"{said[0].upper()}{said[1:]}, and {free / GIGABYTE:.1f} GB of the {place} are free; it may run out."
    return None


def tuning_memory(count: int, tuning: str, item: int) -> tuple[float, float]:
    """Bytes that tuning so many weights is sure to need where the model is, and of the machine besides."""
    if tuning == "full":
        own = 0 if item == 4 else 4
        return float(count * (2 * item + own + TRAINED)), float(count * UNDO)
    return count * item * (1 + ADAPTED), 0.0


def count_weights(folder: Path) -> int:
    """How many numbers the safetensors files of a model folder hold; only their headers are read."""
    from safetensors import safe_open

    count = 0
    for path in folder.glob("*.safetensors"):
        with safe_open(str(path), framework="numpy") as tensors:
            count += sum(math.prod(tensors.get_slice(name).get_shape()) for name in tensors.keys())  # noqa: SIM118
    return count


def free_memory(accelerator: Any = None, system: Path = Path("/sys/fs/cgroup")) -> tuple[int, int]:
    """(free, total) bytes of the accelerator, or of the machine or the container's share of it."""
    if accelerator is not None:
        import torch

        return torch.cuda.mem_get_info(accelerator)
    memory = psutil.virtual_memory()
    try:
        limit = int((system / "memory.max").read_text())
        used = int((system / "memory.current").read_text())
    except (OSError, ValueError):  # no container, or "max"
        return memory.available, memory.total
    return max(0, min(memory.available, limit - used)), min(memory.total, limit)


def out_of_memory_advice(when: str) -> str:
    """What to say, and to try, where memory does not suffice."""
    return (
        f"memory ran out {when}; lower --max-new-tokens or --contexts-per-step, take a smaller model, use "
        "--tuning lora if all weights are tuned, or end other programs"
    )
