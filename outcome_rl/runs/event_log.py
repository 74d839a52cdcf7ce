"""Files of events, one as JSON in each line: what a run leaves behind, read while it is written and after kills."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import events as ev
from ..utils.files import without_nonfinite, write_text


def to_line(event: ev.Event) -> str:
    """The line of the file that holds an event, its end included."""
    return json.dumps(without_nonfinite(ev.to_json(event)), ensure_ascii=False) + "\n"


def read(file: Path, offset: int = 0) -> tuple[list[ev.Event], int]:
    """Events from byte ``offset`` on, and the offset to go on from; a half-written last line is left."""
    try:
        with open(file, "rb") as stream:
            if stream.seek(0, os.SEEK_END) < offset:  # rewound by a resumed run
                offset = 0
            stream.seek(offset)
            whole, newline, _ = stream.read().rpartition(b"\n")
    except FileNotFoundError:  # nothing was said yet, or the run has been deleted
        return [], 0
    found = [event for line in whole.splitlines() if (event := _parse(line)) is not None]
    return found, offset + len(whole) + len(newline)


def last(file: Path) -> ev.Event | None:
    """The newest whole event, found from the end of the file."""
    try:
        with open(file, "rb") as stream:
            stream.seek(0, os.SEEK_END)
            size = stream.tell()
            reach = 65536
            while True:
                start = max(0, size - reach)
                stream.seek(start)
                whole, _, _ = stream.read().rpartition(b"\n")
                for line in reversed(whole.splitlines()[0 if start == 0 else 1 :]):
                    event = _parse(line)
                    if event is not None:
                        return event
                if start == 0:
                    return None
                reach *= 8
    except OSError:
        return None


def rewind(file: Path, event: str, values: Mapping[str, Any]) -> bool:
    """Forget the events after the last one of that name with these values; where there is none, none, and False."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    for index in range(len(lines) - 1, -1, -1):
        try:
            found = json.loads(lines[index])
        except ValueError:
            continue
        if found.get("event") == event and all(found.get(name) == value for name, value in values.items()):
            write_text(file, "".join(lines[: index + 1]))
            return True
    return False


def drop_half_line(file: Path) -> None:
    """Cut what a killed process left of its last line, so that the next event does not end up behind it."""
    if file.exists():
        with open(file, "rb+") as stream:
            whole, newline, _ = stream.read().rpartition(b"\n")
            stream.truncate(len(whole) + len(newline))


def log_line(event: ev.Event) -> str:
    """One event as a line of the log: time, kind, ``key=value`` for what is set."""
    values = ev.to_json(event)
    time, name = values.pop("time"), values.pop("event")
    shown = " ".join(f"{key}={_short(value)}" for key, value in values.items() if value is not None)
    return f"{time} {name} {shown}"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else json.dumps(without_nonfinite(value), ensure_ascii=False)


def _parse(line: bytes) -> ev.Event | None:
    try:
        return ev.from_json(json.loads(line))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
