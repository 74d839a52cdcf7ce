"""A workspace's folders, and the runs in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from ..config import POLICY_DIR, REWARD_MODEL_DIR
from ..errors import RunChoiceError, RunError
from ..utils.files import telling_disk
from .run import Run

NAME = re.compile(r"[a-z0-9_-]{1,64}")
"""What a run may be called: no separators, no dots, so a name never leaves its folder."""
DELETED = ".*.deleted"
"""Folders on their way out."""
RECENT_RUNS = 20
"""Runs, the latest first, that are searched for what an earlier one tells of this machine."""


@dataclass(frozen=True, init=False)
class Workspace:
    """One user's files; every path of the product hangs on ``root``."""

    root: Path

    def __init__(self, root: Path | str = ".") -> None:
        object.__setattr__(self, "root", Path(root))

    @property
    def outputs(self) -> Path:
        """Everything that the product writes."""
        return self.root / "outputs"

    @property
    def reward_model(self) -> Path:
        """The reward model's folder."""
        return self.outputs / REWARD_MODEL_DIR

    @property
    def policy(self) -> Path:
        """The tuned model's folder."""
        return self.outputs / POLICY_DIR

    @property
    def uploads(self) -> Path:
        """CSV files that visitors of the page have uploaded."""
        return self.outputs / "uploads"

    @property
    def own_models(self) -> Path:
        """Models that the visitor has fetched with a login of theirs."""
        return self.outputs / "own_models"

    @property
    def archives(self) -> Path:
        """Runs packed for a visitor to take along."""
        return self.outputs / "downloads"

    @property
    def served(self) -> Path:
        """What may be fetched by its path: the folder with the archives."""
        return self.archives

    def everybody(self) -> Iterator[Workspace]:
        """The workspaces that share this machine's time."""
        yield self

    def everybodys_lock(self) -> AbstractContextManager[Any]:
        """To be held by who lets a run begin or wait, before :meth:`lock`: whose turn it is concerns all who share this
        machine's time.
        """
        return nullcontext()

    @property
    def votes(self) -> Path:
        """Blind votes between base and tuned model, JSON lines."""
        return self.outputs / "votes.jsonl"

    @property
    def runs_folder(self) -> Path:
        """A folder for each run."""
        return self.outputs / "runs"

    def new_run(self, kind: str, name: str | None = None) -> Run:
        """Make a run's folder. Raises RunChoiceError where the name is taken or not allowed."""
        base = name or f"{datetime.now():%Y%m%d_%H%M%S}-{kind}"
        for attempt in range(100):
            run = self.run(base if attempt == 0 else f"{base}-{attempt + 1}", must_exist=False)
            try:
                with telling_disk(run.folder):
                    run.folder.mkdir(parents=True)
                return run
            except FileExistsError:
                if name:
                    raise RunChoiceError(f"run '{name}' exists already; choose another name") from None
        raise RunError(f"{self.runs_folder}: no free name for a run like '{base}'")

    def run(self, name: str, must_exist: bool = True) -> Run:
        """The run of that name. Raises RunChoiceError where there is none or the name is not allowed."""
        if not NAME.fullmatch(name):
            raise RunChoiceError(f"run name '{name}' is not allowed; use 1 to 64 of a-z, 0-9, _ and -")
        run = Run(self.runs_folder / name)
        if must_exist and not run.folder.is_dir():
            known = ", ".join(r.name for r in self.runs()[:5]) or "none yet"
            raise RunChoiceError(f"there is no run '{name}'; the latest are: {known}")
        return run

    def lock(self) -> FileLock:
        """To be held by who starts or resumes a run for others, or renames or deletes one: one at a time, in whatever
        process. A command that is typed claims its run by itself.
        """
        self.outputs.mkdir(parents=True, exist_ok=True)
        return FileLock(self.outputs / ".runs.lock")

    def runs(self) -> list[Run]:
        """All runs, the one that was started or resumed last first."""
        if not self.runs_folder.is_dir():
            return []
        found = [Run(f) for f in self.runs_folder.iterdir() if f.is_dir() and NAME.fullmatch(f.name)]
        began = [(time, run) for run in found if (time := run.last_started_ns()) is not None]
        return [run for _, run in sorted(began, key=lambda pair: (pair[0], pair[1].name), reverse=True)]
