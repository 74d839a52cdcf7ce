"""Work that hands over what it has so far, as a generator; the work goes on in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from queue import SimpleQueue
from typing import Any, TypeVar

Part = TypeVar("Part")
Whole = TypeVar("Whole")


def stream(work: Callable[[Callable[[Part], None], Callable[[], bool]], Whole]) -> Generator[Part, None, Whole]:
    """Yield what ``work(show, wanted)`` shows, return what it returns, raise what it raises.

    Of parts that are shown faster than they are taken the newest is kept. ``wanted()`` is False once the generator is
    closed; closing it waits until the work has looked and ended.
    """
    parts: SimpleQueue[tuple[str, Any]] = SimpleQueue()
    closed = threading.Event()

    def run() -> None:
        try:
            parts.put(("whole", work(lambda part: parts.put(("part", part)), lambda: not closed.is_set())))
        except BaseException as error:  # it belongs to whoever takes the parts
            parts.put(("error", error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while True:
            kind, value = parts.get()
            while kind == "part" and not parts.empty():
                kind, value = parts.get()
            if kind == "error":
                raise value
            if kind == "whole":
                return value
            yield value
    finally:
        closed.set()
        thread.join()


def run_to_end(work: Generator[Part, None, Whole], show: Callable[[Part], object] | None = None) -> Whole:
    """What a generator returns; ``show`` gets each step of it, and where that raises the generator is closed."""
    with closing(work):
        while True:
            try:
                step = next(work)
            except StopIteration as end:
                whole: Whole = end.value
                return whole
            if show is not None:
                show(step)
