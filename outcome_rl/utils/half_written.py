"""Files and folders that are being written, beside what they will replace, under names that say who writes them.

A process that is killed leaves what it was at. The next writer into the same folder removes that: never what a process
that lives may still be writing.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import psutil

_HERE = sha256(socket.gethostname().encode()).hexdigest()[:8]
_HALF = re.compile(r"\..*\.(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-[a-z0-9_]{8}\.new", re.S)
"""``.model.3f2a9c01-4711-k3x_9abc.new``: nothing that somebody else would name so, for it is removed."""
LONGEST = 40
"""Letters of the name that is written which stand in this one; file systems take 255 bytes."""
ABANDONED = 24 * 3600.0
"""Seconds without a change after which nobody of another machine writes any more; its processes cannot be asked."""
_ours: set[str] = set()
_lock = threading.Lock()


@contextmanager
def half_written(target: Path, folder: bool = False) -> Iterator[Path]:
    """A fresh file, or folder, beside ``target``, to be renamed to it; gone at the end where it was not.

    Raises OSError where there can be none.
    """
    remove_abandoned(target.parent)
    make = tempfile.mkdtemp if folder else _new_file
    with _lock:
        mark = f".{target.name[:LONGEST]}.{_HERE}-{os.getpid()}-"
        half = Path(make(prefix=mark, suffix=".new", dir=target.parent))
        _ours.add(half.name)
    try:
        yield half
    finally:
        _remove(half)
        with _lock:
            _ours.discard(half.name)


def final_path(path: Path, target: Path) -> Path:
    """``path``, by the name that it will have once the half that it is, or lies in, has taken ``target``'s place."""
    for place, part in enumerate(path.parts):
        if _HALF.fullmatch(part):
            return target.joinpath(*path.parts[place + 1 :])
    return path


def remove_abandoned(folder: Path) -> None:
    """Remove what killed processes were writing in a folder; what cannot be removed stays."""
    with suppress(OSError), os.scandir(folder) as entries:
        found = [(Path(each.path), mark) for each in entries if (mark := _HALF.fullmatch(each.name))]
        for half, mark in found:
            if not _may_be_at_work(half, mark):
                _remove(half)


def _may_be_at_work(half: Path, mark: re.Match[str]) -> bool:
    """Whether the process that the name tells of may still be writing."""
    if mark["machine"] != _HERE:
        return time.time() - _last_change(half) < ABANDONED
    process = int(mark["process"])
    if process == os.getpid():
        with _lock:
            return half.name in _ours
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except (psutil.Error, OverflowError):
        return True


def _last_change(half: Path) -> float:
    """When a file, or any file of a folder, was changed last; now where it is gone meanwhile."""
    try:
        return max(path.lstat().st_mtime for path in (half, *half.rglob("*")))
    except OSError:
        return time.time()


def _new_file(**named: str | Path) -> str:
    handle, name = tempfile.mkstemp(**named)  # type: ignore[call-overload]
    os.close(handle)
    return str(name)


def _remove(half: Path) -> None:
    if half.is_dir() and not half.is_symlink():
        shutil.rmtree(half, ignore_errors=True)
    else:
        with suppress(OSError):
            half.unlink(missing_ok=True)
