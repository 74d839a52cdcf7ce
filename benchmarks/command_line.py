"""What the command lines of benchmarks have in common."""

from __future__ import annotations

import argparse
import sys

from outcome_rl.errors import OutcomeRLError


def run_command(given: argparse.Namespace) -> int:
    """Call the command's ``run``; the exit status. What a user did wrong is told in a line, without a traceback."""
    try:
        given.run(given)
    except OutcomeRLError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0
