"""What is kept of a run: its settings, its events, its log, its checkpoint, and which process works on it.

Everything that is read back goes through :func:`replay`, whether the run was started on the page, in a terminal,
or before the last restart.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from .. import events as ev
from ..errors import OutcomeRLError, RunError
from ..utils.files import disk_error, read_json, write_json, write_text
from ..utils.work_clock import WorkClock
from . import event_log
from .event_log import log_line

CLOCK_CHANGE = 60.0
"""Seconds by which the time a process began may seem to move when the system's clock is set; process numbers are not
used again that soon."""

NOTED = ("pid", "created", "events")
"""What is noted of the process that works on a run, all of it numbers."""
KINDS = ("train-reward", "finetune", "run", "evaluate")
RUNNING, DONE, STOPPED, FAILED, INTERRUPTED = "running", "done", "stopped", "failed", "interrupted"
WAITING = "waiting"
"""For its turn, where visitors share a machine."""
BUSY = (RUNNING, WAITING)


@dataclass(frozen=True)
class Run:
    """One run's folder."""

    folder: Path

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def events_file(self) -> Path:
        """Its events, JSON lines."""
        return self.folder / "events.jsonl"

    @property
    def config_file(self) -> Path:
        """What it was asked to do."""
        return self.folder / "config.json"

    @property
    def console_file(self) -> Path:
        """What a process started by the page printed."""
        return self.folder / "console.txt"

    @property
    def data_file(self) -> Path:
        """The run's own copy of its data, so that it can be resumed after the original is gone."""
        return self.folder / "data.csv"

    @property
    def facts_file(self) -> Path:
        """What may be said in emails, as the user gave it; there where anything was given."""
        return self.folder / "facts.txt"

    @property
    def sentences_file(self) -> Path:
        """The sentences that the user has approved of; there where any were chosen."""
        return self.folder / "approved_sentences.csv"

    @property
    def checkpoint(self) -> Path:
        """The folder from which it can be resumed."""
        return self.folder / "checkpoint"

    @property
    def waiting_file(self) -> Path:
        """There as long as the run waits for its turn: the command that begins it, and which process was told so."""
        return self.folder / "waiting.json"

    @property
    def log_file(self) -> Path:
        """The log, named as the original program named it, after the time of the run's first start."""
        found = sorted(self.folder.glob("rl_ppo_outcome_*.log"))
        return found[0] if found else self.folder / f"rl_ppo_outcome_{datetime.now():%Y%m%d_%H%M%S}.log"

    def config(self) -> dict[str, Any]:
        """What the run was asked to do. Raises RunError where that is not known."""
        try:
            config = read_json(self.config_file)
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(f"run '{self.name}' has no readable config.json: {error}") from None
        if not isinstance(config, dict):
            raise RunError(f"run '{self.name}' has no readable config.json: it holds no settings")
        return config

    def write_config(self, config: dict[str, Any]) -> None:
        """Replace what the run was asked to do."""
        write_json(self.config_file, config)

    # --- stopping and being alive -------------------------------------------------------------------------------

    def request_stop(self) -> None:
        """Ask the process that works on the run to stop after the step it is in."""
        write_text(self.folder / "stop", "")

    def stop_requested(self) -> bool:
        """Whether somebody has asked it to stop since a process took it up."""
        return (self.folder / "stop").exists()

    def claim(self, pid: int | None = None) -> None:
        """Note that a process (this one by default) works on the run, and forget a stop request made to another."""
        process = psutil.Process(pid or os.getpid())
        who = {"pid": process.pid, "created": process.create_time()}
        note, before = who | {"events": self._events_size()}, self._process_note()
        if before != note:
            write_json(self.folder / "process.json", note)
        if {name: before.get(name) for name in who} != who:
            (self.folder / "stop").unlink(missing_ok=True)

    def _events_size(self) -> int:
        """Bytes of events so far."""
        try:
            return self.events_file.stat().st_size
        except OSError:
            return 0

    def last_started_ns(self) -> int | None:
        """When a process last took up the run, or it came to wait for one, in nanoseconds of the clock; renaming does
        not change it. None where the run is gone.
        """
        files = ((self.waiting_file, "st_mtime_ns"), (self.folder / "process.json", "st_mtime_ns"))
        for path, changed in (*files, (self.folder, "st_ctime_ns")):
            try:
                return getattr(path.stat(), changed)
            except OSError:
                continue
        return None

    def seconds_since_launch(self) -> float:
        """How long ago this process was launched for the run, if it was and has said nothing of it yet; else 0."""
        note = self._process_note()
        if note.get("pid") != os.getpid() or note.get("events") != self._events_size():
            return 0.0
        return max(0.0, time.time() - note["created"])

    def _process_note(self) -> dict[str, Any]:
        try:
            note = read_json(self.folder / "process.json")
        except (OSError, ValueError, RecursionError):
            return {}
        whole = isinstance(note, dict) and all(isinstance(note.get(name, 0), (int, float)) for name in NOTED)
        return note if whole else {}

    def process(self) -> psutil.Process | None:
        """The process that works on the run now, or None."""
        note = self._process_note()
        try:
            process = psutil.Process(note["pid"])
            same = abs(process.create_time() - note["created"]) < CLOCK_CHANGE
            alive = same and process.status() != psutil.STATUS_ZOMBIE
        except (KeyError, ValueError, OverflowError, psutil.Error):
            return None
        return process if alive else None

    def state(self) -> str:
        """running, waiting, done, stopped, failed, or interrupted (its process vanished without a last word)."""
        # a last word that was there before the process took up the run is an earlier process's
        said_something = self._events_size() > self._process_note().get("events", 0)
        last, process = last_event(self), self.process()
        if process and not (said_something and isinstance(last, ev.FINAL)):
            return RUNNING
        if self.waiting_command() is not None:
            return WAITING
        if isinstance(last, ev.Finished):
            return DONE
        if isinstance(last, ev.Stopped):
            return STOPPED
        if isinstance(last, ev.Failed):
            return FAILED
        return INTERRUPTED

    def wait_for_turn(self, arguments: Sequence[str]) -> None:
        """Have the run wait; ``arguments``: what it is begun with."""
        process = psutil.Process()
        told = {"pid": process.pid, "created": process.create_time()}
        write_json(self.waiting_file, {"arguments": list(arguments), **told})

    def waiting_command(self) -> list[str] | None:
        """What a run that waits is begun with; None of any other."""
        arguments = self._waiting_note().get("arguments")
        whole = isinstance(arguments, list) and arguments and all(isinstance(each, str) for each in arguments)
        return arguments if whole else None

    def waits_since_restart(self) -> bool:
        """Whether another process than this one was told that the run waits: the page was started anew since."""
        note, process = self._waiting_note(), psutil.Process()
        return (note.get("pid"), note.get("created")) != (process.pid, process.create_time())

    def _waiting_note(self) -> dict[str, Any]:
        try:
            note = read_json(self.waiting_file)
        except (OSError, ValueError, RecursionError):
            return {}
        return note if isinstance(note, dict) else {}

    def end_waiting(self) -> bool:
        """Take the run out of the line; whether it was in it. Of two who do so one alone is told that it was."""
        try:
            self.waiting_file.unlink()
        except OSError:
            return False
        return True

    def mark_withdrawn(self, message: str) -> None:
        """The last word of a run that was taken out of the line before its first turn; one that was to be gone on with
        keeps the word that it has.
        """
        if last_event(self) is None:
            self._say_last(ev.Stopped(message=message, resumable=False))

    def mark_failed(self, message: str) -> None:
        """The last word of a run that cannot say one itself any more; nothing where it has said one."""
        if not isinstance(last_event(self), ev.FINAL):
            self._say_last(ev.Failed(message=message))

    def mark_ended(self, message: str) -> None:
        """Why a run was ended from outside, also where it has called that a stop; nothing where it was done before."""
        last = last_event(self)
        if isinstance(last, ev.Stopped):
            self._say_last(ev.Stopped(message=message, resumable=last.resumable))
        elif not isinstance(last, ev.FINAL):
            self._say_last(ev.Failed(message=message))

    def _say_last(self, event: ev.Event) -> None:
        event_log.drop_half_line(self.events_file)
        with suppress(OSError), open(self.events_file, "a", encoding="utf-8") as lines:
            lines.write(event_log.to_line(event))

    def rewind(self, event: str, **values: Any) -> bool:
        """Forget the events after the last one of that name with these values; where there is none, none, and False."""
        return event_log.rewind(self.events_file, event, values)

    def clear_events(self) -> None:
        """Forget all events; a run that starts anew writes its own."""
        self.events_file.unlink(missing_ok=True)


