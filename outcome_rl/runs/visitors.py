"""A workspace for each visitor of a page that strangers use together, and what becomes of those that are left."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import psutil
from filelock import FileLock

from ..errors import RunError
from ..security.caps import MB, CapError, Caps, too_much, way_out
from ..security.visitor_ids import VISITOR
from ..utils.files import folder_size
from ..utils.formatting import format_bytes
from .run import BUSY, CLOCK_CHANGE, RUNNING, Run
from .workspace import DELETED, Workspace

T = TypeVar("T")
NOBODY = "This page keeps files for visitors whose browser takes its cookie; allow cookies for it, and load it again."
RESERVE = 500 * MB
"""Disk that is left to the trainings at work: with less, nobody may keep anything more."""
GRACE = 15 * 60
"""Seconds that a training may take beyond its minutes, to save and compare, before it is ended."""
ENDED = "It was ended"
TOO_LONG = (
    ENDED + " after {minutes:g} minutes, the longest that one training may take here, before it was done. Take fewer "
    "emails, or {way_out}"
)
TOO_LARGE = ENDED + " because your files took more than {most} of disk. Delete earlier runs, or {way_out}"


class VisitorWorkspace(Workspace):
    """The workspace of whoever asks: each access looks anew who that is, so that nothing can be kept for another.

    ``home`` holds a folder for each visitor. Raises RunError wherever nobody asks.
    """

    home: Path
    asking: Callable[[], str | None]

    def __init__(self, home: Path, asking: Callable[[], str | None]) -> None:
        object.__setattr__(self, "home", home)
        object.__setattr__(self, "asking", asking)

    @property
    def visitor(self) -> str:
        """The id of whoever asks."""
        visitor: str | None = self.asking()
        if visitor is None or not VISITOR.fullmatch(visitor):
            raise RunError(NOBODY)
        return visitor

    @property
    def root(self) -> Path:
        """The visitor's folder."""
        return self.home / self.visitor

    @property
    def archives(self) -> Path:
        """Outside the visitors' folders, so that what is served by its path lies in one place."""
        return downloads_in(self.home) / self.visitor

    @property
    def served(self) -> Path:
        """Where the archives of all visitors lie."""
        return downloads_in(self.home)

    def everybodys_lock(self) -> FileLock:
        """One for all visitors."""
        self.home.mkdir(parents=True, exist_ok=True)
        return FileLock(self.home / ".turns.lock")

    def everybody(self) -> Iterator[Workspace]:
        """The workspaces of all visitors."""
        return (Workspace(folder) for folder in visitor_folders(self.home))


def downloads_in(home: Path) -> Path:
    """Archives, a folder for each visitor."""
    return home / "downloads"


def visitor_folders(home: Path) -> list[Path]:
    """A folder for each visitor who has files here."""
    if not home.is_dir():
        return []
    return [folder for folder in home.iterdir() if VISITOR.fullmatch(folder.name) and folder.is_dir()]


class PerWorkspace(Generic[T]):
    """Something that is kept for each workspace, the most recently used ones; ``make`` makes it."""

    def __init__(self, workspace: Workspace, make: Callable[[], T], kept: int = 200) -> None:
        self._workspace, self._make, self._kept = workspace, make, kept
        self._of: OrderedDict[Path, T] = OrderedDict()
        self._lock = Lock()

    def mine(self) -> T:
        """That of whoever asks."""
        root = self._workspace.root
        with self._lock:
            found = self._of.pop(root, None) or self._make()
            self._of[root] = found
            while len(self._of) > self._kept:
                self._of.popitem(last=False)
            return found


def note_visit(home: Path, visitor: str) -> None:
    """Files that are there are kept on."""
    with suppress(OSError):
        os.utime(home / visitor)


def note_clock_change(home: Path, moved: float) -> None:
    """Where the clock was set forward by so many seconds, or stood still with the machine, nobody was away for them:
    everybody is taken to have come now.
    """
    if moved > CLOCK_CHANGE:
        for folder in visitor_folders(home):
            note_visit(home, folder.name)


def require_room(workspace: Workspace, more: int, caps: Caps) -> None:
    """Raises CapError where a visitor's files would take more disk than is allowed, too many have files here, or the
    disk is nearly full.
    """
    if not isinstance(workspace, VisitorWorkspace):
        return
    if workspace.home.is_dir() and shutil.disk_usage(workspace.home).free < RESERVE + more:
        raise CapError("This Space's disk is nearly full. Come back later, or run Outcome RL on your own machine")
    if not workspace.root.is_dir() and len(visitor_folders(workspace.home)) >= caps.visitors:
        raise CapError(f"This Space is full: {too_much('visitors', None, caps)}. Come back later")
    taken = folder_size(workspace.root) + folder_size(workspace.archives)
    if taken + more > caps.disk:
        raise CapError(f"{too_much('disk', taken + more, caps)}. Delete runs, or everything on the page “Your files”")


def delete_visitor(home: Path, visitor: str) -> None:
    """End a visitor's runs and delete all their files. Raises OSError where files cannot be deleted."""
    folder = home / visitor
    for run in Workspace(folder).runs():
        if run.state() == RUNNING:
            end_process(run)
    for path in (folder, downloads_in(home) / visitor):
        if path.is_dir():
            hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}.deleted")
            path.rename(hidden)  # out of reach at once, whatever becomes of the rest
            with suppress(FileNotFoundError):  # the housekeeping has come upon it
                shutil.rmtree(hidden)


def end_process(run: Run, patience: float = 5.0) -> None:
    """End the process of a run with all that it started, which is let finish its step for so many seconds."""
    process = run.process()
    if process is None:
        return
    with suppress(psutil.Error):
        family = [process, *process.children(recursive=True)]
        for each in family:
            with suppress(psutil.Error):
                each.terminate()
        _, alive = psutil.wait_procs(family, timeout=patience)
        for each in alive:
            with suppress(psutil.Error):
                each.kill()


def longest_training(caps: Caps) -> float:
    """Seconds after which a training of a visitor is ended, whatever it is at."""
    return caps.minutes * 60.0 + GRACE


def why_ended(run: Run, folder: Path, caps: Caps, now: float) -> str:
    """Why a training at work has to end, for the visitor to read; empty where it may go on."""
    if now - (run.last_started_ns() or 0) / 1e9 > longest_training(caps):
        return TOO_LONG.format(minutes=longest_training(caps) / 60, way_out=way_out("minutes"))
    most = round(1.5 * caps.disk)
    return TOO_LARGE.format(most=format_bytes(most), way_out=way_out("disk")) if folder_size(folder) > most else ""


def keep_house(home: Path, caps: Caps, now: float | None = None) -> list[str]:
    """End trainings that take more time or disk than is allowed, delete what nobody came back to; what was done."""
    now, done = time.time() if now is None else now, []
    for left in (*home.glob(DELETED), *downloads_in(home).glob(DELETED)):  # by a process that was killed over it
        shutil.rmtree(left, ignore_errors=True)
    for folder in visitor_folders(home):
        space = Workspace(folder)
        states = [(run, run.state()) for run in space.runs()]
        for run in (run for run, state in states if state == RUNNING):
            if why := why_ended(run, folder, caps, now):
                end_process(run)
                run.mark_ended(why)
                done.append(f"ended {folder.name}/{run.name}")
        if not any(state in BUSY for _, state in states) and now - folder.stat().st_mtime > caps.hours * 3600:
            delete_visitor(home, folder.name)
            done.append(f"deleted {folder.name}")
    return done
