"""Whether a saved folder still holds what was saved: a list of its files with their SHA-256.

A bit that a disk flips in a tensor makes a model that loads and is wrong; nothing else would notice.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from .files import read_json, write_json

CHECKSUMS_FILE = "checksums.json"
UNCHECKED = frozenset({CHECKSUMS_FILE, "README.md", "facts.txt"})
"""Files that people may change."""


def write_checksums(folder: Path, before: Path | None = None) -> None:
    """List the files of ``folder``; one that is the very file of the folder ``before`` keeps its sum unread."""
    known = _listed(before) if before and (before / CHECKSUMS_FILE).is_file() else {}
    listed = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.name not in UNCHECKED:
            same = before is not None and name in known and _is_same(path, before / name)
            listed[name] = known[name] if same else {"sha256": _sha256(path), "bytes": path.stat().st_size}
    write_json(folder / CHECKSUMS_FILE, {"files": listed})


def damaged_file(folder: Path) -> str | None:
    """The first file that is not as it was saved, or None; a folder without a list, as before version 0.2, passes.

    ``folder`` may lie in the one that has the list.
    """
    top = folder if (folder / CHECKSUMS_FILE).is_file() else folder.parent
    if not (top / CHECKSUMS_FILE).is_file():
        return None
    below = "" if top == folder else f"{folder.name}/"
    try:
        listed = _listed(top)
    except (OSError, ValueError, RecursionError):
        return CHECKSUMS_FILE
    for name, about in listed.items():
        if name.startswith(below) and not _is_whole(top / name, about):
            return name.removeprefix(below)
    return None


def content_digest(folder: Path) -> str | None:
    """The same for folders whose lists name the same files with the same sums; None of one without a list. Whether the
    files are as listed is for :func:`damaged_file` to tell.
    """
    try:
        return hashlib.sha256(json.dumps(_listed(folder), sort_keys=True).encode()).hexdigest()
    except (OSError, ValueError, RecursionError):
        return None


def model_digest(folder: Path) -> str:
    """The same for folders that hold the same model: by the list that was written with it, else by all its files.

    What people may change of it and what then makes other emails, the facts, counts too.
    """
    known = content_digest(folder)
    read = sorted(each for each in folder.rglob("*") if each.is_file()) if known is None else [folder / "facts.txt"]
    sums = [(each.relative_to(folder).as_posix(), _sha256(each)) for each in read if each.is_file()]
    return hashlib.sha256(json.dumps([known, sums]).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """A file's SHA-256 in hexadecimal digits. Raises OSError where it cannot be read."""
    return _sha256(path)


def _listed(folder: Path) -> dict[str, Any]:
    """Raises ValueError where the list is none."""
    kept = read_json(folder / CHECKSUMS_FILE)
    listed = kept.get("files") if isinstance(kept, dict) else None
    if not isinstance(listed, dict):
        raise ValueError("no list of files")
    return listed


def _is_whole(path: Path, about: Any) -> bool:
    try:
        return path.stat().st_size == about["bytes"] and _sha256(path) == about["sha256"]
    except (OSError, KeyError, TypeError):
        return False


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _sha256(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
