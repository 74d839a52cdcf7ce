"""Writing files and folders so that they appear whole or not at all."""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO


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
def whole_folder(target: Path) -> Iterator[Path]:
    """Yields a fresh folder beside ``target``; on a clean exit it takes ``target``'s place, else it vanishes.

    A crash between the two renames leaves the old folder under another name; :func:`existing_folder` finds it.
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
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    previous = _previous(target)
    if target.exists():
        shutil.rmtree(previous, ignore_errors=True)
        target.rename(previous)
    fresh.rename(target)
    _sync(target.parent)
    shutil.rmtree(previous, ignore_errors=True)


def existing_folder(target: Path) -> Path | None:
    """``target``, or the copy that a crash while replacing it left behind, or None."""
    for candidate in (Path(target), _previous(Path(target))):
        if candidate.is_dir():
            return candidate
    return None


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
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
    with whole_file(path) as stream:
        stream.write(text)


def finite(value: Any) -> Any:
    """``value`` with NaN and infinity, which JSON has not, as None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value


def write_json(path: Path, value: Any) -> None:
    """Replace a file by ``value`` as indented JSON; NaN and infinity are refused (ValueError)."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def in_bytes(count: int) -> str:
    """``1_500_000`` -> ``1.5 MB``."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            amount = count / size
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return f"{count} bytes"
