"""Which emails a visitor works on.

The browser keeps only a word: ``sample``, ``last`` (the data of the latest reward run), or the name of an uploaded
file. It is turned into a path here, so a forged value can name nothing outside the uploads.
"""

from __future__ import annotations

import filecmp
import os
import re
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...data.dataset import Columns, EmailData, read_emails, sample_file
from ...data.rewrite import copy_columns, original_columns
from ...errors import DataError, OutcomeRLError
from ...flags import flag
from ...importers.composition import Composition, keep_beside
from ...runs.run import Run
from ...runs.visitors import require_room
from ...runs.workspace import Workspace
from ...security.caps import current_caps, require
from ...utils.files import copy_file
from ..words.names import THE_SAMPLE

SAMPLE, LAST = "sample", "last"
UPLOAD_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}-[0-9a-f]{16}\.csv")
SAMPLE_FILE, SAMPLE_RECIPIENTS = "one_seller.csv", "one_seller_contexts.csv"
"""The seller of the example: what the page shows as made from these emails is what a visitor can make of them."""
LONGEST_NAME = 4000
"""Characters of a column's name, or of all that the outcomes mean."""


@dataclass(frozen=True)
class Dataset:
    """A file of emails, what its columns are called, and what to call it on the page."""

    path: Path
    columns: Columns
    label: str

    def read(self) -> EmailData:
        """Raises DataError, which calls the file what the page calls it."""
        self.require_kept()
        try:
            if self.path == sample_data():
                return _read_once(self.path, self.columns, self.path.stat().st_mtime_ns)
            return read_emails(self.path, self.columns)
        except DataError as error:
            raise DataError(str(error).replace(self.path.name, self.label), error.remedy) from None

    def require_kept(self) -> None:
        """Raises DataError where the file has been deleted."""
        if not self.path.is_file():
            raise DataError(f"{self.label}: is not kept here any more; choose the file again")

    def arguments(self) -> list[str]:
        """The file and its columns for the command line."""
        given = [display_path(self.path)]
        for name, value in asdict(self.columns).items():
            if value != getattr(Columns(), name):
                given += flag(name if name == "outcomes" else f"{name}_column", value)
        return given


@lru_cache(maxsize=2)
def _read_once(path: Path, columns: Columns, changed: int) -> EmailData:
    """The emails in a file that everybody looks at, as it was ``changed`` last. Those of others are not kept in memory:
    who deletes a file wants it gone.
    """
    return read_emails(path, columns)


def sample_data() -> Path:
    """The emails that come with the program and that the page offers to those who have none."""
    return sample_file(SAMPLE_FILE)


def resolve(workspace: Workspace, chosen: Any) -> Dataset:
    """The data set behind what the browser kept; the last run's or the sample where nothing was chosen."""
    chosen = chosen if isinstance(chosen, dict) else {}
    name = str(chosen.get("name") or LAST)
    if UPLOAD_NAME.fullmatch(name):  # reading it says so where it is gone: another file must not take its place unseen
        _mark_used(workspace.uploads / name)
        return Dataset(workspace.uploads / name, columns_from(chosen.get("columns")), _label(name))
    if name == LAST and (last := _last_run_dataset(workspace)):
        return last
    return Dataset(sample_data(), Columns(), THE_SAMPLE)


def label_of(workspace: Workspace, file: Path) -> str:
    """What the page calls a file that a run has read."""
    if file.resolve() == sample_data().resolve():
        return resolve(workspace, {"name": SAMPLE}).label
    uploaded = file.resolve().parent == workspace.uploads.resolve() and UPLOAD_NAME.fullmatch(file.name)
    return _label(file.name) if uploaded else file.name


def store_upload(
    workspace: Workspace, source: Path, columns: Columns, composition: Composition | None = None
) -> dict[str, Any]:
    """Copy an uploaded file to where a run can read it after the visitor has left; what the browser keeps of it.

    Args:
        composition: how its contexts were composed, where it was imported.

    Raises:
        CapError: it is too large, or there is no room for it.
        OSError: the disk does not take it.
    """
    caps, size = current_caps(), source.stat().st_size
    require("upload", size, source.name, caps)
    require_room(workspace, size, caps)
    workspace.uploads.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^A-Za-z0-9_]+", "-", source.stem).strip("-")[:40].strip("-") or "emails"
    same = next((old for old in workspace.uploads.glob(f"{stem}-*.csv") if filecmp.cmp(source, old, False)), None)
    name = same.name if same else f"{stem}-{secrets.token_hex(8)}.csv"
    if same:
        same.touch()  # the newest are kept
    else:
        copy_file(source, workspace.uploads / name)
    if composition:
        keep_beside(workspace.uploads / name, composition)
    newest = sorted(workspace.uploads.glob("*.csv"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in newest[caps.uploads :]:
        old.unlink(missing_ok=True)
        keep_beside(old, None)
    return {"name": name, "columns": asdict(columns)}


def _mark_used(upload: Path) -> None:
    """What is in use is the last to make room; its time changes once an hour at most, for others go by it."""
    with suppress(OSError):
        if time.time() - upload.stat().st_mtime > 3600:
            os.utime(upload)


def columns_from(values: Any) -> Columns:
    """Column names from plain values; the usual ones where a value is missing or empty."""
    values = values if isinstance(values, dict) else {}
    usual = asdict(Columns())
    return Columns(**{name: str(values.get(name) or "").strip()[:LONGEST_NAME] or usual[name] for name in usual})


def display_path(path: Path) -> str:
    """Short where the file lies below the current folder, which a run's process shares."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def browser_state(workspace: Workspace, dataset: Dataset) -> dict[str, Any] | None:
    """What the browser would keep of a data set that is among the uploads, None of any other."""
    if dataset.path.resolve().parent != workspace.uploads.resolve():
        return None
    return {"name": dataset.path.name, "columns": asdict(dataset.columns)}


def _label(name: str) -> str:
    """What a file was called before it was kept."""
    return name.rsplit("-", 1)[0] + ".csv" if UPLOAD_NAME.fullmatch(name) else name


def _last_run_dataset(workspace: Workspace) -> Dataset | None:
    for run in workspace.runs()[:20]:
        try:
            config = run.config()
        except OutcomeRLError:
            continue
        if isinstance(config, dict) and config.get("kind") in ("train-reward", "run"):
            return _run_dataset(run, config)
    return None


def _run_dataset(run: Run, config: dict[str, Any]) -> Dataset | None:
    """The file a run was given, or the run's own copy where that is gone."""
    path = Path(str(config.get("data") or ""))
    if path.is_file() and not config.get("imported_on"):  # an export is not read as it stands; the run's copy is
        label = THE_SAMPLE if path.resolve() == sample_data() else _label(path.name)
        return Dataset(path, original_columns(config), label)
    if run.data_file.is_file():
        return Dataset(run.data_file, copy_columns(config), f"the data of run {run.name}")
    return None
