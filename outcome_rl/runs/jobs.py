"""Start, watch and stop a run in a process of its own.

The process runs the command that a person would type. It outlives the page that started it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from ..errors import RunError
from ..flags import flag
from ..security.caps import current_caps, too_much
from ..security.surroundings import job_environment
from ..utils.processes import search_path
from .visitors import require_room
from .workspace import RUNNING, Run, Workspace, process_arguments

NICENESS = 10
"""How much a job yields to other programs, in steps of Unix niceness. What is left of the processor is still all its
own; but with training on every core, a page beside it would answer several times as slowly.
"""


def find_running(workspace: Workspace) -> Run | None:
    """The run that is at work in this workspace, or None."""
    return next((run for run in workspace.runs() if run.state() == RUNNING), None)


def start(workspace: Workspace, kind: str, arguments: Sequence[str]) -> Run:
    """Start ``outcome_rl kind arguments…`` in a new process and return its run at once.

    Raises:
        RunError: another run is at work here; two at once would only slow each other down.
    """
    with workspace.lock():
        _require_free(workspace)
        run = workspace.new_run(kind)
        here = [*flag("workspace", workspace.root), *flag("run_name", run.name)]
        _launch(run, process_arguments([kind, *arguments, *here]))
    return run


def resume(workspace: Workspace, run: Run) -> None:
    """Go on with a stopped or interrupted run in a new process. Raises RunError where it cannot be resumed."""
    with workspace.lock():
        _require_free(workspace)
        kind = run.config()["kind"]
        _launch(run, process_arguments([kind, *flag("resume", run.name), *flag("workspace", workspace.root)]))


def _require_free(workspace: Workspace) -> None:
    busy = find_running(workspace)
    if busy:
        raise RunError(f"run '{busy.name}' is still at work; stop it or let it finish first")
    caps = current_caps()
    require_room(workspace, 0, caps)
    working = 0
    for others in workspace.everybody():
        working += find_running(others) is not None
        if working >= caps.trainings:
            raise RunError(f"{too_much('trainings', None, caps)}. One of them has to end first; try again in a minute")


def stop(run: Run) -> None:
    """Ask a run to stop; it ends after the step it is in and keeps what was done."""
    run.request_stop()


def _launch(run: Run, command: list[str]) -> None:
    with open(run.console_file, "ab") as console:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=os.name != "nt",
            env={**job_environment(os.environ), "PYTHONUNBUFFERED": "1", "PYTHONPATH": search_path()},
        )
    _lower_priority(process.pid)
    run.claim(process.pid)


def _lower_priority(pid: int) -> None:
    """Before the process starts threads: they take over what it has."""
    process = psutil.Process(pid)
    try:
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            process.nice(min(19, process.nice() + NICENESS))
            # a process with a session of its own is a group of its own, and Linux shares the processor among groups
            # first: without this the niceness would count inside the group alone, that is, not at all
            Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS))
    except (psutil.Error, OSError):
        pass  # some systems forbid it or have no such file; the job is none the worse
