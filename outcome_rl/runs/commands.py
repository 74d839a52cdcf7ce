"""The command that does what the page was asked to, for a person and for a process."""

from __future__ import annotations

import shlex
import sys


def command_line(arguments: list[str]) -> str:
    """What a person would type to do the same."""
    return shlex.join(["python", "-m", "outcome_rl", *arguments])


def process_arguments(arguments: list[str]) -> list[str]:
    """The same command for ``subprocess``: this interpreter, an argument list, never a shell."""
    return [sys.executable, "-m", "outcome_rl", *arguments]
