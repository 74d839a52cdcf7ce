"""Who else works on a shared run: where one of them or the launcher dies, this process ends too, and says so."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from . import distributed

POLL = 1.0
"""Seconds between two looks."""
GRACE = 10.0
"""Seconds in which a process that is left over may end by itself: it saves what it has, and tells why it ends."""
BURIAL = 5.0
"""Seconds that a system takes at most to end a process that was killed, once its connections are closed."""


@dataclass(frozen=True)
class Peers:
    """The launcher and the other processes of this machine, by rank."""

    launcher: psutil.Process
    others: dict[int, psutil.Process]

    @staticmethod
    def meet() -> Peers:
        """Known to each other; to be called by all processes at once."""
        told = distributed.gather([(distributed.rank(), socket.gethostname(), os.getpid())])
        here = socket.gethostname()
        others = {rank: psutil.Process(pid) for rank, host, pid in told if host == here and pid != os.getpid()}
        return Peers(psutil.Process(os.getppid()), others)

    def main_is_gone(self, within: float = BURIAL) -> bool:
        """Whether the main process has died, or does so in the next seconds; False where it is on another machine."""
        end = time.monotonic() + within
        while not (gone := 0 in self.others and _is_gone(self.others[0])) and time.monotonic() < end:
            time.sleep(0.1)
        return gone

    def is_broken(self) -> bool:
        """Whether the launcher has died, or before the common work was over another process."""
        others = self.others.values() if distributed.count() > 1 else ()
        return _is_gone(self.launcher) or any(map(_is_gone, others))

    def end_with_them(self, last_word: Callable[[], None], poll: float = POLL, grace: float = GRACE) -> None:
        """From now on, end this process with status 1 where another one or the launcher dies and it goes on for long.

        ``last_word`` is called before, in the main process, or in one that is left over without it.
        """
        own_rank = distributed.rank()

        def watch() -> None:
            while True:
                time.sleep(poll)
                if not self.is_broken():
                    continue
                time.sleep(grace)
                if self.is_broken():  # else the main process has left the others, and goes on alone
                    if own_rank == 0 or self.main_is_gone(within=0):
                        last_word()
                    os._exit(1)

        threading.Thread(target=watch, name="peers", daemon=True).start()


def _is_gone(process: psutil.Process) -> bool:
    """Also where its number is another process's by now."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True
