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
from ..security.caps import current_caps
from ..security.surroundings import job_environment
from ..utils.cpu import with_all_shapes
from ..utils.processes import search_path
from .commands import process_arguments
from .run import RUNNING, WAITING, Run
from .visitors import require_room
from .workspace import Workspace

NICENESS = 10
"""How much a job yields to other programs, in steps of Unix niceness. What is left of the processor is still all its
own; but with training on every core, a page beside it would answer several times as slowly.
"""


WITHDRAWN = "Withdrawn before its turn came"


def find_running(workspace: Workspace) -> Run | None:
    """The run that is at work in this workspace, or None."""
    return next((run for run in workspace.runs() if run.state() == RUNNING), None)


def start(workspace: Workspace, kind: str, arguments: Sequence[str]) -> Run:
    """Start ``outcome_rl kind arguments…`` in a new process and return its run at once. Where as many are at work as
    visitors may have together, it waits for its turn.

    Raises:
        RunError: another run is at work here, or waits; two at once would only slow each other down.
    """
    with workspace.everybodys_lock(), workspace.lock():
        _require_free(workspace)
        run = workspace.new_run(kind)
        here = [*flag("workspace", workspace.root), *flag("run_name", run.name)]
        _begin_or_wait(workspace, run, [kind, *arguments, *here])
    return run


def resume(workspace: Workspace, run: Run) -> None:
    """Go on with a stopped or interrupted run in a new process, once its turn comes. Raises RunError where it cannot be
    resumed.
    """
    with workspace.everybodys_lock(), workspace.lock():
        _require_free(workspace)
        kind = run.config()["kind"]
        _begin_or_wait(workspace, run, [kind, *flag("resume", run.name), *flag("workspace", workspace.root)])


def _require_free(workspace: Workspace) -> None:
    for run in workspace.runs():
        state = run.state()
        if state == RUNNING:
            raise RunError(f"run '{run.name}' is still at work; stop it or let it finish first")
        if state == WAITING:
            raise RunError(f"run '{run.name}' waits for its turn already; stop it, or let it have its turn first")
    require_room(workspace, 0, current_caps())


def _begin_or_wait(workspace: Workspace, run: Run, arguments: list[str]) -> None:
    if free_places(workspace) > len(waiting_runs(workspace)):
        _launch(run, process_arguments(arguments))
    else:
        run.wait_for_turn(arguments)


def free_places(workspace: Workspace) -> int:
    """How many more trainings may be at work among all who share this machine's time."""
    return current_caps().trainings - sum(find_running(others) is not None for others in workspace.everybody())


def waiting_runs(workspace: Workspace) -> list[Run]:
    """The runs of everybody who waits for a turn, the first come first."""
    notes = (note for others in workspace.everybody() for note in others.runs_folder.glob("*/waiting.json"))
    runs = [(run.last_started_ns() or 0, run) for run in (Run(note.parent) for note in notes) if run.state() == WAITING]
    return [run for _, run in sorted(runs, key=lambda each: (each[0], str(each[1].folder)))]


def start_waiting(workspace: Workspace) -> list[Run]:
    """Begin the runs whose turn it is; those that have begun."""
    if not waiting_runs(workspace):
        return []
    begun: list[Run] = []
    with workspace.everybodys_lock():
        free = free_places(workspace)
        for run in waiting_runs(workspace):
            arguments = run.waiting_command()
            if len(begun) < free and arguments and run.end_waiting():
                try:
                    _launch(run, process_arguments(arguments))
                    begun.append(run)
                except OSError as error:  # whose files are deleted just now, or there is no room for a process
                    run.mark_failed(f"it could not be started when its turn came: {error}; start it again")
    return begun


def stop(run: Run) -> None:
    """Ask a run to stop; it ends after the step it is in and keeps what was done. One that waits for its turn does not
    wait any more.
    """
    if run.end_waiting():
        run.mark_withdrawn(WITHDRAWN)
    else:
        run.request_stop()


def _launch(run: Run, command: list[str]) -> None:
    with open(run.console_file, "ab") as console:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=os.name != "nt",
            env={**with_all_shapes(job_environment(os.environ)), "PYTHONUNBUFFERED": "1", "PYTHONPATH": search_path()},
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
