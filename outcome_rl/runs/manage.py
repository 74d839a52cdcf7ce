"""Keeping order among runs: rename one, delete one, take one along as a zip file."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..errors import RunChoiceError
from ..utils.files import folder_size, telling_disk, write_text
from ..utils.half_written import half_written
from .run import RUNNING, WAITING, Run
from .workspace import DELETED, Workspace

KEPT_ARCHIVES = 3
"""Zip files that stay in the workspace; an older one makes room for a new one."""
DENSE = frozenset({".safetensors", ".zip", ".gz"})
"""Files that packing does not make smaller."""


def run_size(run: Run) -> int:
    """Bytes in the files of a run's folder."""
    return folder_size(run.folder)


def rename(workspace: Workspace, old: str, new: str) -> Run:
    """Give a run another name; what its record says of itself under the old one is put right.

    Raises:
        RunChoiceError: there is no such run, it is at work, or the new name is taken or not allowed.
    """
    with workspace.lock():
        run, renamed = require_idle(workspace, old), workspace.run(new, must_exist=False)
        if new == old:
            return run
        if renamed.folder.exists():
            raise RunChoiceError(f"run '{new}' exists already; choose another name")
        run.folder.rename(renamed.folder)
        if renamed.events_file.is_file():
            text = renamed.events_file.read_text(encoding="utf-8")
            told = re.sub(rf"(--resume ){re.escape(old)}(?![a-z0-9_-])", rf"\g<1>{new}", text)
            if told != text:
                write_text(renamed.events_file, told)
    return renamed


def delete(workspace: Workspace, name: str) -> None:
    """Delete a run and all that is in its folder; models that it saved elsewhere stay.

    Raises:
        RunChoiceError: there is no such run, or it is at work.
        OSError: its files cannot be deleted.
    """
    with workspace.lock():
        run = require_idle(workspace, name)
        for left in workspace.runs_folder.glob(DELETED):  # by a process that was killed over it
            shutil.rmtree(left, ignore_errors=True)
        # out of sight at once, whatever becomes of the rest
        hidden = run.folder.with_name(f".{run.name}.{secrets.token_hex(4)}.deleted")
        run.folder.rename(hidden)
    with suppress(FileNotFoundError):  # the next deletion has come upon it
        shutil.rmtree(hidden)


def archive(workspace: Workspace, name: str) -> Path:
    """Pack a run's folder into a zip file in the workspace, file by file; links that lead out of it are left out.

    Raises:
        RunChoiceError: there is no such run, or it is at work.
        RunError: the disk is full or cannot be written to.
        OSError: a file cannot be read.
    """
    run = require_idle(workspace, name)
    workspace.archives.mkdir(parents=True, exist_ok=True)
    target = workspace.archives / f"{run.name}-{secrets.token_hex(8)}.zip"
    _pack(run.folder, target, run.name)
    newest = sorted(workspace.archives.glob("*.zip"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in [path for path in newest if path != target][KEPT_ARCHIVES - 1 :]:
        old.unlink(missing_ok=True)
    return target


def archive_everything(folder: Path, where: Path) -> Path:
    """Pack all that lies in a folder into a zip file in ``where``. Raises RunError, OSError as :func:`archive` does."""
    where.mkdir(parents=True, exist_ok=True)
    target = where / f"everything-{secrets.token_hex(8)}.zip"
    _pack(folder, target, "outcome-rl")
    return target


def _pack(folder: Path, target: Path, called: str) -> None:
    """The files of a folder, below the name ``called`` in the zip file, which appears whole or not at all."""
    with telling_disk(target), half_written(target) as half:
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in _files(folder):
                inside = Path(called) / path.relative_to(folder)
                how = zipfile.ZIP_STORED if path.suffix in DENSE else zipfile.ZIP_DEFLATED
                packed.write(path, inside.as_posix(), how)
        half.replace(target)


def require_idle(workspace: Workspace, name: str) -> Run:
    """The run of that name. Raises RunChoiceError where there is none or it is at work."""
    run = workspace.run(name)
    if run.folder.is_symlink():
        raise RunChoiceError(f"run '{name}' is a link to another folder; look after that folder itself")
    if run.state() == RUNNING:
        raise RunChoiceError(f"run '{name}' is at work; stop it first")
    if run.state() == WAITING:
        raise RunChoiceError(f"run '{name}' waits for its turn; stop it first")
    return run


def _files(folder: Path) -> Iterator[Path]:
    """Regular files below ``folder`` in a fixed order, links left out."""
    for root, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            path = Path(root) / name
            if path.is_file() and not path.is_symlink():
                yield path
