"""What a tab shows of a run: found on disk and replayed, so every visitor and every reload sees the same."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ... import events as ev
from ...errors import RunError
from ...runs.run import BUSY, FAILED, INTERRUPTED, KINDS, RUNNING, STOPPED, WAITING, Run, replay
from ...runs.visitors import PerWorkspace
from ...runs.workspace import Workspace
from ...utils.files import existing_folder

CONSOLE_LINES = 15
RESUMABLE = ("finetune", "run", "evaluate")
SomeEvent = TypeVar("SomeEvent", bound=ev.Event)


@dataclass(frozen=True)
class Turn:
    """When a run that waits begins: its ``place`` in line, the first is 1, and in about how many ``minutes``, 0 for a
    moment, or in so many ``at_most``. ``restarted``: the page was started anew since it came to wait.
    """

    place: int
    minutes: int
    at_most: bool = False
    restarted: bool = False


@dataclass(frozen=True)
class RunSnapshot:
    """One run at one moment; ``run`` is None where nothing of the kind has run, ``turn`` where it does not wait."""

    run: Run | None = None
    events: tuple[ev.Event, ...] = ()
    state: str = ""
    stopping: bool = False
    console: str = ""
    turn: Turn | None = None

    @property
    def fingerprint(self) -> tuple:
        """Changes when, and only when, there is something new to draw."""
        last = self.events[-1].time if self.events else ""
        return (self.name, len(self.events), last, self.state, self.stopping, self.console, self.turn)

    @property
    def name(self) -> str:
        """The run's name; empty where there is none."""
        return self.run.name if self.run else ""

    @property
    def kind(self) -> str:
        """What the run was started as; empty where there is none."""
        return kind_of(self.run) if self.run else ""

    @property
    def running(self) -> bool:
        """Whether the run is at work, or will be once its turn comes."""
        return self.state in BUSY

    @property
    def waiting(self) -> bool:
        """Whether the run waits for its turn."""
        return self.state == WAITING

    def events_of(self, kind: type[SomeEvent]) -> list[SomeEvent]:
        """The events of one kind, in their order."""
        return [event for event in self.events if isinstance(event, kind)]

    def latest(self, *kinds: type[ev.Event]) -> Any:
        """The newest event of these kinds, or None."""
        return next((event for event in reversed(self.events) if isinstance(event, kinds)), None)

    def resumable(self) -> bool:
        """Whether going on is worth offering; a reward model is trained anew instead."""
        if self.run is None or kind_of(self.run) not in RESUMABLE:
            return False
        if self.state == STOPPED:
            return self.latest(ev.Stopped).resumable
        return self.state == INTERRUPTED or (self.state == FAILED and existing_folder(self.run.checkpoint) is not None)


@dataclass
class _Tail:
    """What has been read of one run's events so far; ``file`` changes when the file is replaced."""

    file: int = 0
    offset: int = 0
    events: list[ev.Event] = field(default_factory=list)