def record(stream: Iterable[ev.Event], run: Run, clock: WorkClock | None = None) -> Iterator[ev.Event]:
    """Pass events through, each one first stamped by the run's clock and appended to its ``events.jsonl`` and its log.

    An error ends the record with a Failed event and goes on to the caller.
    """
    event_log.drop_half_line(run.events_file)
    run.claim()
    log = run.log_file
    with open(run.events_file, "a", encoding="utf-8") as lines, open(log, "a", encoding="utf-8") as text:

        def kept(event: ev.Event) -> ev.Event:
            event = replace(event, worked=round(clock.elapsed(), 3)) if clock else event
            lines.write(event_log.to_line(event))
            lines.flush()
            text.write(log_line(event) + "\n")
            text.flush()
            return event

        try:
            for event in stream:
                yield kept(event)
        except OutcomeRLError as error:
            with suppress(OSError):
                kept(ev.Failed(message=str(error)))
            raise
        except Exception as error:
            told = disk_error(error, run.folder)
            with suppress(OSError):  # where the disk is full there may be no room for a last word either
                kept(ev.Failed(message=str(told or f"unexpected {type(error).__name__}: {error}")))
            if told:
                raise told from error
            raise


def replay(run: Run, offset: int = 0) -> tuple[list[ev.Event], int]:
    """Events recorded from byte ``offset`` on, and the offset to go on from; a half-written last line is left."""
    return event_log.read(run.events_file, offset)


def last_event(run: Run) -> ev.Event | None:
    """The newest whole event, found from the end of the file."""
    return event_log.last(run.events_file)
