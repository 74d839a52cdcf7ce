"""Writing files and folders so that they appear whole or not at all."""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from ..errors import RunError
from .formatting import format_bytes


def _sync(path: Path) -> None:
    """Force a file or folder to the disk (folders cannot be opened on Windows; there it is a no-op)."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _previous(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.previous")


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Yields a fresh folder beside ``target``; on a clean exit it takes ``target``'s place, else it vanishes.

    A crash between the two renames leaves the old folder under another name; :func:`existing_folder` finds it.

    Raises:
        RunError: the disk is full; the old folder is whole.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent))
    try:
        fresh.chmod(0o755)
        yield fresh
        for path in sorted(fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)  # some libraries write files that only their owner may read
            _sync(path)
        _sync(fresh)
    except BaseException as fault:
        full = _disk_full_error(target, fresh) if _is_disk_full(fault) else None
        shutil.rmtree(fresh, ignore_errors=True)
        if full:
            raise full from fault
        raise
    previous = _previous(target)
    if target.exists():
        shutil.rmtree(previous, ignore_errors=True)
        target.rename(previous)
    fresh.rename(target)
    _sync(target.parent)
    shutil.rmtree(previous, ignore_errors=True)


def remove_unfinished(target: Path) -> None:
    """Remove the halves of ``target`` that killed processes left behind; nobody may be writing it."""
    for half in target.parent.glob(f".{target.name}.*.new"):
        shutil.rmtree(half, ignore_errors=True)


def _is_disk_full(fault: BaseException) -> bool:
    """Whether an error, of Python's or of the library that writes tensors, says that the disk is full."""
    known = isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT)
    return known or "No space left on device" in str(fault)


def _disk_full_error(target: Path, fresh: Path) -> RunError:
    """What to say where ``fresh`` could not be written to the end."""
    needed = max(folder_size(fresh), folder_size(target))
    free = shutil.disk_usage(target.parent).free
    kept = "the one before is whole" if target.exists() else "nothing of it is kept"
    room = f"'{target}' needs {format_bytes(needed)} or more, and {format_bytes(free)} are free"
    return RunError(f"disk full: {room}; {kept}. Make room and go on")


def folder_size(folder: Path) -> int:
    """Bytes in the files of a folder, links left out; 0 where there is none."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def existing_folder(target: Path) -> Path | None:
    """``target``, or the copy that a crash while replacing it left behind, or None."""
    for candidate in (Path(target), _previous(Path(target))):
        if candidate.is_dir():
            return candidate
    return None


@contextmanager
def atomic_file(path: Path) -> Iterator[TextIO]:
    """Yields a text stream; on a clean exit what was written takes the place of ``path``, else it vanishes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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