@dataclass
class _SeenEvents:
    """What is known of one workspace, by the names of its runs."""

    tails: dict[str, _Tail] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    at_work: dict[str, tuple[tuple, bool]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def forget_others(self, names: Collection[str]) -> None:
        """Another run may come to bear the name of one that was deleted."""
        for name in self.tails.keys() - names:
            del self.tails[name]
        for name in self.kinds.keys() - names:
            del self.kinds[name]


class RunWatcher:
    """Looks at a workspace's runs; reads only what was added since the last look, whoever asks.

    ``turn_of`` tells when a run that waits gets its turn.
    """

    def __init__(self, workspace: Workspace, turn_of: Callable[[Run], Turn | None] = lambda run: None) -> None:
        self.workspace, self._turn_of = workspace, turn_of
        self._seen = PerWorkspace(workspace, _SeenEvents)

    def fingerprint(self) -> tuple:
        """Changes with everything that a view shows, and every other second while a run is at work, for it tells the
        time. Reads nothing of a run that has ended and has not changed since.
        """
        seen = self._seen.mine()
        with seen.lock:
            runs = self.workspace.runs()
            seen.at_work = {run.name: self._run_fingerprint(seen, run) for run in runs}
            working = any(at_work for _, at_work in seen.at_work.values())
            return tuple(seen.at_work.items()), int(time.monotonic() / 2) if working else 0

    def _run_fingerprint(self, seen: _SeenEvents, run: Run) -> tuple[tuple, bool]:
        """What the run's files look like, and whether it is at work."""
        mark, (before, at_work) = file_fingerprint(run), seen.at_work.get(run.name, (None, True))
        return mark, run.state() in BUSY if at_work or mark != before else False

    def snapshot(self, kinds: Collection[str]) -> RunSnapshot:
        """The run of these kinds that is at work or waits for its turn, else the latest one."""
        seen = self._seen.mine()
        with seen.lock:
            everything = self.workspace.runs()
            seen.forget_others({run.name for run in everything})
            runs = [run for run in everything if self._kind(seen, run) in kinds]
            run = next((run for run in runs[:5] if run.state() in BUSY), runs[0] if runs else None)
            return self._look(seen, run) if run else RunSnapshot()

    def snapshot_of(self, name: str) -> RunSnapshot:
        """The run of that name. Raises RunChoiceError where there is none."""
        run, seen = self.workspace.run(name), self._seen.mine()
        with seen.lock:
            return self._look(seen, run)

    def _look(self, seen: _SeenEvents, run: Run) -> RunSnapshot:
        # State first: a final event written between the two looks then shows at the next one, never half
        state, events = run.state(), self._events(seen, run)
        final = isinstance(events[-1], ev.FINAL) if events else False
        silent = state in (FAILED, INTERRUPTED) and (not final or len(events) < 2)
        # a resumed run that fails before its first event leaves the old last event standing
        silent = silent or (state == STOPPED and last_lines(run).rpartition("\n")[2].startswith("error: "))
        return RunSnapshot(
            run=run,
            events=tuple(events),
            state=state,
            stopping=state == RUNNING and run.stop_requested(),
            console=last_lines(run) if silent else "",
            turn=self._turn_of(run) if state == WAITING else None,
        )

    def _events(self, seen: _SeenEvents, run: Run) -> list[ev.Event]:
        tail = seen.tails.setdefault(run.name, _Tail())
        try:
            status = run.events_file.stat()
        except OSError:
            return []
        if status.st_ino != tail.file or status.st_size < tail.offset:
            tail = seen.tails[run.name] = _Tail(file=status.st_ino)
        fresh, tail.offset = replay(run, tail.offset)
        tail.events += fresh
        return tail.events

    def _kind(self, seen: _SeenEvents, run: Run) -> str:
        if run.name not in seen.kinds:
            kind, certain = _kind_of(run)
            if not certain:
                return kind
            seen.kinds[run.name] = kind
        return seen.kinds[run.name]


def file_fingerprint(run: Run) -> tuple:
    """Changes with the files that say what has become of a run."""
    noted = (run.folder / "process.json", run.waiting_file, run.folder / "stop")
    return tuple(_stat(path) for path in (run.events_file, *noted, run.config_file, run.console_file))


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def kind_of(run: Run) -> str:
    """What the run was started as; its name says so until its process has written that down."""
    return _kind_of(run)[0]


def is_without_rl(run: Run) -> bool:
    """Whether a run was asked for no RL step, to write without teaching."""
    try:
        return bool(run.config()["finetune"]["steps"] == 0)
    except (RunError, KeyError, TypeError):
        return False


def _kind_of(run: Run) -> tuple[str, bool]:
    """The kind, and whether it is written down."""
    try:
        return str(run.config()["kind"]), True
    except (RunError, KeyError, TypeError):
        name = run.name.rstrip("-0123456789")
        return next((kind for kind in KINDS if name.endswith(f"-{kind}")), ""), False


def last_lines(run: Run) -> str:
    """The end of what the run's process printed."""
    try:
        with open(run.console_file, "rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - 8192))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-CONSOLE_LINES:])
