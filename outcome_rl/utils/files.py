"""Writing files and folders so that they appear whole or not at all."""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from ..errors import RunError
from .formatting import format_bytes
from .half_written import final_path, half_written


def sync(path: Path) -> None:
    """Force a file or folder to the disk (folders cannot be opened on Windows; there it is a no-op)."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def previous_folder(folder: Path) -> Path:
    """Where the folder that was replaced by this one is kept, or was when a crash came."""
    return folder.with_name(f".{folder.name}.previous")


@contextmanager
def atomic_folder(target: Path, keep_previous: bool = False) -> Iterator[Path]:
    """Yields a fresh folder beside ``target``; on a clean exit it takes ``target``'s place, else it vanishes.

    A crash between the two renames leaves the old folder under another name; :func:`existing_folder` finds it. With
    ``keep_previous`` it stays there until the next one is whole.

    Raises:
        RunError: the disk is full or cannot be written to, or ``target`` is no folder; the old folder is whole.
    """
    target = Path(target)
    if target.exists() and not target.is_dir():
        raise RunError(f"'{target}' is not a folder; give a folder, it may be a new one")
    with telling_disk(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with half_written(target, folder=True) as fresh:
            try:
                fresh.chmod(0o755)
                yield fresh
                _sync_all(fresh)
            except BaseException as fault:
                if told := disk_error(fault, target, fresh):
                    raise told from fault
                raise
            _put_in_place(fresh, target, keep_previous)


def _sync_all(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)  # some libraries write files that only their owner may read
        sync(path)
    sync(folder)


def _put_in_place(fresh: Path, target: Path, keep_previous: bool) -> None:
    previous = previous_folder(target)
    if target.exists():
        shutil.rmtree(previous, ignore_errors=True)
        target.rename(previous)
    fresh.rename(target)
    sync(target.parent)
    if not keep_previous:
        shutil.rmtree(previous, ignore_errors=True)


def _is_disk_full(fault: BaseException) -> bool:
    """Whether an error, of Python's or of the library that writes tensors, says that the disk is full."""
    known = isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT)
    return known or "No space left on device" in str(fault)


def disk_error(fault: BaseException, target: Path, written: Path | None = None) -> RunError | None:
    """What to say where ``target`` could not be written for want of room or of permission; None for other faults.

    ``written``: what was written so far, which is still there.
    """
    kept = "the one before is whole" if target.exists() else "nothing of it is kept"
    if _is_disk_full(fault):
        return RunError(f"disk full: {_room_needed(fault, target, written)}; {kept}. Make room and go on")
    if isinstance(fault, OSError) and fault.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        why = "the disk is read-only" if fault.errno == errno.EROFS else "this user may not write there"
        file = final_path(Path(fault.filename or target), target)
        return RunError(f"'{file}' cannot be written: {why}; {kept}. Choose another place")
    return None


def unnamed_disk_error(fault: BaseException | None = None) -> RunError | None:
    """The same where the fault names no file: it was the output, or what is put by meanwhile; a fault of nobody's is
    of the latter.
    """
    if isinstance(fault, OSError) and fault.filename:
        return disk_error(fault, Path(str(fault.filename)))
    if fault is not None and not _is_disk_full(fault):
        return None
    folder = tempfile.gettempdir()
    free = format_bytes(shutil.disk_usage(folder).free)
    where = f"'{folder}', where files are put by meanwhile and {free} are free"
    which = where if fault is None else f"the output, or {where}"
    return RunError(f"disk full: there is no more room for {which}. Make room, or name another folder in TMPDIR")


def _room_needed(fault: BaseException, target: Path, written: Path | None) -> str:
    """Which file it was, and how many bytes are needed: more than were there for it, or what the old one takes."""
    there = _size(written) if written else 0
    parent = next(folder for folder in target.resolve().parents if folder.exists())
    room, before = shutil.disk_usage(parent).free + there, _size(target)
    # of a copy the fault names first what was read
    copied = getattr(fault, "filename2", None)
    named = target if copied else Path(str(getattr(fault, "filename", None) or _newest(written) or target))
    file = final_path(named, target).name
    within = f" of '{target}'" if file != target.name else ""
    took = f" (the one before takes {format_bytes(before)})" if before else ""
    return f"'{file}'{within} needs more than the {format_bytes(max(room, 1))} that are free for it{took}"


