"""Several processes that tune one model together, started by ``accelerate launch``; nothing happens here for one alone.

Each process holds the whole model and takes a share of a step's work; what they found is put together before anything
is decided, so that all take the same decisions and make the same update. The main process alone writes files.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

from ..errors import ConfigError, OutcomeRLError, PeerLost

T = TypeVar("T")

PATIENCE = timedelta(minutes=10)
"""How long a process waits for the others; one that has ended is noticed at once, one that hangs after this."""

SIZES = ("WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")
"""Where launchers say how many processes there are."""

GONE = (
    "another process of this run has ended or does not answer; its own message says why. Go on from the last "
    "checkpoint with --resume"
)


def is_launched() -> bool:
    """Whether this process was started as one of several: by accelerate, torchrun or one of the kinds of MPI."""
    return any(int(os.environ.get(name) or 1) > 1 for name in SIZES)


def join() -> None:
    """Meet the other processes, if there are any; to be called once, before everything else here."""
    if is_launched():
        state(timeout=PATIENCE)


def state(**named: Any) -> Any:
    """What accelerate knows of this process, its device among it: the CPU where ``ACCELERATE_USE_CPU`` is true."""
    from accelerate import PartialState
    from accelerate.utils import parse_flag_from_env

    return PartialState(parse_flag_from_env("ACCELERATE_USE_CPU"), **named)


def require_single_process(command: str) -> None:
    """Raises ConfigError where several processes were started for what only one can do."""
    if is_launched():
        raise ConfigError(
            f"{command} works in one process; start it without accelerate launch. Only finetune can be shared: train "
            "the reward model first"
        )


def leave() -> bool:
    """End the common work; True in the main process, which goes on alone.

    None leaves before all have come here: a process that ends is missed by those that are still at work.
    """
    main = is_main()
    if count() > 1:
        import torch

        try:
            torch.distributed.barrier()
        except RuntimeError:  # one has died, which has been told; this one has a few seconds to save what it has
            return main
        torch.distributed.destroy_process_group()
    return main


def end() -> NoReturn:
    """End this process with status 0, at once.

    After the common work, threads of gloo may still be there, and the interpreter's own way of ending is aborted over
    them now and then ("terminate called without an active exception"); the launcher then ends the main process too.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def count() -> int:
    """Processes at work."""
    if not is_launched():
        return 1
    import torch

    there = torch.distributed.is_available() and torch.distributed.is_initialized()
    return torch.distributed.get_world_size() if there else 1


def rank() -> int:
    """This one's number, from 0."""
    import torch

    return torch.distributed.get_rank() if count() > 1 else 0


def is_main() -> bool:
    """Whether this is the process that writes files; so is one that works alone."""
    return rank() == 0


def share(items: Any) -> Any:
    """This process's part of a sequence or tensor, in one piece; all parts in order of rank are the whole."""
    place, of = rank(), count()
    return items[len(items) * place // of : len(items) * (place + 1) // of]


def gather(own: list[T]) -> list[T]:
    """The lists of all processes one behind the other, in order of rank; what they hold is to be on the CPU."""
    if count() == 1:
        return own
    import torch

    found: list[Any] = [None] * count()
    with _peer_errors():
        torch.distributed.all_gather_object(found, own)
    return [item for part in found for item in part]


def broadcast_from_main(value: T) -> T:
    """The main process's value, everywhere; one without a device."""
    if count() == 1:
        return value
    import torch

    holder = [value]
    with _peer_errors():
        torch.distributed.broadcast_object_list(holder)
    return holder[0]


def run_on_main(work: Callable[[], T]) -> T:
    """What ``work`` returns in the main process, which alone does it; its error is raised there and ends the others."""
    if count() == 1:
        return work()
    found, error = None, None
    if is_main():
        try:
            found = work()
        except OutcomeRLError as fault:
            error = fault
    found, status = broadcast_from_main((found, error.exit_code if error else None))
    if error:
        raise error
    if status is not None:
        sys.exit(status)  # the main process tells why
    return found  # type: ignore[return-value]


def any_process(flag: bool) -> bool:
    """Whether any of the processes says so."""
    return flag if count() == 1 else any(gather([flag]))


def sum_numbers(number: float) -> float:
    """The sum of all processes' numbers."""
    return number if count() == 1 else sum(gather([number]))


def sum_tensors(tensors: Iterable[Any]) -> None:
    """Sum tensors over all processes, in place."""
    if count() == 1:
        return
    import torch

    with _peer_errors():
        for tensor in tensors:
            torch.distributed.all_reduce(tensor)


def sum_gradients(parameters: Iterable[Any]) -> None:
    """Sum the gradients of all processes; a process that had no email has none, and counts as zero.

    Each process divides its loss by the emails of all, so the sum is their mean gradient.
    """
    if count() == 1:
        return
    import torch

    parameters = list(parameters)
    for parameter in parameters:
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    sum_tensors(parameter.grad for parameter in parameters)


def first_on_its_machine() -> AbstractContextManager[Any]:
    """Work that one process of a machine does before its others, as to fill a cache that they read."""
    if count() == 1:
        return nullcontext()
    return state().local_main_process_first()


@contextmanager
def _peer_errors() -> Iterator[None]:
    """Raises PeerLost where another process cannot be reached any more."""
    try:
        yield
    except RuntimeError as fault:
        raise PeerLost(GONE) from fault
