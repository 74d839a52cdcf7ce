"""The command line: ``python -m outcome_rl`` or ``outcome-rl``."""

from __future__ import annotations

import os
import sys
import traceback

from ..errors import OutcomeRLError
from ..utils.cpu import share_cores
from ..utils.files import unnamed_disk_error
from ..utils.output import tolerate_any_text


def main() -> None:
    """Run a command and end the process with its status; errors become one message, never a traceback.

    ``OUTCOME_RL_DEBUG=1`` shows the traceback of an unexpected one.
    """
    share_cores()
    tolerate_any_text()
    from .commands import app

    try:
        app(standalone_mode=True)
    except OutcomeRLError as error:
        remedy = getattr(error, "remedy", "")
        _fail(f"{error}. {remedy}" if remedy else str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("stopped", 130)
    except BrokenPipeError:  # the reader of our output has gone, as in `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        told = unnamed_disk_error(error)
        if os.environ.get("OUTCOME_RL_DEBUG"):
            traceback.print_exc()
        _fail(str(told or f"{error} (set OUTCOME_RL_DEBUG=1 to see where)"), 1)
    except Exception as error:
        if os.environ.get("OUTCOME_RL_DEBUG"):
            traceback.print_exc()
        _fail(f"unexpected {type(error).__name__}: {error} (set OUTCOME_RL_DEBUG=1 to see where)", 1)


def _fail(message: str, status: int) -> None:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(status)