def _newest(written: Path | None) -> Path | None:
    """The file that was written last, where none is named."""
    inside = written.rglob("*") if written and written.is_dir() else ()
    files = [path for path in inside if path.is_symlink() or path.is_file()]
    return max(files, key=lambda path: path.lstat().st_mtime_ns, default=None)


def _size(path: Path) -> int:
    """Bytes of a file or of a folder's files; 0 where there is none."""
    return path.lstat().st_size if path.is_file() else folder_size(path)


@contextmanager
def telling_disk(target: Path) -> Iterator[None]:
    """Says of a full disk or one that cannot be written to what it is (RunError) while ``target`` is written."""
    try:
        yield
    except OSError as fault:
        told = disk_error(fault, target)
        if told is None:
            raise
        raise told from fault


def folder_size(folder: Path) -> int:
    """Bytes in the files of a folder, links left out; 0 where there is none."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def existing_folder(target: Path) -> Path | None:
    """``target``, or the copy that a crash while replacing it left behind, or None."""
    for candidate in (Path(target), previous_folder(Path(target))):
        if candidate.is_dir():
            return candidate
    return None


def folder_version(folder: Path) -> int:
    """Changes whenever a folder of a model is replaced; 0 where there is none."""
    found = existing_folder(folder)
    return found.stat().st_mtime_ns if found else 0


@contextmanager
def atomic_file(path: Path) -> Iterator[TextIO]:
    """Yields a text stream; on a clean exit what was written takes the place of ``path``, else it vanishes.

    What is no plain file (``/dev/stdout``, ``/dev/null``, a named pipe) is written into, never replaced.

    Raises:
        RunError: the disk is full or cannot be written to.
    """
    if is_device(path):
        with telling_disk(path), _open_device(path) as stream:
            yield stream
        return
    with telling_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with half_written(path) as half:
            try:
                # half a character, as in a file's name that is no text, must not end what took hours
                with open(half, "w", encoding="utf-8", errors="replace", newline="") as stream:
                    yield stream
                    stream.flush()
                    os.fsync(stream.fileno())
                os.chmod(half, 0o644)
                os.replace(half, path)
            except OSError as fault:
                if told := disk_error(fault, path, half):
                    raise told from fault
                raise


def is_device(path: Path) -> bool:
    """Whether a path is not one of a plain file that may be replaced; ``/dev/stdout`` leads to one at times."""
    return path.absolute().parts[1:2] in (("dev",), ("proc",)) or (path.exists() and not path.is_file())


def _open_device(path: Path) -> TextIO:
    """Our own output where the path is that, so that what was printed before stays; any other device by its path."""
    own = {"/dev/stdout": 1, "/dev/fd/1": 1, "/proc/self/fd/1": 1, "/dev/stderr": 2, "/dev/fd/2": 2}
    number = own.get(str(path.absolute()))
    if number is None:
        return open(path, "w", encoding="utf-8", newline="")
    sys.stdout.flush()
    return os.fdopen(os.dup(number), "w", encoding="utf-8", newline="")


def copy_file(source: Path, target: Path) -> None:
    """A copy that appears whole or not at all; what is no plain file is written into. Raises RunError where there is
    no room for it.
    """
    with telling_disk(target):
        if is_device(target):
            with open(source, "rb") as given, _open_device(target) as taken:
                shutil.copyfileobj(given, taken.buffer)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with half_written(target) as half:
            shutil.copyfile(source, half)
            sync(half)
            os.chmod(half, 0o644)
            half.replace(target)


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step."""
    with atomic_file(path) as stream:
        stream.write(text)


def without_nonfinite(value: Any) -> Any:
    """``value`` with NaN and infinity, which JSON has not, as None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: without_nonfinite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nonfinite(item) for item in value]
    return value


def write_json(path: Path, value: Any) -> None:
    """Replace a file by ``value`` as indented JSON; NaN and infinity are refused (ValueError)."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """What a JSON file holds. Raises OSError, ValueError."""
    return json.loads(path.read_text(encoding="utf-8"))
