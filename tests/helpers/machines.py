"""Computers that take as long as a test says, by a clock of their own: nothing waits, and no real clock is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from outcome_rl.policy.writing import FreeWriting, Request, Written
from outcome_rl.utils.work_clock import WorkClock


@dataclass
class Machine:
    """``each``: seconds that it takes to write an email. ``slower``: how many times as long by now."""

    each: float
    slower: Callable[[float], float] = lambda now: 1.0
    time: float = 0.0
    emails: int = 0

    def now(self) -> float:
        return self.time

    def clock(self) -> WorkClock:
        return WorkClock(now=self.now)

    def write_an_email(self) -> None:
        self.emails += 1
        self.time += self.each * self.slower(self.time)


def writes_on(machine: Machine, patched: Any) -> None:
    """Let all free writing take the time that it takes on this machine; a stop is asked for between two emails."""
    write = FreeWriting.write

    def slowly(self: FreeWriting, source: Any, request: Request) -> Written:
        for _ in range(len(request.wanted) * request.samples):
            machine.write_an_email()
            request.keep_going()
        return write(self, source, replace(request, keep_going=lambda: True))

    patched.setattr(FreeWriting, "write", slowly)
