"""Folders that take long to make are made once a session, by whichever worker comes first, and shared by all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from outcome_rl.utils.checksums import CHECKSUMS_FILE, write_checksums


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder ``name`` as ``make`` filled it; not to be written to, since other workers read it."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # each worker has a folder of its own in there
    folder, done = root / "made" / name, root / "made" / f"{name}.done"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not done.exists():
            make(folder)
            done.touch()
    return folder


def copied(made: Path, target: Path) -> Path:
    """A copy to be written to; what it says of its own place is its new one."""
    shutil.copytree(made, target, dirs_exist_ok=True)
    for path in target.rglob("*"):
        if path.suffix in (".json", ".jsonl", ".txt", ".log", ".md"):
            text = path.read_text(encoding="utf-8")
            if str(made) in text:
                path.write_text(text.replace(str(made), str(target)), encoding="utf-8")
    for listed in target.rglob(CHECKSUMS_FILE):
        write_checksums(listed.parent)
    return target
