"""Stands in for the package ``spaces`` on a Space with ZeroGPU; to be found where its folder is on the path.

Like that one it claims from its import on that there is a card, lends it to decorated generators in a process that it
forks, pickles what they are given and give, and raises gradio's errors. In the place of a card there is the processor:
what would be moved to the card is noted, and stays.
"""

from __future__ import annotations

import functools
import inspect
import multiprocessing
import os
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import torch

PATIENCE = 120.0
"""Seconds within which the other process has to say something."""
asked: list[dict[str, Any]] = []
"""Each time that the card was asked for: how long, and for what; then the process that had it, and what was moved."""
refusals: list[Exception] = []
"""Raised one after the other when the card is asked for."""
aborts_after: list[int] = []
"""How many results are given before the card is taken away, one for each time that it is asked for."""
_fork = multiprocessing.get_context("fork")
_move = torch.nn.Module.to
torch.cuda.is_available = lambda: True


def GPU(task: Any = None, *, duration: Any = None, size: str | None = None) -> Any:
    """Lends the card to a generator function."""
    if task is None:
        return functools.partial(GPU, duration=duration, size=size)
    assert inspect.isgeneratorfunction(task)

    @functools.wraps(task)
    def borrower(*given: Any) -> Iterator[Any]:
        asked.append({"duration": duration, "given": given})
        if refusals:
            raise refusals.pop(0)
        yield from _lent(task, pickle.dumps(given), aborts_after.pop(0) if aborts_after else None)

    return borrower


def _lent(task: Callable[..., Any], given: bytes, results: int | None) -> Iterator[Any]:
    import gradio as gr

    here, there = _fork.Pipe()
    stop = _fork.Event()
    process = _fork.Process(target=_borrow, args=(task, given, there, stop), daemon=True)
    process.start()
    asked[-1] |= {"process": process.pid, "moved": [], "ended": process}
    try:
        while True:
            if results == 0:
                process.kill()
                raise gr.Error("GPU task aborted", title="ZeroGPU worker error", print_exception=False)
            assert here.poll(PATIENCE), "the other process is silent"
            kind, value = pickle.loads(here.recv_bytes())
            if kind == "moved":
                asked[-1]["moved"].append(value)
            elif kind == "end":
                return
            elif kind == "error":
                raise gr.Error(value, title="ZeroGPU worker error", print_exception=False)
            else:
                results = None if results is None else results - 1
                yield value
    finally:
        stop.set()
        process.join(PATIENCE)


def _borrow(task: Callable[..., Any], given: bytes, there: Any, stop: Any) -> None:
    """In the other process."""

    def say(kind: str, value: Any = None) -> None:
        there.send_bytes(pickle.dumps((kind, value)))

    def move(module: Any, *where: Any, **named: Any) -> Any:
        device = next((each for each in where if isinstance(each, torch.device)), None)
        if device is None or device.type != "cuda":
            return _move(module, *where, **named)
        say("moved", str(device))
        return module

    torch.nn.Module.to = move  # type: ignore[method-assign,assignment]
    torch.cuda.is_bf16_supported = lambda *asked: False
    results = task(*pickle.loads(given))
    try:
        for result in results:
            if stop.is_set():
                results.close()
                break
            say("result", result)
        say("end")
    except Exception as error:
        say("error", type(error).__name__)
    finally:
        there.close()
        os._exit(0)
