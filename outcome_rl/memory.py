"""Memory that runs out: work that is done again in smaller parts, and what will clearly not fit told beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from .errors import RunError

T = TypeVar("T")


def out_of_memory(fault: BaseException) -> bool:
    """Whether an error says that the processor's or the accelerator's memory is used up."""
    import torch
    from accelerate.utils.memory import should_reduce_batch_size

    known = (MemoryError, torch.OutOfMemoryError)
    return isinstance(fault, known) or (isinstance(fault, Exception) and should_reduce_batch_size(fault))


@dataclass
class Portion:
    """How many of ``what`` are worked on at once: halved whenever they do not fit, never raised again.

    ``notices`` collects a sentence for each halving, for whoever reports them.
    """

    what: str
    size: int
    notices: list[str] = field(default_factory=list)

    def fitted(self, work: Callable[[int], T]) -> T:
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
                    raise RunError(too_little(f"with one of the {self.what} at a time")) from fault
            # only here: inside the handler, the error's traceback would keep the tensors alive
            clear_device_cache(garbage_collection=True)
            self.size //= 2
            self.notices.append(f"Memory ran out; from here on {self.size} {self.what} at once.")


def too_little(when: str) -> str:
    """What to say, and to try, where memory does not suffice."""
    return (
        f"memory ran out {when}; lower --max-new-tokens or --contexts-per-step, take a smaller model, use "
        "--tuning lora if all weights are tuned, or end other programs"
    )
