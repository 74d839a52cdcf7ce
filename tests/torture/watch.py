"""How long a piece of work takes, in processor time: what others do on the machine does not count."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable


class _TooLong(BaseException):
    """Raised in the middle of the work."""


def took_too_long(work: Callable[[], object], seconds: float) -> str:
    """Why a piece of work is not as it should be: too slow, or an error; empty where all is well."""

    def ring(*_: object) -> None:
        left = seconds - (time.process_time() - began)
        if left <= 0:
            raise _TooLong
        signal.setitimer(signal.ITIMER_VIRTUAL, left)  # on a busy machine the timer counts what others had, too

    before, began = signal.signal(signal.SIGVTALRM, ring), time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        work()
    except _TooLong:
        return f"more than {time.process_time() - began:.1f} s"
    except Exception as fault:
        return f"unexpected {type(fault).__name__}: {str(fault)[:100]}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return ""
